"""Crossings: which levels of its threshold a meter has reached.

Rule 1: a level is reached when usage is above 0 and ``used × 100`` is at least
``level × threshold``. It does not matter which of the two moved.

Rule 2: a threshold of 0 has one level, 100, which any usage reaches.

Rule 3: each level is reported once per meter and month, even if usage falls and
rises again.

Rule 4: time alone can reach a level: a gauge is carried into a month, or its mean
rises at the start of a day. Whatever is recorded next reports it, with that cause.

Source: design section 9.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import datetime
from typing import Final

from superlicense.model.month import Month
from superlicense.model.usage import Crossing, CrossingCause

__all__ = ["FULL", "crossing_id", "levels_reached", "new_crossings"]

FULL: Final = 100
"""The level at which everything that is included has been used, in per cent."""


def levels_reached(used: int, threshold: int, levels: Iterable[int]) -> tuple[int, ...]:
    """Return those of *levels* that *used* reaches, in their order.

    >>> levels_reached(85, 100, (50, 80, 100, 120)), levels_reached(1, 0, (50, 80))
    ((50, 80), (100,))

    Args:
        used: Usage of the month, 0 or more.
        threshold: What the month includes, 0 or more.
        levels: Per cent of the threshold, as policy lists them.
    """
    if used <= 0:
        return ()
    if threshold == 0:
        return (FULL,)
    return tuple(level for level in levels if used * FULL >= level * threshold)


def crossing_id(meter: str, month: Month, level: int) -> str:
    """Return the id of a crossing, which is deterministic and unique in the installation.

    >>> crossing_id("mailings", Month(2026, 11), 80)
    'mailings/2026-11/80'
    """
    return f"{meter}/{month}/{level}"


def new_crossings(  # noqa: PLR0913 - the fields of a crossing and what it follows from, by keyword
    meter: str,
    month: Month,
    *,
    used: int,
    threshold: int,
    levels: Iterable[int],
    alerted: Container[int],
    at: datetime,
    cause: CrossingCause,
    due: Container[int] = (),
) -> tuple[Crossing, ...]:
    """Return the crossings that have not been reported yet, by rising level.

    Args:
        meter: Code of the meter.
        month: An open month.
        used: Usage of the month.
        threshold: What the month includes.
        levels: Per cent of the threshold, as policy lists them.
        alerted: Levels that were reported for this meter and month before.
        at: When it happens.
        cause: What caused it.
        due: Levels that time alone had reached before (rule 4).
    """
    return tuple(
        Crossing(
            id=crossing_id(meter, month, level),
            meter=meter,
            month=month,
            level=level,
            at=at,
            cause=CrossingCause.TIME if level in due else cause,
        )
        for level in levels_reached(used, threshold, levels)
        if level not in alerted
    )
