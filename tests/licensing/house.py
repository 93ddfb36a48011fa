"""The house that the front door's tests live in: a clock, a company, a price list."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta

import superlicense as sl
from superlicense.ports import Heartbeat, Reading, Writing

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WARNS_AT = datetime(2027, 2, 27, tzinfo=UTC)
EXPIRES_AT = datetime(2027, 3, 27, tzinfo=UTC)
STOPS_AT = datetime(2027, 4, 8, tzinfo=UTC)

INSTALLATION = sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S")

SALES = "ten-sales"
SERVICE = "ten-service"
WEB = sl.Client.WEB
EDIT = sl.Access.EDIT


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> datetime:
        """Move on (or back), and give the new time."""
        self.now += timedelta(**by)
        return self.now


def module(name: str, quantity: int = 0, *, prerequisite: str | None = None) -> sl.ModuleLicense:
    """Sell a user license; a quantity of 0 is no limit."""
    return sl.ModuleLicense(
        name=sl.LicenseName.parse(name),
        scope=sl.LicenseScope.USER,
        quantity=quantity or 1,
        unrestricted=not quantity,
        prerequisite=None if prerequisite is None else sl.LicenseName.parse(prerequisite),
    )


def system(name: str) -> sl.ModuleLicense:
    """Sell a license for the whole installation."""
    return sl.ModuleLicense(name=sl.LicenseName.parse(name), scope=sl.LicenseScope.SYSTEM)


def site_license(name: str) -> sl.ModuleLicense:
    """Sell a license for two sites."""
    return sl.ModuleLicense(name=sl.LicenseName.parse(name), scope=sl.LicenseScope.SITE, quantity=2)


def plan(name: str, quantity: int, *grants: str) -> sl.ModuleLicense:
    """Sell a plan for a number of users."""
    parsed = sl.LicenseName.parse(name)
    return sl.ModuleLicense(
        name=parsed,
        scope=sl.LicenseScope.USER,
        quantity=quantity,
        kind=sl.LicenseKind.PLAN,
        grants=tuple(sl.LicenseName(parsed.owner, grant) for grant in grants),
    )


def price_list(seats: int = 3) -> tuple[sl.ModuleLicense, ...]:
    """Sell two plans and what they grant."""
    return (
        system("server"),
        system("online-webservices"),
        system("quote"),
        site_license("reporter-studio"),
        plan(SALES, seats, "user", "web", "t2", "quote-cal"),
        plan(SERVICE, seats, "user", "web", "t1", "ej-sim-client"),
        *(module(name) for name in ("user", "web", "t1", "t2", "quote-cal", "reporter-studio-user", "windows")),
        module("ej-sim-client", 2),
        module("visible-for", prerequisite="user"),
    )


def package(
    *,
    seats: int = 3,
    issue: int | None = None,
    issued_at: datetime | None = None,
    licenses: tuple[sl.ModuleLicense, ...] | None = None,
    validity: sl.Validity | None = None,
) -> sl.LicensePackage:
    """Make a package with *seats* of each plan."""
    return sl.LicensePackage(
        owner="SUPEROFFICE",
        company=INSTALLATION.company,
        serial_number=INSTALLATION.serial_number,
        issue=issue,
        issued_at=issued_at,
        validity=validity or sl.Validity(warns_at=WARNS_AT, expires_at=EXPIRES_AT, grace_until=STOPS_AT),
        licenses=price_list(seats) if licenses is None else licenses,
    )


def partner_package(*licenses: sl.ModuleLicense) -> sl.LicensePackage:
    """Make a package of another owner, without an end."""
    return sl.LicensePackage(
        owner="Nordvik",
        company=INSTALLATION.company,
        serial_number=INSTALLATION.serial_number,
        licenses=licenses,
    )


def person(user_id: str, *, may_log_in: bool = True, administrator: bool = False, retired: bool = False) -> sl.User:
    """Make somebody who may log in."""
    return sl.User(id=user_id, may_log_in=may_log_in, administrator=administrator, retired=retired)


def codes(decision: sl.Decision) -> list[str]:
    """Give the codes of the reasons."""
    return [str(reason.code) for reason in decision.reasons]


class CountingStore:
    """A store that counts what another one is asked."""

    def __init__(self, store: sl.Store, *, pulse: bool = True) -> None:
        self.reads = 0
        self.writes = 0
        self._store = store
        self._pulse = pulse

    def reading(self, installation: sl.Installation) -> AbstractContextManager[Reading]:
        self.reads += 1
        return self._store.reading(installation)

    @contextmanager
    def writing(
        self, installation: sl.Installation, *, patience: timedelta = timedelta(seconds=60)
    ) -> Iterator[Writing]:
        self.writes += 1
        with self._store.writing(installation, patience=patience) as view:
            yield view

    def heartbeat(self, installation: sl.Installation) -> Heartbeat | None:
        return self._store.heartbeat(installation) if self._pulse else None
