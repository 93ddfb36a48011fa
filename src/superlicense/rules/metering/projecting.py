"""Projecting: where a month will end if it goes on as it has begun. An estimate; nothing of it is billed.

Rule 1: a counter goes on at the mean rate since the month began.

Rule 2: a level goes on along the straight line from what was carried into the
month to what it is now, not below 0.

Rule 3: the day on which the threshold is passed is the first one at whose end
the month comes to more than that, on the same line.

Rule 4: users neither come nor go. What is expected is rounded half up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, tzinfo
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Final

from superlicense.model.meter import Aggregation, Meter
from superlicense.model.month import Month
from superlicense.model.usage import Projection, UserTally
from superlicense.rules.metering.gauges import GaugeState
from superlicense.rules.metering.thresholds import threshold_of

__all__ = ["project"]

_MICROSECOND: Final = timedelta(microseconds=1)
_HALF: Final = Fraction(1, 2)


def project(  # noqa: PLR0913 - everything that an estimate follows from, by keyword
    meter: Meter,
    month: Month,
    *,
    at: datetime,
    used: int,
    tally: UserTally,
    zone: tzinfo,
    level: GaugeState | None = None,
    carried: int = 0,
    passed_at: datetime | None = None,
) -> Projection:
    """Estimate where *month* will end.

    Args:
        meter: What is metered.
        month: A month that runs at *at*; of any other nothing is expected but what
            it comes to.
        at: From when it is estimated.
        used: What the month comes to at *at*.
        tally: The users of the month so far.
        zone: The installation's zone.
        level: How the month of a gauge stands; not used for a counter.
        carried: The level that was carried into the month; likewise.
        passed_at: When usage has passed the threshold, where that is known.
    """
    start, end = month.start(zone), month.end(zone)
    threshold = threshold_of(meter, tally.users)
    days = (*month.days(zone), end)
    expected, passes = used, None
    if start < at < end:
        line = _counter(used, start, at) if level is None else _gauge(meter.aggregation, level, carried, at, days)
        expected = floor(line(end) + _HALF)
        if used <= threshold:
            passes = next((day for day, ends in pairwise(days) if ends > at and line(ends) > threshold), None)
    if used > threshold:
        passes = passed_at
    return Projection(
        meter=meter.code,
        month=month,
        at=at,
        used=used,
        expected=expected,
        threshold=threshold,
        expected_overage=max(0, expected - threshold),
        passed=used > threshold,
        passes_on=None if passes is None else passes.astimezone(zone).date(),
    )


def _counter(used: int, start: datetime, at: datetime) -> Callable[[datetime], Fraction]:
    """Give what a counter will have come to, by instant."""
    return lambda then: used * _parts(then - start, at - start)


def _gauge(
    aggregation: Aggregation, level: GaugeState, carried: int, at: datetime, days: Sequence[datetime]
) -> Callable[[datetime], Fraction]:
    """Give what a month of a gauge will have come to, by instant after *at*; the month runs at *at*.

    Args:
        aggregation: Its rule.
        level: How it stands.
        carried: What it began with.
        at: Now.
        days: The instants at which the month's days begin, and its end.
    """

    def level_at(then: datetime) -> Fraction:
        return max(Fraction(0), level.level + (level.level - carried) * _parts(then - at, at - days[0]))

    def mean_at(then: datetime) -> Fraction:
        total, counted = Fraction(level.peaks), level.day
        peak: Fraction | int = level.day_peak
        for begins, ends in pairwise(days[level.day :]):
            if begins >= then:
                break
            reached = max(level_at(max(begins, at)), level_at(min(max(ends, at), then)))
            total += max(peak, reached)
            counted += 1
            peak = 0
        return total / counted

    if aggregation is Aggregation.LAST:
        return level_at
    if aggregation is Aggregation.PEAK:
        return lambda then: max(Fraction(level.peak), level_at(then))
    return mean_at


def _parts(one: timedelta, other: timedelta) -> Fraction:
    return Fraction(one // _MICROSECOND, other // _MICROSECOND)
