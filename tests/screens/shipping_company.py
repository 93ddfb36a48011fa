"""A shipping company of our own making, with plans for users, and with the Suite."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import evolve

import superlicense as sl
from superlicense.catalog import plans
from tests.installation import INSTALLATION, Clock, open_licensing, system
from tests.installation import package as make_package

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
ENDS = datetime(2027, 6, 30, 22, tzinfo=UTC)  # midnight of 1 July in Copenhagen
FIRM = evolve(INSTALLATION, company="Havblik Rederi A/S", serial_number="1010000048", time_zone="Europe/Copenhagen")
VALIDITY = sl.Validity(warns_at=ENDS - timedelta(days=30), expires_at=ENDS, grace_until=ENDS + timedelta(days=12))


def sold(title: str, quantity: int, place: int) -> sl.ModuleLicense:
    """Return the row of the plan *title*."""
    plan = plans.find(title)
    assert plan is not None
    return sl.ModuleLicense(
        name=plan.name,
        scope=sl.LicenseScope.USER,
        kind=sl.LicenseKind.PLAN,
        quantity=quantity,
        grants=tuple(plan.grants),
        sort_order=place,
    )


def bought(sales: int, service: int) -> tuple[sl.ModuleLicense, ...]:
    """Return the rows of two plans, and what they grant."""
    rows = (sold("Sales Premium", sales, 1), sold("Service Premium", service, 2))
    granted = dict.fromkeys(name for row in rows for name in row.grants)
    return (
        system("server"),
        system("online-webservices"),
        system("quote"),
        sl.ModuleLicense(name="reporter-studio", scope=sl.LicenseScope.SITE, quantity=2, description="Reporter Studio"),
        *rows,
        *(
            sl.ModuleLicense(name=name, scope=sl.LicenseScope.USER, unrestricted=True, hidden=True, sort_order=9)
            for name in granted
        ),
    )


def package(*licenses: sl.ModuleLicense, **fields: Any) -> sl.LicensePackage:  # noqa: ANN401 - fields of the noun
    """Write a package for the company."""
    given: dict[str, Any] = {
        "company": FIRM.company,
        "serial_number": FIRM.serial_number,
        "owner_description": "SuperOffice",
        "validity": VALIDITY,
        "product_description": "SuperOffice Online",
        "license_url": "https://licenses.example/shop",
        "licenses": licenses,
        **fields,
    }
    return make_package(**given)


def on_plans() -> sl.Licensing:
    """A shipping company: 1,250 seats of one plan, 12 of another; three and one are in use."""
    licensing = open_licensing(installation=FIRM, clock=Clock(NOW))
    licensing.packages.adopt_unsigned(package(*bought(1_250, 12)), by="vendor")
    people = {"astrid": "Astrid Holm", "birk": "Birk Lind", "clara": "Clara Vang", "dag": "Dag Rask"}
    licensing.users.sync([sl.User(id=user, name=name, may_log_in=True) for user, name in people.items()])
    licensing.users.save(sl.User(id="astrid", name="Astrid Holm", may_log_in=True, administrator=True))
    for user in ("astrid", "birk", "clara"):
        licensing.seats.assign(user, "ten-sales", by="astrid")
    licensing.seats.assign("dag", "ten-service", by="astrid")
    return licensing


def on_the_suite() -> sl.Licensing:
    """The same company on the Suite: 17 of 20 seats of the plan Core."""
    licensing = open_licensing(installation=FIRM, clock=Clock(NOW))
    seat = sl.ModuleLicense(
        name="suite-user", scope=sl.LicenseScope.USER, kind=sl.LicenseKind.PLAN, quantity=20, grants=("user", "web")
    )
    rows = (system("server"), system("suite"), system("suite2"), seat)
    licensing.packages.adopt_unsigned(package(*rows, product_description="SuperOffice CRM Suite"), by="vendor")
    licensing.users.sync([sl.User(id=f"u{number:02}", may_log_in=True) for number in range(17)])
    licensing.users.save(sl.User(id="u00", name="Astrid Holm", may_log_in=True, administrator=True))
    return licensing
