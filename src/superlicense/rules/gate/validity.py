"""Validity: the phase of a package, and when it changes.

Rule 1: a package is not stopped at the end of the licensed period. From
``expires_at`` to ``grace_until`` everything works, with a warning (domain 0.7
and 7).

Rule 2: every date is the first instant of the new phase: at ``expires_at`` the
package is in grace.

Rule 3: maintenance is independent of the phase and never blocks a login.

Rule 4: revocation depends on the newest accepted root. A package is revoked if
its digest is, or if the keys that signed it and are not revoked no longer reach
the threshold of its owner. It is in grace from the acceptance of the root that
first revoked it, for `Policy.revocation_grace`, then stopped (documents.md).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from attrs import frozen

from superlicense.model.package import InstalledPackage, Phase
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.trust import TrustRoot
from superlicense.model.world import World
from superlicense.rules.gate.identity import identity_boundaries

__all__ = [
    "Dates",
    "boundaries",
    "dates_of",
    "maintenance_covers",
    "phase_at",
    "phase_of",
    "revocations",
    "revocations_of",
    "revoked_since",
]


@frozen(kw_only=True)
class Dates:
    """The instants at which a package changes phase, `None` for never."""

    warns_at: datetime | None
    expires_at: datetime | None
    stops_at: datetime | None


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one or other
    return min(one, other)


def revoked_since(world: World, installed: InstalledPackage) -> datetime | None:
    """Return since when *installed* is revoked, `None` if it is not.

    The newest root decides whether it is revoked; the time runs from the oldest
    root of the unbroken series of roots that revoke it.
    """
    since = None
    if installed.unsigned:
        return None
    for root in world.accepted_roots():
        if not revocations(root, installed.package.owner_key, installed.digest, installed.signed_by):
            break
        since = root.accepted_at
    return since


def revocations(root: TrustRoot, owner: str, digest: str, signed_by: Collection[str]) -> tuple[Reason, ...]:
    """Return why *root* revokes a package: its revoked keys, and its digest.

    Args:
        root: The root.
        owner: Owner of the package, in lower case.
        digest: Its digest.
        signed_by: Ids of the keys that signed it; without any it is not revoked.

    Returns:
        A reason for each revoked key if the other keys no longer reach the
        owner's threshold, and one for the digest.

    Source: design section 6; documents.md, "Revocation".
    """
    if not signed_by:
        return ()
    revoked = [key for key in signed_by if key in root.revoked_keys]
    enough = len(signed_by) - len(revoked) >= root.thresholds.get(owner, len(signed_by))
    reasons = [] if enough else [because(ReasonCode.KEY_REVOKED, owner=owner, key=key) for key in revoked]
    if digest in root.revoked_packages:
        reasons.append(because(ReasonCode.PACKAGE_REVOKED, owner=owner, digest=digest))
    return tuple(reasons)


def revocations_of(world: World, installed: InstalledPackage, at: datetime) -> tuple[Reason, ...]:
    """Return why *installed* is revoked at *at*, empty if it is not."""
    since = revoked_since(world, installed)
    if since is None or at < since:
        return ()
    newest = world.accepted_roots()[0]
    return revocations(newest, installed.package.owner_key, installed.digest, installed.signed_by)


def dates_of(world: World, installed: InstalledPackage) -> Dates:
    """Return the dates of *installed* in this world, revocation included."""
    validity = installed.package.validity
    revoked_at = revoked_since(world, installed)
    if revoked_at is None:
        return Dates(warns_at=validity.warns_at, expires_at=validity.expires_at, stops_at=validity.stops_at)
    return Dates(
        warns_at=validity.warns_at,
        expires_at=_earlier(validity.expires_at, revoked_at),
        stops_at=_earlier(validity.stops_at, revoked_at + world.policy.revocation_grace),
    )


def phase_at(dates: Dates, at: datetime) -> Phase:
    """Return the phase at *at* for *dates*."""
    if dates.stops_at is not None and at >= dates.stops_at:
        return Phase.STOPPED
    if dates.expires_at is not None and at >= dates.expires_at:
        return Phase.GRACE
    if dates.warns_at is not None and at >= dates.warns_at:
        return Phase.WARNING
    return Phase.VALID


def phase_of(world: World, installed: InstalledPackage, at: datetime) -> Phase:
    """Return the phase of *installed* at *at*, for gate, warnings and screens."""
    return phase_at(dates_of(world, installed), at)


def maintenance_covers(installed: InstalledPackage, at: datetime) -> bool:
    """Return whether upgrades may be installed at *at*."""
    until = installed.package.validity.maintenance_until
    return until is None or at < until


def boundaries(world: World) -> tuple[datetime, ...]:
    """Return all instants, in order, at which an answer changes by itself.

    A package in force changes phase or is revoked, or the grace of a former
    identity ends.
    """
    instants: set[datetime] = set()
    for row in world.packages.values():
        dates = dates_of(world, row.noun)
        found = (dates.warns_at, dates.expires_at, dates.stops_at, revoked_since(world, row.noun))
        instants.update(instant for instant in found if instant is not None)
    instants.update(identity_boundaries(world))
    return tuple(sorted(instants))
