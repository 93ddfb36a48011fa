"""Customers of a vendor, for the tests of fleets: many installations in one store."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from attrs import evolve

import superlicense as sl
from superlicense.model.site import luhn_digit
from tests.installation import VALIDITY, Clock, package

# A look is not given up because the machine has other things to do.
PATIENT = sl.Policy(look_patience=timedelta(minutes=1))

__all__ = ["customer", "customers", "fleet_on", "furnish_customer", "package_for"]


def customer(number: int, **fields: Any) -> sl.Installation:  # noqa: ANN401 - fields of the noun
    """Return the installation of customer *number*."""
    digits = f"{101_000_100 + number:09}"
    return sl.Installation(
        **{"serial_number": f"{digits}{luhn_digit(digits)}", "company": f"Customer {number} A/S", **fields}
    )


def customers(count: int) -> list[sl.Installation]:
    return [customer(number) for number in range(count)]


def package_for(installation: sl.Installation, **fields: Any) -> sl.LicensePackage:  # noqa: ANN401 - fields of the noun
    """Return the package of the tests, made out to *installation*."""
    return evolve(
        package(**fields),
        company=installation.company,
        serial_number=installation.serial_number,
        database_id=installation.database_id,
    )


def furnish_customer(
    licensing: sl.Licensing,
    *users: str,
    seats: int = 3,
    plan: str | None = "ten-sales",
    validity: sl.Validity = VALIDITY,
) -> sl.Licensing:
    """Put a package with *seats* of each plan in force, and save *users*, who hold *plan*."""
    licensing.packages.adopt_unsigned(package_for(licensing.installation, seats=seats, validity=validity), by="admin")
    licensing.users.sync([sl.User(id=user, name=user.title(), may_log_in=True) for user in users])
    for user in users if plan else ():
        licensing.seats.assign(user, plan or "", by="admin")
    return licensing


def fleet_on(store: sl.Store | None = None, **options: Any) -> sl.Fleet:  # noqa: ANN401 - those of Fleet
    """Return a fleet that trusts nobody, whose clock stands still."""
    return sl.Fleet(
        sl.MemoryStore() if store is None else store, **{"trust": None, "clock": Clock(), "policy": PATIENT, **options}
    )
