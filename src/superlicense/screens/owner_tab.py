"""The tab of an owner: owner information, expiry and license lists.

Rule 1: there is always a tab for SUPEROFFICE, and one for every other owner with
a package in force or waiting.

Rule 2: days are calendar days in the installation's time zone, because they are
shown next to a date (ADR 19).

Source: seed page, "Fanen SuperOffice"; domain 13.1 and section 8, "Links".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from superlicense.messages import LocalizedText, Localizer
from superlicense.messages.titles import owner_title
from superlicense.model.license import LicenseScope
from superlicense.model.package import InstalledPackage, LicensePackage
from superlicense.model.reason import Reason
from superlicense.rules.gate.identity import licensee_of
from superlicense.rules.gate.validity import dates_of, phase_of
from superlicense.rules.installation_notes import owners_of, package_notes
from superlicense.rules.packages.waiting import waiting_reasons
from superlicense.screens.context import ScreenContext
from superlicense.screens.license_rows import LicenseRow, rows_of
from superlicense.screens.view_model import ViewModel

__all__ = [
    "Expiry",
    "Link",
    "OwnerTab",
    "PackageRow",
    "expiry_at",
    "expiry_of",
    "owner_tab",
    "owners",
    "phase_shown",
    "warnings_of",
]

_LABELS = (
    "owner_information company_name serial_number expiry_date license_list system_licenses site_licenses "
    "user_licenses license description in_use free total unrestricted"
)
_LINKS = ("https://", "http://")  # other schemes are not links: packages are untrusted input


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(ViewModel):
    """A link.

    Attributes:
        code: Name of the link.
        text: Text of the link.
        url: Target, ``http`` or ``https``.
    """

    code: str
    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry(ViewModel):
    """When a license expires.

    Attributes:
        at: First instant at which the license has expired.
        on: The last day that counts, in the installation's time zone.
        days_left: Calendar days until that day; 0 on the day itself, negative after it.
        text: Date and days as text.
    """

    at: datetime
    on: date
    days_left: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageRow(ViewModel):
    """A package of the owner: in force, or waiting for an administrator.

    Attributes:
        issue: Issue number, or `None`.
        issued_at: When it was issued, or `None`.
        license_version: Version of the license, as the issuer writes it.
        since: When it was activated, or started to wait.
        by: Who installed it.
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
    """The tab of one owner.

    Attributes:
        owner: The owner in lower case.
        title: Title of the tab: the description of the owner.
        company: Company that the licenses are issued to.
        serial_number: Serial number that the licenses are issued for.
        expiry: When the licenses expire; `None` if never.
        phase: Valid, expiring soon, in grace or stopped; `None` without licenses.
        stops_at: First instant after the grace period; `None` for never.
        stops_on: The last day of the grace period, in the installation's time zone.
        warnings: Current and upcoming problems.
        purchase: Where to purchase licenses; `None` if the package has no URL.
        fetch: Where to fetch new license information; `None` if the package has no URL.
        next_check_at: When to ask the issuer again; `None` for never.
        state: Whether there are licenses, and whether new ones are waiting.
        in_force: The package in force, or `None`.
        waiting: The waiting package, or `None`.
        waiting_reasons: That it waits, and what prevents its activation.
        system_licenses: Licenses of the whole installation.
        site_licenses: Licenses of databases; legacy.
        user_licenses: Licenses of users, including plans.
        labels: Texts of headings, fields and columns.
    """

    owner: str
    title: str
    company: str
    serial_number: str
    expiry: Expiry | None
    phase: LocalizedText | None
    stops_at: datetime | None
    stops_on: date | None
    warnings: tuple[LocalizedText, ...]
    purchase: Link | None
    fetch: Link | None
    next_check_at: datetime | None
    state: LocalizedText
    in_force: PackageRow | None
    waiting: PackageRow | None
    waiting_reasons: tuple[LocalizedText, ...]
    system_licenses: tuple[LicenseRow, ...]
    site_licenses: tuple[LicenseRow, ...]
    user_licenses: tuple[LicenseRow, ...]
    labels: tuple[LocalizedText, ...]


def owners(context: ScreenContext) -> tuple[str, ...]:
    """Return the owners that have a tab: SUPEROFFICE, then the others by name."""
    return owners_of(context.world)


def expiry_of(context: ScreenContext, owner: str) -> Expiry | None:
    """Return when the package in force of *owner* expires; `None` if never, or without one."""
    installed = context.world.package(owner)
    return None if installed is None else expiry_at(context, dates_of(context.world, installed).expires_at)


def phase_shown(context: ScreenContext, owner: str) -> LocalizedText | None:
    """Return the phase of the package in force of *owner*; `None` without one."""
    installed = context.world.package(owner)
    return None if installed is None else context.localizer.of(phase_of(context.world, installed, context.at))


def expiry_at(context: ScreenContext, expires_at: datetime | None) -> Expiry | None:
    """Return the last day before *expires_at*, the days left and the text; `None` for never."""
    if expires_at is None:
        return None
    on = context.last_day_before(expires_at)
    days_left = (on - context.date_of(context.at)).days
    label = "expired_on" if context.at >= expires_at else "expires_on"
    text = context.localizer.text(label, date=on, days=abs(days_left))
    return Expiry(at=expires_at, on=on, days_left=days_left, text=text)


def warnings_of(context: ScreenContext, owner: str) -> tuple[Reason, ...]:
    """Return the problems of the package in force of *owner*."""
    return package_notes(context.world, owner, context.at)


def owner_tab(context: ScreenContext, owner: str, *, hidden: bool) -> OwnerTab:
    """Return the tab of *owner*, given in lower case."""
    localizer = context.localizer
    installed, kept = context.world.package(owner), context.world.waiting.get(owner)
    waiting = None if kept is None else kept.noun
    shown = installed or waiting
    package = _placeholder_package(context, owner) if shown is None else shown.package
    rows = {
        scope: () if installed is None else rows_of(context, package, scope, hidden=hidden) for scope in LicenseScope
    }
    stops_at = None if installed is None else dates_of(context.world, installed).stops_at
    without_waiting = "no_license" if installed is None else "license_up_to_date"
    return OwnerTab(
        owner=owner,
        title=owner_title(package.owner, package),
        company=package.company,
        serial_number=package.serial_number,
        expiry=expiry_of(context, owner),
        phase=phase_shown(context, owner),
        stops_at=stops_at,
        stops_on=None if stops_at is None else context.last_day_before(stops_at),
        warnings=localizer.of_all(warnings_of(context, owner)),
        purchase=_link("purchase_new_licenses", package, localizer),
        fetch=_link("fetch_license", package, localizer),
        next_check_at=None if installed is None else package.validity.next_check_at,
        state=localizer.of(without_waiting if waiting is None else "activate_new_license"),
        in_force=_package_row(installed),
        waiting=_package_row(waiting),
        waiting_reasons=localizer.of_all(waiting_reasons(context.world, context.at, owner)),
        system_licenses=rows[LicenseScope.SYSTEM],
        site_licenses=rows[LicenseScope.SITE],
        user_licenses=rows[LicenseScope.USER],
        labels=localizer.labels(_LABELS),
    )


def _placeholder_package(context: ScreenContext, owner: str) -> LicensePackage:
    """Return an empty package for an owner without one."""
    ours = licensee_of(context.world)
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
