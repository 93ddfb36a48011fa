"""The journal: who changed what, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

import click

from superlicense.cli.context import CommandContext, list_query
from superlicense.cli.options import parse_instant
from superlicense.model.journal import JournalEntry
from superlicense.model.reason import ReasonCode, because
from superlicense.model.row import Row, Table

__all__ = ["journal"]

_COLUMNS: Final = ("number", "at", "by", "kind", "month", "ended", "started", "tampered")


@click.command()
@list_query
@click.option("--since", callback=parse_instant, help="Only entries at this instant or later.")
@click.option("--until", callback=parse_instant, help="Only entries before this instant.")
@click.option("--user", help="Only entries about this user or site.")
@click.option("--license", "license_name", help="Only entries about assignments of this license.")
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="Only the latest N of these entries.")
def journal(  # noqa: PLR0913 - an argument an option
    context: CommandContext,
    *,
    since: datetime | None,
    until: datetime | None,
    user: str | None,
    license_name: str | None,
    last: int | None,
) -> None:
    """Show who changed what, and when, with the rows that started (+) and ended (-).

    With --at, only entries before that instant.
    """
    ends = [end for end in (context.in_zone(until), context.at) if end is not None]
    entries = context.licensing.journal.entries(
        since=context.in_zone(since), until=min(ends, default=None), user=user, license=license_name
    )
    if last is not None:
        entries = entries[-last:]
    context.show(entries, lambda: _draw(context, entries), (_COLUMNS, lambda: map(_values, entries)))


def _values(one: JournalEntry) -> tuple[object, ...]:
    return one.number, one.at, one.by, one.kind, one.month, _keys(one.before), _keys(one.after), one.tampered


def _keys(rows: Iterable[Row[Any]]) -> tuple[str, ...]:
    return tuple(" ".join([row.table, *row.key.splitlines()]) for row in rows)


def _draw(context: CommandContext, entries: tuple[JournalEntry, ...]) -> None:
    rows = [
        (str(one.number), context.time(one.at), one.by, _change(context, one), "; ".join(_rows(context, one)))
        for one in entries
    ]
    if rows:
        columns = tuple(map(context.text, ("number", "when", "author", "change", "rows")))
        context.output.table([columns, *rows], right={0}, indent="")


def _change(context: CommandContext, entry: JournalEntry) -> str:
    """Return the name of the change; a closed month follows it."""
    name = context.label(entry.kind)
    return name if entry.month is None else f"{name}: {context.words.month(entry.month)}"


def _rows(context: CommandContext, entry: JournalEntry) -> Iterator[str]:
    for sign, rows in (("-", entry.before), ("+", entry.after)):
        for row in rows:
            *rest, last = row.key.splitlines() or [""]
            named = context.words.named(last) if row.table is Table.ASSIGNMENTS else last
            yield " ".join([sign, context.label(row.table), *rest, named])
    for sequence in entry.tampered:
        yield f"! {context.words.of(because(ReasonCode.TAMPERED, record=sequence))}"
