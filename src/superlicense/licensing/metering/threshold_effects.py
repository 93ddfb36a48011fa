"""Threshold effects: which thresholds of the current month another world would move."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.user_count import user_count
from superlicense.licensing.metering.user_moves import moved_thresholds
from superlicense.model.preview import MeterEffect
from superlicense.model.world import World
from superlicense.ports import UsageReading

__all__ = ["OpenUsage", "threshold_effects"]

OpenUsage = Callable[[], AbstractContextManager[UsageReading]]
"""Opens the usage of an installation."""


def threshold_effects(
    totals: MeterTotals, world: World, now: datetime, open_usage: OpenUsage
) -> Callable[[World], tuple[MeterEffect, ...]]:
    """Return the function that lists which thresholds would move if *world* became another one.

    Args:
        totals: Compares the totals of the month.
        world: The present world.
        now: The instant it is compared at.
        open_usage: Opens the usage; it is not called where no user comes or goes.
    """

    def effects(other: World) -> tuple[MeterEffect, ...]:
        before, after = user_count(world), user_count(other)
        if before == after:
            return ()
        with open_usage() as usage:
            return moved_thresholds(totals, usage, before, after, now)

    return effects
