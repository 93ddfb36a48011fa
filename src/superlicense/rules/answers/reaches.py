"""Reaches: against what the activation of a waiting package may help, before it is simulated.

Rule 1: most renewals change dates or numbers only. Simulating an activation takes
longer than any other step, so it is left out where it cannot help.

Rule 2: no package is put in force once the trust root has expired, nor while the
clock is turned back, unless it corrects the clock (documents.md, step 13).

Source: design section 11.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import Enum, auto

from superlicense.model.change import ActivatePackage
from superlicense.model.license import ModuleLicense
from superlicense.model.package import InstalledPackage, LicensePackage, Phase
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import defects
from superlicense.rules.gate.validity import phase_of
from superlicense.rules.seats.seating import suite_in_force

__all__ = ["Reach", "reaches"]


class Reach(Enum):
    """Against what the activation of a waiting package may help."""

    SEATS = auto()  # against missing seats only: nothing but numbers differs
    ALL = auto()


def reaches(world: World, changes: Iterable[ActivatePackage], at: datetime) -> Iterator[tuple[str, Reach]]:
    """Yield what activating each waiting package may help against; nothing for one that cannot.

    Where the package in force is in order, a license is missing for as long as
    the rows of it say so, however many seats they have.
    """
    for change in changes:
        if not _is_accepted(world, change.package, at):
            continue
        owner, new = change.package.owner_key, change.package.by_name
        installed = world.package(owner)
        # Under the Suite, every activation starts the seats that are missing.
        if installed is None or suite_in_force(world) or not _is_in_order(world, installed, at):
            yield owner, Reach.ALL
            continue
        old = installed.package.by_name
        if {name: _role(row) for name, row in old.items()} != {name: _role(row) for name, row in new.items()}:
            yield owner, Reach.ALL
        elif old != new:
            yield owner, Reach.SEATS


def _is_accepted(world: World, package: LicensePackage, at: datetime) -> bool:
    newest = next(iter(world.accepted_roots()), None)
    if newest is not None and at >= newest.expires_at:
        return False
    return package.resets_clock or not world.clock_rolled_back


def _is_in_order(world: World, installed: InstalledPackage, at: datetime) -> bool:
    return not defects(world, installed, at) and phase_of(world, installed, at) is not Phase.STOPPED


def _role(row: ModuleLicense) -> object:
    """Return everything of *row* that decides about access or assignment, but for the number of seats."""
    return (row.scope, row.kind, row.grants, row.hidden, row.prerequisite, row.allowed_user_types)
