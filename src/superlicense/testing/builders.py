"""Builders: an installation, users, a price list and a package, each in one call.

Each returns a working default; fields that a test cares about are keyword
arguments. Does not need pytest.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from superlicense.catalog import plans
from superlicense.catalog.license_lists import SYSTEM_LICENSES
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import LicensePackage
from superlicense.model.site import Installation
from superlicense.model.user import User

__all__ = [
    "START",
    "Clock",
    "installation",
    "package",
    "plan",
    "price_list",
    "site_license",
    "system_license",
    "user",
    "user_license",
]

START: Final = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""The default time of a `Clock`."""

_SOLD: Final = ("Sales Premium", "Service Essentials", "Marketing Premium")


class Clock:
    """A clock that only advances when `forward` is called.

    >>> clock = Clock()
    >>> clock.forward(days=1).isoformat()
    '2026-11-25T09:00:00+00:00'

    Attributes:
        now: The current time, aware.
    """

    def __init__(self, now: datetime = START) -> None:
        """Create a clock that is stopped at *now*."""
        self.now = now

    def __call__(self) -> datetime:
        """Return the current time."""
        return self.now

    def forward(self, **by: float) -> datetime:
        """Advance the clock by the arguments of `datetime.timedelta`, and return the new time."""
        self.now += timedelta(**by)
        return self.now


def installation(**fields: Any) -> Installation:  # noqa: ANN401 - fields of the noun
    """Return an installation; *fields* are those of `Installation`.

    >>> installation(time_zone="Europe/Oslo").company
    'Nordvik Handel A/S'
    """
    return Installation(**{"serial_number": "1010000014", "company": "Nordvik Handel A/S", **fields})


def user(user_id: str = "anna", **fields: Any) -> User:  # noqa: ANN401 - fields of the noun
    """Return a user who may log in; *fields* are those of `User`.

    >>> user().may_log_in, user("bo", may_log_in=False).may_log_in
    (True, False)
    """
    return User(**{"id": user_id, "may_log_in": True, **fields})


def system_license(name: str) -> ModuleLicense:
    """Return a license for the whole installation."""
    return ModuleLicense(name=LicenseName.parse(name), scope=LicenseScope.SYSTEM)


def site_license(name: str, quantity: int = 2) -> ModuleLicense:
    """Return a license for *quantity* sites."""
    return ModuleLicense(name=LicenseName.parse(name), scope=LicenseScope.SITE, quantity=quantity)


def user_license(
    name: str, quantity: int | None = None, *, hidden: bool = False, prerequisite: str | None = None
) -> ModuleLicense:
    """Return a license for *quantity* users; unlimited if `None`."""
    return ModuleLicense(
        name=LicenseName.parse(name),
        scope=LicenseScope.USER,
        quantity=1 if quantity is None else quantity,
        unrestricted=quantity is None,
        hidden=hidden,
        prerequisite=None if prerequisite is None else LicenseName.parse(prerequisite),
    )


def plan(name: str, quantity: int, *grants: str) -> ModuleLicense:
    """Return a plan for *quantity* users; *grants* are modules of the same owner."""
    return ModuleLicense(
        name=LicenseName.parse(name),
        scope=LicenseScope.USER,
        quantity=quantity,
        kind=LicenseKind.PLAN,
        grants=tuple(LicenseName(LicenseName.parse(name).owner, grant) for grant in grants),
    )


def price_list(seats: int = 10) -> tuple[ModuleLicense, ...]:
    """Return three plans for the web client with *seats* users each, and everything that they require.

    Sales Premium (``ten-sales``), Service Essentials (``ten-service``) and
    Marketing Premium (``ten-marketing``); only the plans are limited.

    >>> [str(row.name) for row in price_list() if row.kind == "plan"]
    ['superoffice.ten-sales', 'superoffice.ten-service', 'superoffice.ten-marketing']
    """
    sold = [found for title in _SOLD if (found := plans.find(title)) is not None]
    granted = sorted({grant for one in sold for grant in one.grants})
    return (
        *(system_license(str(listed.name)) for listed in SYSTEM_LICENSES),
        *(plan(str(one.name), seats, *(grant.module for grant in one.grants)) for one in sold),
        *(user_license(str(grant), hidden=True) for grant in granted),
    )


def package(
    *licenses: ModuleLicense,
    seats: int = 10,
    installation: Installation | None = None,
    **fields: Any,  # noqa: ANN401 - fields of the noun
) -> LicensePackage:
    """Return a package that never expires.

    Args:
        licenses: Licenses of the package; those of `price_list` if empty.
        seats: Number of users for each plan of the price list.
        installation: The installation it is issued to; the default of `installation` if `None`.
        fields: Further fields of `LicensePackage`.

    >>> package(seats=3, issue=7).by_name[LicenseName("superoffice", "ten-sales")].quantity
    3
    """
    customer = _customer() if installation is None else installation
    return LicensePackage(
        **{
            "owner": "SUPEROFFICE",
            "company": customer.company,
            "serial_number": customer.serial_number,
            "licenses": licenses or price_list(seats),
            **fields,
        }
    )


# `package` has an argument of the same name.
_customer = installation
