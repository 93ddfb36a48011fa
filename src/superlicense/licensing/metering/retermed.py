"""Retermed: a meter month on other terms than those with which it was counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from superlicense.licensing.metering.meter_state import MeterState, carried_into, read_state, write_state
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.model.meter import Meter
from superlicense.model.meter_month import MeterMonth, UsageMonth
from superlicense.model.usage import UsageEvent
from superlicense.rules.metering.corrections import originals_and_corrections
from superlicense.rules.metering.gauges import days_after, readings_of

__all__ = ["counted_events", "counter_total", "retermed"]


def retermed(  # noqa: PLR0913, PLR0917 - what is counted, where, and on which terms
    totals: MeterTotals, usage: UsageReader, one: MeterMonth, month: UsageMonth, terms: Meter, at: datetime
) -> MeterMonth:
    """Return an open meter month on *terms*, counted again if its kind or aggregation differs.

    Args:
        totals: The meters.
        usage: The stored usage.
        one: The meter month.
        month: The month itself.
        terms: Its new terms.
        at: As of when.
    """
    state, after = read_state(one.state), one._replace(terms=terms)
    if terms.adds:
        if state.days is None:
            return after
        total = counter_total(row.event for row in usage.events(month=one.month, meter=one.meter))
        return after._replace(total=total, state=write_state(MeterState(late=state.late)))
    if state.days is None:
        carried = carried_into(usage, one.meter, one.month)
        readings = readings_of(row.event for row in usage.events(month=one.month, meter=one.meter))
        state = MeterState(carried, days_after((), readings, totals.span(month).days), state.late)
    after = after._replace(state=write_state(state))
    return after._replace(total=totals.used(after, month, at))


def counter_total(events: Iterable[UsageEvent]) -> int:
    """Return the sum of a counter: of its originals, or of their newest corrections."""
    return sum(quantity for _, quantity in counted_events(events))


def counted_events(events: Iterable[UsageEvent]) -> Iterator[tuple[UsageEvent, int]]:
    """Return the originals among *events* of a counter, each with the quantity that counts."""
    originals, corrected = originals_and_corrections(events)
    return ((event, corrected.get(key, event.quantity)) for key, event in originals.items())
