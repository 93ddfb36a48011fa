"""Month reading: the usage of every meter in a month, as of now or as it was recorded by an instant of the past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from attrs import evolve

from superlicense.licensing.loading import clock_rebases, readable
from superlicense.licensing.metering.closed_month import closed_terms, closing_statement
from superlicense.licensing.metering.meter_state import latest_totals, read_state
from superlicense.licensing.metering.opening import all_meter_months, month_with_users
from superlicense.licensing.metering.retermed import counter_total
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.licensing.metering.user_count import CurrentUsers
from superlicense.model.license import SUPEROFFICE
from superlicense.model.meter import Meter
from superlicense.model.month import Month
from superlicense.model.policy import UserCount
from superlicense.model.row import Table
from superlicense.model.usage import MeterUsage, Projection, UsageEvent, UserTally
from superlicense.model.world import World
from superlicense.ports import Facts
from superlicense.rules.metering.crossings import FULL, crossing_id
from superlicense.rules.metering.gauges import GaugeState, readings_of, state_after
from superlicense.rules.metering.thresholds import measure
from superlicense.rules.metering.users import bought, count_users, peak_from_history, users_now
from superlicense.rules.recorded_time import corrected

__all__ = ["MonthReading", "read_month", "read_month_as_recorded"]

_MICROSECOND: Final = timedelta(microseconds=1)


class MonthReading(NamedTuple):
    """The usage of one meter in one month.

    Attributes:
        totals: The meters.
        meter: The meter.
        month: The month.
        at: As of when.
        used: Its usage.
        tally: The users of the month.
        gauge: The state of a gauge; `None` for a counter.
        carried: The value of a gauge that was carried into the month.
        passed_at: When usage reached the threshold, where that was recorded.
    """

    totals: MeterTotals
    meter: Meter
    month: Month
    at: datetime
    used: int
    tally: UserTally
    gauge: GaugeState | None = None
    carried: int = 0
    passed_at: datetime | None = None

    def usage(self) -> MeterUsage:
        """Return it with its threshold."""
        return measure(self.meter, self.month, self.used, self.tally)

    def projection(self) -> Projection | None:
        """Return the estimate of the end of the month; `None` before its first day has passed."""
        from superlicense.rules.metering.projecting import project  # noqa: PLC0415 - few callers, and it costs an import

        return project(
            self.meter,
            self.month,
            at=self.at,
            used=self.used,
            tally=self.tally,
            zone=self.totals.zone,
            gauge=self.gauge,
            carried=self.carried,
            passed_at=self.passed_at,
        )


def read_month(
    totals: MeterTotals, usage: UsageReader, month: Month, at: datetime, current: CurrentUsers
) -> tuple[MonthReading, ...]:
    """Return the usage of every meter in *month* as of *at*, now or later, from its meter months.

    Args:
        totals: The meters.
        usage: The stored usage.
        month: Any month.
        at: As of when.
        current: The current users, for an installation that has no month at all.
    """
    through = usage.head().closed_through
    if through is not None and month <= through:
        return _read_closed(totals, usage, month, at)
    tally = totals.tally(month_with_users(totals, usage, month, current), at)
    found = []
    for one in sorted(all_meter_months(totals, usage, month), key=lambda each: each.meter):
        meter = totals.terms(one)
        if meter is None:
            continue
        state = read_state(one.state)
        found.append(
            MonthReading(
                totals,
                meter,
                month,
                at,
                totals.used(one, at),
                tally,
                None if meter.adds else state.gauge,
                state.carried,
                _passed_at(usage, meter.code, month),
            )
        )
    return tuple(found)


def _read_closed(totals: MeterTotals, usage: UsageReader, month: Month, at: datetime) -> tuple[MonthReading, ...]:
    """Return the usage of a closed *month* on the terms of its statement, late events included."""
    statement = closing_statement(usage, month)
    if statement is None:
        return ()
    # A month before the first one that anything has touched is closed with it, and had no users (ADR 34).
    tally = statement.tally if statement.month == month else evolve(statement.tally, users=0, at=None)
    billed = {line.meter: line.used for line in statement.lines if line.month == month}
    latest = latest_totals(usage.meter_months())
    found = []
    for code, meter in sorted(closed_terms(usage, month).items()):
        total = latest.get((month, code))
        used = billed.get(code, 0) if total is None else total.used
        passed_at = _passed_at(usage, code, month)
        found.append(MonthReading(totals, meter, month, at, used, tally, passed_at=passed_at))
    return tuple(found)


def _passed_at(usage: UsageReader, code: str, month: Month) -> datetime | None:
    number = usage.crossing_number(crossing_id(code, month, FULL))
    return None if number is None else usage.crossings(after=number - 1, most=1)[0][1].at


def read_month_as_recorded(  # noqa: PLR0913 - everything that it depends on, by keyword
    totals: MeterTotals,
    *,
    facts: Facts,
    usage: UsageReader,
    world: World,
    month: Month,
    at: datetime,
    now: datetime,
) -> tuple[MonthReading, ...]:
    """Return the usage of every meter in *month*, as it was recorded by *at*, from the event log and the facts.

    Args:
        totals: The meters.
        facts: The stored rows.
        usage: The stored usage.
        world: The facts at *at*, or at the end of the month where that is earlier.
        month: Any month.
        at: An instant of the past.
        now: The clock's reading.
    """
    span = totals.span(month)
    start, end = min(span.start, at), min(span.end, at + _MICROSECOND)
    terms, user_count = _terms_of(totals, usage, month)
    rebases = clock_rebases(facts)
    log = _RecordedLog(usage, at, now, max((row.start for row in rebases), default=None))
    tally = count_users(
        user_count,
        peak=peak_from_history(
            corrected(map(readable, facts.history(Table.ASSIGNMENTS)), rebases),
            corrected(map(readable, facts.history(Table.PACKAGES, SUPEROFFICE)), rebases),
            start,
            end,
        ),
        users=users_now(world),
        at=min(at, span.end),
        bought=bought(world),
    )
    found = []
    for code, meter in sorted(terms.items()):
        gauge, carried = None, 0
        if meter.adds:
            used = counter_total(log.events(code, month))
        else:
            readings = readings_of(log.events(code))
            carried = next((reading.quantity for reading in reversed(readings) if reading.at < span.start), 0)
            gauge = state_after(carried, (one for one in readings if span.start <= one.at < span.end), span.days)
            used = totals.gauge_used(meter, gauge, month, at)
        found.append(MonthReading(totals, meter, month, at, used, tally, gauge, carried))
    return tuple(found)


def _terms_of(totals: MeterTotals, usage: UsageReader, month: Month) -> tuple[Mapping[str, Meter], UserCount]:
    """Return the terms of *month*, whatever its state, and how its users are counted."""
    through = usage.head().closed_through
    if through is not None and month <= through:
        closed = closing_statement(usage, month)
        asked = totals.policy.user_count if closed is None else closed.tally.asked
        return closed_terms(usage, month), asked
    known = {one.meter: totals.terms(one) for one in all_meter_months(totals, usage, month)}
    stored = usage.months(since=month, until=month)
    counted = (stored[0].user_count if stored else None) or totals.policy.user_count
    return {code: meter for code, meter in known.items() if meter is not None}, counted


class _RecordedLog(NamedTuple):
    """The event log as it was at an instant.

    Attributes:
        usage: The stored usage.
        at: The instant.
        now: The clock's reading.
        corrected_at: When the clock was last corrected, `None` for never. What was
            recorded later than now was recorded before that.
    """

    usage: UsageReader
    at: datetime
    now: datetime
    corrected_at: datetime | None

    def events(self, code: str, month: Month | None = None) -> Iterator[UsageEvent]:
        """Return the events of a meter that had been accepted."""
        return (row.event for row in self.usage.events(month=month, meter=code) if self._is_there(row.recorded_at))

    def _is_there(self, recorded_at: datetime) -> bool:
        if recorded_at > self.now and self.corrected_at is not None:
            return self.corrected_at <= self.at
        return recorded_at <= self.at
