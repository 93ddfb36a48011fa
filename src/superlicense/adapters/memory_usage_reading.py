"""Usage in memory, to read: what is stored of an installation, with what a block has staged beside it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import chain, takewhile
from operator import attrgetter, itemgetter
from types import MappingProxyType
from typing import Any, Final

from superlicense.codec import StoredMeterMonth, StoredUsageHead, StoredUsageMonth
from superlicense.model.meter_month import MeterMonthKey, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import Crossing, UsageEventKey

__all__ = ["MemoryUsageReading", "UsageTables"]

_by_position = attrgetter("counted_in", "position")
_NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})
_month_of = itemgetter(0)


class UsageTables:
    """The stored usage of one installation."""

    __slots__ = (
        "corrections",
        "crossed",
        "crossings",
        "events",
        "head",
        "key",
        "meter_months",
        "months",
        "numbers",
        "of_home",
        "order",
        "statements",
    )

    def __init__(self, key: str) -> None:
        """Start empty; the installation is stored under *key*."""
        self.key = key
        self.head = StoredUsageHead()
        self.months: dict[Month, StoredUsageMonth] = {}
        self.meter_months: dict[MeterMonthKey, StoredMeterMonth] = {}
        self.events: dict[UsageEventKey, UsageRow] = {}
        self.of_home: dict[MeterMonthKey, dict[UsageEventKey, UsageRow]] = {}
        self.corrections: dict[UsageEventKey, dict[UsageEventKey, UsageRow]] = {}
        self.crossings: list[Crossing] = []
        self.crossed: set[tuple[str, Month, int]] = set()
        self.numbers: dict[str, int] = {}
        self.statements: dict[Month, bytes] = {}
        self.order: tuple[list[Month], list[MeterMonthKey]] = ([], [])

    def ordered_months(self) -> list[Month]:
        """Return the stored months in order."""
        if len(self.order[0]) != len(self.months):
            self.order = (sorted(self.months), self.order[1])
        return self.order[0]

    def ordered_meter_months(self) -> list[MeterMonthKey]:
        """Return the stored meter months in order."""
        if len(self.order[1]) != len(self.meter_months):
            self.order = (self.order[0], sorted(self.meter_months))
        return self.order[1]


class MemoryUsageReading:
    """The usage of one installation as one block sees it, with what it has staged."""

    __slots__ = (
        "_crossing_count",
        "_crossings",
        "_events",
        "_head",
        "_meter_months",
        "_months",
        "_statements",
        "_stored",
        "key",
    )

    def __init__(self, stored: UsageTables) -> None:
        """Read *stored*, and stage writes beside it."""
        self._stored = stored
        self.key = stored.key
        self._head: StoredUsageHead | None = None
        self._months: dict[Month, StoredUsageMonth] = {}
        self._meter_months: dict[MeterMonthKey, StoredMeterMonth] = {}
        self._events: dict[UsageEventKey, UsageRow] = {}
        self._crossings: list[Crossing] = []
        self._crossing_count = len(stored.crossings)
        self._statements: dict[Month, bytes] = {}

    def head(self) -> StoredUsageHead:
        """Return the head."""
        return self._stored.head if self._head is None else self._head

    def months(self, *, since: Month | None = None, until: Month | None = None) -> tuple[StoredUsageMonth, ...]:
        """Return the months from *since* to *until*."""
        months, order = self._stored.months, self._stored.ordered_months()
        if self._months:
            months = {**months, **self._months}
            order = sorted(months)
        first = 0 if since is None else bisect_left(order, since)
        last = len(order) if until is None else bisect_right(order, until)
        return tuple([months[month] for month in order[first:last]])

    def month_before(self, month: Month) -> StoredUsageMonth | None:
        """Return the newest stored month before *month*."""
        return next((one for one in reversed(self.months(until=month)) if one.month < month), None)

    def meter_months(self, *, since: Month | None = None, until: Month | None = None) -> tuple[StoredMeterMonth, ...]:
        """Return the meter months from *since* to *until*."""
        stored, order = self._stored.meter_months, self._stored.ordered_meter_months()
        if self._meter_months:
            stored = {**stored, **self._meter_months}
            order = sorted(stored)
        first = 0 if since is None else bisect_left(order, since, key=_month_of)
        last = len(order) if until is None else bisect_right(order, until, key=_month_of)
        return tuple([stored[key] for key in order[first:last]])

    def meter_month_before(self, month: Month, meter: str) -> StoredMeterMonth | None:
        """Return the newest stored meter month of *meter* before *month*."""
        staged = [key for key in self._meter_months if key[1] == meter and key[0] < month]
        order = self._stored.ordered_meter_months()
        places = range(bisect_left(order, month, key=_month_of) - 1, -1, -1)
        stored = next((order[place] for place in places if order[place][1] == meter), None)
        key = max(staged if stored is None else [stored, *staged], default=None)
        return None if key is None else self._meter_months.get(key) or self._stored.meter_months[key]

    def find_events(self, keys: Iterable[UsageEventKey]) -> Mapping[UsageEventKey, UsageRow]:
        """Return the accepted events that have one of *keys*."""
        found = ((key, self._events.get(key) or self._stored.events.get(key)) for key in keys)
        return {key: row for key, row in found if row is not None}

    def corrections(self, originals: Iterable[UsageEventKey]) -> tuple[UsageRow, ...]:
        """Return the corrections of *originals*."""
        wanted = set(originals)
        stored = chain.from_iterable(self._stored.corrections.get(key, _NOTHING).values() for key in wanted)
        staged = (row for row in self._events.values() if (row.event.source, row.event.corrects or "") in wanted)
        return tuple(sorted(chain(stored, staged), key=_by_position))

    def events(self, *, month: Month | None = None, meter: str | None = None) -> Iterator[UsageRow]:
        """Stream accepted events."""
        stored: Iterable[UsageRow] = self._stored.events.values()
        if meter is not None:
            stored = chain.from_iterable(self._stored.of_home[home].values() for home in self._homes(meter))
        rows = (
            row
            for row in chain(stored, self._events.values())
            if month in (None, row.month) and meter in (None, row.event.meter)
        )
        return iter(sorted(rows, key=_by_position))

    def some_events(
        self,
        month: Month,
        meter: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        recorded_after: datetime | None = None,
    ) -> Iterator[UsageRow]:
        """Stream some of the events of *meter* in *month*."""
        rows: Iterable[UsageRow] = (row for row in self._events.values() if row.event.meter == meter)
        for home in self._homes(meter):
            # In the order in which they were accepted, so the newest ones are at the end.
            newest_first = reversed(self._stored.of_home[home].values())
            if recorded_after is not None:
                newest_first = takewhile(partial(_is_after, recorded_after), newest_first)
            rows = chain(rows, newest_first)
        found = [
            row
            for row in rows
            if row.month == month
            and (since is None or row.event.at >= since)
            and (until is None or row.event.at < until)
            and (recorded_after is None or row.recorded_at > recorded_after)
        ]
        return iter(sorted(found, key=_by_position))

    def _homes(self, meter: str) -> list[MeterMonthKey]:
        """Return the stored meter months of *meter* that count events."""
        return [home for home in self._stored.of_home if home[1] == meter]

    def crossings(self, *, after: int = 0, most: int | None = None) -> tuple[tuple[int, Crossing], ...]:
        """Return crossings with their numbers."""
        all_crossings, end = self._stored.crossings, None if most is None else after + most
        if self._crossings:
            all_crossings = [*all_crossings, *self._crossings]
        return tuple(enumerate(all_crossings[after:end], start=after + 1))

    def crossing_number(self, id_: str) -> int | None:
        """Return the number of a crossing."""
        number = self._stored.numbers.get(id_)
        staged = enumerate(self._crossings, start=self._crossing_count + 1)
        return number or next((number for number, one in staged if one.id == id_), None)

    def statement(self, month: Month) -> bytes | None:
        """Return the statement of *month*."""
        return self._statements.get(month) or self._stored.statements.get(month)


def _is_after(at: datetime, row: UsageRow) -> bool:
    return row.recorded_at > at
