"""Crossings: which levels of its threshold a meter has reached.

Rule 1: a level is reached when something is used, and ``used × 100`` is at least
``level × threshold``. It does not matter which of the two moved.

Rule 2: a threshold of 0 has one level, 100, which anything used reaches.

Rule 3: each level is told once a month, even if usage falls and rises again.

Source: design section 9.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import datetime
from typing import Final

from superlicense.model.month import Month
from superlicense.model.usage import Crossing, CrossingCause

__all__ = ["cross", "crossing_id", "levels_reached"]

_PER_CENT: Final = 100


def levels_reached(used: int, threshold: int, levels: Iterable[int]) -> tuple[int, ...]:
    """Give those of *levels* that *used* reaches, in their order.

    >>> levels_reached(85, 100, (50, 80, 100, 120)), levels_reached(1, 0, (50, 80))
    ((50, 80), (100,))

    Args:
        used: 0 or more.
        threshold: 0 or more.
        levels: Per cent, as policy lists them.
    """
    if used <= 0:
        return ()
    if threshold == 0:
        return (_PER_CENT,)
    return tuple(level for level in levels if used * _PER_CENT >= level * threshold)


def crossing_id(meter: str, month: Month, level: int) -> str:
    """Give the id of a crossing: the same, whoever reckons, and unique in the installation.

    >>> crossing_id("mailings", Month(2026, 11), 80)
    'mailings/2026-11/80'
    """
    return f"{meter}/{month}/{level}"


def cross(  # noqa: PLR0913 - what a crossing says, by keyword
    meter: str,
    month: Month,
    *,
    used: int,
    threshold: int,
    levels: Iterable[int],
    told: Container[int],
    at: datetime,
    cause: CrossingCause,
) -> tuple[Crossing, ...]:
    """Give the crossings that are new, by rising level.

    Args:
        meter: Code of the meter.
        month: An open month.
        used: What it comes to.
        threshold: What it includes.
        levels: Per cent, as policy lists them.
        told: Levels that have been told of this meter and month.
        at: When it happens.
        cause: What made it.
    """
    return tuple(
        Crossing(id=crossing_id(meter, month, level), meter=meter, month=month, level=level, at=at, cause=cause)
        for level in levels_reached(used, threshold, levels)
        if level not in told
    )
