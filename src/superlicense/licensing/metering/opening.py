"""Opening: a month that nothing has touched yet.

Whatever first touches a month opens it, with the users that are carried into it
and for all meters, with the gauge values that are carried into them. Users
change only in writes, and every such write opens its month, so a month that is
not open has the users of the newest month before it.

Rule 1: a month has the terms that the host passes when it is opened. Untouched
months since the newest stored one are opened with it, on the terms of that one.

Rule 2: an instance without terms opens a month only for the meters that it
records. The month waits until an instance with terms opens it again.

Rule 3: a meter that the host lists later joins a month that has terms with its
first usage, so that every instance shows and bills the same meters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from superlicense.licensing.metering.meter_state import MeterState, carried_into, write_state
from superlicense.licensing.metering.month_finding import stored_since
from superlicense.licensing.metering.retermed import retermed
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageReader, UsageWriter
from superlicense.licensing.metering.user_count import CurrentUsers
from superlicense.model.meter import Meter
from superlicense.model.meter_month import MeterMonth, UsageHead, UsageMonth
from superlicense.model.month import Month
from superlicense.rules.metering.gauges import initial_state

__all__ = [
    "Opened",
    "all_meter_months",
    "first_open",
    "is_open_for_all",
    "month_with_users",
    "open_month",
    "unopened_month",
    "with_bought",
]

_FIRST: Final = Month(2000, 1)  # no event is accepted before it


class Opened(NamedTuple):
    """What opening a month has stored.

    Attributes:
        months: The month, and those before it that were opened with it.
        meter_months: The meter months that were opened, or have got their terms.
    """

    months: dict[Month, UsageMonth]
    meter_months: tuple[MeterMonth, ...]


_NOTHING: Final = Opened({}, ())


def first_open(head: UsageHead) -> Month:
    """Return the first month that may be open."""
    return _FIRST if head.closed_through is None else head.closed_through.next()


def is_open_for_all(totals: MeterTotals, month: UsageMonth | None) -> bool:
    """Return whether *month* is stored and waits for no terms that this instance has."""
    return month is not None and (month.closed or month.user_count is not None or not totals.has_terms)


def month_with_users(totals: MeterTotals, usage: UsageReader, month: Month, current: CurrentUsers) -> UsageMonth:
    """Return *month* with its users: as it is stored, or as it is to be opened.

    Args:
        totals: The meters.
        usage: The stored usage.
        month: Any month.
        current: The current users, for an installation that has no month at all.
    """
    stored = usage.months(since=month, until=month)
    one = stored[0] if stored else unopened_month(totals, usage, month, current)
    return with_bought(usage, one, current)


def with_bought(usage: UsageReader, one: UsageMonth, current: CurrentUsers) -> UsageMonth:
    """Return *one* without the number bought if it is the newest open month, and no package that counts has one.

    That a package does not count any more is shown by no write: it was tampered
    with, or the host says that the installation is another one.
    """
    if one.closed or one.bought is None or current.bought is not None or usage.months(since=one.month.next()):
        return one
    return one._replace(bought=None)


def unopened_month(totals: MeterTotals, usage: UsageReader, month: Month, current: CurrentUsers) -> UsageMonth:
    """Return *month*, which is not stored, as it is to be opened; parameters as in `month_with_users`."""
    before = usage.month_before(month)
    stored = stored_since(usage, month)
    start, end, _ = totals.calendar(stored).bounds(month)
    # A month before a stored one is of the zone of that one.
    zone = stored[0].zone if stored and stored[-1].month > month else totals.zone_name
    if before is not None:
        users, users_at, bought = before.users, before.users_at, before.bought
    elif stored:  # no user has moved until after this month
        users, users_at, bought = 0, None, None
    else:
        users, users_at, bought = current.users, None, current.bought
    return UsageMonth(
        month,
        start,
        end,
        users,
        users_at,
        peak=users,
        peak_at=start,
        bought=bought,
        zone=zone,
        user_count=totals.policy.user_count if totals.has_terms else None,
        per_user=totals.has_terms and _per_user(totals.meters.values()),
    )


def all_meter_months(totals: MeterTotals, usage: UsageReader, one: UsageMonth) -> tuple[MeterMonth, ...]:
    """Return every meter month of a month: the stored ones, then those that it is opened with.

    Args:
        totals: The meters.
        usage: The stored usage.
        one: The month, as `month_with_users` returns it.
    """
    month = one.month
    stored = usage.meter_months(since=month, until=month)
    if any(each.user_count is not None for each in usage.months(since=month, until=month)):
        return stored
    return (*stored, *_unopened(totals, usage, one, totals.meters, stored))


def open_month(  # noqa: PLR0913 - what is opened, where, when and for what
    totals: MeterTotals,
    usage: UsageWriter,
    month: Month,
    current: CurrentUsers,
    *,
    at: datetime,
    recorded: Iterable[str] = (),
) -> Opened:
    """Store what is missing of *month*, which is not closed; the head is locked.

    Args:
        totals: The meters.
        usage: The stored usage.
        month: The month.
        current: The current users, for an installation that has no month at all.
        at: When it is opened.
        recorded: The meters that are recorded; no others join a month that has terms already.
    """
    stored = usage.months(since=month, until=month)
    earlier = _NOTHING if stored else _open_those_before(totals, usage, month, current)
    before = stored[0] if stored else unopened_month(totals, usage, month, current)._replace(per_user=False)
    # The world of a recording may be behind, so its users change nothing that is stored.
    one = before
    if not stored:
        usage.add_months([before])
    there = usage.meter_months(since=month, until=month)
    filled = [] if not totals.has_terms else [_with_terms(totals, usage, each, one, at) for each in there]
    changed = [after for each, after in zip(there, filled, strict=False) if each != after]
    usage.save_meter_months(changed)
    waits = not stored or stored[0].user_count is None
    opens_all = totals.has_terms and waits
    listed = totals.meters if opens_all else {code: totals.meters[code] for code in recorded}
    new = _unopened(totals, usage, one, listed, there)
    usage.add_meter_months(new)
    if totals.has_terms:
        terms = [each.terms for each in (*filled, *new) if each.terms is not None]
        one = one._replace(user_count=one.user_count or totals.policy.user_count, per_user=_per_user(terms))
    if one != before:
        usage.save_months([one])
    later = _NOTHING if stored else _open_those_after(totals, usage, one, current)
    return Opened(
        {**earlier.months, month: one, **later.months},
        (*earlier.meter_months, *changed, *new, *later.meter_months),
    )


def _open_those_before(totals: MeterTotals, usage: UsageWriter, month: Month, current: CurrentUsers) -> Opened:
    """Open the untouched months between the newest stored one before *month* and *month*, on the terms of that one."""
    newest = usage.month_before(month)
    return _NOTHING if newest is None else _open_between(totals, usage, newest, month, current)


def _open_those_after(totals: MeterTotals, usage: UsageWriter, one: UsageMonth, current: CurrentUsers) -> Opened:
    """Open the untouched months between *one* and the next stored one, on the terms of *one*."""
    later = usage.months(since=one.month.next())
    return _open_between(totals, usage, one, later[0].month, current) if later else _NOTHING


def _open_between(
    totals: MeterTotals, usage: UsageWriter, first: UsageMonth, until: Month, current: CurrentUsers
) -> Opened:
    """Open the months after *first* and before *until*, on the terms of *first*."""
    there = usage.meter_months(since=first.month, until=first.month)
    listed = {one.meter: one.terms for one in there if one.terms is not None}
    months: dict[Month, UsageMonth] = {}
    opened: list[MeterMonth] = []
    when = first.month.next()
    while when < until:
        one = unopened_month(totals, usage, when, current)
        months[when] = one._replace(user_count=first.user_count, per_user=first.per_user)
        # One after the other, because each month and its gauges begin as the one before has ended.
        usage.add_months([months[when]])
        new = [each._replace(terms=listed[each.meter]) for each in _unopened(totals, usage, one, listed, ())]
        usage.add_meter_months(new)
        opened += new
        when = when.next()
    return Opened(months, tuple(opened))


def _with_terms(
    totals: MeterTotals, usage: UsageReader, one: MeterMonth, month: UsageMonth, at: datetime
) -> MeterMonth:
    """Return a meter month with terms, if it waits for them and the host has them."""
    meter = totals.meters.get(one.meter)
    return one if one.terms is not None or meter is None else retermed(totals, usage, one, month, meter, at)


def _per_user(meters: Iterable[Meter]) -> bool:
    return any(one.included_per_user for one in meters)


def _unopened(
    totals: MeterTotals,
    usage: UsageReader,
    month: UsageMonth,
    listed: Mapping[str, Meter],
    stored: Iterable[MeterMonth],
) -> tuple[MeterMonth, ...]:
    """Return the meter months of *month* that are not among the *stored* ones, as they are to be opened."""
    opened = []
    for code in sorted(listed.keys() - {one.meter for one in stored}):
        meter = listed[code]
        one = MeterMonth(month.month, code, terms=meter if totals.has_terms else None)
        if not meter.adds:
            carried = carried_into(usage, code, month.month)
            used = totals.gauge_used(meter, initial_state(carried), month, month.starts_at)
            one = one._replace(total=used, state=write_state(MeterState(carried, ())))
        opened.append(one)
    return tuple(opened)
