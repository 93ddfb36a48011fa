"""Details: what books keep beside their numbers, as the text that stores are given.

A gauge keeps how its month stands, so that one more reading costs the same
whatever came before. The earliest open month also keeps what closed months come
to by now, where something came late.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from superlicense.codec.codecs import INSTANT, INTEGER, TEXT, DecodeError
from superlicense.codec.records import dump_json, load_json
from superlicense.errors import InvalidValueError, StoreUnavailableError
from superlicense.model.instants import record_instant
from superlicense.model.meter_month import MeterMonth, MeterMonthKey
from superlicense.model.month import Month
from superlicense.ports import UsageReading
from superlicense.rules.metering.gauges import GaugeState

__all__ = [
    "NO_DETAILS",
    "MeterState",
    "Standing",
    "carried_into",
    "known_standings",
    "read_state",
    "write_state",
]


class Standing(NamedTuple):
    """What a meter comes to in a month, as far as that is known.

    Attributes:
        used: What the month comes to.
        level: The level of a gauge at its end; 0 for a counter.
    """

    used: int
    level: int = 0


class MeterState(NamedTuple):
    """What books keep beside their numbers.

    Attributes:
        carried: The level of a gauge that was carried into the month.
        level: How the month of a gauge stands; `None` for a counter.
        late: What closed months come to since something came late for them and
            was booked here.
    """

    carried: int = 0
    level: GaugeState | None = None
    late: Mapping[Month, Standing] = MappingProxyType({})


NO_DETAILS: Final = MeterState()


def write_state(details: MeterState) -> str:
    """Write *details*; an empty text for none."""
    fields: dict[str, Any] = {}
    if details.level is not None:
        level, newest, *others = details.level
        read = None if newest is None else [record_instant(newest[0]), newest[1], newest[2]]
        fields["gauge"] = [details.carried, level, read, *others]
    if details.late:
        fields["late"] = [[str(month), *standing] for month, standing in sorted(details.late.items())]
    return dump_json(fields) if fields else ""


def read_state(text: str) -> MeterState:
    """Read what `write_state` wrote.

    Raises:
        StoreUnavailableError: it did not write that.
    """
    if not text:
        return NO_DETAILS
    fields = load_json(text)
    try:
        return _details(fields)
    except (TypeError, ValueError, AttributeError, InvalidValueError, DecodeError) as error:
        raise StoreUnavailableError(f"the details of books are corrupt: {error}") from error


def _details(fields: Any) -> MeterState:  # noqa: ANN401 - whatever is stored
    carried, level = 0, None
    gauge = fields.get("gauge")
    if gauge is not None:
        carried, now, newest, *others = gauge
        peak, day, peaks, day_peak = (INTEGER.decode(number) for number in others)
        if newest is not None:
            at, source, name = newest
            newest = (INSTANT.decode(at), TEXT.decode(source), TEXT.decode(name))
        level = GaugeState(INTEGER.decode(now), newest, peak, day, peaks, day_peak)
    late = {
        Month.parse(month): Standing(INTEGER.decode(used), INTEGER.decode(end))
        for month, used, end in fields.get("late", ())
    }
    return MeterState(INTEGER.decode(carried), level, MappingProxyType(late))


def known_standings(books: Iterable[MeterMonth]) -> dict[MeterMonthKey, Standing]:
    """Give what each meter comes to in each month by now, from all *books* by month."""
    known: dict[MeterMonthKey, Standing] = {}
    for one in books:
        details = read_state(one.state)
        known[one.month, one.meter] = Standing(one.total, 0 if details.level is None else details.level.level)
        known.update({(month, one.meter): standing for month, standing in details.late.items()})
    return known


def carried_into(usage: UsageReading, meter: str, month: Month) -> int:
    """Give the level of a gauge that is carried into *month*, as it is known by now."""
    known = known_standings(books for books in usage.meter_months() if books.meter == meter)
    newest = max((when for when, _ in known if when < month), default=None)
    return 0 if newest is None else known[newest, meter].level
