"""An installation of ten thousand users with everything that pages have to show, and one without anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from attrs import evolve

import superlicense as sl
from superlicense.catalog.meters import STANDARD
from superlicense.model.month import Month
from tests.installation import START, Clock, open_licensing
from tests.licensing.vendor import issued, partner_issued, root
from tests.screens.tenant import ALL_THREE, INSTALLATION, MARKETING, SALES, SERVICE, licenses

__all__ = ["LONG", "MANY", "crowded", "fresh"]

MANY = 10_000
LONG = "Rødgrødmedflødeafdelingen" * 6
"""A name that no line has room for, and no space to break it at."""
_HOUR = timedelta(hours=1)
_NAMES = ("Anna Andersen", "Bo Berg", "Cecilie Dam", "Emil Falk", "Freja Holm", "Gustav Iversen", "Hanne Krogh")
_USED = {"mailings": 900_000, "storage": 40 * 2**30}


def package(issue: int, sales: int, **fields: object) -> bytes:
    """Issue a package with room for everybody, and *sales* seats of Sales; with none, the plan is gone."""
    rows = [
        evolve(
            row,
            quantity=sales or 1 if row.name == SALES else row.quantity + 2 * MANY,
            description=_LONG_TEXT if row.name == ALL_THREE else row.description,
        )
        if row.scope is sl.LicenseScope.USER and not row.unrestricted
        else row
        for row in licenses()
        if sales or row.name != SALES
    ]
    return issued(issue, licenses=tuple(rows), license_url="https://licenses.example/shop", **fields)


def crowded(clock: Clock) -> sl.Licensing:
    """Open an installation of ten thousand users; a package waits that takes their plan from a fifth of them."""
    licensing = open_licensing(
        installation=INSTALLATION, trust=root(), clock=clock, meters=[_priced(meter) for meter in STANDARD]
    )
    licensing.packages.offer(package(1, sales=MANY), by="vendor")
    licensing.packages.offer(
        partner_issued(
            1,
            sl.ModuleLicense(
                name="nordvik.route-planner", scope=sl.LicenseScope.SYSTEM, description=_LONG_TEXT, tooltip=_LONG_TEXT
            ),
            sl.ModuleLicense(name="nordvik.route-depot", scope=sl.LicenseScope.SITE, quantity=2),
            sl.ModuleLicense(name="nordvik.route-driver", scope=sl.LicenseScope.USER, quantity=5, description=LONG),
        ),
        by="partner",
    )
    licensing.apply(tuple(_people()), by="hr")
    licensing.meters.record(tuple(_usage()))
    licensing.notices.start(sl.EventKind.MESSAGE_OF_THE_DAY, _LONG_TEXT, by="root")
    licensing.notices.start(sl.EventKind.NO_LOGIN, LONG, sl.EventScope.USER, "person00004", by=LONG)
    licensing.notices.start(sl.EventKind.NO_TRAVEL, by="root")
    licensing.notices.report(sl.JobKind.IMPORT, by="importer")
    licensing.packages.offer(package(2, sales=0), by="nightly")
    return licensing


def fresh(clock: Clock) -> sl.Licensing:
    """Open an installation that has nothing but an administrator."""
    licensing = open_licensing(installation=INSTALLATION, trust=root(), clock=clock, meters=[])
    licensing.users.save(sl.User(id="root", name="Root", may_log_in=True, administrator=True))
    return licensing


_LONG_TEXT = "We move to another data center tonight, and everybody who has not saved loses what was not saved. " * 6


def _people() -> Iterator[sl.Change]:
    yield sl.SaveUser(user=sl.User(id="root", name="Root", may_log_in=True, administrator=True))
    yield sl.SaveUser(user=sl.User(id=LONG[:100], name=LONG, may_log_in=True, groups=("sales", LONG)))
    for number in range(MANY):
        user_id = f"person{number:05}"
        yield sl.SaveUser(
            user=sl.User(id=user_id, name=_NAMES[number % len(_NAMES)], may_log_in=number % 3 != 2, groups=("sales",))
        )
        if number % 5 != 4:
            yield sl.Assign(license=(SALES, SERVICE, SERVICE, MARKETING)[number % 5], holder=user_id)


def _priced(meter: sl.Meter) -> sl.Meter:
    return evolve(meter, included_per_user=_USED.get(meter.code, 0) // MANY, currency="DKK")


def _usage() -> Iterator[sl.UsageEvent]:
    month = Month(START.year, START.month)
    for back in range(12):
        for place, (meter, used) in enumerate(_USED.items()):
            at = START - timedelta(days=30 * back) - _HOUR
            quantity = used * (7 + (back * 5 + place * 3) % 9) // 10
            yield sl.UsageEvent(source="crm", id=f"{month} {back} {meter}", meter=meter, quantity=quantity, at=at)
