"""Holding: who holds which licenses, and what they consume.

Rule 1: a license is consumed by each user or site that holds it or a plan that
grants it; once, however many plans grant it.

Rule 2: a user and a site may have the same id. Site licenses then belong to the
site, all others to the user.

Source: design, law 6 and section 7.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from superlicense.model.consumed import NOTHING_CONSUMED, Consumed
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import effective, find_row

__all__ = [
    "Holder",
    "consumed",
    "held",
    "implied",
    "implies",
    "plans_among",
    "resolve_holder",
    "user_licenses",
]

Holder = User | str
"""A user, as they are or will be, or the id of a site."""


def implied(world: World, license: LicenseName) -> Consumed:
    """Return what a holder of *license* consumes: its own row, then those it grants.

    Nothing if no package in force has the license. Precomputed in ``world.implies``
    once `superlicense.rules.world_update` has added packages to the world.
    """
    kept = world.implies.get(license)
    if kept is not None:
        return kept
    row = find_row(world, license)
    if row is None:
        return NOTHING_CONSUMED
    package = world.packages[license.owner].noun.package
    granted = (package.by_name[name] for name in effective(world, [license]) if name != license)
    return Consumed.of({found.name: found for found in (row, *granted)})


def implies(world: World, license: LicenseName, other: str) -> bool:
    """Return whether a holder of *license* also consumes *other*."""
    return other in implied(world, license).rows


def consumed(world: World, licenses: Iterable[LicenseName]) -> Consumed:
    """Return what a holder of *licenses* consumes.

    A license that no package in force has is still listed.
    """
    names = tuple(licenses)
    if not names:
        return NOTHING_CONSUMED
    if len(names) == 1:
        return _consumed_alone(world, names[0])
    return Consumed.together([_consumed_alone(world, name) for name in names])


def _consumed_alone(world: World, license: LicenseName) -> Consumed:
    known = world.implies.get(license)
    if known is not None:
        return known
    found = implied(world, license)
    return found if found.rows else Consumed.of({license: None})


def resolve_holder(world: World, row: ModuleLicense | None, holder: str) -> Holder:
    """Return the site or user that *holder* names for the license of *row*; an unknown id is a new user."""
    if row is not None and row.scope is LicenseScope.SITE:
        return holder
    return world.user(holder) or User(id=holder)


def held(world: World, holder: Holder) -> tuple[LicenseName, ...]:
    """Return what is assigned to *holder*, without what a site or user of the same id holds."""
    if isinstance(holder, str):
        return tuple([name for name in world.held_by(holder) if _is_for_sites(world, name)])
    return user_licenses(world, world.held_by(holder.id))


def user_licenses(world: World, licenses: Collection[LicenseName]) -> tuple[LicenseName, ...]:
    """Return those of *licenses* that a user holds, not a site of the same id."""
    return tuple([name for name in licenses if not _is_for_sites(world, name)]) if licenses else ()


def _is_for_sites(world: World, license: LicenseName) -> bool:
    row = find_row(world, license)
    return row is not None and row.scope is LicenseScope.SITE


def plans_among(world: World, licenses: Iterable[LicenseName], owner: str) -> tuple[LicenseName, ...]:
    """Return those of *licenses* that are plans of *owner*."""
    rows = (find_row(world, name) for name in licenses if name.owner == owner)
    return tuple(row.name for row in rows if row is not None and row.kind is LicenseKind.PLAN)
