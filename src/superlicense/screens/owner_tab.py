"""The tab of an owner: whose licenses these are, until when, and how many are in use.

Rule 1: a tab is there for SUPEROFFICE always, and for every other owner with a
package in force or waiting.

Rule 2: days are calendar days in the installation's time zone, because a date
is what people see beside them (ADR 19).

Source: seed page, "Fanen SuperOffice"; domain 13.1 and section 8, "Links".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from superlicense.model.decision import Reason
from superlicense.model.license import SUPEROFFICE, LicenseScope
from superlicense.model.package import InstalledPackage, LicensePackage
from superlicense.rules.gate.answer import reasons_of
from superlicense.rules.gate.blocking import package_facts, phase_warnings, stop_fact
from superlicense.rules.gate.validity import dates_of, phase_of
from superlicense.screens.context import ScreenContext
from superlicense.screens.license_rows import LicenseRow, rows_of, title_of_owner
from superlicense.screens.view_model import LocalizedText, Localizer, ViewModel

__all__ = ["Expiry", "Link", "OwnerTab", "PackageRow", "expiry_at", "expiry_of", "owner_tab", "owners", "warnings_of"]

_LABELS = (
    "owner_information company_name serial_number expiry_date license_list system_licenses site_licenses "
    "user_licenses license description in_use free total unrestricted"
)
_LINKS = ("https://", "http://")  # nothing else becomes a link: a package comes from outside


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(ViewModel):
    """A link of the screen.

    Attributes:
        code: Which one.
        text: What stands there.
        url: Where it leads, ``http`` or ``https``.
    """

    code: str
    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry(ViewModel):
    """When a license expires.

    Attributes:
        at: First instant at which it has expired.
        on: The same as a date in the installation's time zone.
        days_left: Calendar days until then; 0 on the day itself, negative after it.
        text: Date and days in words.
    """

    at: datetime
    on: date
    days_left: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageRow(ViewModel):
    """A package of the owner: the one in force, or one that waits for an administrator.

    Attributes:
        issue: Its number; `None` where it has none.
        issued_at: When it was issued; `None` where it does not say.
        license_version: Version of the license as the issuer words it.
        since: Since when it is in force, or waits.
        by: Who brought it.
        unsigned: Whether it was adopted without a signature.
    """

    issue: int | None
    issued_at: datetime | None
    license_version: str
    since: datetime
    by: str
    unsigned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerTab(ViewModel):
    """Everything on the tab of one owner.

    Attributes:
        owner: The owner in lower case.
        title: What the tab is called: the owner's description.
        company: Company that the licenses are made out to.
        serial_number: Installation that they are made out to.
        expiry: When they expire; `None` if they are not limited in time.
        phase: Where they stand between their dates; `None` without licenses.
        warnings: Everything that is wrong with them, or soon will be.
        purchase: Where more are bought; `None` where the package names no place.
        fetch: Where new license information comes from; likewise.
        next_check_at: When the issuer should be asked again; `None` for never.
        state: Whether there are licenses, and whether new ones wait.
        in_force: The package in force; `None` if there is none.
        waiting: The package that waits; `None` if none does.
        system_licenses: Licenses of the whole installation.
        site_licenses: Licenses of databases; legacy.
        user_licenses: Licenses of users, plans among them.
        labels: Words for headings, fields and columns.
    """

    owner: str
    title: str
    company: str
    serial_number: str
    expiry: Expiry | None
    phase: LocalizedText | None
    warnings: tuple[LocalizedText, ...]
    purchase: Link | None
    fetch: Link | None
    next_check_at: datetime | None
    state: LocalizedText
    in_force: PackageRow | None
    waiting: PackageRow | None
    system_licenses: tuple[LicenseRow, ...]
    site_licenses: tuple[LicenseRow, ...]
    user_licenses: tuple[LicenseRow, ...]
    labels: tuple[LocalizedText, ...]


def owners(context: ScreenContext) -> tuple[str, ...]:
    """List the owners that have a tab: SUPEROFFICE, then the others by name."""
    others = sorted({*context.world.packages, *context.world.waiting} - {SUPEROFFICE})
    return (SUPEROFFICE, *others)


def expiry_of(context: ScreenContext, owner: str) -> Expiry | None:
    """Show when the package in force of *owner* expires; `None` if it never does, or there is none."""
    installed = context.world.package(owner)
    return None if installed is None else expiry_at(context, dates_of(context.world, installed).expires_at)


def expiry_at(context: ScreenContext, expires_at: datetime | None) -> Expiry | None:
    """Show what *expires_at* means; `None` if that is never."""
    if expires_at is None:
        return None
    on = context.date_of(expires_at)
    days_left = (on - context.date_of(context.at)).days
    label = "expired_on" if context.at >= expires_at else "expires_on"
    text = context.localizer.text(label, date=on, days=abs(days_left))
    return Expiry(at=expires_at, on=on, days_left=days_left, text=text)


def warnings_of(context: ScreenContext, owner: str) -> tuple[Reason, ...]:
    """Give everything that is wrong with the package in force of *owner*."""
    found = reasons_of([*package_facts(context.world, owner), stop_fact(context.world, owner, context.at)])
    return (*found, *phase_warnings(context.world, owner, context.at))


def owner_tab(context: ScreenContext, owner: str, *, hidden: bool) -> OwnerTab:
    """Show the tab of *owner*, given in lower case."""
    localizer = context.localizer
    installed, kept = context.world.package(owner), context.world.waiting.get(owner)
    waiting = None if kept is None else kept.noun
    shown = installed or waiting
    package = _placeholder_package(context, owner) if shown is None else shown.package
    rows = {
        scope: () if installed is None else rows_of(context, package, scope, hidden=hidden) for scope in LicenseScope
    }
    settled = "no_license" if installed is None else "license_up_to_date"
    return OwnerTab(
        owner=owner,
        title=title_of_owner(package),
        company=package.company,
        serial_number=package.serial_number,
        expiry=expiry_of(context, owner),
        phase=None if installed is None else localizer.of(phase_of(context.world, installed, context.at)),
        warnings=localizer.of_all(warnings_of(context, owner)),
        purchase=_link("purchase_new_licenses", package, localizer),
        fetch=_link("fetch_license", package, localizer),
        next_check_at=None if installed is None else package.validity.next_check_at,
        state=localizer.of(settled if waiting is None else "activate_new_license"),
        in_force=_package_row(installed),
        waiting=_package_row(waiting),
        system_licenses=rows[LicenseScope.SYSTEM],
        site_licenses=rows[LicenseScope.SITE],
        user_licenses=rows[LicenseScope.USER],
        labels=localizer.labels(_LABELS),
    )


def _placeholder_package(context: ScreenContext, owner: str) -> LicensePackage:
    """Stand in for the package of an owner who has none here."""
    ours = context.world.installation
    return LicensePackage(owner=owner, company=ours.company, serial_number=ours.serial_number)


def _link(code: str, package: LicensePackage, localizer: Localizer) -> Link | None:
    url = package.license_url
    return Link(code=code, text=localizer.text(code), url=url) if url.lower().startswith(_LINKS) else None


def _package_row(kept: InstalledPackage | None) -> PackageRow | None:
    if kept is None:
        return None
    return PackageRow(
        issue=kept.package.issue,
        issued_at=kept.package.issued_at,
        license_version=kept.package.license_version,
        since=kept.installed_at,
        by=kept.installed_by,
        unsigned=kept.unsigned,
    )
