"""User moves: what a write that changes the number of users does to the months.

It sets the users of the month of the write, which it opens, and of later months
that are open already: one row a month. Where a threshold depends on them and may
move, meter months are locked, and may cross a level.
"""

from __future__ import annotations

from datetime import datetime

from superlicense.errors import WriteOutOfOrderError
from superlicense.licensing.metering.month_finding import month_before, month_of
from superlicense.licensing.metering.opening import (
    all_meter_months,
    first_open,
    is_open_for_all,
    month_with_users,
    open_month,
)
from superlicense.licensing.metering.saving import due_levels, save_with_crossings
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageReader, UsageWriter
from superlicense.licensing.metering.user_count import CurrentUsers
from superlicense.model.meter_month import UsageMonth
from superlicense.model.month import Month
from superlicense.model.preview import MeterEffect

__all__ = [
    "check_month_open",
    "month_moved",
    "month_moved_before",
    "move_users",
    "moved_thresholds",
    "threshold_can_move",
]


def move_users(
    totals: MeterTotals, usage: UsageWriter, before: CurrentUsers, after: CurrentUsers, at: datetime
) -> None:
    """Record that a write has changed the users from *before* to *after* at *at*."""
    head = usage.lock_head()
    checks = totals.needs_check(at)
    around = month_before(Month.of(at, totals.zone))
    stored = usage.months(since=min(around, first_open(head)) if checks else around)
    month = totals.calendar(stored).span(at)[2]
    earliest = min(month, first_open(head)) if checks else month
    stored = tuple([one for one in stored if one.month >= earliest])
    may_cross = checks
    months = {one.month: one for one in stored}
    if not is_open_for_all(totals, months.get(month)):
        # A gauge that is carried into a month may be over its threshold from the start.
        may_cross = True
        months |= open_month(totals, usage, month, before, at=at).months
        stored = tuple(months[when] for when in sorted(months))
    moves = [
        (one, month_moved(one, after, at) if one.month == month else month_moved_before(one, after, at))
        for one in stored
        if not one.closed and one.month >= month
    ]
    if may_cross or any(threshold_can_move(totals, *move) for move in moves):
        moved = {one.month: one for _, one in moves}
        locked = usage.lock_meter_months_since(stored[0].month)
        open_meter_months = [one for one in locked if not one.closed and one.month in months]
        due = due_levels(totals, open_meter_months, months, at)
        after_moves = months | moved
        crossing = [
            one._replace(total=totals.used(one, months[one.month], at))
            for one in open_meter_months
            if totals.new_levels(one, after_moves[one.month], at)
        ]
        save_with_crossings(totals, usage, head, crossing, months=after_moves, at=at, due=due)
        if checks and not crossing:
            totals.checked(at, months[month])
    usage.save_months([then for _, then in moves])


def check_month_open(usage: UsageWriter, asked: datetime, *, latest: datetime) -> None:
    """Check that a write at *asked* does not lie in a closed month; the head is locked.

    Raises:
        WriteOutOfOrderError: it does. *latest* is the latest instant that may be asked for.
    """
    through = usage.lock_head().closed_through
    if through is None:
        return
    stored = usage.months(since=through, until=through)
    if stored and asked < stored[0].ends_at:
        raise WriteOutOfOrderError(asked, earliest=stored[0].ends_at, latest=latest)


def threshold_can_move(totals: MeterTotals, one: UsageMonth, then: UsageMonth) -> bool:
    """Return whether a threshold of a month differs between its users as in *one* and as in *then*."""
    if not one.per_user:
        return False
    return totals.tally(one, one.ends_at).users != totals.tally(then, then.ends_at).users


def moved_thresholds(
    totals: MeterTotals, usage: UsageReader, before: CurrentUsers, after: CurrentUsers, at: datetime
) -> tuple[MeterEffect, ...]:
    """Return which thresholds of the month of *at* would change with the users from *before* to *after*."""
    one = month_with_users(totals, usage, month_of(totals, usage, at), before)
    then = month_moved(one, after, at)
    if not threshold_can_move(totals, one, then):
        return ()
    found = []
    for meter_month in sorted(all_meter_months(totals, usage, one), key=lambda each: each.meter):
        terms = totals.terms(meter_month)
        if terms is None or not terms.included_per_user:
            continue
        found.append(
            MeterEffect(
                meter=meter_month.meter,
                month=one.month,
                threshold=totals.threshold(meter_month, one),
                new_threshold=totals.threshold(meter_month, then),
                crossed=totals.new_levels(meter_month, then, at),
            )
        )
    return tuple(found)


def month_moved(one: UsageMonth, after: CurrentUsers, at: datetime) -> UsageMonth:
    """Return the month of the write with its new users; its peak never falls after its first instant."""
    if at == one.starts_at:
        return month_moved_before(one, after, at)
    if after.users > one.peak:
        return one._replace(users=after.users, users_at=at, peak=after.users, peak_at=at, bought=after.bought)
    return one._replace(users=after.users, users_at=at, bought=after.bought)


def month_moved_before(one: UsageMonth, after: CurrentUsers, at: datetime) -> UsageMonth:
    """Return a month after that of the write: the users carried into it are its peak."""
    return one._replace(users=after.users, users_at=at, peak=after.users, peak_at=one.starts_at, bought=after.bought)
