"""Unsigned packages: their adoption as a change, in the world that it is made in.

A package that corrects the clock is adopted in the world with the corrected floor.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from superlicense.licensing.activation_previews import preview_now
from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.engine.open_write import OpenWrite
from superlicense.licensing.integrity.unsigned import unsigned_activation
from superlicense.model.change import ActivatePackage, PlanMove, Release
from superlicense.model.package import LicensePackage
from superlicense.model.preview import ActivationPreview
from superlicense.model.world import World
from superlicense.rules.packages.rebasing import rebased

__all__ = ["Adoption"]


class Adoption(NamedTuple):
    """An unsigned package that is to be adopted.

    Attributes:
        package: The package.
        releases: Assignments to release first.
        plan_moves: Holders who change plans with it.
        resets_clock: Whether it is to correct the clock.
    """

    package: LicensePackage
    releases: Iterable[Release]
    plan_moves: Iterable[PlanMove]
    resets_clock: bool

    def _change(self, world: World, now: datetime, clock: datetime) -> tuple[ActivatePackage, World | None]:
        """Return the change, and the world with its floor under the clock if it corrects it."""
        change = unsigned_activation(
            world,
            self.package,
            min(clock, now),
            self.releases,
            self.plan_moves,
            resets_clock=self.resets_clock,
        )
        return change, rebased(world, change, clock)

    def preview(self, engine: Engine) -> ActivationPreview:
        """Preview it; see `superlicense.licensing.packages.Packages.preview_unsigned`."""
        world, now = engine.worlds.world_at(None)
        change, floor = self._change(world, now, engine.clock.read())
        if floor is not None:
            world, now = floor, engine.clock.now(floor)
        return preview_now(engine, world, now, change)

    def change(self, engine: Engine, write: OpenWrite) -> ActivatePackage:
        """Return the change that adopts it in *write*, whose clock is corrected if it does that.

        Raises:
            SuperlicenseError: as for `superlicense.licensing.packages.Packages.adopt_unsigned`.
        """
        change, floor = self._change(write.world, write.now, engine.clock.read())
        if floor is not None:
            write.correct_clock(floor)
        return change
