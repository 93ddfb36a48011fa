"""Checking: what time alone has done to the open months.

A gauge that is carried into a month, or whose mean rises at the start of a day,
may reach a level while nobody records anything. Reads never write, so a host
that records rarely checks at the start of a day.
"""

from __future__ import annotations

from datetime import datetime

from superlicense.licensing.metering.month_finding import month_of
from superlicense.licensing.metering.opening import first_open, open_month
from superlicense.licensing.metering.saving import due_levels, save_with_crossings
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageWriter
from superlicense.licensing.metering.user_count import CurrentUsers
from superlicense.model.usage import Crossing

__all__ = ["check_levels"]


def check_levels(totals: MeterTotals, usage: UsageWriter, now: datetime, current: CurrentUsers) -> tuple[Crossing, ...]:
    """Open the month of *now*, and record the levels that are due in any open month.

    Args:
        totals: The meters.
        usage: Where they are stored.
        now: As of when.
        current: The current users, for an installation that has no month at all.

    Returns:
        The crossings that were recorded.
    """
    head = usage.lock_head()
    month = month_of(totals, usage, now)
    first = first_open(head)
    if month >= first:
        open_month(totals, usage, month, current, at=now)
    months = {one.month: one for one in usage.months(since=first)}
    meter_months = usage.lock_meter_months_since(first)
    due = due_levels(totals, meter_months, months, now)
    changed = [
        one._replace(total=totals.used(one, months[one.month], now))
        for one in meter_months
        if (one.month, one.meter) in due
    ]
    save_with_crossings(totals, usage, head, changed, months=months, at=now, due=due)
    if not due and month in months:
        totals.checked(now, months[month])
    return tuple(one for _, one in usage.crossings(after=head.crossing_count))
