"""Package worlds: what a package licenses by itself, for comparisons.

Rule 1: dates are left out, and so is the addressee. What a package licenses is
compared, not for how long or for whom.

Rule 2: sites hold every site license that is asked about.

Source: design section 11; ADR 50.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from attrs import evolve

from superlicense.model.layered import Layered
from superlicense.model.license import LicenseName, LicenseScope
from superlicense.model.package import InstalledPackage, LicensePackage, Validity
from superlicense.model.policy import Policy
from superlicense.model.row import Row, Table, assignment_key
from superlicense.model.seat import Assignment
from superlicense.model.site import Installation
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import Entitlement
from superlicense.rules.world_update import build_world, empty_world

__all__ = ["AT", "Held", "PackageWorld", "world_of"]

AT: Final = datetime(2000, 1, 1, tzinfo=UTC)  # any instant: nothing in these worlds has a date
NOTHING: Final[frozenset[str]] = frozenset()

Held = tuple[LicenseName | None, LicenseName | None]
"""What a holder holds: a plan, a license that is sold by itself, both or neither."""


def world_of(
    package: LicensePackage, policy: Policy, others: Iterable[LicensePackage], sites: Iterable[LicenseName]
) -> World:
    """Return the world in which *package* and *others* are in force, without dates, and the site holds *sites*."""
    ours = Installation(serial_number=package.serial_number, company=package.company)
    rows = [
        Row(
            table=Table.PACKAGES,
            key=one.owner_key,
            noun=InstalledPackage(
                package=evolve(
                    one,
                    company=ours.company,
                    serial_number=ours.serial_number,
                    database_id=None,
                    validity=Validity(),
                ),
                digest="0" * 64,
                installed_at=AT,
                installed_by="host",
                unsigned=True,
            ),
            start=AT,
            started_by="host",
            sequence=place,
        )
        for place, one in enumerate((package, *others), start=1)
    ]
    bare = empty_world(ours, evolve(policy, accept_unsigned=True))
    held = tuple(
        Row(
            table=Table.ASSIGNMENTS,
            key=assignment_key(name, ours.site),
            noun=Assignment(license=name, holder=ours.site, start=AT),
            start=AT,
            started_by="host",
            sequence=100 + place,
        )
        for place, name in enumerate(sites)
    )
    world = build_world(bare, rows, ())
    return evolve(world, assignments=Layered({ours.site: held})) if held else world


class PackageWorld:
    """The world of a package, and what each license grants there."""

    def __init__(self, world: World, old: LicensePackage) -> None:
        """Expand every user license of *old* in *world*."""
        self._entitled: dict[Held, Entitlement] = {}
        self.world = world
        self.site = world.installation.site
        self.alone = Entitlement(world, (), self.site, AT)
        self.grants = {
            row.name: frozenset(self.entitled((row.name, None)).user_licenses)
            for row in old.licenses
            if row.scope is LicenseScope.USER
        }

    def entitled(self, held: Held) -> Entitlement:
        """Return what a holder of *held* is granted."""
        found = self._entitled.get(held)
        if found is None:
            names = [name for name in held if name is not None]
            found = self._entitled[held] = Entitlement(self.world, names, self.site, AT)
        return found

    def granted(self, held: Held) -> frozenset[str]:
        """Return the user licenses that a holder of *held* is granted."""
        return NOTHING.union(*(self.grants[name] for name in held if name is not None))

    def scopes(self) -> dict[str, LicenseScope]:
        """Return the scope of each license that the packages have."""
        packages = (row.noun.package for row in self.world.packages.values())
        return {str(row.name): row.scope for package in packages for row in package.licenses}
