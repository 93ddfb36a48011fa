"""Obstacles: why a set of steps does not help, and the seats that it demands of what is bought.

Rule 1: an obstacle is met with the least quantities that seemed to be enough. What
it lacks, any quantities that help have to make up for.

Source: design section 11; ADR 46.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from superlicense.model.license import LicenseName, ModuleLicense
from superlicense.model.package import LicensePackage
from superlicense.model.reason import Reason, ReasonCode
from superlicense.model.world import World
from superlicense.rules.answers.quantities import Demand
from superlicense.rules.answers.supposing import adds_to
from superlicense.rules.gate.entitlement import find_row

__all__ = ["Obstacle", "demands_of"]


@frozen(kw_only=True)
class Obstacle:
    """Why a set does not help in one order of its changes.

    Attributes:
        reasons: Why a step was refused, or else why the answer is still no.
        world: The world that they come from.
        unmet: The licenses that the question names and the user does not have;
            empty if a step was refused.
        refused: Whether a step was refused.
        activates: The package that this step would have put in force.
    """

    reasons: tuple[Reason, ...]
    world: World
    unmet: tuple[str, ...] = ()
    refused: bool = False
    activates: LicensePackage | None = None

    def row(self, license: LicenseName) -> ModuleLicense | None:
        """Return the row of *license* that the refused step, or else the answer, was judged by."""
        package = self.activates
        if package is None or package.owner_key != license.owner:
            return find_row(self.world, license)
        return package.by_name.get(license)


def demands_of(obstacle: Obstacle, quantities: Mapping[LicenseName, int]) -> Iterator[Demand]:
    """Yield what *obstacle*, met with *quantities*, demands of them."""
    for reason in obstacle.reasons:
        missing = _shortage(reason)
        if missing:
            license = reason.params["license"]
            adding = frozenset(name for name in quantities if adds_to(obstacle.row(name), license))
            if adding:
                yield Demand(adding, missing + sum(quantities[name] for name in adding))


def _shortage(reason: Reason) -> int:
    """Return how many seats are missing where *reason* says so, 0 if it is about something else."""
    if reason.code is ReasonCode.NO_SEAT_LEFT:
        return int(reason.params["in_use"]) + 1 - int(reason.params["total"])
    return int(reason.params["remove"]) if reason.code is ReasonCode.SEATS_EXCEED_TOTAL else 0
