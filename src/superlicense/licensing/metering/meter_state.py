"""Meter state: what the front door stores with a meter month beside its columns, as text.

A gauge stores a summary of each day that has readings, so that one more reading
costs the same whatever came before, and whenever it was made. The earliest open
month also stores the totals of closed months that late events have changed; the
head names the months in whose state they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from superlicense.codec.codecs import DecodeError
from superlicense.codec.records import dump_json, load_json
from superlicense.codec.values import FLAG, INTEGER
from superlicense.errors import InvalidValueError, StoreUnusableError
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.model.meter_month import MeterMonth, MeterMonthKey, UsageHead
from superlicense.model.month import Month
from superlicense.rules.metering.gauges import DayReadings, GaugeState, gauge_state

__all__ = [
    "NO_STATE",
    "MeterState",
    "MonthTotal",
    "carried_into",
    "gauge_of",
    "late_total",
    "latest_total",
    "own_total",
    "read_state",
    "write_state",
]


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


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
        days: Summaries of the days of a gauge that have readings; `None` for a counter.
        late: Totals of closed months whose late events are counted here.
    """

    carried: int = 0
    days: tuple[DayReadings, ...] | None = None
    late: Mapping[Month, MonthTotal] = MappingProxyType({})

    @property
    def gauge(self) -> GaugeState | None:
        """The state of a gauge; `None` for a counter."""
        return None if self.days is None else gauge_state(self.carried, self.days)

    def with_late(self, month: Month, total: MonthTotal) -> MeterState:
        """Return the state with the *total* of a closed *month*."""
        return self._replace(late={**self.late, month: total})


NO_STATE: Final = MeterState()


class _WrittenState(str):
    """The text of a state that this process has written, with the state itself, which need not be read again."""

    __slots__ = ("gauge", "state")

    gauge: GaugeState | None
    state: MeterState


def write_state(state: MeterState) -> str:
    """Return *state* as text, which is empty for `NO_STATE`."""
    fields: dict[str, Any] = {}
    if state.days is not None:
        fields["gauge"] = [state.carried, *(_day_fields(*one) for one in state.days)]
    if state.late:
        fields["late"] = [[str(month), *total] for month, total in sorted(state.late.items())]
    text = _WrittenState(dump_json(fields) if fields else "")
    text.state, text.gauge = state, state.gauge
    return text


def _day_fields(day: int, newest: tuple[datetime, str, str], value: int, peak: int, at_start: bool) -> list[object]:  # noqa: FBT001 - the fields in order
    at, source, id_ = newest
    return [day, (at - _EPOCH) // _MICROSECOND, source, id_, value, peak, at_start]


def read_state(text: str) -> MeterState:
    """Return the state that `write_state` wrote as *text*.

    Raises:
        StoreUnavailableError: *text* is not a state.
    """
    if type(text) is _WrittenState:
        return text.state
    if not text:
        return NO_STATE
    fields = load_json(text)
    try:
        return _state(fields)
    except (TypeError, ValueError, AttributeError, OverflowError, InvalidValueError, DecodeError) as error:
        raise StoreUnusableError(f"the state of a meter month is corrupt: {error}") from error


def _state(fields: Any) -> MeterState:  # noqa: ANN401 - whatever is stored
    carried, days = 0, None
    stored = fields.get("gauge")
    if stored is not None:
        carried, *summaries = stored
        days = tuple([_day(*one) for one in summaries])
    late = {
        Month.parse(month): MonthTotal(INTEGER.decode(used), INTEGER.decode(value))
        for month, used, value in fields.get("late", ())
    }
    return MeterState(INTEGER.decode(carried), days, MappingProxyType(late))


def _day(day: Any, at: Any, *others: Any) -> DayReadings:  # noqa: ANN401 - whatever is stored
    source, id_, value, peak, at_start = others
    found = DayReadings(day, (_EPOCH + at * _MICROSECOND, source, id_), value, peak, at_start)
    if not (type(day) is type(at) is type(value) is type(peak) is int and type(source) is type(id_) is str):
        raise TypeError(f"{others} is not the summary of a day")
    FLAG.decode(at_start)
    return found


def gauge_of(one: MeterMonth) -> GaugeState | None:
    """Return the state of a gauge; `None` for a counter.

    Raises:
        StoreUnavailableError: the state of the meter month is not one.
    """
    text = one.state
    return text.gauge if type(text) is _WrittenState else read_state(text).gauge


def own_total(one: MeterMonth) -> MonthTotal:
    """Return the total of a meter month, without late events."""
    gauge = gauge_of(one)
    return MonthTotal(one.total, 0 if gauge is None else gauge.value)


def late_total(usage: UsageReader, head: UsageHead, key: MeterMonthKey) -> MonthTotal | None:
    """Return the total of a closed month that late events have changed, from the newest month that counts any."""
    month, meter = key
    for home in sorted((home for of, home in head.adjusted if of == month), reverse=True):
        for one in usage.meter_months(since=home, until=home):
            total = read_state(one.state).late.get(month) if one.meter == meter else None
            if total is not None:
                return total
    return None


def latest_total(usage: UsageReader, head: UsageHead, key: MeterMonthKey) -> MonthTotal | None:
    """Return the total of a meter in a month, late events included; `None` where nothing is stored of it."""
    late = late_total(usage, head, key)
    if late is not None:
        return late
    month, meter = key
    found = usage.meter_months(since=month, until=month)
    return next((own_total(one) for one in found if one.meter == meter), None)


def carried_into(usage: UsageReader, meter: str, month: Month) -> int:
    """Return the value of a gauge that is carried into *month*, as known by now."""
    head = usage.head()
    before = usage.meter_month_before(month, meter)
    # Late usage may lie in months that are not stored, because they were closed with a later one.
    adjusted = {of for of, _ in head.adjusted if of < month and (before is None or of >= before.month)}
    for of in sorted(adjusted, reverse=True):
        total = late_total(usage, head, (of, meter))
        if total is not None:
            return total.value
    return 0 if before is None else own_total(before).value
