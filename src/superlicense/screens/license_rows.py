"""License rows: one row per license, with the numbers in use, available and in total.

Rule 1: an issuer's own descriptions are shown unchanged. A license without one,
or with the vendor's English name, gets its name in the language of the screen.

Rule 2: numbers come from `superlicense.rules.seats.counting.count`.

Source: domain 13.1, "List"; seed page, sections "Licensliste" and "Systemlicenser".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from superlicense.catalog.license_lists import SYSTEM_LICENSES
from superlicense.messages import LocalizedText
from superlicense.messages.titles import owner_title
from superlicense.model.license import LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import LicensePackage
from superlicense.rules.answers.seat_use import state_of
from superlicense.rules.gate.entitlement import effective, get_row
from superlicense.rules.gate.grants import has_system
from superlicense.rules.seats.counting import count, usage
from superlicense.screens.context import ScreenContext
from superlicense.screens.view_model import ViewModel

__all__ = [
    "HolderRow",
    "LicenseDetail",
    "LicenseRow",
    "in_order",
    "license_detail",
    "license_row",
    "rows_of",
]

_LISTED = {listed.name: listed.english for listed in SYSTEM_LICENSES}


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseRow(ViewModel):
    """One license of one owner.

    Attributes:
        license: Its name, ``owner.module``.
        title: Display name.
        description: One sentence, or empty.
        scope: System, site or user license.
        kind: Module, plan or marker.
        ticked: For a system license, whether it is granted; `None` for others.
        in_use: Distinct holders; `None` for a system license, which has no holders.
        free: Available seats; `None` if unlimited, and for a system license.
        total: Purchased seats; `None` if unlimited, and for a system license.
        unrestricted: Whether it may be assigned any number of times.
        state: Whether seats are left; `None` if their number is not limited.
        hidden: Comes only with plans, and is shown on request.
        sort_order: Position in the list, set by the issuer.
    """

    license: str
    title: str
    description: str
    scope: LocalizedText
    kind: LocalizedText
    ticked: bool | None
    in_use: int | None
    free: int | None
    total: int | None
    unrestricted: bool
    state: LocalizedText | None
    hidden: bool
    sort_order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderRow(ViewModel):
    """A holder of a license.

    Attributes:
        id: Id of the user, or of the site for a site license.
        name: Display name.
        through: Titles of the plans that grant it; empty if it is held directly.
    """

    id: str
    name: str
    through: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseDetail(ViewModel):
    """The details of a license.

    Attributes:
        row: The row of the list.
        owner: Display name of the owner.
        version: Product version that it was issued for.
        prerequisite: Title of the license that it requires, or `None`.
        grants: Titles of the licenses that a plan grants.
        granted_by: Titles of the plans that grant it.
        holders: All holders, by id; empty for a system license.
        labels: Texts of field names.
    """

    row: LicenseRow
    owner: str
    version: str
    prerequisite: str | None
    grants: tuple[str, ...]
    granted_by: tuple[str, ...]
    holders: tuple[HolderRow, ...]
    labels: tuple[LocalizedText, ...]


def license_row(context: ScreenContext, row: ModuleLicense) -> LicenseRow:
    """Return the row of a license in force."""
    localizer = context.localizer
    system = row.scope is LicenseScope.SYSTEM
    in_use, total, free = count(context.world, row)
    state = state_of(context.world, row)
    tooltip = localizer.text(f"license.{row.name}.tooltip") if row.name in _LISTED else ""
    return LicenseRow(
        license=str(row.name),
        title=context.localizer.title(row.name),
        description=row.tooltip or tooltip,
        scope=localizer.of(row.scope),
        kind=localizer.of(row.kind),
        ticked=has_system(context.world, row.name, context.at) if system else None,
        in_use=None if system else in_use,
        free=free,
        total=total,
        unrestricted=not system and row.unrestricted,
        state=None if state is None else localizer.of(state),
        hidden=row.hidden,
        sort_order=row.sort_order,
    )


def rows_of(
    context: ScreenContext, package: LicensePackage, scope: LicenseScope, *, hidden: bool
) -> tuple[LicenseRow, ...]:
    """Return the rows of the licenses of *package* with *scope*, in sort order; hidden ones if *hidden*."""
    return tuple(
        license_row(context, row)
        for row in in_order(package.licenses)
        if row.scope is scope and (hidden or not row.hidden)
    )


def in_order(rows: Iterable[ModuleLicense]) -> list[ModuleLicense]:
    """Return *rows* by sort order; ties keep the order of the package."""
    return sorted(rows, key=lambda row: row.sort_order)


def license_detail(context: ScreenContext, license: LicenseName) -> LicenseDetail:
    """Return the details of *license*.

    Raises:
        UnknownLicenseError: No package in force includes it.
    """
    row = get_row(context.world, license)
    package = context.world.packages[license.owner].noun.package
    return LicenseDetail(
        row=license_row(context, row),
        owner=owner_title(package.owner, package),
        version=row.version,
        prerequisite=None if row.prerequisite is None else context.localizer.title(row.prerequisite),
        grants=tuple(context.localizer.title(name) for name in row.grants),
        granted_by=tuple(
            context.localizer.title(plan.name) for plan in in_order(package.licenses) if license in plan.grants
        ),
        holders=_holders(context, row),
        labels=context.localizer.labels("license description owner version prerequisite grants granted_by holders"),
    )


def _holders(context: ScreenContext, row: ModuleLicense) -> tuple[HolderRow, ...]:
    """Return the holders of the license of *row*; holders of the same licenses share the lookup."""
    world = context.world
    named = context.name_of_site if row.scope is LicenseScope.SITE else context.name_of_user
    titles_of: dict[tuple[LicenseName, ...], tuple[str, ...]] = {}
    rows = []
    for holder in usage(world, row.name).holders:
        licenses = world.held_by(holder)
        if licenses not in titles_of:
            titles_of[licenses] = tuple(context.localizer.title(plan) for plan in effective(world, licenses)[row.name])
        rows.append(HolderRow(id=holder, name=named(holder), through=titles_of[licenses]))
    return tuple(rows)
