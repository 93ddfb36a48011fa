"""Why a user may log in or use a feature, or why not: the whole tree of conditions."""

from __future__ import annotations

from collections.abc import Iterator

import click
from click.shell_completion import CompletionItem

from superlicense.cli.context import CommandContext, query
from superlicense.cli.exit_codes import ExitCode
from superlicense.messages import message
from superlicense.model.decision import Access, Clause, ClauseKind, Client, Decision, Topic
from superlicense.model.license import LicenseScope

__all__ = ["why"]

_ADMINISTER = "administer"
_CLIENTS = tuple(str(client) for client in Client)


def _subjects(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete what has a fixed list: clients, and the administration."""
    return [CompletionItem(name) for name in (*_CLIENTS, _ADMINISTER) if name.startswith(incomplete)]


@click.command()
@query
@click.argument("user")
@click.argument("subject", metavar="CLIENT|FEATURE", shell_complete=_subjects)
@click.option("--edit", is_flag=True, help="May the user edit with the feature? Without it: enter, or view.")
@click.option("--open-sessions", type=click.IntRange(0), help="Open sessions of simultaneous Service licenses.")
def why(context: CommandContext, user: str, subject: str, *, edit: bool, open_sessions: int | None) -> ExitCode:
    """Say why USER may log in with a client or use a feature, or why not.

    Clients are web, windows, mobile, service, travel, remote_travel,
    reporter_studio, audience, customer_centre and api; `administer` asks whether
    USER may reach activation and repair. Everything else is a feature, named by
    its system license: quote, superoffice.travel. Exits with 0 for yes, 1 for no.
    """
    gate = context.licensing.gate
    word = subject.lower()  # as case does not matter in names of licenses
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
    subject = context.label(Client(asked.subject)) if asked.subject in _CLIENTS else asked.subject
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


def _tree(clauses: tuple[Clause, ...], depth: int = 0) -> Iterator[tuple[Clause, int]]:
    for clause in clauses:
        yield clause, depth
        yield from _tree(clause.parts, depth + 1)


def _condition(context: CommandContext, clause: Clause) -> str:
    if clause.kind is ClauseKind.FACT:
        key = f"condition_{clause.subject}"
        said = message(key, context.language)
        return clause.subject if said == key else said
    if clause.kind is not ClauseKind.NEEDS:
        return context.label(clause.kind)
    scope = f"{context.label(LicenseScope(clause.scope))} " if clause.scope else ""
    origin = f" ({', '.join(_origin(context, clause))})" if clause.met else ""
    return f"{scope}{clause.subject}{origin}"


def _origin(context: CommandContext, clause: Clause) -> Iterator[str]:
    """Say where a license comes from: the plans that grant it, and whose package it is in."""
    if clause.through:
        yield context.text("through", plans=clause.through)
    if clause.package:
        yield context.text("of_package", owner=clause.package)
