"""Grants: the licenses that are granted, as plain answers without reasons.

Rule 1: what is granted is what a login finds (`superlicense.rules.gate.entitlement`).

Rule 2: an unknown user, or one with tampered records, is granted nothing. If the
head or the installation row is tampered with, nothing is granted to any user.
"""

from __future__ import annotations

from datetime import datetime

from superlicense.model.license import LicenseName, LicenseScope
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.rules.gate.blocking import tampering
from superlicense.rules.gate.entitlement import Entitlement, entitlement_of

__all__ = ["has_system", "user_grants"]


def user_grants(world: World, user: User | None, at: datetime) -> frozenset[str]:
    """Return the names of the user licenses granted to *user* at *at*."""
    if user is None or tampering(world, user)[0][1] is not None:
        return frozenset()
    return frozenset(entitlement_of(world, user.id, user.site, at).user_licenses)


def has_system(world: World, name: LicenseName, at: datetime) -> bool:
    """Return whether the installation is granted the system license *name* at *at*."""
    if tampering(world, None)[0][1] is not None:
        return False
    source = Entitlement(world, (), world.installation.site, at).find(name)
    return source is not None and source.scope is LicenseScope.SYSTEM
