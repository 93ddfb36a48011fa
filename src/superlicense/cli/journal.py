"""The journal: who did what, when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click

from superlicense.cli.context import Desk, asks, instant
from superlicense.cli.table import aligned
from superlicense.model.change import JournalEntry

__all__ = ["journal"]


@click.command()
@asks
@click.option("--since", callback=instant, help="Only what was done at this instant or later.")
@click.option("--until", callback=instant, help="Only what was done before this instant.")
@click.option("--user", help="Only what concerns this user (or site).")
@click.option("--license", "license_name", help="Only what concerns assignments of this license.")
def journal(
    desk: Desk, since: datetime | None, until: datetime | None, user: str | None, license_name: str | None
) -> None:
    """Show who did what, when: what began (+) and what ended (-) with it.

    With --at, as far as it went before that instant.
    """
    ends = [instant for instant in (desk.instant(until), desk.at) if instant is not None]
    entries = desk.licensing.journal.entries(
        since=desk.instant(since), until=min(ends, default=None), user=user, license=license_name
    )
    desk.tell(entries, lambda: _draw(desk, entries))


def _draw(desk: Desk, entries: tuple[JournalEntry, ...]) -> None:
    rows = [
        (str(one.number), desk.time(one.at), one.by, _change(desk, one), "; ".join(_rows(desk, one))) for one in entries
    ]
    for line in aligned(rows, right={0}):
        desk.paper.line(line)


def _change(desk: Desk, entry: JournalEntry) -> str:
    """Say what was done; the month of a close stands behind its name."""
    name, *month = entry.change.split()
    return " ".join((desk.label(f"change.{name}"), *month))


def _rows(desk: Desk, entry: JournalEntry) -> Iterator[str]:
    for sign, rows in (("-", entry.before), ("+", entry.after)):
        for row in rows:
            yield f"{sign} {desk.label(row.table)} {' '.join(row.key.splitlines())}"
