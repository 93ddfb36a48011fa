"""Dates: everything that will happen to the packages in force, if nobody does anything.

Rule 1: the dates are those that the gate decides by: where a package is revoked, it
stops at the end of its revocation grace if that is earlier than its own dates.

Rule 2: a package without a grace period stops when it expires, which is one date.

Source: design section 11, `packages.dates`; domain section 7.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from superlicense.model.package import InstalledPackage
from superlicense.model.package_dates import PackageDate, PackageDateKind
from superlicense.model.world import World
from superlicense.rules.gate.validity import dates_of, revoked_since

__all__ = ["package_dates"]


def package_dates(world: World, since: datetime, until: datetime) -> tuple[PackageDate, ...]:
    """Return the dates of all packages in force from *since* (inclusive) to *until* (exclusive).

    Returns:
        In order of time; those of one instant by owner, and then in the order in
        which they follow from one another.
    """
    found = (
        PackageDate(at=at, owner=owner, kind=kind)
        for owner, row in sorted(world.packages.items())
        for kind, at in _dates(world, row.noun)
        if at is not None and since <= at < until
    )
    return tuple(sorted(found, key=lambda date: date.at))


def _dates(world: World, installed: InstalledPackage) -> Iterator[tuple[PackageDateKind, datetime | None]]:
    validity = installed.package.validity
    dates = dates_of(world, installed)
    yield PackageDateKind.WARNS, dates.warns_at
    yield PackageDateKind.EXPIRES, dates.expires_at
    if dates.stops_at != dates.expires_at:
        revoked = revoked_since(world, installed) is not None and dates.stops_at != validity.stops_at
        yield PackageDateKind.REVOCATION_GRACE_ENDS if revoked else PackageDateKind.GRACE_ENDS, dates.stops_at
    yield PackageDateKind.MAINTENANCE_ENDS, validity.maintenance_until
    yield PackageDateKind.NEXT_CHECK, validity.next_check_at
