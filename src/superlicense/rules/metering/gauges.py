"""Levels: what a month of a gauge comes to.

Rule 1: a reading replaces the level, which then holds until the next reading,
over silent days and the ends of months. Before the first reading it is 0.

Rule 2: readings are in the order of (at, source, id), whatever order they
arrive in; the last one of an instant stays.

Rule 3: a level that is carried into a period counts as a level of it, unless it
is replaced at the very start.

Rule 4: LAST is the level at the end; PEAK the highest; MEAN_OF_DAILY_PEAKS the
sum of the peaks of its days, by their number, rounded half up. Days are those
of the installation's zone, of 23 or 25 hours where clocks change; in a month
that runs, those that have begun.

Rule 5: a reading that is cancelled was never made.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from superlicense.model.meter import Aggregation
from superlicense.model.usage import UsageEvent

__all__ = ["GaugeState", "Reading", "begin", "level_of", "read", "readings_of"]


class Reading(NamedTuple):
    """What a gauge showed at an instant; readings sort as rule 2 says.

    Attributes:
        at: When.
        source: Who reported it.
        id: Id of the report.
        quantity: The level.
    """

    at: datetime
    source: str
    id: str
    quantity: int


class GaugeState(NamedTuple):
    """How a month of a gauge stands after some readings.

    Attributes:
        level: The level since the newest reading.
        newest: The newest reading as (at, source, id); `None` before the first
            of the month.
        peak: The highest level so far.
        day: Which day of the month has come, from 0.
        peaks: Sum of the peaks of the days before.
        day_peak: The highest level of that day.
    """

    level: int
    newest: tuple[datetime, str, str] | None
    peak: int
    day: int
    peaks: int
    day_peak: int

    def used(self, aggregation: Aggregation, days: Sequence[datetime], until: datetime) -> int:
        """Give what the month comes to at *until*, at or after its newest reading.

        Args:
            aggregation: One of a gauge.
            days: The instants at which the month's days begin, as `Month.days` gives them.
            until: The end of the month, or now where that has not come.
        """
        if aggregation is Aggregation.LAST:
            return self.level
        if aggregation is Aggregation.PEAK:
            return self.peak
        moved = _moved(self, max(bisect_left(days, until) - 1, self.day))
        return _half_up(moved.peaks + moved.day_peak, moved.day + 1)


def readings_of(events: Iterable[UsageEvent]) -> list[Reading]:
    """Give what counts of a gauge's accepted *events*, in the order of rule 2.

    Args:
        events: Originals with all their corrections, corrections in the order
            they were accepted.
    """
    originals: dict[tuple[str, str], UsageEvent] = {}
    corrected: dict[tuple[str, str], int] = {}
    for event in events:
        if event.corrects is None:
            originals[event.source, event.id] = event
        else:
            corrected[event.source, event.corrects] = event.quantity
    return sorted(
        Reading(event.at, *key, corrected.get(key, event.quantity))
        for key, event in originals.items()
        if corrected.get(key) != 0
    )


def begin(carried: int) -> GaugeState:
    """Begin a month with the level that is carried into it."""
    return GaugeState(level=carried, newest=None, peak=carried, day=0, peaks=0, day_peak=carried)


def read(before: GaugeState, reading: Reading, days: Sequence[datetime]) -> GaugeState:
    """Take one more *reading*, which must not sort before the newest of the month.

    Args:
        before: How the month stood.
        reading: The next one.
        days: The instants at which the month's days begin.
    """
    day = bisect_right(days, reading.at) - 1
    moved = _moved(before, day)
    quantity = reading.quantity
    # What is replaced at the very start of a day was no level of it (rule 3).
    fresh = reading.at == days[day] and (before.newest is None or before.newest[0] < reading.at)
    at_start = fresh and day == 0
    return GaugeState(
        level=quantity,
        newest=reading[:3],
        peak=quantity if at_start else max(moved.peak, quantity),
        day=day,
        peaks=moved.peaks,
        day_peak=quantity if fresh else max(moved.day_peak, quantity),
    )


def level_of(carried: int, readings: Iterable[Reading], days: Sequence[datetime]) -> GaugeState:
    """Reckon a month anew from all its *readings*, in any order."""
    level = begin(carried)
    for reading in sorted(readings):
        level = read(level, reading, days)
    return level


def _moved(level: GaugeState, day: int) -> GaugeState:
    """Let the days before *day* pass in silence."""
    silent = day - level.day
    if not silent:
        return level
    passed = level.peaks + level.day_peak + (silent - 1) * level.level
    return level._replace(day=day, peaks=passed, day_peak=level.level)


def _half_up(amount: int, parts: int) -> int:
    """Divide, and round half up."""
    return (2 * amount + parts) // (2 * parts)
