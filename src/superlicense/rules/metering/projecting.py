"""Projecting: an estimate of the usage at the end of a month. It is never billed.

Rule 1: a counter continues at its mean rate since the month began.

Rule 2: a gauge continues along the straight line from the value that was carried
into the month to the current value, not below 0. Without one it stays as it is:
a first reading shows no rate.

Rule 3: the threshold is passed on the first day at whose end usage exceeds it,
on the same line.

Rule 4: the number of users stays. Expected usage is rounded half up.

Rule 5: there is no estimate before the first day of the month has passed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Final

from superlicense.model.meter import Aggregation, Meter
from superlicense.model.month import Month
from superlicense.model.usage import Projection, UserTally
from superlicense.rules.metering.billing import amount_of
from superlicense.rules.metering.calendar import Span
from superlicense.rules.metering.gauges import GaugeState
from superlicense.rules.metering.thresholds import blocks_of, threshold_of

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
    span: Span,
    gauge: GaugeState | None = None,
    carried: int = 0,
    passed_at: datetime | None = None,
) -> Projection | None:
    """Estimate the usage of *month* at its end; `None` before its first day has passed.

    Args:
        meter: What is metered.
        month: The month; if it has ended at *at*, its expected usage is *used*.
        at: The instant of the estimate.
        used: Usage of the month as of *at*.
        tally: The users of the month so far.
        span: The month as instants.
        gauge: State of a gauge; `None` for a counter.
        carried: The value of a gauge that was carried into the month.
        passed_at: When usage reached the threshold, where that is known.
    """
    start, end = span.start, span.end
    threshold = threshold_of(meter, tally.users)
    days = (*span.days, end)
    if at < days[1]:
        return None
    expected, passes = used, None
    if at < end:
        line = _counter(used, start, at) if gauge is None else _gauge(meter.aggregation, gauge, carried, at, days)
        expected = floor(line(end) + _HALF)
        if used <= threshold:
            passes = next((day for day, ends in pairwise(days) if ends > at and line(ends) > threshold), None)
    if used > threshold:
        passes = passed_at
    overage = max(0, expected - threshold)
    return Projection(
        meter=meter.code,
        month=month,
        at=at,
        used=used,
        expected=expected,
        threshold=threshold,
        expected_overage=overage,
        expected_amount=amount_of(blocks_of(overage, meter.block_size), meter.price_per_block),
        currency=meter.currency,
        passed=used > threshold,
        passes_on=None if passes is None else span.date_of(month, passes),
    )


def _counter(used: int, start: datetime, at: datetime) -> Callable[[datetime], Fraction]:
    """Return the expected total of a counter as a function of the instant."""
    return lambda then: used * _parts(then - start, at - start)


def _gauge(
    aggregation: Aggregation, gauge: GaugeState, carried: int, at: datetime, days: Sequence[datetime]
) -> Callable[[datetime], Fraction]:
    """Return the expected usage of a gauge as a function of the instant, from *at* on; the month is running at *at*.

    Args:
        aggregation: How its readings are aggregated.
        gauge: Its state.
        carried: The value at the start of the month.
        at: Now.
        days: The instants at which the month's days begin, and its end.
    """

    def value_at(then: datetime) -> Fraction:
        rise = gauge.value - carried if carried else 0
        return max(Fraction(0), gauge.value + rise * _parts(then - at, at - days[0]))

    def mean_at(then: datetime) -> Fraction:
        total, counted = Fraction(gauge.peaks), gauge.day
        peak: Fraction | int = gauge.day_peak
        for begins, ends in pairwise(days[gauge.day :]):
            if begins >= then:
                break
            reached = max(value_at(max(begins, at)), value_at(min(max(ends, at), then)))
            total += max(peak, reached)
            counted += 1
            peak = 0
        return total / counted

    if aggregation is Aggregation.LAST:
        return value_at
    if aggregation is Aggregation.PEAK:
        return lambda then: max(Fraction(gauge.peak), value_at(then))
    return mean_at


def _parts(one: timedelta, other: timedelta) -> Fraction:
    return Fraction(one // _MICROSECOND, other // _MICROSECOND)
