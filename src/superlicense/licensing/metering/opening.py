"""Opening: the meter months of a month that nothing has touched yet.

Whatever first touches a month opens it for all meters, with the users and the
gauge values that are carried into it. Users change only in writes, and every
such write opens its month, so a month that is not open has the users of the
newest meter months before it.
"""

from __future__ import annotations

from superlicense.licensing.metering.meter_state import MeterState, carried_into, write_state
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.user_count import CurrentUsers
from superlicense.model.meter_month import MeterMonth
from superlicense.model.month import Month
from superlicense.ports import UsageReading
from superlicense.rules.metering.gauges import initial_state

__all__ = ["all_meter_months", "unopened"]


def all_meter_months(
    totals: MeterTotals, usage: UsageReading, month: Month, current: CurrentUsers
) -> tuple[MeterMonth, ...]:
    """Return every meter month of *month*: the stored ones, then those that are not open yet."""
    stored = usage.meter_months(since=month, until=month)
    return (*stored, *unopened(totals, usage, month, current))


def unopened(totals: MeterTotals, usage: UsageReading, month: Month, current: CurrentUsers) -> tuple[MeterMonth, ...]:
    """Return the meter months of *month* that are not stored yet, as they are to be opened.

    Args:
        totals: The meters.
        usage: The stored usage.
        month: Any month.
        current: The current users, for an installation that has no meter month at all.
    """
    stored = usage.meter_months(since=month, until=month)
    codes = totals.meters.keys() - {one.meter for one in stored}
    if not codes:
        return ()
    span = totals.span(month)
    blank = _blank(totals, usage, month, stored, current)
    opened = []
    for code in sorted(codes):
        one, meter = blank._replace(meter=code), totals.meters[code]
        if not meter.adds:
            carried = carried_into(usage, code, month)
            gauge = initial_state(carried)
            used = totals.gauge_used(meter, gauge, month, span.start)
            one = one._replace(total=used, state=write_state(MeterState(carried, gauge)))
        opened.append(one)
    return tuple(opened)


def _blank(
    totals: MeterTotals, usage: UsageReading, month: Month, stored: tuple[MeterMonth, ...], current: CurrentUsers
) -> MeterMonth:
    """Return a meter month without a meter: the users of *month*, and no usage."""
    start, end, _ = totals.span(month)
    if stored:
        like = stored[0]
        return MeterMonth(month, "", start, end, like.users, like.users_at, like.peak, like.peak_at, like.bought)
    before = max(usage.meter_months_before(month), key=lambda one: one.month, default=None)
    if before is not None:
        return MeterMonth(month, "", start, end, before.users, before.users_at, before.users, start, before.bought)
    # No user has moved yet, or only later than this month.
    users, bought = (0, None) if usage.meter_months() else current
    return MeterMonth(month, "", start, end, users, None, users, start, bought)
