"""Idle: seats that are held for nothing, and licenses that are nearly used up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import IO

import click

from superlicense.cli.context import CommandContext, list_query
from superlicense.cli.csv_output import CsvTable
from superlicense.cli.jsonl import read_objects
from superlicense.cli.options import instant
from superlicense.cli.wrong_file import check_list
from superlicense.model.seat_use import IdleUser, LowLicense, RedundantSeat, SeatState

__all__ = ["idle"]

_FIELDS = ("user", "last_login")
_COLUMNS = ("list", "user", "licenses", "last_login", "covered_by", "in_use", "free", "total")


@click.command()
@list_query
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--after", type=click.IntRange(0), default=90, show_default=True, help="Days without a login.")
def idle(context: CommandContext, file: IO[bytes] | None, after: int) -> None:
    """Show seats that are held for nothing, and licenses that are nearly used up.

    FILE (`-` is standard input) has the last logins, which the service knows: a JSON object per
    line, {"user": "anna", "last_login": "2026-11-24T09:00Z"}, or CSV. Users who are missing
    never logged in. Without FILE, only licenses that others cover, and those nearly used up.
    """
    seats = context.licensing.seats
    users: tuple[IdleUser, ...] = ()
    if file is not None:
        check_list(file)
        users = seats.idle(_logins(context, file), after=timedelta(days=after), at=context.at)
    redundant, low = seats.redundant(at=context.at), seats.low(at=context.at)
    data = {"idle": users if file is not None else None, "redundant": redundant, "low": low}
    context.show(data, lambda: _draw(context, users, redundant, low), _table(users, redundant, low))


def _logins(context: CommandContext, file: IO[bytes]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for line in read_objects(file, "login", known=_FIELDS, needed=_FIELDS):
        when = instant(f"{line.place}.last_login", line.fields["last_login"])
        found[str(line.fields["user"])] = context.in_zone(when) or when
    return found


def _table(users: Iterable[IdleUser], redundant: Iterable[RedundantSeat], low: Iterable[LowLicense]) -> CsvTable:
    """Return the three lists as one: the first column says which of them a row belongs to."""
    rows: list[tuple[object, ...]] = [
        *(("idle", one.user, one.licenses, one.last_login, None, None, None, None) for one in users),
        *(("redundant", one.holder, one.license, None, one.covered_by, None, None, None) for one in redundant),
        *(("low", None, one.license, None, None, one.in_use, one.free, one.total) for one in low),
    ]
    return _COLUMNS, lambda: rows


def _draw(
    context: CommandContext,
    users: tuple[IdleUser, ...],
    redundant: tuple[RedundantSeat, ...],
    low: tuple[LowLicense, ...],
) -> None:
    named, output = context.words.named, context.output
    if users:
        output.heading(context.text("idle"))
        output.table(
            [
                (one.user, context.time(one.last_login) or context.text("never"), ", ".join(map(named, one.licenses)))
                for one in users
            ],
            headed=False,
        )
    if redundant:
        output.heading(context.text("redundant"))
        output.table(
            [(one.holder, named(one.license), " + ".join(map(named, one.covered_by))) for one in redundant],
            headed=False,
        )
    if low:
        output.heading(context.label(SeatState.LOW))
        output.table([(named(one.license), f"{one.in_use} / {one.total}") for one in low], right={1}, headed=False)
    if not (users or redundant or low):
        output.answer(context.text("nothing_idle"), granted=True)
