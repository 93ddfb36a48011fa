"""Answers: who may, what will change, and what has changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

import click

from superlicense.cli.context import CommandContext, list_query
from superlicense.cli.csv_output import CsvTable, attributes
from superlicense.cli.exit_codes import ExitCode
from superlicense.cli.help_language import localized
from superlicense.cli.options import parse_instant
from superlicense.cli.subjects import EDIT, completes, heading_of, question_of, subject_of
from superlicense.licensing.clock import utc_now
from superlicense.model.decision import Outcome
from superlicense.model.explained import Explained
from superlicense.model.forecast import FirstDenial, Turn
from superlicense.model.package_dates import PackageDate
from superlicense.model.reason import Reason
from superlicense.model.who import Who

__all__ = ["dates", "explain", "forecast", "who"]

_DATE = ("at", "owner", "kind")
_YEAR = timedelta(days=365)
_DAY = timedelta(days=1)
_UNTIL = click.option("--until", callback=parse_instant, help="Look ahead to this instant. [default: a year]")


@click.command()
@list_query
@click.argument("subject", metavar="CLIENT|FEATURE", shell_complete=completes())
@EDIT
def who(context: CommandContext, subject: str, *, edit: bool) -> None:
    """Show who may log in with a client or use a feature, and why others may not.

    Users who get the same answer for the same reasons are one line.
    """
    found = context.licensing.gate.who(*subject_of(subject, edit=edit), at=context.at, language=context.language)
    context.show(found.to_dict(context.words), lambda: _draw_who(context, found), _who_table(found))


def _who_table(found: Who) -> CsvTable:
    """Return a row for each user, in the order of the groups."""
    rows = ((user, group.outcome, _codes(group.reasons)) for group in found.groups for user in group.users)
    return ("user", "outcome", "reasons"), lambda: rows


def _codes(reasons: Iterable[Reason]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason.code for reason in reasons))


def _draw_who(context: CommandContext, found: Who) -> None:
    context.output.line(" · ".join(filter(None, question_of(context, found.asked))), "bold")
    for group in found.groups:
        line = f"{context.label(group.outcome)} · {context.words.number(len(group.users))}: {', '.join(group.users)}"
        context.output.answer(line, granted=group.outcome is not Outcome.DENIED)
        context.sentences(group.reasons, indent="    ")


@click.command()
@list_query
@click.argument("user", required=False)
@click.argument("subject", metavar="[CLIENT|FEATURE]", required=False, shell_complete=completes())
@EDIT
@_UNTIL
def forecast(
    context: CommandContext, user: str | None, subject: str | None, *, edit: bool, until: datetime | None
) -> ExitCode:
    """Show when an answer changes if nothing is changed; without arguments, the first login that fails.

    Exits with 1 if a login fails that succeeds now.
    """
    end = _end(context, until)
    gate = context.licensing.gate
    if user is None:
        denial = gate.first_denial(end, at=context.at, language=context.language)
        data = {"until": end, "first_denial": None if denial is None else denial.to_dict(context.words)}
        context.show(data, lambda: _draw_denial(context, denial, end), _denial_table(denial))
        return ExitCode.DONE if denial is None else ExitCode.NO
    if subject is None:
        raise click.UsageError(localized("CLIENT or FEATURE is missing: what is USER asked about?"))
    asked, access = subject_of(subject, edit=edit)
    turns = gate.forecast(user, asked, end, access=access, at=context.at, language=context.language)
    told = {"user": user, "until": end, "turns": [turn.to_dict(context.words) for turn in turns]}
    context.show(told, lambda: _draw_turns(context, turns, user, end), _turns_table(turns, user))
    fails = any(turn.before.allowed and not turn.after.allowed for turn in turns)
    return ExitCode.NO if fails else ExitCode.DONE


def _end(context: CommandContext, until: datetime | None) -> datetime:
    """Return the given end of a look ahead; by default that of the day a year from the requested instant."""
    if until is not None:
        return context.in_zone(until) or until
    last = (context.at or utc_now()).astimezone(context.words.zone) + _YEAR
    return datetime.combine(last.date() + _DAY, time(), last.tzinfo)


def _denial_table(denial: FirstDenial | None) -> CsvTable:
    """Return a row for each login that fails first: a client and a user."""
    rows = [
        (first.at, one.client, user, _codes(one.reasons), first.cause.in_words(None))
        for first in filter(None, (denial,))
        for one in first.logins
        for user in one.users
    ]
    return ("at", "client", "user", "reasons", "cause"), lambda: rows


def _turns_table(turns: Iterable[Turn], user: str) -> CsvTable:
    rows = (
        (one.at, user, one.before.outcome, one.after.outcome, _codes(one.after.reasons), one.cause.in_words(None))
        for one in turns
    )
    return ("at", "user", "before", "after", "reasons", "cause"), lambda: rows


def _draw_denial(context: CommandContext, denial: FirstDenial | None, end: datetime) -> None:
    if denial is None:
        context.output.answer(context.text("no_login_fails", until=end), granted=True)
        return
    context.output.answer(context.text("login_fails", starts_at=denial.at), granted=False)
    context.output.line(f"    {denial.cause.in_words(context.words)}")
    for one in denial.logins:
        context.output.line(f"    {context.label(one.client)}: {', '.join(one.users)}")
        context.sentences(one.reasons, indent="      ")


def _draw_turns(context: CommandContext, turns: tuple[Turn, ...], user: str, end: datetime) -> None:
    for turn in turns:
        line = f"{context.words.start(turn.at)}  {heading_of(context, turn.after, user)}"
        context.output.answer(line, granted=turn.after.allowed)
        context.output.line(f"    {turn.cause.in_words(context.words)}")
        context.sentences((*turn.after.reasons, *turn.after.warnings), indent="    ")
    if not turns:
        context.output.answer(context.text("nothing_changes", until=end), granted=True)


@click.command()
@list_query
@_UNTIL
def dates(context: CommandContext, until: datetime | None) -> None:
    """Show the coming dates of the packages in force: warnings, expiry, grace, maintenance."""
    end = _end(context, until)
    coming = context.licensing.packages.dates(end, at=context.at)
    context.show(coming, lambda: _draw_dates(context, coming, end), (_DATE, lambda: attributes(coming, _DATE)))


def _draw_dates(context: CommandContext, coming: tuple[PackageDate, ...], end: datetime) -> None:
    for one in coming:
        context.output.line(f"  {one.in_words(context.words)}")
    if not coming:
        context.output.answer(context.text("no_dates", until=end), granted=True)


@click.command()
@list_query
@click.argument("user")
@click.argument("subject", metavar="CLIENT|FEATURE", shell_complete=completes())
@click.argument("then", metavar="INSTANT", callback=parse_instant)
@EDIT
def explain(context: CommandContext, user: str, subject: str, then: datetime, *, edit: bool) -> None:
    """Explain why an answer is no longer what it was at INSTANT: who changed what, or which date.

    With --at, the later answer is that of this instant.
    """
    asked, access = subject_of(subject, edit=edit)
    earlier = context.in_zone(then) or then
    if earlier > (context.at or utc_now()):
        raise click.UsageError(localized("INSTANT must not be later than the answer that it is compared with"))
    gate = context.licensing.gate
    found = gate.explain_change(user, asked, earlier, context.at, access=access, language=context.language)
    data = {"user": user, **found.to_dict(context.words)}
    context.show(data, lambda: _draw_explained(context, found, user), _explained_table(found))


def _explained_table(found: Explained) -> CsvTable:
    """Return a row for each journal entry that changed the answer, and one for a date that did."""
    rows: list[tuple[object, ...]] = [(one.at, one.by, one.kind, one.number, None) for one in found.entries]
    if found.cause is not None:
        rows.append((found.cause.at, None, None, None, found.cause.in_words(None)))
    return ("at", "by", "kind", "number", "cause"), lambda: rows


def _draw_explained(context: CommandContext, found: Explained, user: str) -> None:
    for at, decision in ((found.then, found.before), (found.now, found.after)):
        line = f"{context.time(at)}  {heading_of(context, decision, user)}"
        context.output.answer(line, granted=decision.allowed)
        context.sentences(decision.reasons, indent="    ")
    context.output.heading(context.text("what_changed_it"))
    for entry in found.entries:
        context.output.line(f"  {context.time(entry.at)}  {entry.by}  {context.label(entry.kind)}")
    if found.cause is not None:
        context.output.line(f"  {found.cause.in_words(context.words)}")
    elif not found.entries:
        context.output.line(f"  {context.text('nothing_changed')}")
