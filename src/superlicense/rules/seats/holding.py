"""Holding: who holds licenses, and what they consume with them.

Rule 1: a license is consumed by whoever holds it, or a plan that grants it;
once, however many ways lead to it.

Rule 2: a user and a site may have one id. Site licenses are then the site's,
all others the user's.

Source: design, law 6 and section 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import effective, find_row

__all__ = ["Consumed", "Holder", "consumed", "held", "holder_of", "implied_rows", "implies", "plans_among"]

Holder = User | str
"""Who holds licenses: a user, as they are or will be, or the id of a site."""

Consumed = Mapping[str, ModuleLicense | None]
"""What a holder consumes: by name the row in force, `None` where there is none."""


def implied_rows(world: World, license: LicenseName) -> Mapping[str, ModuleLicense]:
    """Give the rows that the holder of *license* consumes, by name: its own, then what it grants.

    Nothing if no package in force has it. A world keeps the answers once
    `superlicense.rules.world_update` has put packages into it.
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
    """Say whether whoever holds *license* consumes *other* with it."""
    return other in implied_rows(world, license)


def consumed(world: World, licenses: Iterable[LicenseName]) -> Consumed:
    """Give what the holder of *licenses* consumes.

    A license that no package in force has is still held.
    """
    names = tuple(licenses)
    if len(names) == 1 and (alone := implied_rows(world, names[0])):
        return alone
    rows: dict[str, ModuleLicense | None] = {}
    for name in names:
        rows[name] = None
        rows.update(implied_rows(world, name))
    return rows


def holder_of(world: World, row: ModuleLicense | None, holder: str) -> Holder:
    """Say who *holder* is to the license of *row*; somebody unknown is taken for a new user."""
    if row is not None and row.scope is LicenseScope.SITE:
        return holder
    return world.user(holder) or User(id=holder)


def held(world: World, holder: Holder) -> tuple[LicenseName, ...]:
    """Give what *holder* has been assigned, without what a namesake has."""
    site = isinstance(holder, str)
    names = world.held_by(holder if isinstance(holder, str) else holder.id)
    return tuple([name for name in names if _is_for_sites(world, name) is site])


def _is_for_sites(world: World, license: LicenseName) -> bool:
    row = find_row(world, license)
    return row is not None and row.scope is LicenseScope.SITE


def plans_among(world: World, licenses: Iterable[LicenseName], owner: str) -> tuple[LicenseName, ...]:
    """Give those of *licenses* that are plans of *owner*."""
    rows = (find_row(world, name) for name in licenses if name.owner == owner)
    return tuple(row.name for row in rows if row is not None and row.kind is LicenseKind.PLAN)
