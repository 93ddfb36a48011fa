"""Opening: a month that nothing has touched yet.

Whatever first touches a month opens it, with the users that are carried into it
and for all meters, with the gauge values that are carried into them. Users
change only in writes, and every such write opens its month, so a month that is
not open has the users of the newest month before it.
"""

from __future__ import annotations

from superlicense.licensing.metering.meter_state import MeterState, carried_into, write_state
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageReader, UsageWriter
from superlicense.licensing.metering.user_count import CurrentUsers
from superlicense.model.meter_month import MeterMonth, UsageMonth
from superlicense.model.month import Month
from superlicense.rules.metering.gauges import initial_state

__all__ = ["all_meter_months", "month_with_users", "open_month", "unopened_month"]


def month_with_users(totals: MeterTotals, usage: UsageReader, month: Month, current: CurrentUsers) -> UsageMonth:
    """Return *month* with its users: as it is stored, or as it is to be opened.

    Args:
        totals: The meters.
        usage: The stored usage.
        month: Any month.
        current: The current users, for an installation that has no month at all.
    """
    stored = usage.months(since=month, until=month)
    return stored[0] if stored else unopened_month(totals, usage, month, current)


def unopened_month(totals: MeterTotals, usage: UsageReader, month: Month, current: CurrentUsers) -> UsageMonth:
    """Return *month*, which is not stored, as it is to be opened; parameters as in `month_with_users`."""
    before = usage.month_before(month)
    if before is not None:
        users, users_at, bought = before.users, before.users_at, before.bought
    elif usage.months():  # no user has moved until after this month
        users, users_at, bought = 0, None, None
    else:
        users, users_at, bought = current.users, None, current.bought
    start, end, _ = totals.span(month)
    return UsageMonth(month, start, end, users, users_at, peak=users, peak_at=start, bought=bought)


def all_meter_months(totals: MeterTotals, usage: UsageReader, month: Month) -> tuple[MeterMonth, ...]:
    """Return every meter month of *month*: the stored ones, then those that are not open yet."""
    stored = usage.meter_months(since=month, until=month)
    return (*stored, *_unopened(totals, usage, month, stored))


def open_month(
    totals: MeterTotals, usage: UsageWriter, month: Month, current: CurrentUsers
) -> tuple[UsageMonth, tuple[MeterMonth, ...]]:
    """Store what is missing of *month*; the head is locked.

    Returns:
        The month, and those of its meter months that were opened.
    """
    stored = usage.months(since=month, until=month)
    if not stored:
        stored = (unopened_month(totals, usage, month, current),)
        usage.add_months(stored)
    opened = _unopened(totals, usage, month, usage.meter_months(since=month, until=month))
    usage.add_meter_months(opened)
    return stored[0], opened


def _unopened(
    totals: MeterTotals, usage: UsageReader, month: Month, stored: tuple[MeterMonth, ...]
) -> tuple[MeterMonth, ...]:
    """Return the meter months of *month* that are not among the *stored* ones, as they are to be opened."""
    start = totals.span(month).start
    opened = []
    for code in sorted(totals.meters.keys() - {one.meter for one in stored}):
        one, meter = MeterMonth(month, code), totals.meters[code]
        if not meter.adds:
            carried = carried_into(usage, code, month)
            gauge = initial_state(carried)
            used = totals.gauge_used(meter, gauge, month, start)
            one = one._replace(total=used, state=write_state(MeterState(carried, gauge)))
        opened.append(one)
    return tuple(opened)
