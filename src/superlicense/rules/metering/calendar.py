"""Calendar: the months of an installation, as instants.

Rule 1: a month that is stored keeps its bounds and its zone, whatever zone the
installation has today. An instant belongs to the stored month that contains it.

Rule 2: a month that nothing has touched is a month of today's zone; one before a
stored month is of the zone of that one. Next to a stored month it begins where that
one ends, and ends where that one begins, so that months never overlap and leave no
gap where the zone was changed.

Rule 3: the first day of a month begins with the month, and each other day at its
first midnight in the zone of the month.

Source: design section 9; our choice for the first day (ADR 42).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo
from typing import Final, NamedTuple

from superlicense.model.month import Month

__all__ = ["Months", "Span", "StoredBounds", "span_of"]

StoredBounds = tuple[datetime, datetime, Month]
"""First instant of a stored month, the first instant after it, and the month."""

_NEVER: Final = datetime(1, 1, 1, tzinfo=UTC)


class Span(NamedTuple):
    """A month as instants.

    Attributes:
        start: Its first instant.
        end: The first instant after it.
        days: The instants at which its days begin.
        zone: The zone of its days.
    """

    start: datetime
    end: datetime
    days: tuple[datetime, ...]
    zone: tzinfo

    def date_of(self, month: Month, day: datetime) -> date:
        """Return the date of one of its *days*; *month* is the month itself."""
        # The first day may begin before its date where the zone was changed (rule 3).
        return max(day.astimezone(self.zone).date(), date(month.year, month.month, 1))


def span_of(month: Month, start: datetime, end: datetime, zone: tzinfo) -> Span:
    """Return *month* with the bounds *start* and *end*, and its days in *zone* by rule 3."""
    return Span(start, end, (start, *(day for day in month.days(zone)[1:] if start < day < end)), zone)


class Months:
    """Finds the months of instants, and caches the last one: most events of a batch are of one month.

    Threads may share it: the cached value is replaced as a whole.
    """

    __slots__ = ("_bounds", "_last", "_stored", "_zone_before", "zone")

    def __init__(self, zone: tzinfo, stored: Iterable[StoredBounds] = (), zone_before: tzinfo | None = None) -> None:
        """Find months of *zone*, and the *stored* ones.

        Args:
            zone: The zone of months after the stored ones.
            stored: Those from the month before what is looked for on, without a gap.
            zone_before: The zone of months before the stored ones; *zone* if `None`.
        """
        self.zone = zone
        self._zone_before = zone if zone_before is None else zone_before
        self._stored = sorted(stored)
        self._bounds = {one[2]: one for one in self._stored}
        self._last: StoredBounds = (_NEVER, _NEVER, Month(2000, 1))

    def span(self, at: datetime) -> StoredBounds:
        """Return the start of the month of *at*, its end (exclusive), and the month."""
        last = self._last
        if not last[0] <= at < last[1]:
            last = self._last = self._find(at)
        return last

    def _find(self, at: datetime) -> StoredBounds:
        place = bisect_right(self._stored, at, key=_start)
        before = self._stored[place - 1] if place else None
        after = self._stored[place] if place < len(self._stored) else None
        if before is not None and at < before[1]:
            return before
        month = Month.of(at, self.zone if after is None else self._zone_before)
        if before is not None and month <= before[2]:
            month = before[2].next()
        if after is not None and month >= after[2]:
            month = after[2].previous()
        return self.bounds(month)

    def bounds(self, month: Month) -> StoredBounds:
        """Return the start of *month*, its end (exclusive), and the month (rules 1 and 2)."""
        stored = self._bounds.get(month)
        if stored is not None or not self._bounds:
            return stored or (month.start(self.zone), month.end(self.zone), month)
        place, zone = _place(month), self.zone if month > self._stored[-1][2] else self._zone_before
        before = next((one for one in self._stored if _place(one[2]) == place - 1), None)
        after = next((one for one in self._stored if _place(one[2]) == place + 1), None)
        start = month.start(zone) if before is None else before[1]
        return (start, month.end(zone) if after is None else after[0], month)


def _start(one: StoredBounds) -> datetime:
    return one[0]


def _place(month: Month) -> int:
    """Return the place of *month* among all months."""
    return month.year * 12 + month.month
