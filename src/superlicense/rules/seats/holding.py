"""Holding: who holds which licenses, and what they consume.

Rule 1: a license is consumed by each user or site that holds it or a plan that
grants it; once, however many plans grant it.

Rule 2: a user and a site may have the same id. Site licenses then belong to the
site, all others to the user.

Source: design, law 6 and section 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import effective, find_row

__all__ = [
    "Consumed",
    "Holder",
    "consumed",
    "held",
    "implied_rows",
    "implies",
    "plans_among",
    "resolve_holder",
    "user_licenses",
]

Holder = User | str
"""A user, as they are or will be, or the id of a site."""

Consumed = Mapping[str, ModuleLicense | None]
"""The licenses that a holder consumes: row in force by name, `None` where no package has the license."""


def implied_rows(world: World, license: LicenseName) -> Mapping[str, ModuleLicense]:
    """Return the rows that a holder of *license* consumes, by name: its own, then those it grants.

    Empty if no package in force has the license. Precomputed in ``world.implies``
    once `superlicense.rules.world_update` has added packages to the world.
    """
    kept = world.implies.get(license)
    if kept is not None:
        return kept
    row = find_row(world, license)
    if row is None:
        return {}
    package = world.packages[license.owner].noun.package
    granted = (package.by_name[name] for name in effective(world, [license]) if name != license)
    return {found.name: found for found in (row, *granted)}


def implies(world: World, license: LicenseName, other: str) -> bool:
    """Return whether a holder of *license* also consumes *other*."""
    return other in implied_rows(world, license)


def consumed(world: World, licenses: Iterable[LicenseName]) -> Consumed:
    """Return what a holder of *licenses* consumes.

    A license that no package in force has is still listed.
    """
    names = tuple(licenses)
    if len(names) == 1 and (alone := implied_rows(world, names[0])):
        return alone
    rows: dict[str, ModuleLicense | None] = {}
    for name in names:
        rows[name] = None
        rows.update(implied_rows(world, name))
    return rows


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


def user_licenses(world: World, licenses: Iterable[LicenseName]) -> tuple[LicenseName, ...]:
    """Return those of *licenses* that a user holds, not a site of the same id."""
    return tuple([name for name in licenses if not _is_for_sites(world, name)])


def _is_for_sites(world: World, license: LicenseName) -> bool:
    row = find_row(world, license)
    return row is not None and row.scope is LicenseScope.SITE


def plans_among(world: World, licenses: Iterable[LicenseName], owner: str) -> tuple[LicenseName, ...]:
    """Return those of *licenses* that are plans of *owner*."""
    rows = (find_row(world, name) for name in licenses if name.owner == owner)
    return tuple(row.name for row in rows if row is not None and row.kind is LicenseKind.PLAN)
