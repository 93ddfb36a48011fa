"""Usage by day: what each day of a month has used of each meter."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime

from superlicense.licensing.metering.as_recorded import GaugeAsRecorded, Recorded
from superlicense.licensing.metering.meter_state import carried_into
from superlicense.licensing.metering.retermed import counted_events
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.model.meter import Aggregation, Meter
from superlicense.model.meter_month import UsageMonth
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
    found = []
    for meter in meters:
        events = [
            row.event
            for row in usage.events(month=month, meter=meter.code)
            if recorded is None or recorded.has(row.recorded_at)
        ]
        used = (
            _of_counter(events, days)
            if meter.adds
            else _of_gauge(events, days, meter, _carried(totals, usage, meter.code, month, recorded))
        )
        found += [
            DayUsage(meter=meter.code, day=span.date_of(month, day), used=amount)
            for day, amount in zip(days, used, strict=True)
        ]
    return tuple(found)


def _carried(totals: MeterTotals, usage: UsageReader, code: str, month: Month, recorded: Recorded | None) -> int:
    if recorded is None:
        return carried_into(usage, code, month)
    return GaugeAsRecorded(totals, usage, code, recorded).carried_into(month)


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
