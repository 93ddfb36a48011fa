"""The journal: who did what, when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click

from superlicense.cli.context import CommandContext, parse_instant, query
from superlicense.cli.table import aligned
from superlicense.model.change import JournalEntry

__all__ = ["journal"]


@click.command()
@query
@click.option("--since", callback=parse_instant, help="Only what was done at this instant or later.")
@click.option("--until", callback=parse_instant, help="Only what was done before this instant.")
@click.option("--user", help="Only what concerns this user (or site).")
@click.option("--license", "license_name", help="Only what concerns assignments of this license.")
def journal(
    context: CommandContext, since: datetime | None, until: datetime | None, user: str | None, license_name: str | None
) -> None:
    """Show who did what, when: what began (+) and what ended (-) with it.

    With --at, as far as it went before that instant.
    """
    ends = [end for end in (context.in_zone(until), context.at) if end is not None]
    entries = context.licensing.journal.entries(
        since=context.in_zone(since), until=min(ends, default=None), user=user, license=license_name
    )
    context.show(entries, lambda: _draw(context, entries))


def _draw(context: CommandContext, entries: tuple[JournalEntry, ...]) -> None:
    rows = [
        (str(one.number), context.time(one.at), one.by, _change(context, one), "; ".join(_rows(context, one)))
        for one in entries
    ]
    for line in aligned(rows, right={0}):
        context.output.line(line)


def _change(context: CommandContext, entry: JournalEntry) -> str:
    """Say what was done; the month of a close stands behind its name."""
    name, *month = entry.change.split()
    return " ".join((context.label(f"change.{name}"), *month))


def _rows(context: CommandContext, entry: JournalEntry) -> Iterator[str]:
    for sign, rows in (("-", entry.before), ("+", entry.after)):
        for row in rows:
            yield f"{sign} {context.label(row.table)} {' '.join(row.key.splitlines())}"
