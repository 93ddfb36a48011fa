"""Why a user may log in or use a feature, or not: the full tree of conditions."""

from __future__ import annotations

from collections.abc import Iterator

import click

from superlicense.cli.context import CommandContext, query
from superlicense.cli.exit_codes import ExitCode
from superlicense.cli.remedy_text import draw_remedies, remedy_data
from superlicense.cli.subjects import ADMINISTER, EDIT, completes, heading_of, subject_of
from superlicense.model.decision import Clause, ClauseKind, Client, Decision
from superlicense.model.license import LicenseScope
from superlicense.model.remedy import Remedy

__all__ = ["why"]


@click.command()
@query
@click.argument("user")
@click.argument("subject", metavar="CLIENT|FEATURE", shell_complete=completes(ADMINISTER))
@EDIT
@click.option("--open-sessions", type=click.IntRange(0), help="Open sessions of simultaneous Service licenses.")
def why(context: CommandContext, user: str, subject: str, *, edit: bool, open_sessions: int | None) -> ExitCode:
    """Explain why USER may log in with a client or use a feature, or not.

    Clients are web, windows, mobile, service, travel, remote_travel,
    reporter_studio, audience, customer_centre and api. `administer` asks whether
    USER may use activation and repair. All other subjects are features, named by
    their system license: quote, superoffice.travel. A no comes with what would help
    now, and the commands that carry it out. Exits with 0 for yes, 1 for no.
    """
    gate = context.licensing.gate
    asked, access = subject_of(subject, edit=edit)
    remedies: tuple[Remedy, ...] = ()
    if isinstance(asked, Client):
        decision = gate.login(user, asked, at=context.at, open_sessions=open_sessions)
    elif asked.lower() == ADMINISTER:
        decision = gate.administer(user, at=context.at)
    else:
        decision = gate.feature(user, asked, access, at=context.at)
    if not decision.allowed and context.at is None and asked.lower() != ADMINISTER:
        remedies = gate.remedies(user, asked, access, language=context.language)
    data = {
        "user": user,
        "at": context.at,
        "decision": decision,
        "remedies": [remedy_data(context, one) for one in remedies],
    }
    context.show(data, lambda: _draw(context, user, decision, remedies))
    return ExitCode.DONE if decision.allowed else ExitCode.NO


def _draw(context: CommandContext, user: str, decision: Decision, remedies: tuple[Remedy, ...]) -> None:
    context.output.answer(heading_of(context, decision, user), granted=decision.allowed)
    context.sentences((*decision.reasons, *decision.warnings), indent="    ")
    if decision.rule_set is not None:
        context.output.line(f"    {context.text('rule_set', name=decision.rule_set)}")
    if decision.valid_until is not None:
        context.output.line(f"    {context.text('valid_until', at=context.words.date(decision.valid_until))}")
    draw_remedies(context, remedies)
    context.output.heading(context.text("conditions"))
    shown = set()
    for clause, depth in _tree(decision.clauses):
        line = _condition(context, clause), clause.met, depth
        # Checked of the package and of the user alike, and told once unless the two differ.
        if clause.kind is ClauseKind.FACT and line in shown:
            continue
        shown.add(line)
        context.output.answer(line[0], granted=clause.met, depth=depth)


def _tree(clauses: tuple[Clause, ...], depth: int = 0) -> Iterator[tuple[Clause, int]]:
    for clause in clauses:
        yield clause, depth
        yield from _tree(clause.parts, depth + 1)


def _condition(context: CommandContext, clause: Clause) -> str:
    if clause.kind is ClauseKind.FACT:
        key = f"condition_{clause.subject}"
        said = context.label(key)
        return clause.subject if said == key else said
    if clause.kind is not ClauseKind.NEEDS:
        return context.label(clause.kind)
    scope = f"{context.label(LicenseScope(clause.scope))} " if clause.scope else ""
    origin = f" ({', '.join(_origin(context, clause))})" if clause.met else ""
    return f"{scope}{context.words.named(clause.subject)}{origin}"


def _origin(context: CommandContext, clause: Clause) -> Iterator[str]:
    """Yield where a license comes from: the plans that grant it, and the package that contains it."""
    if clause.through:
        yield context.text("through", plans=clause.through)
    if clause.package:
        yield context.text("of_package", owner=clause.package)
