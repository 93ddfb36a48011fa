"""The journal: who did what, when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click

from superlicense.cli.context import CommandContext, instant, query
from superlicense.cli.table import aligned
from superlicense.model.journal import JournalEntry

__all__ = ["journal"]


@click.command()
@query
@click.option("--since", callback=instant, help="Only what was done at this instant or later.")
@click.option("--until", callback=instant, help="Only what was done before this instant.")
@click.option("--user", help="Only what concerns this user (or site).")
@click.option("--license", "license_name", help="Only what concerns assignments of this license.")
def journal(
    context: CommandContext, since: datetime | None, until: datetime | None, user: str | None, license_name: str | None
) -> None:
    """Show who did what, when: what began (+) and what ended (-) with it.

    With --at, as far as it went before that instant.
    """
    ends = [instant for instant in (context.instant(until), context.at) if instant is not None]
    entries = context.licensing.journal.entries(
        since=context.instant(since), until=min(ends, default=None), user=user, license=license_name
    )
    context.tell(entries, lambda: _draw(context, entries))


def _draw(context: CommandContext, entries: tuple[JournalEntry, ...]) -> None:
    rows = [
        (str(one.number), context.time(one.at), one.by, _change(context, one), "; ".join(_rows(context, one)))
        for one in entries
    ]
    for line in aligned(rows, right={0}):
        context.output.line(line)


def _change(context: CommandContext, entry: JournalEntry) -> str:
    """Name what was done, followed by the month of a close."""
    words = context.label(entry.kind)
    return words if entry.month is None else f"{words} {entry.month}"


def _rows(context: CommandContext, entry: JournalEntry) -> Iterator[str]:
    for sign, rows in (("-", entry.before), ("+", entry.after)):
        for row in rows:
            yield f"{sign} {context.label(row.table)} {' '.join(row.key.splitlines())}"
