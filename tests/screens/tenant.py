"""A tenant with plans of 21, 15, 20 and 7 seats, and what its administrator sees.

The numbers are those of a real screen: 21 Sales, 15 Service, 20 of all three and 7 Marketing, all
Premium, so that hidden licenses sum up to 63, 41 and 35.

Source: domain section 3, "Quantity of a hidden licence".
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from attrs import evolve

import superlicense as sl
from superlicense import testing
from superlicense.catalog import modules, plans
from superlicense.catalog.module_table import find
from superlicense.catalog.plans import CatalogPlan
from tests.installation import INSTALLATION as OURS
from tests.installation import START
from tests.installation import VALIDITY as DATES

NOW = START
VALIDITY = evolve(DATES, next_check_at=datetime(2026, 12, 1, tzinfo=UTC))
INSTALLATION = evolve(OURS, time_zone="Europe/Copenhagen")


def sold(title: str) -> CatalogPlan:
    """Give the plan of the catalog that is called *title*."""
    plan = plans.find(title)
    assert plan is not None
    return plan


# In the order of the screen.
SEATS = {
    sold("Sales Premium"): 21,
    sold("Service Premium"): 15,
    sold("Sales Premium + Service Premium + Marketing Premium"): 20,
    sold("Marketing Premium"): 7,
}
SALES, SERVICE, ALL_THREE, MARKETING = (plan.name for plan in SEATS)
BOUGHT: Counter[sl.LicenseName] = Counter()
for _plan, _seats in SEATS.items():
    BOUGHT.update(dict.fromkeys(_plan.grants, _seats))

SYSTEM = (
    modules.SERVER,
    modules.ONLINE_WEBSERVICES,
    modules.EXCHANGE_SYNC,
    modules.EXPANDER_SERVICES,
    modules.QUOTE,
    modules.SAINT,
    modules.EJ_MOD_CUSTOMER,
)
# Markers carry the sum of the plans with their solution.
MARKERS = {modules.SALES_T2: 41, modules.SERVICE_T2: 35, modules.MARKETING_T2: 27}


def licenses() -> tuple[sl.ModuleLicense, ...]:
    """Write the rows of the package, whose order is not that of their sort orders."""
    system, user = sl.LicenseScope.SYSTEM, sl.LicenseScope.USER
    rows = [
        sl.ModuleLicense(name=modules.VISIBLE_FOR, scope=user, unrestricted=True, sort_order=300, prerequisite="user")
    ]
    for place, (name, quantity) in enumerate(BOUGHT.items()):
        rows.append(sl.ModuleLicense(name=name, scope=user, quantity=quantity, hidden=True, sort_order=400 + place))
    for place, (plan, seats) in enumerate(SEATS.items()):
        rows.append(
            sl.ModuleLicense(
                name=plan.name,
                scope=user,
                quantity=seats,
                kind=sl.LicenseKind.PLAN,
                grants=plan.grants,
                sort_order=200 + place,
                tooltip=f"The plan {plan.title}" if plan.name == SALES else "",
            )
        )
    for place, (name, quantity) in enumerate(MARKERS.items()):
        rows.append(
            sl.ModuleLicense(
                name=name, scope=system, quantity=quantity, kind=sl.LicenseKind.MARKER, sort_order=150 + place
            )
        )
    for place, name in enumerate(SYSTEM):
        known = find(name)
        rows.append(
            sl.ModuleLicense(
                name=name,
                scope=system,
                sort_order=100 + place,
                hidden=known is not None and known.hidden,
                # What an issuer says in the vendor's own words is said in the reader's language.
                description="Sales Quote Management" if name == modules.QUOTE else "",
            )
        )
    return tuple(rows)


def package(**fields: object) -> sl.LicensePackage:
    """Write the package of SUPEROFFICE."""
    given: dict[str, object] = {
        "owner_description": "SuperOffice",
        "validity": VALIDITY,
        "license_version": "11.11",
        "product_description": "SuperOffice Online",
        "license_url": "https://licenses.example/shop",
        "licenses": licenses(),
        **fields,
    }
    return testing.package(**given)  # type: ignore[arg-type]  # fields of the noun


def partner_package(**fields: object) -> sl.LicensePackage:
    """Write the package of a partner with a license of each scope."""
    sold = (
        sl.ModuleLicense(name="nordvik.route-planner", scope=sl.LicenseScope.SYSTEM, description="Route planner"),
        sl.ModuleLicense(name="nordvik.depot", scope=sl.LicenseScope.SITE, quantity=2, description="Depot"),
        sl.ModuleLicense(
            name="nordvik.driver", scope=sl.LicenseScope.USER, quantity=5, description="Driver", tooltip="Drives"
        ),
    )
    given: dict[str, object] = {"owner": "Nordvik", "owner_description": "Nordvik Apps", "licenses": sold, **fields}
    return testing.package(**given)  # type: ignore[arg-type]  # fields of the noun


# Who holds which plan.
STAFF = {"anna": SALES, "bo": SERVICE, "cy": ALL_THREE, "dorthe": ALL_THREE, "erik": MARKETING}
NAMES = {"anna": "Anna Nordvik", "bo": "Bo Berg", "cy": "Cy Carlsen", "dorthe": "Dorthe Dam", "erik": "Erik Eskildsen"}


def staffed(licensing: sl.Licensing) -> sl.Licensing:
    """Put the package in force and give everybody their plan; root administers and holds none."""
    licensing.packages.adopt_unsigned(package(), by="vendor")
    people = [sl.User(id=user, name=NAMES[user], may_log_in=True, groups=("sales",)) for user in STAFF]
    licensing.users.sync([*people, sl.User(id="root", name="Root", may_log_in=True, administrator=True)])
    for user, plan in STAFF.items():
        licensing.seats.assign(user, plan, by="root")
    licensing.seats.assign("anna", modules.VISIBLE_FOR, by="root")
    return licensing
