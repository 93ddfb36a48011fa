"""Activation previews: what a change of packages would do, outside a write and inside one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial

from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.engine.open_write import OpenWrite
from superlicense.licensing.engine.vetoes import may_release, vetoes_of
from superlicense.licensing.integrity.documents import Documents
from superlicense.licensing.metering.month_finding import month_before
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.licensing.metering.user_count import user_count
from superlicense.licensing.metering.user_moves import moved_thresholds
from superlicense.model.change import ActivatePackage
from superlicense.model.month import Month
from superlicense.model.preview import ActivationPreview, MeterEffect
from superlicense.model.world import World
from superlicense.rules.packages.previewing import preview

__all__ = ["preview_in_write", "preview_now"]

_OpenUsage = Callable[[], AbstractContextManager[UsageReader]]


def preview_now(engine: Engine, world: World, now: datetime, change: ActivatePackage) -> ActivationPreview:
    """Preview *change* in *world*, with the threshold effects of the stored usage."""
    return _preview(engine, world, now, change, engine.worlds.stored_usage)


def preview_in_write(
    engine: Engine, write: OpenWrite, documents: Documents, change: ActivatePackage, at: datetime | None = None
) -> ActivationPreview:
    """Preview *change* so that its threshold effects are still true when *write* commits.

    Args:
        engine: The engine.
        write: The write.
        documents: What has verified it, with the world and the instant that it is made in.
        change: The activation.
        at: When it is to be made; now if `None`.
    """
    # The month itself, or the one before it where the zone was changed.
    month = month_before(Month.of(documents.now, engine.totals.zone))
    return _preview(engine, documents.world, documents.now, change, partial(write.usage_since, month), at)


def _preview(  # noqa: PLR0913, PLR0917 - what the two above have in common
    engine: Engine,
    world: World,
    now: datetime,
    change: ActivatePackage,
    open_usage: _OpenUsage,
    at: datetime | None = None,
) -> ActivationPreview:
    vetoes = vetoes_of(engine.veto)(world, change)
    effects = _threshold_effects(engine.totals, world, now, open_usage)
    return preview(world, change, now if at is None else at, partial(may_release, engine.veto), vetoes, effects)


def _threshold_effects(
    totals: MeterTotals, world: World, now: datetime, open_usage: _OpenUsage
) -> Callable[[World], tuple[MeterEffect, ...]]:
    """Return the function that lists the thresholds of the month that would move if *world* became another one."""

    def effects(other: World) -> tuple[MeterEffect, ...]:
        before, after = user_count(world), user_count(other)
        if before == after:
            return ()
        with open_usage() as usage:
            return moved_thresholds(totals, usage, before, after, now)

    return effects
