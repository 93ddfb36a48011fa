"""A plain recount of a gauge: reading after reading in order, and the value of every day, without summaries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from superlicense.rules.metering.gauges import Reading


def peaks_by_day(carried: int, readings: Iterable[Reading], days: Sequence[datetime], end: datetime) -> list[int]:
    """Return the highest value of each day."""
    ordered, value, peaks = sorted(readings), carried, []
    for begins, ends in zip(days, [*days[1:], end], strict=True):
        inside = [one for one in ordered if begins <= one.at < ends]
        begins_anew = bool(inside) and inside[0].at == begins
        peaks.append(max(([] if begins_anew else [value]) + [one.quantity for one in inside]))
        value = inside[-1].quantity if inside else value
    return peaks


def last_value(carried: int, readings: Iterable[Reading]) -> int:
    """Return the value at the end."""
    return max(readings).quantity if readings else carried
