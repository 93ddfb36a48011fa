"""What stored rows make of a world: loaded whole, or absorbed as they come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from superlicense.model.change import InstallRoot, Release, RemovePackage, Retire, SaveSite, StartEvent
from superlicense.model.event import EventKind, SystemEvent
from superlicense.model.layered import Layered
from superlicense.model.policy import Policy
from superlicense.model.site import Site
from superlicense.model.trust import TrustRoot
from superlicense.model.world import World
from superlicense.rules.world_update import apply_rows, build_world, empty_world
from tests.installation import INSTALLATION, START
from tests.rules.office import Office, activation, assign, counted, hidden, module, package, person, plan, stored

MINUTE = timedelta(minutes=1)


@pytest.fixture
def office() -> Office:
    """Everything happens at least once."""
    rows = (hidden("user"), plan("ten-sales", "user"), plan("ten-service", "user"), module("visible-for"))
    office = Office(activation(package(*rows)))
    office.do(SaveSite(site=Site(id="oslo", name="Oslo")), person("anna"), person("bo"), person("cy"))
    office.do(assign("anna", "ten-sales"), assign("anna", "visible-for"), assign("bo", "ten-service"))
    office.do(StartEvent(event=SystemEvent(id="e1", kind=EventKind.NO_LOGIN, started_at=START)))
    office.do(Release(license="visible-for", holder="anna"), Retire(user="bo"))
    office.do(InstallRoot(root=TrustRoot(version=1, expires_at=START + 9 * MINUTE, accepted_at=START)))
    office.do(activation(package(module("acme.basic"), owner="acme", issue=3, issued_at=START), unsigned=False))
    office.do(assign("cy", "acme.basic"))
    office.do(RemovePackage(owner="acme"))
    office.do(activation(package(*rows, hidden("web"), issue=2, issued_at=START + MINUTE), unsigned=False))
    return office


def test_an_empty_world_knows_nothing() -> None:
    assert empty_world(INSTALLATION, Policy()) == World(installation=INSTALLATION, policy=Policy())
    assert stored(Office().world, ()) == Office().world


def test_a_world_that_is_loaded_is_the_world_that_was_left(office: Office) -> None:
    assert office.as_stored() == office.world


def test_rows_are_absorbed_one_by_one_or_all_at_once(office: Office) -> None:
    bare = empty_world(INSTALLATION, Policy())
    at_once = apply_rows(bare, office.rows, entries=len(office.journal))
    one_by_one = bare
    for row in office.rows:
        one_by_one = apply_rows(one_by_one, iter([row]))
    assert at_once == office.world
    assert evolve(one_by_one, entries=len(office.journal)) == office.world


def test_nothing_absorbed_is_the_very_same_world(office: Office) -> None:
    assert apply_rows(office.world, ()) is office.world


def test_a_world_remembers_the_newest_instant_on_record(office: Office) -> None:
    newest = office.at - MINUTE
    assert office.world.recorded_at == newest
    # Another instance may hand over rows that are older than what this one knows.
    assert apply_rows(office.world, office.rows[:1]).recorded_at == newest


def test_only_signed_packages_move_the_floor_of_the_clock() -> None:
    office = Office(activation(package(issue=1, issued_at=START + MINUTE)))
    assert office.world.issued_at is None
    office.do(activation(package(issue=1, issued_at=START), unsigned=False))
    assert office.world.issued_at == START
    office.do(activation(package(issue=2, issued_at=START + MINUTE), unsigned=False))
    office.do(activation(package(issue=3, issued_at=START - MINUTE), unsigned=False))
    assert office.world.issued_at == START + MINUTE
    office.do(activation(package(issue=4), unsigned=False))
    assert office.world.issued_at == START + MINUTE
    assert office.as_stored() == office.world


def test_a_world_remembers_the_newest_issue_of_each_series_removed_ones_included(office: Office) -> None:
    assert {series: installed.package.issue for series, installed in office.world.newest_issues.items()} == {
        ("superoffice", INSTALLATION.serial_number, True): 1,
        ("superoffice", INSTALLATION.serial_number, False): 2,
        ("acme", INSTALLATION.serial_number, False): 3,
    }


def test_seats_are_counted_by_holder_and_none_is_left_at_zero(office: Office) -> None:
    assert dict(office.world.seats) == counted(office.world) == {"superoffice.user": 1, "superoffice.ten-sales": 1}


def test_what_is_not_touched_is_shared(office: Office) -> None:
    before = office.world
    office.do(person("dan"))
    after = office.world
    assert after.users is not before.users
    for name in ("packages", "waiting", "newest_issues", "roots", "sites", "assignments", "events", "implies", "seats"):
        assert getattr(after, name) is getattr(before, name), name


def test_other_sets_mean_other_seats(office: Office) -> None:
    office.do(
        activation(package(plan("ten-sales", "user", "web"), hidden("user"), hidden("web"), issue=3), unsigned=False)
    )
    assert office.in_use() == {"ten-sales": 1, "user": 1, "web": 1}
    assert office.as_stored() == office.world


def test_a_world_made_by_hand_may_leave_out_what_licenses_bring() -> None:
    office = Office(activation(package(hidden("user"), plan("ten-sales", "user"))), person("anna"))
    by_hand = World(installation=INSTALLATION, packages=office.world.packages, users=office.world.users)
    assert apply_rows(by_hand, office.attempt(assign("anna", "ten-sales")).rows).seats == {
        "superoffice.user": 1,
        "superoffice.ten-sales": 1,
    }


def test_loading_takes_rows_as_they_stream() -> None:
    office = Office(activation(package(module("user"))), person("anna"), assign("anna", "user"))
    bare = evolve(
        empty_world(INSTALLATION, Policy()),
        recorded_at=office.world.recorded_at,
        sequence=office.world.sequence,
        entries=office.world.entries,
    )
    loaded = build_world(bare, iter(office.rows), iter(office.rows[:1]))
    assert loaded == office.world
    assert isinstance(loaded.users, Layered)
