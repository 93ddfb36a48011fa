"""Gauge recount: the months of a gauge computed again from all their stored readings.

A late reading or a correction changes the value that is carried into the months
after it, so they are computed again as far as they are stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from superlicense.licensing.metering.meter_state import MeterState, carried_into
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.model.meter import Meter
from superlicense.model.month import Month
from superlicense.rules.metering.gauges import GaugeState, readings_of, state_after

__all__ = ["Recounted", "recount_gauge"]


class Recounted(NamedTuple):
    """A month of a gauge, computed again.

    Attributes:
        month: The month.
        carried: The value that is carried into it.
        gauge: Its state after all readings.
        used: Its usage.
    """

    month: Month
    carried: int
    gauge: GaugeState
    used: int

    def state(self, late: MeterState) -> MeterState:
        """Return the state to be stored, with the late totals of *late*."""
        return MeterState(self.carried, self.gauge, late.late)


def recount_gauge(
    totals: MeterTotals, usage: UsageReader, meter: Meter, first: Month, at: datetime
) -> Iterator[Recounted]:
    """Compute the months of a gauge from *first* on, as far as they are stored.

    Args:
        totals: The meters.
        usage: The stored usage.
        meter: A gauge.
        first: The first month that may have changed.
        at: As of when.
    """
    stored = (one.month for one in usage.meter_months(since=first) if one.meter == meter.code)
    last = max(stored, default=first)
    carried, month = carried_into(usage, meter.code, first), first
    while month <= last:
        readings = readings_of(row.event for row in usage.events(month=month, meter=meter.code))
        gauge = state_after(carried, readings, totals.span(month).days)
        yield Recounted(month, carried, gauge, totals.gauge_used(meter, gauge, month, at))
        carried, month = gauge.value, month.next()
