"""Identity: whether an instance, and what a package was issued to, is this installation.

Rule 1: an installation whose identity was never changed is what the instance says,
and its packages are compared with that.

Rule 2: once it was changed, an instance with a former identity goes on for
`Policy.identity_grace` after the change, with a warning. After that, and with an
identity that the installation never had, it grants nothing.

Rule 3: a package that was issued to a former identity counts as long as an
instance with it does, so that each owner has time to issue a new one.

Source: design section 8, "Identity"; ADR 39.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import Enum

from superlicense.model.caseless import caseless
from superlicense.model.identity import IDENTITY_KEY, FormerIdentity, Identity, Licensee, is_same
from superlicense.model.package import InstalledPackage, LicensePackage
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.row import Table
from superlicense.model.world import World

__all__ = [
    "IDENTITY_RECORD",
    "addressee_mismatches",
    "addressee_refusals",
    "former_warnings",
    "identity_boundaries",
    "identity_of",
    "identity_warnings",
    "issued_elsewhere",
    "issued_to_former",
    "licensee_of",
]

IDENTITY_RECORD = (Table.IDENTITIES, IDENTITY_KEY)
"""The record of the identity, as `World.tampered` names it."""


class _Standing(Enum):
    """What the identity that an instance says is to the installation."""

    CURRENT = "current"
    FORMER = "former"
    EXPIRED = "expired"
    NEVER = "never"


def identity_of(world: World) -> Identity | None:
    """Return the stored identity, `None` if it was never changed."""
    row = world.identities.get(IDENTITY_KEY)
    return None if row is None else row.noun


def licensee_of(world: World) -> Licensee:
    """Return whose names the installation has: those of its stored identity, else what the instance says."""
    return identity_of(world) or world.installation


def addressee_mismatches(package: LicensePackage, licensee: Licensee) -> tuple[Reason, ...]:
    """Return a reason for each name in which *package* was issued to another than *licensee*.

    The serial number must match exactly, the company but for letter case and Unicode
    form; a package without a database id is valid for every database of the serial
    number.

    Source: design section 8, "Identity".
    """
    reasons = []
    owner = package.owner_key
    if caseless(package.company) != caseless(licensee.company):
        ours = licensee.company
        reasons.append(because(ReasonCode.OTHER_COMPANY, owner=owner, company=package.company, expected=ours))
    if package.serial_number != licensee.serial_number:
        ours, theirs = licensee.serial_number, package.serial_number
        reasons.append(because(ReasonCode.OTHER_SERIAL_NUMBER, owner=owner, serial_number=theirs, expected=ours))
    if package.database_id not in (None, licensee.database_id):
        ours = licensee.database_id or ""
        reasons.append(because(ReasonCode.OTHER_DATABASE, owner=owner, database_id=package.database_id, expected=ours))
    return tuple(reasons)


def _ends_at(world: World, former: FormerIdentity) -> datetime:
    """Return when the grace of *former* ends, exclusive."""
    return former.until + world.policy.identity_grace


def _standing(world: World, identity: Identity, at: datetime) -> tuple[_Standing, FormerIdentity | None]:
    """Return what the instance is to *identity* at *at*, and which former identity it has."""
    if is_same(world.installation, identity):
        return _Standing.CURRENT, None
    for former in identity.former:
        if is_same(world.installation, former):
            return (_Standing.FORMER if at < _ends_at(world, former) else _Standing.EXPIRED), former
    return _Standing.NEVER, None


def addressee_refusals(world: World, package: LicensePackage, at: datetime) -> tuple[Reason, ...]:
    """Return why *package* was not issued to this installation, as it is named at *at*; empty if it was.

    An instance that grants nothing because of its identity cannot say that it was.
    """
    identity = identity_of(world)
    if identity is None:
        return addressee_mismatches(package, world.installation)
    standing, _ = _standing(world, identity, at)
    if standing is _Standing.NEVER or IDENTITY_RECORD in world.tampered:
        return addressee_mismatches(package, world.installation) or (_expired(package, identity),)
    if standing is _Standing.EXPIRED:
        return (_expired(package, identity),)
    return addressee_mismatches(package, identity)


def _expired(package: LicensePackage, identity: Identity) -> Reason:
    named = {"serial_number": identity.serial_number, "company": identity.company}
    return because(ReasonCode.IDENTITY_EXPIRED, owner=package.owner_key, **named)


def issued_elsewhere(world: World, package: LicensePackage, at: datetime) -> tuple[Reason, ...]:
    """Return why *package* licenses nothing here at *at* because of the names it was issued to; empty if it does."""
    refusals = addressee_refusals(world, package, at)
    return () if refusals and issued_to_former(world, package, at) is not None else refusals


def issued_to_former(world: World, package: LicensePackage, at: datetime) -> FormerIdentity | None:
    """Return the former identity that *package* was issued to and whose grace runs at *at*, `None` if there is none."""
    identity = identity_of(world)
    if identity is None or IDENTITY_RECORD in world.tampered:
        return None
    if _standing(world, identity, at)[0] not in {_Standing.CURRENT, _Standing.FORMER}:
        return None
    if not addressee_mismatches(package, identity):
        return None
    found = (one for one in identity.former if at < _ends_at(world, one) and not addressee_mismatches(package, one))
    return next(found, None)


def identity_warnings(world: World, at: datetime) -> tuple[Reason, ...]:
    """Return a warning if the instance has a former identity and goes on for now."""
    identity = identity_of(world)
    if identity is None:
        return ()
    standing, former = _standing(world, identity, at)
    if standing is not _Standing.FORMER or former is None:
        return ()
    named = {"serial_number": identity.serial_number, "company": identity.company}
    return (because(ReasonCode.IDENTITY_CHANGED, **named, until=_ends_at(world, former)),)


def former_warnings(world: World, installed: InstalledPackage, at: datetime) -> tuple[Reason, ...]:
    """Return a warning if *installed* was issued to a former identity and counts for now."""
    former = issued_to_former(world, installed.package, at)
    if former is None:
        return ()
    named = {"serial_number": former.serial_number, "company": former.company}
    owner = installed.package.owner_key
    return (because(ReasonCode.ISSUED_TO_FORMER, owner=owner, **named, until=_ends_at(world, former)),)


def identity_boundaries(world: World) -> Iterator[datetime]:
    """Yield the instants at which the grace of a former identity ends."""
    identity = identity_of(world)
    if identity is not None:
        yield from (_ends_at(world, former) for former in identity.former)
