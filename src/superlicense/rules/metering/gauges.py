"""Gauges: the usage of a month of a gauge, from its readings.

Rule 1: a reading replaces the value, which then holds until the next reading,
over days without readings and the ends of months. Before the first reading the
value is 0.

Rule 2: readings are ordered by (at, source, id), whatever order they arrive in;
of several at one instant the last one holds.

Rule 3: a value that is carried into a period counts as a value of it, unless it
is replaced at the very start.

Rule 4: LAST is the value at the end; PEAK the highest; MEAN_OF_DAILY_PEAKS the
sum of the peaks of the days divided by their number, rounded half up. Days are
those of the installation's zone, of 23 or 25 hours where clocks change; of a
running month, those that have begun, each from its first instant on.

Rule 5: a reading that is canceled was never made.

Rule 6: what the readings of one day leave is summarized in `DayReadings`. The
usage of a month follows from the value that is carried into it and its summaries,
so a late reading changes the summary of its own day, and no other reading has to
be looked at.

Source: design section 9.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from superlicense.model.meter import Aggregation
from superlicense.model.usage import UsageEvent
from superlicense.rules.metering.corrections import originals_and_corrections

__all__ = [
    "DayReadings",
    "GaugeState",
    "Reading",
    "days_after",
    "gauge_state",
    "initial_state",
    "readings_of",
    "state_after",
]


class Reading(NamedTuple):
    """The value of a gauge at an instant; readings sort by rule 2.

    Attributes:
        at: When it was read.
        source: Source of the usage event.
        id: Id of the usage event.
        quantity: The value.
    """

    at: datetime
    source: str
    id: str
    quantity: int


class DayReadings(NamedTuple):
    """What the readings of one day leave (rule 6).

    Attributes:
        day: Index of the day in the month, from 0.
        newest: The newest reading of the day as (at, source, id).
        value: Its value.
        peak: The highest value that was read.
        at_start: Whether a reading was made at the first instant of the day, so that
            the value carried into the day does not count for it (rule 3).
    """

    day: int
    newest: tuple[datetime, str, str]
    value: int
    peak: int
    at_start: bool


class GaugeState(NamedTuple):
    """The state of a gauge within a month, after some readings.

    Attributes:
        value: The value since the newest reading.
        newest: The newest reading as (at, source, id); `None` before the first
            of the month.
        peak: The highest value so far.
        day: Index of the current day of the month, from 0.
        peaks: Sum of the peaks of the days before.
        day_peak: The highest value of the current day.
    """

    value: int
    newest: tuple[datetime, str, str] | None
    peak: int
    day: int
    peaks: int
    day_peak: int

    def used(self, aggregation: Aggregation, days: Sequence[datetime], until: datetime) -> int:
        """Return the usage of the month as of *until*, which is not before the newest reading.

        Args:
            aggregation: An aggregation of a gauge.
            days: The instants at which the month's days begin, as `Month.days` returns them.
            until: The end of the month, or now while the month is running.
        """
        if aggregation is Aggregation.LAST:
            return self.value
        if aggregation is Aggregation.PEAK:
            return self.peak
        then = _advanced(self, max(bisect_right(days, until) - 1, self.day))
        return _half_up(then.peaks + then.day_peak, then.day + 1)


def readings_of(events: Iterable[UsageEvent]) -> list[Reading]:
    """Return the readings that count among a gauge's accepted *events*, in the order of rule 2.

    Args:
        events: Originals with all their corrections, corrections in the order
            in which they were accepted.
    """
    originals, corrected = originals_and_corrections(events)
    return sorted(
        Reading(event.at, *key, corrected.get(key, event.quantity))
        for key, event in originals.items()
        if corrected.get(key) != 0
    )


def initial_state(carried: int) -> GaugeState:
    """Return the state at the start of a month, with the value that is carried into it."""
    return GaugeState(value=carried, newest=None, peak=carried, day=0, peaks=0, day_peak=carried)


def days_after(
    before: Sequence[DayReadings], readings: Iterable[Reading], days: Sequence[datetime]
) -> tuple[DayReadings, ...]:
    """Return the summaries of a month after more *readings*, new ones of any instants of the month.

    Args:
        before: The summaries before them, by day.
        readings: The readings, in any order.
        days: The instants at which the month's days begin.
    """
    found = {one.day: one for one in before}
    for reading in readings:
        at, _, _, quantity = reading
        day = bisect_right(days, at) - 1
        known = found.get(day)
        if known is None:
            found[day] = DayReadings(day, reading[:3], quantity, quantity, at == days[day])
            continue
        is_newest = reading[:3] > known.newest
        found[day] = DayReadings(
            day,
            reading[:3] if is_newest else known.newest,
            quantity if is_newest else known.value,
            max(known.peak, quantity),
            known.at_start or at == days[day],
        )
    return tuple([found[day] for day in sorted(found)])


def gauge_state(carried: int, days: Iterable[DayReadings]) -> GaugeState:
    """Return the state of a month from the value that is carried into it and its summaries, by day."""
    value = peak = day_peak = carried
    newest: tuple[datetime, str, str] | None = None
    now = peaks = 0
    # In plain variables, because every reading of a gauge folds up to 31 days.
    for day, last, read, highest, at_start in days:
        if day > now:
            peaks += day_peak + (day - now - 1) * value
            now, day_peak = day, value
        if (at_start and not day) or highest > peak:
            peak = highest
        day_peak = highest if at_start or highest > day_peak else day_peak
        value, newest = read, last
    return GaugeState(value, newest, peak, now, peaks, day_peak)


def state_after(carried: int, readings: Iterable[Reading], days: Sequence[datetime]) -> GaugeState:
    """Return the state of a month after all its *readings*, in any order."""
    return gauge_state(carried, days_after((), readings, days))


def _advanced(state: GaugeState, day: int) -> GaugeState:
    """Return *state* on *day*, after the days before it passed without a reading."""
    silent = day - state.day
    if not silent:
        return state
    peaks = state.peaks + state.day_peak + (silent - 1) * state.value
    return state._replace(day=day, peaks=peaks, day_peak=state.value)


def _half_up(amount: int, parts: int) -> int:
    """Divide, and round half up."""
    return (2 * amount + parts) // (2 * parts)
