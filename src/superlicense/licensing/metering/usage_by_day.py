"""Usage by day: what each day of a month has used of each meter."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime

from superlicense.licensing.metering.as_recorded import Recorded, carried_as_recorded
from superlicense.licensing.metering.meter_state import carried_into
from superlicense.licensing.metering.retermed import counted_events
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.model.meter import Aggregation, Meter
from superlicense.model.meter_month import UsageMonth
from superlicense.model.usage import DayUsage, UsageEvent
from superlicense.rules.metering.gauges import readings_of, state_after

__all__ = ["usage_by_day"]


def usage_by_day(  # noqa: PLR0913 - everything that it depends on, by keyword
    totals: MeterTotals,
    *,
    usage: UsageReader,
    meters: Iterable[Meter],
    one: UsageMonth,
    at: datetime,
    recorded: Recorded | None = None,
) -> tuple[DayUsage, ...]:
    """Return the usage of every day of a month that has begun by *at*, by meter and day.

    Args:
        totals: The zone of the days.
        usage: The stored usage.
        meters: The meters of the month, on its terms.
        one: The month.
        at: The instant until which days are listed.
        recorded: What counts; everything that is stored if `None`.
    """
    month, span = one.month, totals.span(one)
    days = [day for day in span.days if day <= at]
    found = []
    for meter in meters:
        rows = usage.events(month=month, meter=meter.code)
        events = [row.event for row in rows if recorded is None or recorded.has(row.recorded_at)]
        if meter.adds:
            used = _of_counter(events, days)
        elif recorded is None:
            used = _of_gauge(events, days, meter, carried_into(usage, meter.code, month))
        else:
            used = _of_gauge(events, days, meter, carried_as_recorded(totals, usage, meter.code, recorded, month))
        found += [
            DayUsage(meter=meter.code, day=span.date_of(month, day), used=amount)
            for day, amount in zip(days, used, strict=True)
        ]
    return tuple(found)


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
