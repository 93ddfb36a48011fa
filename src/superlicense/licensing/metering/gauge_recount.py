"""Gauge recount: months of a gauge after late readings and corrections.

A late reading or a correction changes the value that is carried into the months
after it, so these are computed again as far as they are stored: from the summaries
of their days, which stay as they are. Readings are read again only where an event
was corrected, those of its day, and where a closed month has late events, which no
summary includes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from superlicense.licensing.metering.meter_state import MeterState, carried_into, read_state
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.model.meter import Meter
from superlicense.model.meter_month import MeterMonth, UsageMonth
from superlicense.model.month import Month
from superlicense.model.usage import UsageEvent
from superlicense.rules.metering.calendar import Span
from superlicense.rules.metering.gauges import DayReadings, GaugeState, Reading, days_after, gauge_state, readings_of

__all__ = ["Recounted", "days_with", "recount_gauge"]


class Recounted(NamedTuple):
    """A month of a gauge, computed again.

    Attributes:
        month: The month.
        carried: The value that is carried into it.
        days: The summaries of its days.
        gauge: Its state after all readings.
        used: Its usage.
    """

    month: Month
    carried: int
    days: tuple[DayReadings, ...]
    gauge: GaugeState
    used: int

    def state(self, late: MeterState) -> MeterState:
        """Return the state to be stored, with the late totals of *late*."""
        return MeterState(self.carried, self.days, late.late)


def recount_gauge(  # noqa: PLR0913 - what is counted, where, and on which terms
    totals: MeterTotals,
    usage: UsageReader,
    code: str,
    new: Mapping[Month, Iterable[UsageEvent]],
    *,
    at: datetime,
    terms_of: Callable[[Month], Meter | None],
    month_of: Callable[[Month], UsageMonth],
) -> Iterator[Recounted]:
    """Compute the months of a gauge again, as far as they are stored, after *new* events, which are stored.

    Args:
        totals: The meters.
        usage: The stored usage.
        code: Code of a gauge.
        new: The new events, by month, of one month at least.
        at: As of when.
        terms_of: Returns the terms of a month, in which it may be no gauge, or not known.
        month_of: Returns a month that was closed or opened.
    """
    first = min(new)
    stored = {one.month: one for one in usage.meter_months(since=first) if one.meter == code}
    adjusted = {of for of, _ in usage.head().adjusted}
    last = max(stored, default=first)
    carried, month = carried_into(usage, code, first), first
    while month <= last:
        meter = terms_of(month)
        if meter is not None and meter.adds:
            carried = 0
        elif meter is not None:
            one = month_of(month)
            days = _days(totals.span(one), usage, stored.get(month), new.get(month, ()), code, one, adjusted)
            gauge = gauge_state(carried, days)
            yield Recounted(month, carried, days, gauge, totals.gauge_used(meter, gauge, one, at))
            carried = gauge.value
        month = month.next()


def _days(  # noqa: PLR0913, PLR0917 - what a month is made of
    span: Span,
    usage: UsageReader,
    stored: MeterMonth | None,
    new: Iterable[UsageEvent],
    code: str,
    one: UsageMonth,
    adjusted: set[Month],
) -> tuple[DayReadings, ...]:
    """Return the summaries of a month with its *new* events."""
    known = None if stored is None else read_state(stored.state).days
    if stored is None or known is None or (stored.closed and (new or one.month in adjusted)):
        readings = readings_of(row.event for row in usage.events(month=one.month, meter=code))
        return days_after((), readings, span.days)
    return days_with(usage, known, new, span, (one.month, code))


def days_with(
    usage: UsageReader,
    before: tuple[DayReadings, ...],
    new: Iterable[UsageEvent],
    span: Span,
    key: tuple[Month, str],
) -> tuple[DayReadings, ...]:
    """Return the summaries of an open month with *new* events, which are stored.

    Args:
        usage: The stored usage; only days with corrections are read.
        before: The summaries without the new events.
        new: The new events, corrections included.
        span: The month as instants.
        key: The month and the meter.
    """
    readings, corrected = [], set()
    for event in new:
        if event.corrects is None:
            readings.append(Reading(event.at, event.source, event.id, event.quantity))
        else:
            corrected.add(bisect_right(span.days, event.at) - 1)
    if not corrected:
        return days_after(before, readings, span.days)
    kept = [one for one in before if one.day not in corrected]
    readings = [one for one in readings if bisect_right(span.days, one.at) - 1 not in corrected]
    for day in sorted(corrected):
        ends = span.days[day + 1] if day + 1 < len(span.days) else span.end
        rows = usage.some_events(*key, since=span.days[day], until=ends)
        readings += readings_of(row.event for row in rows)
    return days_after(kept, readings, span.days)
