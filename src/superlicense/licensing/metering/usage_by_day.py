"""Usage by day: what each day of a month has used of each meter.

The days of a closed month are those of its statement, without late events.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime

from superlicense.licensing.metering.as_recorded import GaugeAsRecorded, Recorded
from superlicense.licensing.metering.meter_state import carried_into, read_state
from superlicense.licensing.metering.retermed import counted_events
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.model.meter import Aggregation, Meter
from superlicense.model.meter_month import UsageMonth, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import DayUsage, UsageEvent
from superlicense.rules.metering.gauges import readings_of, state_after

__all__ = ["usage_by_day"]


def usage_by_day(  # noqa: PLR0913 - everything that it depends on
    totals: MeterTotals,
    usage: UsageReader,
    meters: Iterable[Meter],
    one: UsageMonth,
    now: datetime,
    *,
    recorded: Recorded | None = None,
) -> tuple[DayUsage, ...]:
    """Return the usage of every day of a month that has begun by *now*, by meter and day.

    Args:
        totals: The zone of the days.
        usage: The stored usage.
        meters: The meters of the month, on its terms.
        one: The month.
        now: The instant until which days are listed.
        recorded: What had been recorded by an instant of the past; everything if `None`.
    """
    month, span = one.month, totals.span(one)
    days = [day for day in span.days if day <= now]
    through = usage.head().closed_through
    closed = through is not None and month <= through

    def counts(row: UsageRow) -> bool:
        return recorded.has(row) if recorded is not None else row.counted_in == month or not closed

    def carried(code: str) -> int:
        if recorded is not None:
            return GaugeAsRecorded(totals, usage, code, recorded).carried_into(month)
        return _carried_when_closed(usage, code, month) if closed else carried_into(usage, code, month)

    found = []
    for meter in meters:
        code = meter.code
        events = [row.event for row in usage.events(month=month, meter=code) if counts(row)]
        used = _of_counter(events, days) if meter.adds else _of_gauge(events, days, meter, carried(code))
        found += [
            DayUsage(meter=meter.code, day=span.date_of(month, day), used=amount)
            for day, amount in zip(days, used, strict=True)
        ]
    return tuple(found)


def _carried_when_closed(usage: UsageReader, code: str, month: Month) -> int:
    """Return the value that was carried into a closed *month* when it was closed."""
    stored = [one for one in usage.meter_months(since=month, until=month) if one.meter == code]
    return sum(read_state(one.state).carried for one in stored)


def _of_counter(events: Iterable[UsageEvent], days: list[datetime]) -> list[int]:
    used = [0] * len(days)
    for event, quantity in counted_events(events):
        day = bisect_right(days, event.at) - 1
        if day >= 0:
            used[day] += quantity
    return used


def _of_gauge(events: Iterable[UsageEvent], days: list[datetime], meter: Meter, carried: int) -> list[int]:
    readings, used = readings_of(events), []
    for place, day in enumerate(days):
        ends = days[place + 1] if place + 1 < len(days) else None
        inside = [one for one in readings if day <= one.at and (ends is None or one.at < ends)]
        state = state_after(carried, inside, (day,))
        used.append(state.value if meter.aggregation is Aggregation.LAST else state.peak)
        carried = state.value
    return used
