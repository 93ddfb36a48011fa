"""The users of a threshold, and how they are counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import superlicense as sl
from superlicense.model.row import Row, Table, assignment_key
from superlicense.model.usage import UserTally
from superlicense.rules.metering.users import (
    Peak,
    PeakBounds,
    bought,
    count_users,
    peak_bounds,
    peak_from_history,
    raised,
    users_by_step,
    users_now,
)
from tests.for_each import for_each
from tests.rules.office import Office, activation, package

START, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
DAY, MICROSECOND = timedelta(days=1), timedelta(microseconds=1)
HIGHEST, AT_CLOSE, BOUGHT = sl.UserCount.HIGHEST, sl.UserCount.AT_CLOSE, sl.UserCount.BOUGHT
USER, PLAN = sl.LicenseScope.USER, sl.LicenseKind.PLAN


def held(holder: str, start: float, end: float | None = None, license: str = "user") -> Row[sl.Assignment]:
    """Return an assignment from one day of the month to another."""
    name = sl.LicenseName.parse(license)
    begins = START + start * DAY
    return Row(
        table=Table.ASSIGNMENTS,
        key=assignment_key(name, holder),
        noun=sl.Assignment(license=name, holder=holder, start=begins),
        start=begins,
        started_by="admin",
        sequence=1,
        end=None if end is None else START + end * DAY,
    )


def sold(
    start: float, end: float | None, *licenses: sl.ModuleLicense, owner: str = "SUPEROFFICE"
) -> Row[sl.InstalledPackage]:
    """Return a package in force from one day to another."""
    begins = START + start * DAY
    return Row(
        table=Table.PACKAGES,
        key=owner.lower(),
        noun=sl.InstalledPackage(
            package=package(*licenses, owner=owner), digest="a" * 64, installed_at=begins, installed_by="admin"
        ),
        start=begins,
        started_by="admin",
        sequence=1,
        end=None if end is None else START + end * DAY,
    )


def row(module: str, *grants: str, plan: bool = False) -> sl.ModuleLicense:
    return sl.ModuleLicense(name=module, scope=USER, kind=PLAN if plan else sl.LicenseKind.MODULE, grants=grants)


WITH_USER = (row("user"), row("sales", "user", plan=True), row("visitor", "web", plan=True), row("web"))
WITHOUT = (row("user"), row("sales", "web", plan=True), row("web"))

# Assignments and packages, the peak of November, and since when.
HISTORIES: list[tuple[str, list[Row[sl.Assignment]], list[Row[sl.InstalledPackage]], int, float]] = [
    ("nobody", [], [], 0, 0),
    ("carried in", [held("anna", -40)], [], 1, 0),
    ("gone before", [held("anna", -40, -1)], [], 0, 0),
    ("gone as it began", [held("anna", -40, 0)], [], 0, 0),
    ("there for its first microsecond", [held("anna", -40, MICROSECOND / DAY)], [], 1, 0),
    ("came as it began", [held("anna", 0)], [], 1, 0),
    ("came as it ended", [held("anna", 30)], [], 0, 0),
    ("came a microsecond before its end", [held("anna", 30 - MICROSECOND / DAY)], [], 1, 30 - MICROSECOND / DAY),
    ("came and went", [held("anna", 3, 4)], [], 1, 3),
    ("one after the other", [held("anna", 3, 4), held("bo", 4, 5)], [], 1, 3),
    ("two at once", [held("anna", 3, 4), held("bo", 3.5, 5)], [], 2, 3.5),
    ("never there", [held("anna", 3, 3)], [], 0, 0),
    ("twice the same person", [held("anna", 3), held("anna", 3, license="sales")], [sold(-9, None, *WITH_USER)], 1, 3),
    ("through a plan", [held("anna", 3, license="sales")], [sold(-9, None, *WITH_USER)], 1, 3),
    ("a plan of another kind", [held("anna", 3, license="visitor")], [sold(-9, None, *WITH_USER)], 0, 0),
    ("a plan that nobody sells", [held("anna", 3, license="sales")], [], 0, 0),
    (
        "a plan that brings it later",
        [held("anna", 3, license="sales")],
        [sold(-9, 6, *WITHOUT), sold(6, None, *WITH_USER)],
        1,
        6,
    ),
    (
        "a plan that brought it",
        [held("anna", 3, license="sales")],
        [sold(-9, 6, *WITH_USER), sold(6, None, *WITHOUT)],
        1,
        3,
    ),
    ("a plan of a package that was removed", [held("anna", 8, license="sales")], [sold(-9, 6, *WITH_USER)], 0, 0),
    ("a plan of somebody else", [held("anna", 3, license="acme.sales")], [sold(-9, None, owner="ACME")], 0, 0),
    (
        "another owner's package comes",
        [held("anna", 3, license="sales")],
        [sold(-9, None, *WITH_USER), sold(2, None, owner="ACME")],
        1,
        3,
    ),
    (
        "the plan was changed",
        [held("anna", 3, 5, license="sales"), held("anna", 5, license="visitor")],
        [sold(-9, None, *WITH_USER)],
        1,
        3,
    ),
    (
        "a plan that grants what is not sold",
        [held("anna", 3, license="sales")],
        [sold(-9, None, row("sales", "user", plan=True))],
        0,
        0,
    ),
    ("held itself, sold by nobody", [held("anna", 3)], [sold(-9, None, row("web"))], 1, 3),
]


@for_each(("name", "assignments", "packages", "users", "since"), HISTORIES, ids=[one[0] for one in HISTORIES])
def test_the_peak_of_a_month_follows_from_history(
    name: str, assignments: list[Row[sl.Assignment]], packages: list[Row[sl.InstalledPackage]], users: int, since: float
) -> None:
    del name
    for order in (1, -1):
        assert peak_from_history(assignments[::order], packages[::order], START, END) == Peak(
            users, START + since * DAY
        )


spans = st.tuples(st.integers(-5, 35), st.one_of(st.none(), st.integers(0, 20)))


@given(st.lists(st.tuples(st.sampled_from("abcd"), spans), max_size=10))
def test_the_peak_is_the_number_of_an_instant_and_never_exceeded(
    given_: list[tuple[str, tuple[int, int | None]]],
) -> None:
    rows = [held(holder, start, None if length is None else start + length) for holder, (start, length) in given_]
    instants = [START, *(at for one in rows for at in (one.start, one.end) if at is not None and START < at < END)]
    counts = {at: len({one.noun.holder for one in rows if one.holds_at(at)}) for at in instants}
    peak = peak_from_history(rows, [], START, END)
    assert peak.users == max(counts.values())
    assert peak.at == min(at for at in instants if counts[at] == peak.users)


AnyRow = Row[sl.Assignment] | Row[sl.InstalledPackage]


def test_users_are_counted_step_by_step() -> None:
    anna, bo, package = held("anna", 3), held("bo", 3, license="sales"), sold(-9, None, *WITH_USER)
    without, at = sold(3, None, *WITHOUT), START + 3 * DAY
    steps: list[tuple[datetime, list[AnyRow], list[AnyRow]]] = [
        (START, [], [package]),
        (at, [], [anna]),
        (at, [], [bo]),
        (at, [package], [without]),
        (at, [anna], []),
    ]
    assert users_by_step(steps) == [(START, 0), (at, 1), (at, 2), (at, 1), (at, 0)]


@pytest.mark.parametrize(
    ("counts", "bounds"),
    [
        ([], (0, 0)),
        ([(-40, 2)], (2, 2)),
        ([(-40, 2), (-1, 1)], (1, 1)),
        ([(-1, 1), (0, 0)], (0, 1)),
        ([(0, 3), (0, 2)], (2, 3)),
        ([(3, 1), (4, 0)], (1, 1)),
        ([(3, 1), (3, 2), (3, 0)], (0, 2)),
        ([(3, 1), (4, 5), (4, 0), (5, 2)], (2, 5)),
        ([(30, 9)], (0, 0)),
    ],
)
def test_a_peak_lies_between_its_instants_and_its_steps(counts: list[tuple[int, int]], bounds: tuple[int, int]) -> None:
    found = peak_bounds([(START + day * DAY, users) for day, users in counts], START, END)
    assert found == PeakBounds(*bounds)


def test_a_peak_only_rises() -> None:
    peak = Peak(3, START)
    assert raised(peak, 3, END) == raised(peak, 2, END) == peak
    assert raised(peak, 4, END) == Peak(4, END)


# Policy, how many were bought, and the tally of a peak of 9 on the 4th with 7 at the end.
FOURTH = START + 3 * DAY
TALLIES = [
    (HIGHEST, 15, UserTally(users=9, counted=HIGHEST, at=FOURTH, asked=HIGHEST)),
    (HIGHEST, None, UserTally(users=9, counted=HIGHEST, at=FOURTH, asked=HIGHEST)),
    (AT_CLOSE, 15, UserTally(users=7, counted=AT_CLOSE, at=END, asked=AT_CLOSE)),
    (BOUGHT, 15, UserTally(users=15, counted=BOUGHT, at=None, asked=BOUGHT)),
    (BOUGHT, 0, UserTally(users=0, counted=BOUGHT, at=None, asked=BOUGHT)),
    (BOUGHT, None, UserTally(users=9, counted=HIGHEST, at=FOURTH, asked=BOUGHT)),
]


@pytest.mark.parametrize(("asked", "seats", "counted"), TALLIES)
def test_policy_chooses_the_number(asked: sl.UserCount, seats: int | None, counted: UserTally) -> None:
    assert count_users(asked, peak=Peak(9, FOURTH), users=7, at=END, bought=seats) == counted


def test_a_world_has_its_users_and_the_number_bought() -> None:
    place = Office(
        activation(package(row("user"), row("sales", "user", plan=True), issue=1)),
        *(sl.SaveUser(user=sl.User(id=name, may_log_in=True)) for name in ("anna", "bo")),
    )
    assert (users_now(place.world), bought(place.world)) == (0, 1)
    place.do(sl.Assign(license="sales", holder="anna"))
    assert users_now(place.world) == 1


@pytest.mark.parametrize(
    ("license", "seats"),
    [
        (row("user"), 1),
        (sl.ModuleLicense(name="user", scope=USER, quantity=40), 40),
        (sl.ModuleLicense(name="user", scope=USER, quantity=40, unrestricted=True), None),
        (row("web"), None),
    ],
)
def test_the_number_bought_is_the_total_of_the_license(license: sl.ModuleLicense, seats: int | None) -> None:
    assert bought(Office(activation(package(license, issue=1))).world) == seats


def test_nothing_was_bought_without_a_package() -> None:
    assert (users_now(Office().world), bought(Office().world)) == (0, None)
