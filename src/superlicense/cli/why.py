"""Why a user may log in or use a feature, or not: the full tree of conditions."""

from __future__ import annotations

from collections.abc import Iterator

import click
from click.shell_completion import CompletionItem

from superlicense.cli.context import CommandContext, query
from superlicense.cli.exit_codes import ExitCode
from superlicense.model.decision import Access, Clause, ClauseKind, Client, Decision, Question, Topic
from superlicense.model.license import LicenseScope

__all__ = ["why"]

_ADMINISTER = "administer"
_CLIENTS = tuple(str(client) for client in Client)


def _subjects(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete clients and ``administer``."""
    return [CompletionItem(name) for name in (*_CLIENTS, _ADMINISTER) if name.startswith(incomplete)]


@click.command()
@query
@click.argument("user")
@click.argument("subject", metavar="CLIENT|FEATURE", shell_complete=_subjects)
@click.option("--edit", is_flag=True, help="Ask about edit access to the feature. [default: view access]")
@click.option("--open-sessions", type=click.IntRange(0), help="Open sessions of simultaneous Service licenses.")
def why(context: CommandContext, user: str, subject: str, *, edit: bool, open_sessions: int | None) -> ExitCode:
    """Explain why USER may log in with a client or use a feature, or not.

    Clients are web, windows, mobile, service, travel, remote_travel,
    reporter_studio, audience, customer_centre and api. `administer` asks whether
    USER may use activation and repair. All other subjects are features, named by
    their system license: quote, superoffice.travel. Exits with 0 for yes, 1 for no.
    """
    gate = context.licensing.gate
    word = subject.lower()  # case-insensitive, like license names
    if word in _CLIENTS:
        decision = gate.login(user, Client(word), at=context.at, open_sessions=open_sessions)
    elif word == _ADMINISTER:
        decision = gate.administer(user, at=context.at)
    else:
        decision = gate.feature(user, subject, Access.EDIT if edit else Access.VIEW, at=context.at)
    context.show({"user": user, "at": context.at, "decision": decision}, lambda: _draw(context, user, decision))
    return ExitCode.DONE if decision.allowed else ExitCode.NO


def _draw(context: CommandContext, user: str, decision: Decision) -> None:
    asked = decision.asked
    subject = context.label(Client(asked.subject)) if asked.subject in _CLIENTS else _feature(context, asked)
    access = context.label(asked.access) if asked.topic is Topic.FEATURE else ""
    words = [user, context.label(asked.topic), subject, access, context.label(decision.outcome)]
    context.output.answer(" · ".join(filter(None, words)), granted=decision.allowed)
    context.sentences((*decision.reasons, *decision.warnings), indent="    ")
    if decision.rule_set is not None:
        context.output.line(f"    {context.text('rule_set', name=decision.rule_set)}")
    if decision.valid_until is not None:
        context.output.line(f"    {context.text('valid_until', at=decision.valid_until)}")
    context.output.heading(context.text("conditions"))
    for clause, depth in _tree(decision.clauses):
        context.output.answer(_condition(context, clause), granted=clause.met, depth=depth)


def _feature(context: CommandContext, asked: Question) -> str:
    """Return the title of a feature; the word itself where the question is about something else."""
    return context.words.named(asked.subject) if asked.topic is Topic.FEATURE and asked.subject else asked.subject


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
