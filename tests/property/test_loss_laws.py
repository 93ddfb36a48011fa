"""Laws of what is lost: administrators, logins and former employees, whatever is done in whatever order."""

from __future__ import annotations

from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from superlicense.model.change import Change, Release, Retire, SaveUser
from superlicense.model.policy import Policy
from superlicense.model.user import SaveStatus, User, UserType
from superlicense.model.world import World
from superlicense.rules.gate.login import administer
from superlicense.rules.refusing import gives_up_seats
from superlicense.rules.synchronizing import Synchronization, loss_refusals, receipts, sync_changes
from tests.rules.office import Office, activation, assign, hidden, package, plan, system

USERS = ("anna", "bo", "cy", "dora", "eve", "flo", "gus", "hal")

seldom = st.sampled_from([False] * 4 + [True])
often = st.sampled_from([True] * 4 + [False])
users = st.sampled_from(USERS)
people = st.builds(
    User,
    id=users,
    name=st.sampled_from(["a", "b"]),
    type=st.sampled_from([UserType.INTERNAL, UserType.INTERNAL, UserType.RESOURCE]),
    may_log_in=often,
    retired=seldom,
    administrator=seldom,
)
saves = st.builds(SaveUser, user=people, rehire=seldom)
changes = st.one_of(
    saves,
    st.builds(Retire, user=users),
    users.map(lambda user: assign(user, "ten-sales")),
    users.map(lambda user: Release(license="ten-sales", holder=user)),
)
batches = st.lists(changes, min_size=1, max_size=6)


@st.composite
def offices(draw: st.DrawFn) -> Office:
    """An office with few seats, in which some of the users are there."""
    rows = [hidden("user"), plan("ten-sales", "user", quantity=2), plan("suite-user", "user", quantity=8)]
    office = Office(activation(package(*rows, *([system("suite2")] if draw(st.booleans()) else []))))
    office.keep(office.attempt(*draw(st.lists(changes, max_size=12))))
    return office


@st.composite
def synchronizations(draw: st.DrawFn) -> Synchronization:
    """A directory that lists some users."""
    wanted = draw(st.lists(people, unique_by=lambda user: user.id))
    return Synchronization(
        wanted={user.id: user for user in wanted},
        retire_missing=draw(st.booleans()),
        rehire=draw(st.booleans()),
        force=True,
    )


def administrators(office: Office) -> list[str]:
    rows = office.world.users.values()
    return [row.key for row in rows if administer(office.world, row.noun, office.at)]


class TestAdministrators:
    @given(offices(), batches)
    def test_somebody_is_left_where_there_was_somebody(self, office: Office, batch: list[Change]) -> None:
        before = administrators(office)
        office.keep(office.attempt(*batch))
        assert bool(administrators(office)) >= bool(before)

    @given(offices(), batches)
    def test_a_refused_change_is_the_only_thing_that_is_left_out(self, office: Office, batch: list[Change]) -> None:
        applied = office.attempt(*batch)
        refused = {one.place for one in applied.refusals}
        again = office.attempt(*(change for place, change in enumerate(batch) if place not in refused))
        assert (again.refusals, again.world, again.rows) == ((), applied.world, applied.rows)


class TestReasons:
    @given(offices(), batches)
    def test_every_reason_says_about_whom_and_where(self, office: Office, batch: list[Change]) -> None:
        for refusal in office.attempt(*batch).refusals:
            for reason in refusal.reasons:
                assert isinstance(reason.params["holder"], str)
                assert reason.params.get("place") == (refusal.place if len(batch) > 1 else None)

    @given(offices(), batches)
    def test_the_hint_is_true(self, office: Office, batch: list[Change]) -> None:
        refusals = office.attempt(*batch).refusals
        if any(reason.params.get("hint") == "releases_first" for one in refusals for reason in one.reasons):
            assert not office.attempt(*sorted(batch, key=gives_up_seats, reverse=True)).refusals


class TestSynchronizing:
    @given(offices(), synchronizations())
    def test_a_second_time_changes_nothing(self, office: Office, asked: Synchronization) -> None:
        assume(not office.attempt(*sync_changes(office.world, asked)).refusals)
        office.do(*sync_changes(office.world, asked))
        assert [*sync_changes(office.world, asked)] == []

    @given(offices(), synchronizations())
    def test_the_receipts_are_the_difference(self, office: Office, asked: Synchronization) -> None:
        before = office.world
        assume(not office.attempt(*sync_changes(before, asked)).refusals)
        applied = office.do(*sync_changes(before, asked))
        found = {one.user.id: one for one in receipts(before, applied, asked)}
        for user_id, row in office.world.users.items():
            known, status = before.user(user_id), found[user_id].status if user_id in found else None
            assert status is not SaveStatus.UNCHANGED
            assert (known is None) == (status is SaveStatus.CREATED)
            if known is not None:
                assert (known.retired and not row.noun.retired) == (status is SaveStatus.REHIRED)
                assert (row.noun.retired and not known.retired) == (status is SaveStatus.RETIRED)
                assert known == row.noun or status in {SaveStatus.REHIRED, SaveStatus.RETIRED, SaveStatus.UPDATED}
            wanted = asked.wanted.get(user_id)
            if wanted is not None and status is not SaveStatus.STILL_RETIRED:
                assert row.noun == wanted
        assert all(one.user == office.world.users[user_id].noun for user_id, one in found.items())

    @given(offices(), synchronizations())
    def test_the_losses_counted_are_those_that_happen(self, office: Office, asked: Synchronization) -> None:
        office.world = _with_limit_of_nothing(office)
        able = [row.key for row in office.world.users.values() if _may_log_in(row.noun)]
        reasons = [*loss_refusals(office.world, asked, None)]
        assume(not office.attempt(*sync_changes(office.world, asked)).refusals)
        office.do(*sync_changes(office.world, asked))
        lost = [user for user in able if not _may_log_in(office.world.users[user].noun)]
        too_many = len(lost) > 5 or (len(lost) == len(able) and len(lost) > 0)
        assert [(one.params["losses"], one.params["users"]) for one in reasons] == [(len(lost), len(able))] * too_many


def _with_limit_of_nothing(office: Office) -> World:
    return evolve(office.world, policy=Policy(retire_limit=0))


def _may_log_in(user: User) -> bool:
    return user.may_log_in and not user.retired and user.type is UserType.INTERNAL
