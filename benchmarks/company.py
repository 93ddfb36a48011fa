"""The world that is measured: many users, six plans of 22 of 40 modules, twelve system licenses, dates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from attrs import frozen

import superlicense as sl

MODULES = ("user", "web", "t1", "t2", "quote-cal", *(f"module-{number}" for number in range(35)))
SYSTEM_LICENSES = ("server", "online-webservices", "quote", *(f"service-{number}" for number in range(9)))
INSTALLATION = sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S")

# What makes a difference to web login and to `quote`; the rest fills a plan up.
_TELLING = (
    ("user", "web", "t1", "quote-cal"),
    ("user", "web", "t2", "quote-cal"),
    ("user", "web", "t2"),
    ("user", "web", "t1", "t2", "quote-cal"),
    ("user", "web", "quote-cal"),  # no tier: no web login
    ("user", "t2"),  # no `web`
)
_GRANTS = 22

PLANS = {
    f"plan-{number}": (*telling, *(f"module-{(number * 5 + step) % 35}" for step in range(_GRANTS - len(telling))))
    for number, telling in enumerate(_TELLING)
}

# Who nobody has saved.
STRANGERS = tuple(f"stranger-{number}" for number in range(20))

_BATCH = 10_000


@frozen
class Company:
    """An installation with as many users as one likes.

    Attributes:
        store: Where they are kept.
        licensing: The one they were saved through.
        user_ids: All of them.
        plans: Plan by user id, of those who have one.
        shut_out: Users whose login is not allowed.
        stops_at: First instant at which the package has stopped.
    """

    store: sl.MemoryStore
    licensing: sl.Licensing
    user_ids: Sequence[str]
    plans: dict[str, str]
    shut_out: frozenset[str]
    stops_at: datetime


def company_of(size: int) -> Company:
    """Found a company of *size* users, through the front door."""
    user_ids = [f"user-{number:07}" for number in range(size)]
    # Primes to no plan's number, so that each plan has some of each.
    shut_out = frozenset(user_ids[7::53])
    without_plan = frozenset(user_ids[13::53])
    names = tuple(PLANS)
    plans = {user: names[place % len(names)] for place, user in enumerate(user_ids) if user not in without_plan}
    store = sl.MemoryStore()
    licensing = sl.Licensing(store, INSTALLATION, trust=None)
    stops_at = (sl.utc_now() + timedelta(days=130)).replace(microsecond=0)
    licensing.packages.adopt_unsigned(package_until(stops_at), by="vendor")
    changes: Iterator[sl.Change] = (
        change
        for user in user_ids
        for change in (
            sl.SaveUser(user=sl.User(id=user, may_log_in=user not in shut_out)),
            *((sl.Assign(license=sl.LicenseName("superoffice", plans[user]), holder=user),) if user in plans else ()),
        )
    )
    while batch := tuple(islice(changes, _BATCH)):
        licensing.apply(batch, by="admin")
    return Company(store, licensing, user_ids, plans, shut_out, stops_at)


def package_until(stops_at: datetime) -> sl.LicensePackage:
    """Make the package, which stops at an instant."""

    def name(module: str) -> sl.LicenseName:
        return sl.LicenseName("superoffice", module)

    return sl.LicensePackage(
        owner="SUPEROFFICE",
        company=INSTALLATION.company,
        serial_number=INSTALLATION.serial_number,
        validity=sl.Validity(
            warns_at=stops_at - timedelta(days=40), expires_at=stops_at - timedelta(days=12), grace_until=stops_at
        ),
        licenses=(
            *(sl.ModuleLicense(name=name(module), scope=sl.LicenseScope.SYSTEM) for module in SYSTEM_LICENSES),
            *(
                # Restricted, so that seats are counted at every assignment.
                sl.ModuleLicense(
                    name=name(plan),
                    scope=sl.LicenseScope.USER,
                    quantity=10_000_000,
                    kind=sl.LicenseKind.PLAN,
                    grants=tuple(name(module) for module in grants),
                )
                for plan, grants in PLANS.items()
            ),
            *(
                sl.ModuleLicense(name=name(module), scope=sl.LicenseScope.USER, quantity=10_000_000, hidden=True)
                for module in MODULES
            ),
        ),
    )


def logins(licensing: sl.Licensing) -> Callable[[Sequence[str]], None]:
    """Ask the public call whether each may log in with the web client."""
    login, web = licensing.gate.login, sl.Client.WEB

    def ask(users: Sequence[str]) -> None:
        for user in users:
            login(user, web)

    return ask


def edits(licensing: sl.Licensing) -> Callable[[Sequence[str]], None]:
    """Ask the public call whether each may edit quotes, which takes `quote-cal`."""
    feature, edit = licensing.gate.feature, sl.Access.EDIT

    def ask(users: Sequence[str]) -> None:
        for user in users:
            feature(user, "quote", edit)

    return ask


def lookups(company: Company) -> Callable[[Sequence[str]], None]:
    """Ask the least that could decide: two dict lookups and a frozenset membership, in a function."""
    kinds = {user: company.plans.get(user, "") for user in company.user_ids}
    granted = {"": frozenset[str](), **{plan: frozenset(grants) for plan, grants in PLANS.items()}}

    def may(user: str, module: str) -> bool:
        return module in granted[kinds[user]]

    def ask(users: Sequence[str]) -> None:
        for user in users:
            may(user, "web")

    return ask


def bare_lookups(company: Company) -> Callable[[Sequence[str]], None]:
    """Ask the same without a function: the bare expression."""
    kinds = {user: company.plans.get(user, "") for user in company.user_ids}
    granted = {"": frozenset[str](), **{plan: frozenset(grants) for plan, grants in PLANS.items()}}

    def ask(users: Sequence[str]) -> None:
        for user in users:
            "web" in granted[kinds[user]]  # noqa: B015 - what it costs is the answer

    return ask
