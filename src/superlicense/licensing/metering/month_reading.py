"""Month reading: the usage of every meter in a month, as of now or as it was recorded by an instant of the past."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from superlicense.licensing.loading import readable
from superlicense.licensing.metering.meter_state import latest_totals, read_state
from superlicense.licensing.metering.opening import all_meter_months, month_with_users
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.licensing.metering.user_count import CurrentUsers
from superlicense.model.license import SUPEROFFICE
from superlicense.model.meter import Meter
from superlicense.model.month import Month
from superlicense.model.row import Table
from superlicense.model.usage import MeterUsage, Projection, UsageEvent, UsageEventKey, UserTally
from superlicense.model.world import World
from superlicense.ports import Facts
from superlicense.rules.metering.crossings import FULL, crossing_id
from superlicense.rules.metering.gauges import GaugeState, readings_of, state_after
from superlicense.rules.metering.thresholds import measure
from superlicense.rules.metering.users import bought, count_users, peak_from_history, users_now

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

    def projection(self) -> Projection:
        """Return the estimate of the end of the month."""
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
    tally = totals.tally(month_with_users(totals, usage, month, current), at)
    by_meter = {one.meter: one for one in all_meter_months(totals, usage, month)}
    through = usage.head().closed_through
    closed = latest_totals(usage.meter_months()) if through is not None and month <= through else {}
    found = []
    for code, meter in totals.meters.items():
        one, total = by_meter[code], closed.get((month, code))
        state = read_state(one.state)
        found.append(
            MonthReading(
                totals,
                meter,
                month,
                at,
                totals.used(one, at) if total is None else total.used,
                tally,
                None if meter.adds else state.gauge,
                state.carried,
                _passed_at(usage, code, month),
            )
        )
    return tuple(found)


def _passed_at(usage: UsageReader, code: str, month: Month) -> datetime | None:
    number = usage.crossing_number(crossing_id(code, month, FULL))
    return None if number is None else usage.crossings(after=number - 1, most=1)[0][1].at


def read_month_as_recorded(  # noqa: PLR0913 - everything that it depends on, by keyword
    totals: MeterTotals, *, facts: Facts, usage: UsageReader, world: World, month: Month, at: datetime
) -> tuple[MonthReading, ...]:
    """Return the usage of every meter in *month*, as it was recorded by *at*, from the event log and the facts.

    Args:
        totals: The meters.
        facts: The stored rows.
        usage: The stored usage.
        world: The facts at *at*, or at the end of the month where that is earlier.
        month: Any month.
        at: An instant of the past.
    """
    span = totals.span(month)
    start, end = min(span.start, at), min(span.end, at + _MICROSECOND)
    tally = count_users(
        totals.policy.user_count,
        peak=peak_from_history(
            map(readable, facts.history(Table.ASSIGNMENTS)),
            map(readable, facts.history(Table.PACKAGES, SUPEROFFICE)),
            start,
            end,
        ),
        users=users_now(world),
        at=min(at, span.end),
        bought=bought(world),
    )
    found = []
    for code, meter in totals.meters.items():
        gauge, carried = None, 0
        if meter.adds:
            used = _sum(_events(usage, code, at, month))
        else:
            readings = readings_of(_events(usage, code, at))
            carried = next((reading.quantity for reading in reversed(readings) if reading.at < span.start), 0)
            gauge = state_after(carried, (one for one in readings if span.start <= one.at < span.end), span.days)
            used = totals.gauge_used(meter, gauge, month, at)
        found.append(MonthReading(totals, meter, month, at, used, tally, gauge, carried))
    return tuple(found)


def _events(usage: UsageReader, code: str, at: datetime, month: Month | None = None) -> Iterator[UsageEvent]:
    """Return the events of a meter that had been accepted by *at*."""
    return (row.event for row in usage.events(month=month, meter=code) if row.recorded_at <= at)


def _sum(events: Iterable[UsageEvent]) -> int:
    """Return the sum of a counter: of its originals, or of their newest corrections."""
    counted: dict[UsageEventKey, int] = {}
    corrected: dict[UsageEventKey, int] = {}
    for event in events:
        if event.corrects is None:
            counted[event.source, event.id] = event.quantity
        else:
            corrected[event.source, event.corrects] = event.quantity
    return sum((counted | corrected).values())
