"""User moves: what a write that changes the number of users does to the meter months.

It opens the month of the write, and sets the users of that month and of later
ones that are open already. Thresholds follow, and may be crossed.
"""

from __future__ import annotations

from datetime import datetime

from superlicense.licensing.metering.opening import all_meter_months, unopened
from superlicense.licensing.metering.saving import save_with_crossings
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.user_count import CurrentUsers
from superlicense.model.meter_month import MeterMonth
from superlicense.model.month import Month
from superlicense.model.preview import MeterEffect
from superlicense.ports import Usage, UsageReading

__all__ = ["move_users", "moved_thresholds"]


def move_users(totals: MeterTotals, usage: Usage, before: CurrentUsers, after: CurrentUsers, at: datetime) -> None:
    """Record that a write has changed the users from *before* to *after* at *at*."""
    head = usage.lock_head()
    month = Month.of(at, totals.zone)
    locked = usage.lock_meter_months_since(month)
    if not totals.meters.keys() <= {one.meter for one in locked if one.month == month}:
        usage.add_meter_months(unopened(totals, usage, month, before))
        locked = usage.lock_meter_months_since(month)
    changed = [
        _moved(one, after, at) if one.month == month else _moved_before(one, after, at)
        for one in locked
        if not one.closed
    ]
    save_with_crossings(totals, usage, head, changed, at=at)


def moved_thresholds(
    totals: MeterTotals, usage: UsageReading, before: CurrentUsers, after: CurrentUsers, at: datetime
) -> tuple[MeterEffect, ...]:
    """Return which thresholds of the month of *at* would change with the users from *before* to *after*."""
    month = Month.of(at, totals.zone)
    found = []
    for one in sorted(all_meter_months(totals, usage, month, before), key=lambda one: one.meter):
        if one.meter not in totals.meters:
            continue
        then = _moved(one, after, at)
        threshold, new_threshold = totals.threshold(one), totals.threshold(then)
        if threshold != new_threshold:
            found.append(
                MeterEffect(
                    meter=one.meter,
                    month=month,
                    threshold=threshold,
                    new_threshold=new_threshold,
                    crossed=totals.new_levels(then),
                )
            )
    return tuple(found)


def _moved(one: MeterMonth, after: CurrentUsers, at: datetime) -> MeterMonth:
    """Return a meter month of the month of the write with its new users; its peak never falls."""
    if after.users > one.peak:
        return one._replace(users=after.users, users_at=at, peak=after.users, peak_at=at, bought=after.bought)
    return one._replace(users=after.users, users_at=at, bought=after.bought)


def _moved_before(one: MeterMonth, after: CurrentUsers, at: datetime) -> MeterMonth:
    """Return a meter month after the month of the write: the users carried into it are its peak."""
    return one._replace(users=after.users, users_at=at, peak=after.users, peak_at=one.starts_at, bought=after.bought)
