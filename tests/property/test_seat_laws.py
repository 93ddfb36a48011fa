"""Laws of seats, one class each, for whatever is done in whatever order."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from superlicense.model.change import (
    ActivatePackage,
    Assign,
    Change,
    ChangePlan,
    InstallRoot,
    KeepPackageWaiting,
    PlanMove,
    Release,
    RemovePackage,
    Retire,
    SaveSite,
    SaveUser,
)
from superlicense.model.decision import RuleSet
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import LicensePackage
from superlicense.model.policy import Policy
from superlicense.model.site import Site
from superlicense.model.trust import TrustRoot
from superlicense.model.user import User, UserType
from superlicense.rules.gate.entitlement import effective, find_row
from superlicense.rules.seats.counting import usage
from superlicense.rules.seats.holding import consumed, plans_among
from superlicense.rules.seats.plans import two_plans
from superlicense.rules.seats.prerequisites import unmet_prerequisites
from superlicense.rules.seats.seating import SUITE_SEAT, needs_suite_seat
from superlicense.rules.world_update import apply_rows, empty_world
from tests.installation import INSTALLATION, START
from tests.rules.office import Office, activation, counted, package

# Few of everything, so that things meet. One id is a user's and a site's.
USERS = ("anna", "bo", "cy", "oslo")
SITES = ("oslo", "central")
MODULES = ("user", "web", "quote-cal", "audience", "audience-user", "acme.basic", "acme.extra")
PLANS = ("ten-sales", "ten-service", "suite-user", "acme.all-in")
LICENSES = (*MODULES, *PLANS, "missing")
HOLDERS = (*USERS, "central", "zoe")

numbers = st.integers(1, 3)
licenses = st.sampled_from(LICENSES)
holders = st.sampled_from(HOLDERS)
seldom = st.sampled_from([False] * 5 + [True])
either = st.booleans()
owners = st.sampled_from(["superoffice", "acme"])
issues = st.integers(1, 9)
issue_dates = st.sampled_from([None, START])
prerequisites = st.sampled_from([None, None, None, "user", "audience", "acme.basic"])
plans = st.sampled_from(PLANS)
user_ids = st.sampled_from(USERS)
site_ids = st.sampled_from(SITES)
a_few = st.integers(0, 5)


def _owned(owner: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if LicenseName.parse(name).owner == owner]


@cache
def _grants(name: str, owner: str) -> st.SearchStrategy[list[str]]:
    """Choose what the plan *name* grants; making the strategy costs more than drawing from it."""
    users = [one for one in _owned(owner, MODULES) if one not in {"audience", name}]
    return st.lists(st.sampled_from([*users, f"{owner}.missing"]), unique=True)


@st.composite
def rows(draw: st.DrawFn, name: str, owner: str) -> ModuleLicense:
    """Sell a license in some way; its scope never changes, but it may become a plan, or no longer be one."""
    if name != "audience" and (name in PLANS) != draw(seldom):
        return ModuleLicense(
            name=name,
            scope=LicenseScope.USER,
            kind=LicenseKind.PLAN,
            quantity=draw(numbers),
            grants=tuple(map(LicenseName.parse, draw(_grants(name, owner)))),
        )
    return ModuleLicense(
        name=name,
        scope=LicenseScope.SITE if name == "audience" else LicenseScope.USER,
        quantity=draw(numbers),
        unrestricted=draw(seldom),
        hidden=draw(seldom),
        prerequisite=draw(prerequisites),
        allowed_user_types=frozenset({UserType.INTERNAL}) if draw(seldom) else frozenset(),
    )


@st.composite
def written(draw: st.DrawFn, owner: str | None = None) -> LicensePackage:
    """Write out a package of some owner that has most of its licenses."""
    whose = owner or draw(owners)
    # The Suite comes in and goes away; the other licenses are usually there.
    absent = {name for name in _owned(whose, LICENSES) if draw(either if name == SUITE_SEAT.module else seldom)}
    names = [name for name in _owned(whose, (*MODULES, *PLANS)) if name not in absent]
    return package(
        *(draw(rows(name, whose)) for name in names),
        owner=whose,
        issue=draw(issues),
        issued_at=draw(issue_dates),
    )


people = st.builds(
    User,
    id=user_ids,
    type=st.sampled_from([UserType.INTERNAL, UserType.INTERNAL, UserType.SYSTEM]),
    may_log_in=either,
    retired=seldom,
    site=site_ids,
)
assignments = st.builds(Assign, license=licenses, holder=holders)
several_assignments = st.lists(assignments, min_size=8, max_size=16)
plan_changes = st.builds(ChangePlan, license=plans, holder=user_ids)
retirements = st.builds(Retire, user=user_ids)
saved_users = st.builds(SaveUser, user=people)
removals = st.builds(RemovePackage, owner=owners)
saved_sites = st.builds(SaveSite, site=st.builds(Site, id=site_ids, name=st.sampled_from(["a", "b"])))
installed_roots = st.builds(
    InstallRoot, root=st.builds(TrustRoot, version=numbers, expires_at=st.just(START), accepted_at=st.just(START))
)
anybody = st.tuples(holders, licenses)
policies = st.sampled_from([Policy(), Policy(), Policy(rule_set=RuleSet.SUITE), Policy(rule_set=RuleSet.LEGACY)])


def _some_of(office: Office) -> st.SearchStrategy[tuple[str, str]]:
    """Choose a holder and a license, more often one that is held."""
    pairs = [(holder, str(name)) for holder in office.world.assignments for name in office.world.held_by(holder)]
    return st.one_of(st.sampled_from(pairs), st.sampled_from(pairs), anybody) if pairs else anybody


def releases(office: Office) -> st.SearchStrategy[Release]:
    """Release something, more often something that is held."""
    return st.tuples(_some_of(office), either).map(
        lambda drawn: Release(holder=drawn[0][0], license=drawn[0][1], cascade=drawn[1])
    )


def changes_of_seats(office: Office) -> st.SearchStrategy[Change]:
    """Do something to the seats of *office*."""
    return st.one_of(assignments, releases(office), plan_changes, retirements, saved_users)


@st.composite
def activations(draw: st.DrawFn, office: Office) -> ActivatePackage:
    """Put a package in force: another one, or the next issue with one row redrawn or left out."""
    moves = st.tuples(_some_of(office), plans).map(
        lambda drawn: PlanMove(holder=drawn[0][0], old=drawn[0][1], new=drawn[1])
    )
    owner = draw(st.sampled_from(sorted(office.world.packages) or ["superoffice"]))
    if owner in office.world.packages and draw(either) | draw(either):
        current = office.world.packages[owner].noun.package
        names = [str(row.name) for row in current.licenses] or [f"{owner}.user"]
        redrawn = draw(st.sampled_from(names))
        others = [row for row in current.licenses if row.name != redrawn]
        again = [] if draw(seldom) else [draw(rows(redrawn.removeprefix("superoffice."), owner))]
        asked = evolve(current, issue=(current.issue or 0) + 1, licenses=[*others, *again])
    else:
        asked = draw(written())
    return activation(
        asked,
        unsigned=draw(seldom),
        releases=[draw(releases(office)) for _ in range(draw(seldom) + draw(seldom))],
        moves=[draw(moves) for _ in range(draw(seldom) + draw(seldom))],
    )


def changes(office: Office) -> st.SearchStrategy[Change]:
    """Do anything to *office*."""
    return st.one_of(
        changes_of_seats(office),
        changes_of_seats(office),
        activations(office),
        activations(office).map(lambda asked: KeepPackageWaiting(package=asked.package, digest=asked.digest)),
        removals,
        saved_sites,
        installed_roots,
    )


@st.composite
def offices(draw: st.DrawFn) -> Office:
    """An office in which something is sold, some of it held, and a few things have happened."""
    office = Office(
        SaveSite(site=Site(id="oslo", name="Oslo")),
        activation(evolve(draw(written("superoffice")), issue=1), unsigned=False),
        activation(evolve(draw(written("acme")), issue=1), unsigned=False),
        policy=draw(policies),
    )
    office.keep(
        office.attempt(
            *(SaveUser(user=User(id=user, site=draw(site_ids))) for user in USERS),
            *draw(several_assignments),
        )
    )
    for _ in range(draw(a_few)):
        office.keep(office.attempt(*draw(st.lists(changes(office), min_size=1, max_size=2))))
    return office


def _everybody(office: Office) -> list[User | str]:
    return [*(row.noun for row in office.world.users.values()), *SITES]


class TestReplay:
    """Worlds come from rows alone: changing, catching up and loading lead to one and the same."""

    @given(offices())
    def test_a_world_is_what_its_rows_say(self, office: Office) -> None:
        assert office.world == office.as_stored()

    @given(offices(), st.data())
    def test_it_does_not_matter_how_rows_are_cut_into_batches(self, office: Office, data: st.DataObject) -> None:
        cut = data.draw(st.integers(0, len(office.rows)))
        world = empty_world(INSTALLATION, office.world.policy)
        for part in (office.rows[:cut], office.rows[cut:]):
            world = apply_rows(world, part)
        assert evolve(world, entries=office.world.entries) == office.world

    @given(offices())
    def test_the_journal_has_every_row_once(self, office: Office) -> None:
        told = [row for entry in office.journal for row in (*entry.before, *entry.after)]
        assert sorted(told, key=repr) == sorted(office.rows, key=repr)
        assert [entry.number for entry in office.journal] == list(range(1, office.world.entries + 1))

    @given(offices())
    def test_of_each_key_one_row_runs_at_a_time(self, office: Office) -> None:
        running: set[tuple[str, str]] = set()
        for row in office.rows:
            if row.end is None:
                assert (row.table, row.key) not in running
                running.add((row.table, row.key))
            else:
                running.remove((row.table, row.key))


class TestSeats:
    """No seat is counted twice, none is lost, and none is given that was not bought."""

    @given(offices())
    def test_seats_are_what_a_recount_gives(self, office: Office) -> None:
        assert office.world.seats == counted(office.world)
        assert all(seats > 0 for seats in office.world.seats.values())

    @given(offices())
    def test_what_is_consumed_is_what_is_effective(self, office: Office) -> None:
        for holder in office.world.assignments:
            licenses_held = office.world.held_by(holder)
            assert consumed(office.world, licenses_held).rows.keys() == effective(office.world, licenses_held).keys()

    @given(offices())
    def test_in_use_never_exceeds_what_was_bought(self, office: Office) -> None:
        for row in office.world.packages.values():
            for license_row in row.noun.package.licenses:
                seats = usage(office.world, license_row.name)
                assert len(seats.holders) == seats.in_use
                assert seats.free is None or seats.free >= 0

    @given(offices(), licenses, holders)
    def test_assign_then_release_is_identity(self, office: Office, name: str, holder: str) -> None:
        assigned = office.attempt(Assign(license=name, holder=holder))
        if not assigned.rows:
            return
        office.keep(assigned)
        before = office.world
        released = office.attempt(Release(license=name, holder=holder))
        assert not released.refusals
        office.keep(office.attempt(Assign(license=name, holder=holder)))
        assert (before.seats, before.assignments) == (office.world.seats, office.world.assignments)
        office.keep(released)
        assert office.world.seats == counted(office.world)

    @given(offices(), st.data())
    def test_the_same_again_changes_nothing(self, office: Office, data: st.DataObject) -> None:
        change = data.draw(changes_of_seats(office))
        applied = office.attempt(change)
        office.keep(applied)
        again = office.attempt(change)
        assert applied.refusals or (again.rows, again.entries, again.refusals) == ((), (), ())


class TestHolders:
    """What everybody holds is within the rules, whatever has been done."""

    @given(offices())
    def test_only_those_hold_licenses_who_can(self, office: Office) -> None:
        for holder in office.world.assignments:
            for name in office.world.held_by(holder):
                row = find_row(office.world, name)
                assert row is not None
                user = office.world.user(holder)
                if row.scope is LicenseScope.SITE:
                    assert holder in SITES
                else:
                    assert user is not None
                    assert not user.retired

    @given(offices())
    def test_nobody_holds_two_plans_of_one_owner(self, office: Office) -> None:
        assert two_plans(office.world) == {}
        for holder in office.world.assignments:
            for owner in ("superoffice", "acme"):
                assert len(plans_among(office.world, office.world.held_by(holder), owner)) <= 1

    @given(offices(), st.data())
    def test_no_change_by_hand_opens_a_gap(self, office: Office, data: st.DataObject) -> None:
        change = data.draw(changes_of_seats(office).filter(lambda one: not isinstance(one, SaveUser)))
        before = [unmet_prerequisites(office.world, holder) for holder in _everybody(office)]
        office.keep(office.attempt(change))
        after = [unmet_prerequisites(office.world, holder) for holder in _everybody(office)]
        assert all(now.items() <= then.items() for now, then in zip(after, before, strict=True))

    @given(offices(), st.data())
    def test_no_activation_opens_a_gap(self, office: Office, data: st.DataObject) -> None:
        change = data.draw(activations(office))
        before = [unmet_prerequisites(office.world, holder) for holder in _everybody(office)]
        office.keep(office.attempt(change))
        after = [unmet_prerequisites(office.world, holder) for holder in _everybody(office)]
        assert all(now.keys() <= then.keys() for now, then in zip(after, before, strict=True))

    @given(offices())
    def test_under_the_suite_those_hold_a_seat_who_are_due_one(self, office: Office) -> None:
        office.do(*(SaveUser(user=row.noun) for row in office.world.users.values() if not row.noun.may_log_in))
        for user_id, row in office.world.users.items():
            seat = SUITE_SEAT in office.world.held_by(user_id)
            if needs_suite_seat(office.world, row.noun):
                assert seat

    @given(offices(), st.sampled_from(USERS))
    def test_whoever_retires_holds_nothing_and_leaves_others_alone(self, office: Office, user: str) -> None:
        others = {holder: office.world.held_by(holder) for holder in office.world.assignments if holder != user}
        applied = office.attempt(Retire(user=user))
        assert not applied.refusals
        office.keep(applied)
        assert {holder: office.world.held_by(holder) for holder in office.world.assignments if holder != user} == others
        assert set(office.world.held_by(user)) <= {LicenseName.parse("audience")}


class TestRefusals:
    """A refusal changes nothing, and says why."""

    @given(offices(), st.data())
    def test_a_refused_change_leaves_the_very_same_world(self, office: Office, data: st.DataObject) -> None:
        applied = office.attempt(data.draw(changes(office)))
        if applied.refusals:
            assert applied.world is office.world
            assert (applied.rows, applied.entries) == ((), ())
            assert all(refusal.reasons for refusal in applied.refusals)

    @given(offices(), st.data())
    def test_a_batch_is_its_changes_one_by_one(self, office: Office, data: st.DataObject) -> None:
        batch = data.draw(st.lists(changes(office), max_size=5))
        at_once = office.attempt(*batch)
        refused: list[int] = []
        for place, change in enumerate(batch):
            one = office.attempt(change)
            refused += [place] * bool(one.refusals)
            at = office.at
            office.keep(one)
            office.at = at
        assert [refusal.place for refusal in at_once.refusals] == refused
        assert at_once.world == office.world


@pytest.mark.parametrize("seats", [1, 2])
@given(data=st.data())
def test_the_last_seat_goes_to_one(seats: int, data: st.DataObject) -> None:
    office = Office(
        activation(package(ModuleLicense(name="user", scope=LicenseScope.USER, quantity=seats))),
        *(SaveUser(user=User(id=user)) for user in USERS),
    )
    order = data.draw(st.permutations(USERS))
    office.keep(office.attempt(*(Assign(license="user", holder=user) for user in order)))
    assert office.holdings() == {user: ["user"] for user in sorted(order[:seats])}
