"""The installation of the tests: one customer, one clock, one price list, and one way to open it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest

import superlicense as sl
from superlicense.ports import Heartbeat, Reading, Usage, Writing
from superlicense.testing import START, Clock, plan, site_license
from superlicense.testing import installation as make_installation
from superlicense.testing import package as make_package
from superlicense.testing import system_license as system
from superlicense.testing import user as person
from superlicense.testing import user_license as module

__all__ = [
    "EDIT",
    "EXPIRES_AT",
    "INSTALLATION",
    "SALES",
    "SERVICE",
    "START",
    "STOPS_AT",
    "VALIDITY",
    "WARNS_AT",
    "WEB",
    "WITHOUT_END",
    "Clock",
    "CountingStore",
    "codes",
    "furnish",
    "module",
    "on_both_stores",
    "open_licensing",
    "package",
    "partner_package",
    "person",
    "plan",
    "price_list",
    "system",
]

WARNS_AT = datetime(2027, 2, 27, tzinfo=UTC)
EXPIRES_AT = datetime(2027, 3, 27, tzinfo=UTC)
STOPS_AT = datetime(2027, 4, 8, tzinfo=UTC)

VALIDITY = sl.Validity(warns_at=WARNS_AT, expires_at=EXPIRES_AT, grace_until=STOPS_AT)
# For tests by the clock of the machine, which passes every date some day.
WITHOUT_END = sl.Validity()

INSTALLATION = make_installation()

SALES = "ten-sales"
SERVICE = "ten-service"
WEB = sl.Client.WEB
EDIT = sl.Access.EDIT


on_both_stores = pytest.mark.parametrize("store", ["memory", "key-value"], indirect=True)


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


def package(*, seats: int = 3, **fields: Any) -> sl.LicensePackage:  # noqa: ANN401 - fields of the noun
    """Make a package with *seats* of each plan."""
    return make_package(**{"licenses": price_list(seats), "validity": VALIDITY, **fields})


def partner_package(*licenses: sl.ModuleLicense) -> sl.LicensePackage:
    """Make a package of another owner, without an end."""
    return make_package(owner="Nordvik", licenses=licenses)


def open_licensing(
    store: sl.Store | None = None,
    installation: sl.Installation = INSTALLATION,
    **options: Any,  # noqa: ANN401 - the arguments of Licensing
) -> sl.Licensing:
    """Open an installation, in memory if nothing else is given; it trusts nobody, and its clock stands still."""
    given = {"trust": None, "clock": Clock(), **options}
    return sl.Licensing(sl.MemoryStore() if store is None else store, installation, **given)


def furnish(
    licensing: sl.Licensing,
    *users: str | sl.User,
    seats: int = 3,
    holders: Mapping[str, str] = MappingProxyType({}),
    validity: sl.Validity = VALIDITY,
) -> sl.Licensing:
    """Put the package with *seats* of each plan in force, save *users*, and assign to *holders* their licenses."""
    licensing.packages.adopt_unsigned(package(seats=seats, validity=validity), by="admin")
    licensing.users.sync([person(user) if isinstance(user, str) else user for user in users])
    for holder, license in holders.items():
        licensing.seats.assign(holder, license, by="admin")
    return licensing


def codes(decision: sl.Decision) -> list[str]:
    """Give the codes of the reasons."""
    return [str(reason.code) for reason in decision.reasons]


class CountingStore:
    """A store that counts what another one is asked."""

    def __init__(self, store: sl.Store, *, revision_source: bool = True) -> None:
        self.reads = 0
        self.writes = 0
        self._store = store
        self._pulse = revision_source

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

    def recording(
        self, installation: sl.Installation, *, patience: timedelta = timedelta(seconds=60)
    ) -> AbstractContextManager[Usage]:
        return self._store.recording(installation, patience=patience)

    def heartbeat(self, installation: sl.Installation) -> Heartbeat | None:
        return self._store.heartbeat(installation) if self._pulse else None
