"""Meter state: what the front door stores with a meter month beside its columns, as text.

A gauge stores its state within the month, so that one more reading costs the
same whatever came before. The earliest open month also stores the totals of
closed months that late events have changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from superlicense.codec.codecs import DecodeError
from superlicense.codec.records import dump_json, load_json
from superlicense.codec.values import INSTANT, INTEGER, TEXT
from superlicense.errors import InvalidValueError, StoreUnusableError
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.model.instants import record_instant
from superlicense.model.meter_month import MeterMonth, MeterMonthKey
from superlicense.model.month import Month
from superlicense.rules.metering.gauges import GaugeState

__all__ = [
    "NO_STATE",
    "MeterState",
    "MonthTotal",
    "carried_into",
    "latest_totals",
    "read_state",
    "write_state",
]


class MonthTotal(NamedTuple):
    """The total of a meter in a month, late events included.

    Attributes:
        used: Usage of the month.
        value: The value of a gauge at its end; 0 for a counter.
    """

    used: int
    value: int = 0


class MeterState(NamedTuple):
    """The state of a meter month.

    Attributes:
        carried: The value of a gauge that was carried into the month.
        gauge: The state of a gauge; `None` for a counter.
        late: Totals of closed months whose late events are counted here.
    """

    carried: int = 0
    gauge: GaugeState | None = None
    late: Mapping[Month, MonthTotal] = MappingProxyType({})

    def with_late(self, month: Month, total: MonthTotal) -> MeterState:
        """Return the state with the *total* of a closed *month*."""
        return self._replace(late={**self.late, month: total})


NO_STATE: Final = MeterState()


def write_state(state: MeterState) -> str:
    """Return *state* as text, which is empty for `NO_STATE`."""
    fields: dict[str, Any] = {}
    if state.gauge is not None:
        value, newest, *others = state.gauge
        read = None if newest is None else [record_instant(newest[0]), newest[1], newest[2]]
        fields["gauge"] = [state.carried, value, read, *others]
    if state.late:
        fields["late"] = [[str(month), *total] for month, total in sorted(state.late.items())]
    return dump_json(fields) if fields else ""


def read_state(text: str) -> MeterState:
    """Return the state that `write_state` wrote as *text*.

    Raises:
        StoreUnavailableError: *text* is not a state.
    """
    if not text:
        return NO_STATE
    fields = load_json(text)
    try:
        return _state(fields)
    except (TypeError, ValueError, AttributeError, InvalidValueError, DecodeError) as error:
        raise StoreUnusableError(f"the state of a meter month is corrupt: {error}") from error


def _state(fields: Any) -> MeterState:  # noqa: ANN401 - whatever is stored
    carried, gauge = 0, None
    stored = fields.get("gauge")
    if stored is not None:
        carried, value, newest, *others = stored
        peak, day, peaks, day_peak = (INTEGER.decode(number) for number in others)
        if newest is not None:
            at, source, id_ = newest
            newest = (INSTANT.decode(at), TEXT.decode(source), TEXT.decode(id_))
        gauge = GaugeState(INTEGER.decode(value), newest, peak, day, peaks, day_peak)
    late = {
        Month.parse(month): MonthTotal(INTEGER.decode(used), INTEGER.decode(value))
        for month, used, value in fields.get("late", ())
    }
    return MeterState(INTEGER.decode(carried), gauge, MappingProxyType(late))


def latest_totals(meter_months: Iterable[MeterMonth]) -> dict[MeterMonthKey, MonthTotal]:
    """Return the total of each meter in each month, late events included.

    Args:
        meter_months: All of them, by month.
    """
    totals: dict[MeterMonthKey, MonthTotal] = {}
    for one in meter_months:
        state = read_state(one.state)
        totals[one.month, one.meter] = MonthTotal(one.total, 0 if state.gauge is None else state.gauge.value)
        totals.update({(month, one.meter): total for month, total in state.late.items()})
    return totals


def carried_into(usage: UsageReader, meter: str, month: Month) -> int:
    """Return the value of a gauge that is carried into *month*, as known by now."""
    totals = latest_totals(one for one in usage.meter_months() if one.meter == meter)
    newest = max((when for when, _ in totals if when < month), default=None)
    return 0 if newest is None else totals[newest, meter].value
