"""Month finding: which month an instant is in, by the stored bounds of the months around it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.model.meter_month import UsageMonth
from superlicense.model.month import Month
from superlicense.rules.metering.calendar import Months

__all__ = ["month_before", "month_of", "months_around", "stored_since"]

_FIRST: Final = Month(2, 1)


def month_of(totals: MeterTotals, usage: UsageReader, at: datetime) -> Month:
    """Return the month of *at*."""
    return months_around(totals, usage, [at]).span(at)[2]


def months_around(totals: MeterTotals, usage: UsageReader, instants: Iterable[datetime]) -> Months:
    """Return what finds the months of *instants*."""
    months = [Month.of(at, totals.zone) for at in instants]
    if not months:
        return totals.calendar(())
    return totals.calendar(stored_since(usage, min(months)))


def stored_since(usage: UsageReader, first: Month) -> tuple[UsageMonth, ...]:
    """Return the stored months from the one before *first* on.

    A zone moves the bounds of a month by at most 26 hours, so a month of today's
    zone lies among the stored month of that name and its neighbors.
    """
    return usage.months(since=month_before(first))


def month_before(month: Month) -> Month:
    """Return the month before *month*; the first one for itself."""
    return month if month == _FIRST else month.previous()
