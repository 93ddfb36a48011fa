"""As recorded: the usage of a month as it was recorded by an instant of the past.

Rule 1: it is what is stored now, without what was recorded after the instant, so
no event is read that a stored total or a summary of a day covers already.

Rule 2: of a gauge, only the days that were recorded in after the instant are read
again; of a closed month that late events have changed, all its readings.

Rule 3: a closed month is what its statement has, so events that a later month
counts are left out of it and of what is carried into it, unless the adjustments of
that later month are asked for. From its end on, its users are those of the statement.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from superlicense.licensing.loading import clock_rebases, readable
from superlicense.licensing.metering.closed_month import closed_terms, closing_statement, closing_tally
from superlicense.licensing.metering.meter_state import latest_total, read_state
from superlicense.licensing.metering.month_reading import MonthReading
from superlicense.licensing.metering.opening import all_meter_months, month_with_users
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.licensing.metering.user_count import CurrentUsers
from superlicense.model.license import SUPEROFFICE
from superlicense.model.meter import Meter
from superlicense.model.meter_month import UsageMonth, UsageRow
from superlicense.model.month import Month
from superlicense.model.policy import UserCount
from superlicense.model.row import Table
from superlicense.model.usage import UserTally
from superlicense.model.world import World
from superlicense.ports import Facts
from superlicense.rules.metering.corrections import originals_and_corrections
from superlicense.rules.metering.gauges import DayReadings, Reading, days_after, gauge_state, readings_of
from superlicense.rules.metering.users import bought, count_users, peak_from_history, users_now
from superlicense.rules.recorded_time import corrected

__all__ = ["GaugeAsRecorded", "Recorded", "read_month_as_recorded", "recorded_by", "tally_as_recorded"]

_MICROSECOND: Final = timedelta(microseconds=1)
_NOBODY: Final = CurrentUsers(0, None)  # only the bounds of a month are looked at


class Recorded(NamedTuple):
    """What had been recorded by an instant, and counts in a month.

    Attributes:
        through: The newest month whose events count.
        at: The instant, before *now*.
        now: The clock's reading.
        corrected_at: When the clock was last corrected, `None` for never. What was
            recorded later than now was recorded before that.
    """

    through: Month
    at: datetime
    now: datetime
    corrected_at: datetime | None

    def has(self, row: UsageRow) -> bool:
        """Return whether *row* had been recorded, and not too late to count."""
        return row.counted_in <= self.through and self.has_seen(row)

    def has_seen(self, row: UsageRow) -> bool:
        """Return whether *row* had been recorded, in whichever month it counts."""
        if row.recorded_at > self.now and self.corrected_at is not None:
            return self.corrected_at <= self.at
        return row.recorded_at <= self.at


def read_month_as_recorded(  # noqa: PLR0913 - everything that it depends on, by keyword
    totals: MeterTotals,
    *,
    facts: Facts,
    usage: UsageReader,
    world: World,
    one: UsageMonth,
    at: datetime,
    now: datetime,
    through: Month | None = None,
) -> tuple[MonthReading, ...]:
    """Return the usage of every meter in a month, as it was recorded by *at*.

    Args:
        totals: The meters.
        facts: The stored rows.
        usage: The stored usage.
        world: The facts at *at*, or at the end of the month where that is earlier.
        one: The month.
        at: An instant of the past.
        now: The clock's reading.
        through: The newest month whose late events count, too; the month itself if `None`.
    """
    month, span = one.month, totals.span(one)
    recorded = recorded_by(facts, through or month, at, now)
    tally = tally_as_recorded(totals, facts=facts, usage=usage, world=world, one=one, at=at)
    found = []
    for code, meter in sorted(_terms_of(totals, usage, one)[0].items()):
        if meter.adds:
            used = _total_of(usage, month, code, recorded) - _changed_after(usage, month, code, recorded)
            found.append(MonthReading(meter, month, span, at, used, tally))
            continue
        gauges = GaugeAsRecorded(totals, usage, code, recorded)
        carried = gauges.carried_into(month)
        gauge = gauge_state(carried, gauges.days(one) or ())
        used = totals.gauge_used(meter, gauge, one, at)
        found.append(MonthReading(meter, month, span, at, used, tally, gauge, carried))
    return tuple(found)


def tally_as_recorded(  # noqa: PLR0913 - as above
    totals: MeterTotals, *, facts: Facts, usage: UsageReader, world: World, one: UsageMonth, at: datetime
) -> UserTally:
    """Return the users of a month as they were counted by *at*; arguments as of `read_month_as_recorded`."""
    span, rebases = totals.span(one), clock_rebases(facts)
    closed = closing_statement(usage, one.month)
    if closed is not None and at >= span.end:
        return closing_tally(closed, one.month)
    return count_users(
        _terms_of(totals, usage, one)[1],
        peak=peak_from_history(
            corrected(map(readable, facts.history(Table.ASSIGNMENTS)), rebases),
            corrected(map(readable, facts.history(Table.PACKAGES, SUPEROFFICE)), rebases),
            min(span.start, at),
            min(span.end, at + _MICROSECOND),
        ),
        users=users_now(world),
        at=min(at, span.end),
        bought=bought(world),
    )


def recorded_by(facts: Facts, through: Month, at: datetime, now: datetime) -> Recorded:
    """Return what had been recorded by *at*, an instant before *now*, and counts in *through* or earlier."""
    return Recorded(through, at, now, max((row.start for row in clock_rebases(facts)), default=None))


def _terms_of(totals: MeterTotals, usage: UsageReader, one: UsageMonth) -> tuple[Mapping[str, Meter], UserCount]:
    """Return the terms of a month, whatever its state, and how its users are counted."""
    month, through = one.month, usage.head().closed_through
    if through is not None and month <= through:
        closed = closing_statement(usage, month)
        asked = totals.policy.user_count if closed is None else closed.tally.asked
        return closed_terms(usage, month), asked
    known = {each.meter: totals.terms(each) for each in all_meter_months(totals, usage, one)}
    counted = one.user_count or totals.policy.user_count
    return {code: meter for code, meter in known.items() if meter is not None}, counted


def _total_of(usage: UsageReader, month: Month, code: str, recorded: Recorded) -> int:
    """Return the total of a counter as it is now; with late events where these count."""
    if recorded.through > month:
        total = latest_total(usage, usage.head(), (month, code))
        return 0 if total is None else total.used
    return sum(each.total for each in usage.meter_months(since=month, until=month) if each.meter == code)


def _changed_after(usage: UsageReader, month: Month, code: str, recorded: Recorded) -> int:
    """Return by how much the total of a counter has changed by what was not *recorded* yet."""
    originals, changed = originals_and_corrections(
        row.event
        for row in usage.some_events(month, code, recorded_after=recorded.at)
        if (row.counted_in == month or recorded.through > month) and not recorded.has(row)
    )
    change = sum(changed.get(key, event.quantity) for key, event in originals.items())
    earlier = changed.keys() - originals.keys()
    if not earlier:
        return change
    before = {key: row.event.quantity for key, row in usage.find_events(earlier).items()}
    for row in usage.corrections(earlier):
        if recorded.has(row):
            before[row.event.source, row.event.corrects or ""] = row.event.quantity
    return change + sum(changed[key] - before[key] for key in earlier)


class GaugeAsRecorded:
    """One gauge, as it was recorded by an instant."""

    def __init__(self, totals: MeterTotals, usage: UsageReader, code: str, recorded: Recorded) -> None:
        """Read the stored *usage* of the meter *code*."""
        self._totals = totals
        self._usage = usage
        self._code = code
        self._recorded = recorded
        self._adjusted = {of for of, _ in usage.head().adjusted}

    def days(self, one: UsageMonth) -> tuple[DayReadings, ...] | None:
        """Return the summaries of a month; `None` where it has another kind of meter."""
        month, usage, code, span = one.month, self._usage, self._code, self._totals.span(one)
        stored = [each for each in usage.meter_months(since=month, until=month) if each.meter == code]
        known = read_state(stored[0].state).days if stored else ()
        if known is None:
            return None
        if month in self._adjusted:
            return days_after((), self._readings(usage.events(month=month, meter=code)), span.days)
        later = {
            bisect_right(span.days, row.event.at) - 1
            for row in usage.some_events(month, code, recorded_after=self._recorded.at)
            if not self._recorded.has(row)
        }
        kept = [each for each in known if each.day not in later]
        readings: list[Reading] = []
        for day in sorted(later):
            ends = span.days[day + 1] if day + 1 < len(span.days) else span.end
            readings += self._readings(usage.some_events(month, code, since=span.days[day], until=ends))
        return days_after(kept, readings, span.days)

    def _readings(self, rows: Iterable[UsageRow]) -> list[Reading]:
        return readings_of(row.event for row in rows if self._recorded.has(row))

    def carried_into(self, month: Month) -> int:
        """Return the value that is carried into *month*."""
        before = self._newest_before(month)
        while before is not None:
            days = self.days(month_with_users(self._totals, self._usage, before, _NOBODY))
            if days is None:
                return 0
            if days:
                return days[-1].value
            before = self._newest_before(before)
        return 0

    def _newest_before(self, month: Month) -> Month | None:
        """Return the newest month before *month* of which there may be readings."""
        stored = self._usage.meter_month_before(month, self._code)
        known = [of for of in self._adjusted if of < month]
        return max(known if stored is None else [stored.month, *known], default=None)
