"""Usage samples: months, meter months, events and crossings, for tests of stores."""

from __future__ import annotations

from datetime import UTC, datetime

from superlicense.codec import StoredMeterMonth, StoredUsageHead, StoredUsageMonth
from superlicense.model.meter_month import MeterMonth, UsageHead, UsageMonth, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import Crossing, CrossingCause, UsageEvent
from superlicense.testing.samples import NOON, after

__all__ = [
    "DECEMBER",
    "FULL_METER_MONTH",
    "FULL_USAGE_MONTH",
    "NOVEMBER",
    "OCTOBER",
    "crossing_of",
    "head_of",
    "meter_month_of",
    "usage_month_of",
    "usage_row",
]

OCTOBER = Month(2026, 10)
NOVEMBER = Month(2026, 11)
DECEMBER = Month(2026, 12)


def usage_month_of(month: Month = NOVEMBER, *, users: int = 3, closed: bool = False) -> StoredUsageMonth:
    """Return an ordinary month with its users, as it is stored."""
    start, end = month.start(UTC), month.end(UTC)
    return StoredUsageMonth.of(UsageMonth(month, start, end, users=users, peak=users, closed=closed))


FULL_USAGE_MONTH = StoredUsageMonth.of(
    UsageMonth(
        month=NOVEMBER,
        starts_at=after(-1.000001),
        ends_at=after(0.999999),
        users=7,
        users_at=after(0.123456),
        peak=9,
        peak_at=after(0.000001),
        bought=10**9,
    ),
    seal=b"\x00sealed\xff",
)
"""A month with every field filled."""


def meter_month_of(
    month: Month = NOVEMBER, meter: str = "mailings", *, total: int = 0, closed: bool = False
) -> StoredMeterMonth:
    """Return an ordinary meter month, as it is stored."""
    return StoredMeterMonth.of(MeterMonth(month, meter, total=total, closed=closed))


FULL_METER_MONTH = StoredMeterMonth.of(
    MeterMonth(
        month=NOVEMBER,
        meter="Lager Æ ✓",
        event_count=2**53,
        last_position=2**60,
        total=2**63 - 1,
        alerted_levels=(50, 80, 120),
        closed=False,
        recorded_at=after(0.5),
        state='{"late":{"2026-10":3}}',
    ),
    seal=b"\x00sealed\xff",
)
"""A meter month with every field filled, to its limit."""


def head_of(closed_through: Month | None = None, crossing_count: int = 0, seal: bytes | None = None) -> StoredUsageHead:
    """Return the head of usage, as it is stored."""
    return StoredUsageHead.of(UsageHead(closed_through, crossing_count), seal)


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
