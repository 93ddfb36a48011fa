"""Standing: what a meter comes to in a month, by now or as it was recorded by an instant of the past."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from superlicense.licensing.loading import readable
from superlicense.licensing.metering.meter_state import known_standings, read_state
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.user_count import CurrentUsers
from superlicense.model.license import SUPEROFFICE
from superlicense.model.meter import Meter
from superlicense.model.meter_month import UsageEventKey
from superlicense.model.month import Month
from superlicense.model.row import Table
from superlicense.model.usage import MeterUsage, Projection, UsageEvent, UserTally
from superlicense.model.world import World
from superlicense.ports import Facts, UsageReading
from superlicense.rules.metering.crossings import crossing_id
from superlicense.rules.metering.gauges import GaugeState, level_of, readings_of
from superlicense.rules.metering.thresholds import measure
from superlicense.rules.metering.users import bought, highest, tally, users_now

__all__ = ["MonthReading", "past", "present"]

_MICROSECOND: Final = timedelta(microseconds=1)
_PER_CENT: Final = 100


class MonthReading(NamedTuple):
    """What one meter comes to in one month.

    Attributes:
        totals: Keeps its books.
        meter: The meter.
        month: The month.
        at: As of when.
        used: What it comes to.
        tally: The users of the month.
        level: How the month of a gauge stands; `None` for a counter.
        carried: The level that was carried into it.
        passed_at: When usage reached the threshold, where that was told.
    """

    totals: MeterTotals
    meter: Meter
    month: Month
    at: datetime
    used: int
    tally: UserTally
    level: GaugeState | None = None
    carried: int = 0
    passed_at: datetime | None = None

    def usage(self) -> MeterUsage:
        """Give it with its threshold."""
        return measure(self.meter, self.month, self.used, self.tally)

    def projection(self) -> Projection:
        """Give where it will end."""
        from superlicense.rules.metering.projecting import project  # noqa: PLC0415 - few ask, and it costs an import

        return project(
            self.meter,
            self.month,
            at=self.at,
            used=self.used,
            tally=self.tally,
            zone=self.totals.zone,
            level=self.level,
            carried=self.carried,
            passed_at=self.passed_at,
        )


def present(
    totals: MeterTotals, usage: UsageReading, month: Month, at: datetime, users: CurrentUsers
) -> tuple[MonthReading, ...]:
    """Say what every meter comes to in *month* at *at*, now or later, from its books.

    Args:
        totals: Keeps the books.
        usage: What is stored.
        month: Any month.
        at: As of when.
        users: The present users, for an installation that has no books at all.
    """
    books = {one.meter: one for one in usage.meter_months(since=month, until=month)}
    books |= {one.meter: one for one in totals.missing(usage, month, users)}
    through = usage.head().closed_through
    known = known_standings(usage.meter_months()) if through is not None and month <= through else {}
    found = []
    for code, meter in totals.meters.items():
        one = books[code]
        details = read_state(one.state)
        level = None if meter.adds else details.level
        used = one.total if level is None else totals.used(meter, level, month, at)
        late = known.get((month, code))
        if late is not None:
            used = late.used
        found.append(
            MonthReading(
                totals,
                meter,
                month,
                at,
                used,
                totals.tally(one, at),
                level,
                details.carried,
                _passed_at(usage, code, month),
            )
        )
    return tuple(found)


def _passed_at(usage: UsageReading, code: str, month: Month) -> datetime | None:
    number = usage.crossing_number(crossing_id(code, month, _PER_CENT))
    return None if number is None else usage.crossings(after=number - 1, most=1)[0][1].at


def past(  # noqa: PLR0913 - everything that it follows from, by keyword
    totals: MeterTotals, *, facts: Facts, usage: UsageReading, world: World, month: Month, at: datetime
) -> tuple[MonthReading, ...]:
    """Say what every meter came to in *month*, as it was recorded by *at*, from the log and the facts.

    Args:
        totals: Keeps the books.
        facts: The rows that are stored.
        usage: The usage that is stored.
        world: The facts of *at*, or of the end of the month where that is earlier.
        month: Any month.
        at: An instant of the past.
    """
    span = totals.span(month)
    start, end = min(span.start, at), min(span.end, at + _MICROSECOND)
    users = tally(
        totals.policy.user_count,
        peak=highest(
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
        level, carried = None, 0
        if meter.adds:
            used = _total(_events(usage, code, at, month))
        else:
            shown = readings_of(_events(usage, code, at))
            carried = next((reading.quantity for reading in reversed(shown) if reading.at < span.start), 0)
            level = level_of(carried, (one for one in shown if span.start <= one.at < span.end), span.days)
            used = totals.used(meter, level, month, at)
        found.append(MonthReading(totals, meter, month, at, used, users, level, carried))
    return tuple(found)


def _events(usage: UsageReading, code: str, at: datetime, month: Month | None = None) -> Iterator[UsageEvent]:
    """Give what had been accepted of a meter by *at*."""
    return (row.event for row in usage.events(month=month, meter=code) if row.recorded_at <= at)


def _total(events: Iterable[UsageEvent]) -> int:
    """Add up a counter: originals, or what corrected them last."""
    counted: dict[UsageEventKey, int] = {}
    corrected: dict[UsageEventKey, int] = {}
    for event in events:
        if event.corrects is None:
            counted[event.source, event.id] = event.quantity
        else:
            corrected[event.source, event.corrects] = event.quantity
    return sum((counted | corrected).values())
