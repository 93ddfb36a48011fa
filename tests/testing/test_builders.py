"""Builders: each gives something that works."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

import superlicense as sl
from superlicense import testing
from superlicense.document.root import open_pinned
from superlicense.rules.packages.lint import errors, warnings

WITHOUT_PYTEST = """
import sys
sys.modules.update(dict.fromkeys(("pytest", "_pytest", "hypothesis")))  # importing them fails
import superlicense as sl
from superlicense import testing
licensing = testing.licensing(users=[testing.user("anna")])
licensing.seats.assign("anna", "ten-sales", by="admin")
assert licensing.gate.login("anna", sl.Client.WEB)
for name in testing.__all__:
    if name not in {"MakeStore", "Reopen", "StoreContract", "StoreMachine", "store_machine"}:
        getattr(testing, name)
"""


def test_builders_work_where_there_is_no_pytest() -> None:
    subprocess.run([sys.executable, "-c", WITHOUT_PYTEST], check=True)  # noqa: S603 - our own program


def test_a_clock_stands_still_until_it_is_moved() -> None:
    clock = testing.Clock(datetime(2026, 1, 1, tzinfo=UTC))
    assert clock() == clock()
    assert clock.forward(hours=2) == clock() == datetime(2026, 1, 1, 2, tzinfo=UTC)
    clock.forward(hours=-3)
    assert clock.now == datetime(2025, 12, 31, 23, tzinfo=UTC)


def test_a_package_can_be_taken_in() -> None:
    made = testing.package()
    assert list(errors(made)) == list(warnings(made)) == []


def test_a_package_is_what_one_says_of_it() -> None:
    customer = testing.installation(serial_number="1010000022", company="Solvang Lys AS")
    made = testing.package(
        testing.plan("nordvik.route", 2, "map"),
        testing.user_license("nordvik.map", hidden=True),
        testing.site_license("nordvik.depot"),
        installation=customer,
        owner="Nordvik",
        issue=7,
    )
    assert (made.owner, made.company, made.serial_number, made.issue) == (
        "Nordvik",
        "Solvang Lys AS",
        "1010000022",
        7,
    )
    assert [(str(row.name), row.quantity, row.unrestricted) for row in made.licenses] == [
        ("nordvik.route", 2, False),
        ("nordvik.map", 1, True),
        ("nordvik.depot", 2, False),
    ]


def test_every_plan_of_the_price_list_lets_its_holder_in() -> None:
    plans = [str(row.name) for row in testing.price_list() if row.kind is sl.LicenseKind.PLAN]
    licensing = testing.licensing(users=[testing.user(name) for name in plans])
    for name in plans:
        licensing.seats.assign(name, name, by="admin")
        assert licensing.gate.login(name, sl.Client.WEB).outcome is sl.Outcome.ALLOWED
    assert len(plans) == 3


def test_a_price_list_has_as_many_seats_as_one_says() -> None:
    licensing = testing.licensing(package=testing.package(seats=1), users=[testing.user("anna"), testing.user("bo")])
    licensing.seats.assign("anna", "ten-sales", by="admin")
    with pytest.raises(sl.RefusedError) as refused:
        licensing.seats.assign("bo", "ten-sales", by="admin")
    assert refused.value.code == "no_seat_left"


def test_every_vendor_has_keys_of_its_own() -> None:
    one, other = testing.vendor(), testing.vendor()
    assert one.root != other.root
    licensing = testing.licensing(vendor=one)
    with pytest.raises(sl.UntrustedKeyError):
        licensing.packages.preview(other.issue(testing.package()))


def test_a_vendor_counts_its_issues_for_each_owner() -> None:
    acme = testing.vendor("Nordvik")
    licensing = testing.licensing(vendor=acme)
    assert licensing.packages.offer(acme.issue(testing.package(seats=20)), by="nightly").activated
    partners = testing.package(testing.user_license("nordvik.route", 5), owner="Nordvik")
    assert licensing.packages.offer(acme.issue(partners), by="nightly").activated
    assert licensing.packages.offer(acme.issue(testing.package(seats=30, issue=9)), by="nightly").activated
    assert licensing.packages.offer(acme.issue(testing.package(seats=40)), by="nightly").activated
    current, partner = licensing.packages.current(), licensing.packages.current("nordvik")
    assert current is not None
    assert partner is not None
    assert (current.issue, partner.issue) == (10, 1)
    assert set(open_pinned(acme.root).owners) == set(acme.keys) == {"superoffice", "nordvik"}


def test_a_vendor_signs_for_nobody_else() -> None:
    partners = testing.package(testing.user_license("nordvik.route", 5), owner="Nordvik")
    with pytest.raises(sl.UnknownOwnerError):
        testing.vendor().issue(partners)


def test_an_installation_is_opened_as_one_says() -> None:
    store, clock = sl.MemoryStore(), testing.Clock()
    customer = testing.installation(serial_number="1010000022", company="Solvang Lys AS")
    licensing = testing.licensing(
        store, installation=customer, clock=clock, policy=sl.Policy(max_staleness=timedelta(seconds=5))
    )
    assert licensing.installation == customer
    assert licensing.policy.max_staleness == timedelta(seconds=5)
    with store.reading(customer) as view:
        assert view.revision.number == 1
    clock.forward(days=1)
    assert licensing.users.save(testing.user("bo")).user.id == "bo"
    assert licensing.journal.entries(since=clock.now)[0].at == clock.now
