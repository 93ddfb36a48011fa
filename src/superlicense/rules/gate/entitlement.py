"""Entitlement: the licenses that the installation, a site and a user hold, and through which plans.

Rule 1: only assignments are stored; the grants of plans are derived here, for
gate, seat counts and screens (design, law 6).

Rule 2: a package grants only licenses that it has rows for. A grant of a plan
for which the package has no row is kept but never granted, and so is a grant of
a plan or of a system license.

Rule 3: a defective package grants nothing: one issued to another installation, or
tampered with. A stopped package of another owner grants nothing either. A stopped
SUPEROFFICE package still grants; its effect is READ_ONLY.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from superlicense.errors import UnknownLicenseError
from superlicense.model.decision import RuleSet
from superlicense.model.license import SUPEROFFICE, LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import InstalledPackage, LicensePackage, Phase
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.row import Table, assignment_key
from superlicense.model.world import World
from superlicense.rules.gate.identity import IDENTITY_RECORD, issued_elsewhere
from superlicense.rules.gate.requirement import LicenseSource
from superlicense.rules.gate.validity import phase_of

__all__ = [
    "Entitlement",
    "accepts_unsigned",
    "defects",
    "effective",
    "entitlement_of",
    "find_row",
    "get_row",
    "owner_defects",
    "owner_package",
    "rule_set_of",
]

_SUITE_MODULES = ("suite", "suite1", "suite2", "suite3", "suite4", "suite5", "suite-user")
_TIER_MODULES = ("t1", "t2")
# Plans of versions 8 and 9; every other plan belongs to a later price list.
_ONE_TIER_PLANS = "superlicense-"
_EVER: Final = datetime.min.replace(tzinfo=UTC)


def owner_package(world: World, owner: str) -> LicensePackage | None:
    """Return the package in force of *owner* (lower case), whatever its phase."""
    installed = world.package(owner)
    return None if installed is None else installed.package


def find_row(world: World, license: LicenseName) -> ModuleLicense | None:
    """Return the row of *license* in the package in force of its owner, `None` if missing."""
    known = world.implies.get(license)
    if known is not None:
        return known.rows.get(license)
    package = owner_package(world, license.owner)
    return None if package is None else package.by_name.get(license)


def get_row(world: World, license: LicenseName) -> ModuleLicense:
    """Return the row of *license* in the package in force of its owner.

    Raises:
        UnknownLicenseError: no package in force has it.
    """
    row = find_row(world, license)
    if row is None:
        raise UnknownLicenseError([because(ReasonCode.UNKNOWN_LICENSE, license=str(license))])
    return row


def rule_set_of(world: World) -> RuleSet | None:
    """Return the license model that applies; `None` if neither policy nor package determines it.

    Source: design section 6. Version texts are never read.
    """
    if world.policy.rule_set is not None:
        return world.policy.rule_set
    package = owner_package(world, SUPEROFFICE)
    if package is None:
        return None
    if any(package.find(module) for module in _SUITE_MODULES):
        return RuleSet.SUITE
    later_plans = (
        row
        for row in package.licenses
        if row.kind is LicenseKind.PLAN and not row.name.module.startswith(_ONE_TIER_PLANS)
    )
    if any(package.find(module) for module in _TIER_MODULES) or any(later_plans):
        return RuleSet.MODULE_BASED
    return RuleSet.LEGACY


def accepts_unsigned(world: World) -> bool:
    """Return whether unsigned packages license anything here; a world without a pinned root does not forbid it."""
    return world.policy.accept_unsigned is not False


def defects(world: World, installed: InstalledPackage, at: datetime) -> tuple[Reason, ...]:
    """Return the defects of a package at *at*: issued to others, unsigned and not accepted, or tampered with.

    A tampered identity is a defect of every package, because it says to whom they
    may be issued.
    """
    reasons = list(issued_elsewhere(world, installed.package, at))
    if IDENTITY_RECORD in world.tampered:
        reasons.append(because(ReasonCode.TAMPERED, record=str(Table.IDENTITIES)))
    if installed.unsigned and not accepts_unsigned(world):
        reasons.append(because(ReasonCode.UNSIGNED_NOT_ACCEPTED, owner=installed.package.owner_key))
    record = (Table.PACKAGES, installed.package.owner_key)
    if record in world.tampered:
        reasons.append(because(ReasonCode.TAMPERED, record=f"{record[0]}/{record[1]}"))
    return tuple(reasons)


def owner_defects(world: World, owner: str, at: datetime | None = None) -> tuple[Reason, ...]:
    """Return the defects of the package in force of *owner* (lower case); none where there is no package.

    With any, it licenses nothing: no access, no satellites, no plan of the Suite. Seats
    of it can still be assigned, so that they are there when it is put right.

    Args:
        world: The world.
        owner: The owner, in lower case.
        at: The instant; that of the newest record if `None`, for what is counted as recorded.
    """
    installed = world.package(owner)
    if installed is None:
        return ()
    return defects(world, installed, at or world.recorded_at or _EVER)


def _grants_now(world: World, installed: InstalledPackage, at: datetime) -> bool:
    if defects(world, installed, at):
        return False
    return installed.package.is_superoffice or phase_of(world, installed, at) is not Phase.STOPPED


def effective(world: World, licenses: Iterable[LicenseName]) -> dict[str, tuple[str, ...]]:
    """Expand directly held licenses by the grants of plans.

    Args:
        world: Supplies the packages in force, whatever their phase.
        licenses: The licenses assigned to a holder.

    Returns:
        The plans that grant each license, by license; no plans if it is held
        directly. A directly held license without a row in its package is still
        listed.
    """
    held: dict[str, tuple[str, ...]] = {}
    direct = list(licenses)
    for plan in direct:
        row = find_row(world, plan)
        if row is None or row.kind is not LicenseKind.PLAN:
            continue
        for grant in row.grants:
            granted = find_row(world, grant)
            if granted is not None and granted.scope is LicenseScope.USER and granted.kind is not LicenseKind.PLAN:
                held[str(grant)] = (*held.get(str(grant), ()), str(plan))
    for name in direct:
        held[str(name)] = ()
    return held


class Entitlement:
    """The licenses granted to a user of a site at one instant, by name."""

    __slots__ = ("_grants", "_site", "_world", "at", "user_licenses")

    def __init__(self, world: World, held: Iterable[LicenseName], site: str, at: datetime) -> None:
        """Expand the licenses *held* by a user of *site*."""
        self._world = world
        self.at = at
        self._grants: dict[str, bool] = {}
        # A tampered row of a user blocks the user (`rules.gate.blocking`); one of a site grants nothing.
        self._site = frozenset(
            name
            for name in world.held_by(site)
            if (Table.ASSIGNMENTS, assignment_key(name, site)) not in world.tampered
        )
        self.user_licenses: dict[str, LicenseSource] = {}
        for name, through in effective(world, held).items():
            row = self._granting_row(name)
            if row is not None and row.scope is LicenseScope.USER:
                self.user_licenses[name] = LicenseSource(scope=row.scope, package=row.name.owner, through=through)

    def _granting_row(self, name: str) -> ModuleLicense | None:
        license_name = LicenseName.parse(name)
        installed = self._world.package(license_name.owner)
        if installed is None:
            return None
        grants = self._grants.get(license_name.owner)
        if grants is None:
            grants = self._grants[license_name.owner] = _grants_now(self._world, installed, self.at)
        if not grants:
            return None
        return installed.package.by_name.get(license_name)

    def find(self, name: str) -> LicenseSource | None:
        """Return the source of *name*, `None` if it is not granted."""
        source = self.user_licenses.get(name)
        if source is not None:
            return source
        row = self._granting_row(name)
        if row is None or row.scope is LicenseScope.USER:
            return None
        if row.scope is LicenseScope.SITE and row.name not in self._site:
            return None
        return LicenseSource(scope=row.scope, package=row.name.owner)


def entitlement_of(world: World, holder: str, site: str, at: datetime, known: Entitlement | None = None) -> Entitlement:
    """Return what *holder* (a user id) is granted at *at*; *known* if that is it."""
    return known if known is not None and known.at == at else Entitlement(world, world.held_by(holder), site, at)
