"""Past statements: the statement of a month as it was recorded by an instant of the past.

Rule 1: a month that had been closed by then has its final statement, any other a draft.

Rule 2: the draft of the earliest month that was open then has the adjustments of
closed months, by what had been recorded of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from attrs import evolve

from superlicense.codec.statements import load_statement
from superlicense.licensing.closing import statements_since
from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.journal import Journal
from superlicense.licensing.metering.month_reading import MonthReading
from superlicense.licensing.metering.opening import month_with_users
from superlicense.licensing.metering.user_count import user_count
from superlicense.model.journal import EntryKind
from superlicense.model.month import Month
from superlicense.model.statement import Statement
from superlicense.rules.gate.identity import licensee_of
from superlicense.rules.metering.billing import statement

__all__ = ["past_statement"]

_MICROSECOND: Final = timedelta(microseconds=1)

ReadingsAt = Callable[[Month, datetime], tuple[MonthReading, ...]]


def past_statement(engine: Engine, readings: ReadingsAt, month: Month, at: datetime) -> Statement:
    """Return the statement of *month* as it was recorded by *at*.

    Args:
        engine: What is read.
        readings: Returns the usage of every meter in a month, as recorded by an instant.
        month: Any month.
        at: An instant of the past.

    Raises:
        StoreError: the store cannot be read.
    """
    totals, world = engine.totals, engine.worlds.current().world
    with engine.worlds.stored() as view:
        usage = engine.checks.usage_in(view)
        one = month_with_users(totals, usage, month, user_count(world))
        final = usage.statement(month)
        late = sorted({of for of, _ in usage.head().adjusted if of < month})
        frozen = [each for each in statements_since(usage, late[0]) if each.month < month] if late else []
    # No month is closed before it has ended, so the one before this was closed after this one had begun.
    entries = Journal(engine).entries(since=one.starts_at, until=at + _MICROSECOND)
    closed = [entry.month for entry in entries if entry.kind is EntryKind.CLOSE_MONTH and entry.month is not None]
    if final is not None and month in closed:
        return load_statement(final)
    is_earliest = bool(closed) and closed[-1].next() == month
    found = readings(month, at)
    made = statement(
        month,
        meters={each.meter.code: each.meter for each in found},
        used={each.meter.code: each.used for each in found},
        tally=found[0].tally if found else totals.tally(one, at),
        before=frozen,
        used_before={
            (each.month, each.meter.code): each.used
            for service in (late if is_earliest else ())
            for each in readings(service, at)
        },
        closed=bool(closed) and month <= closed[-1],  # it was not touched, and a later one was closed
    )
    ours = licensee_of(world)
    return evolve(made, serial_number=ours.serial_number, company=ours.company, time_zone=one.zone)
