"""Usage samples: meter months, events and crossings, for tests of stores."""

from __future__ import annotations

from datetime import UTC, datetime

from superlicense.model.meter_month import MeterMonth, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import Crossing, CrossingCause, UsageEvent
from superlicense.testing.samples import NOON, after

__all__ = ["DECEMBER", "FULL_METER_MONTH", "NOVEMBER", "OCTOBER", "crossing_of", "meter_month_of", "usage_row"]

OCTOBER = Month(2026, 10)
NOVEMBER = Month(2026, 11)
DECEMBER = Month(2026, 12)


def meter_month_of(month: Month = NOVEMBER, meter: str = "mailings", *, users: int = 3, total: int = 0) -> MeterMonth:
    """Return an ordinary meter month."""
    start, end = month.start(UTC), month.end(UTC)
    return MeterMonth(
        month, meter, start, end, users=users, users_at=None, peak=users, peak_at=None, bought=None, total=total
    )


FULL_METER_MONTH = MeterMonth(
    month=NOVEMBER,
    meter="Lager Æ ✓",
    starts_at=after(-1.000001),
    ends_at=after(0.999999),
    users=7,
    users_at=after(0.123456),
    peak=9,
    peak_at=after(0.000001),
    bought=10**9,
    event_count=2**53,
    last_position=2**60,
    total=2**63 - 1,
    alerted_levels=(50, 80, 120),
    closed=False,
    recorded_at=after(0.5),
    state='{"late":{"2026-10":3}}',
    seal=b"\x00sealed\xff",
)
"""A meter month with every field filled, to its limit."""


def usage_row(  # noqa: PLR0913 - every field of an event, by keyword
    position: int,
    name: str | None = None,
    *,
    source: str = "mailer",
    meter: str = "mailings",
    quantity: int = 1,
    month: Month = NOVEMBER,
    counted_in: Month = NOVEMBER,
    at: datetime = NOON,
    corrects: str | None = None,
    seal: bytes | None = None,
) -> UsageRow:
    """Return an accepted event; its id is its position unless *name* is given."""
    event = UsageEvent(
        source=source, id=name or str(position), meter=meter, quantity=quantity, at=at, corrects=corrects
    )
    return UsageRow(event, month, counted_in, position, after(position % 1000), "host", seal)


def crossing_of(level: int = 80, meter: str = "mailings", month: Month = NOVEMBER) -> Crossing:
    """Return a crossing."""
    return Crossing(
        id=f"{meter}/{month}/{level}", meter=meter, month=month, level=level, at=after(0.5), cause=CrossingCause.USAGE
    )
