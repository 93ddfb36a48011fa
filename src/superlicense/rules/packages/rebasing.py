"""Rebasing: a package of the vendor that corrects a clock which has been wrong.

Rule 1: it is a package of SUPEROFFICE that says so, newer than every one of its
series, issued at most seven days before the clock and not in its future, while
the clock lies behind what is recorded. Any other package is one like all.

Rule 2: the floor under the clock is its ``issued_at`` then, and what is recorded
afterwards.

Source: documents.md, "Clock" (ADR 41).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from attrs import evolve

from superlicense.model.change import ActivatePackage
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import accepts_unsigned
from superlicense.rules.gate.validity import revoked_since
from superlicense.rules.packages.checks import CLOCK_TOLERANCE
from superlicense.rules.world_update import series_of

__all__ = ["OLDEST_CORRECTION", "is_behind", "rebased"]

OLDEST_CORRECTION: Final = timedelta(days=7)
"""How long before the clock a package that corrects it may have been issued."""


def is_behind(world: World, clock: datetime) -> bool:
    """Return whether *clock* reads earlier than what *world* knows."""
    known = world.known_at()
    return known is not None and clock < known


def rebased(world: World, change: ActivatePackage, clock: datetime) -> World | None:
    """Return *world* with the floor that the package of *change* puts under the clock; `None` if it puts none.

    Args:
        world: The current world.
        change: The activation; its document is verified.
        clock: The reading of the clock.
    """
    package, issued_at = change.package, change.package.issued_at
    if not (package.resets_clock and package.is_superoffice and is_behind(world, clock)):
        return None
    if issued_at is None or clock - issued_at > OLDEST_CORRECTION or issued_at - clock > CLOCK_TOLERANCE:
        return None
    if change.unsigned and not accepts_unsigned(world):
        return None
    newest = world.newest_issues.get(series_of(package, unsigned=change.unsigned))
    is_known = newest is not None and revoked_since(world, newest) is None
    if newest is not None and is_known and (package.issue or 0) <= (newest.package.issue or 0):
        return None
    return evolve(world, recorded_at=issued_at, issued_at=issued_at, clock_rolled_back=False)
