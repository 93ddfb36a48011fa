"""Titles: the names of owners, licenses, meters and units that people read.

Rule 1: an issuer's own descriptions are shown unchanged. A license without one,
or with the vendor's English name, gets its name in the language of the reader, also
where the vendor has published none.

Rule 2: a license that neither its package nor the catalog has a title for is
named by its code.

Source: design section 14, first point; seed page, sections "Systemlicenser" and
"Brugerplaner".
"""

from __future__ import annotations

from functools import cache
from typing import Final

from superlicense.errors import InvalidValueError
from superlicense.messages.catalogs import pattern
from superlicense.model.license import SUPEROFFICE, LicenseKind, LicenseName
from superlicense.model.package import LicensePackage

__all__ = ["license_title", "meter_title", "owner_title", "titled_license", "unit_title"]

_SUPEROFFICE: Final = "SuperOffice"  # seed page, "Fanen SuperOffice"


def owner_title(owner: str, package: LicensePackage | None = None) -> str:
    """Return the display name of *owner*: the description in *package*, or else the name.

    >>> owner_title("superoffice"), owner_title("NORDVIK")
    ('SuperOffice', 'NORDVIK')
    """
    if package is not None and package.owner_description:
        return package.owner_description
    return _SUPEROFFICE if owner.casefold() == SUPEROFFICE else package.owner if package is not None else owner


def license_title(name: LicenseName, catalog: str, package: LicensePackage | None = None) -> str:
    """Return the display name of the license *name*.

    >>> license_title(LicenseName("superoffice", "quote"), "da")
    'Håndtering af salgstilbud'
    >>> license_title(LicenseName("nordvik", "routes"), "da")
    'routes'

    Args:
        name: The license.
        catalog: Name of the catalog of the language.
        package: The package in force of its owner, or `None`.
    """
    row = None if package is None else package.by_name.get(name)
    described = "" if row is None else row.description
    known = _vendors_title(name, package)
    listed = _listed().get(name)
    if listed is not None and described in {"", listed, known}:
        return pattern(f"label.license.{name}", {}, catalog) or listed
    return described or known or pattern(f"label.license.{name}", {}, catalog) or name.module


def titled_license(name: str, catalog: str, package: LicensePackage | None = None, *, with_code: bool = True) -> str:
    """Return the title of the license called *name*, with its code in brackets where it is needed.

    What neither the package nor the catalog knows is returned as it is.

    >>> titled_license("superoffice.web", "en"), titled_license("nordvik.routes", "en")
    ('Web login (superoffice.web)', 'nordvik.routes')

    Args:
        name: Name of a license, ``owner.module``.
        catalog: Name of the catalog of the language.
        package: The package in force of its owner, or `None`.
        with_code: Show the code always; otherwise only of a license that screens do
            not list by this title, because it is hidden or *package* lacks it.
    """
    if "." not in name:  # a title already
        return name
    try:
        license = LicenseName.parse(name)
    except InvalidValueError:
        return name
    title = license_title(license, catalog, package)
    if title == license.module:
        return name
    row = None if package is None else package.by_name.get(license)
    is_listed = row is not None and not row.hidden
    return title if is_listed and not with_code else f"{title} ({license})"


def meter_title(code: str, catalog: str) -> str:
    """Return the display name of the meter *code*; the code itself of a meter of the host's own."""
    return pattern(f"label.meter.{code}", {}, catalog) or code


def unit_title(code: str, catalog: str) -> str:
    """Return the display name of the unit *code*; the code itself of a unit of the host's own."""
    return pattern(f"label.unit.{code}", {}, catalog) or code


def _vendors_title(name: LicenseName, package: LicensePackage | None) -> str:
    """Return the vendor's title for *name*: a seat of the Suite is named by its plan, a user plan with its tiers."""
    # The tables of the catalog are loaded for the first message that names a license.
    from superlicense.catalog import module_table, plans, suite  # noqa: PLC0415 - see above
    from superlicense.rules.seats.seating import SUITE_SEAT  # noqa: PLC0415 - see above

    row = None if package is None else package.by_name.get(name)
    if package is not None and name == SUITE_SEAT:
        plan = suite.plan_of(package.by_name)
        if plan is not None:
            return plan.name
    if row is not None and row.kind is LicenseKind.PLAN:
        return plans.title_of(row)
    known = module_table.find(name)
    return "" if known is None else known.title


@cache
def _listed() -> dict[LicenseName, str]:
    """Return the English titles of the licenses that the vendor's help lists, which have messages."""
    from superlicense.catalog.license_lists import SYSTEM_LICENSES  # noqa: PLC0415 - as above

    return {listed.name: listed.english for listed in SYSTEM_LICENSES}
