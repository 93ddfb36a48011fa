"""Prerequisites: which licenses must be held before another one.

Rule 1: prerequisites are checked over everything a holder consumes, and are met
by the installation (SYSTEM), the holder's site (SITE) or the holder (USER).

Rule 2: only the rows of packages in force bind; those of the catalog do not.

Source: design section 7; domain sections 3 and 17.
"""

from __future__ import annotations

from collections.abc import Collection

from superlicense.model.consumed import Consumed
from superlicense.model.license import LicenseName, LicenseScope
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import find_row
from superlicense.rules.seats.holding import Holder, consumed, held

__all__ = ["prerequisite_reason", "site_licenses", "unmet", "unmet_prerequisites"]


def unmet_prerequisites(world: World, holder: Holder) -> dict[str, LicenseName]:
    """Return the unmet prerequisite of each license that *holder* consumes, by license."""
    return unmet(world, consumed(world, held(world, holder)), site_licenses(world, holder))


def unmet(world: World, has: Consumed, at_site: Collection[LicenseName]) -> dict[str, LicenseName]:
    """Return the unmet prerequisite of each license of *has*, by license.

    Args:
        world: Supplies the packages.
        has: Everything that a user or a site consumes.
        at_site: Licenses held by the user's site; empty for a site, whose own
            licenses are in *has*.

    Source: design section 7.
    """
    return {
        name: prerequisite
        for name, prerequisite in has.prerequisites.items()
        if not _is_met(world, prerequisite, has, at_site)
    }


def _is_met(world: World, prerequisite: LicenseName, has: Consumed, at_site: Collection[LicenseName]) -> bool:
    if prerequisite in has.rows:
        return True
    row = find_row(world, prerequisite)
    if row is None or row.scope is LicenseScope.USER:
        return False
    return row.scope is LicenseScope.SYSTEM or prerequisite in at_site


def site_licenses(world: World, holder: Holder) -> tuple[LicenseName, ...]:
    """Return the licenses held by the site of a user; empty for a site."""
    return () if isinstance(holder, str) else held(world, holder.site)


def prerequisite_reason(license: str, dependant: str, released: tuple[str, ...]) -> Reason:
    """Return the reason why *released* cannot be released: *dependant* requires *license*, which goes with it."""
    return because(
        ReasonCode.PREREQUISITE_OF, license=str(license), dependant=str(dependant), released=released, hint="cascade"
    )
