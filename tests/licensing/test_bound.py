"""Licensing inside a transaction of the host's, as far as no database is needed; see `tests.adapters.test_bound`."""

from __future__ import annotations

import pytest

import superlicense as sl
from superlicense.ports import BoundStore, JoiningStore
from tests.installation import SALES, WEB, Clock, furnish, open_licensing, package, person
from tests.licensing.test_instances import Relay, fail


class Inside(Relay):
    """A store that is said to be inside a transaction."""

    closed = False

    def close(self) -> None:
        self.closed = True


class Joining(Relay):
    """A store whose transactions a host can begin."""

    def __init__(self, store: sl.Store) -> None:
        super().__init__(store)
        self.inside = Inside(store)

    def bound_to(self, connection: object) -> BoundStore:
        assert connection == "the host's"
        return self.inside


@pytest.fixture
def store() -> Joining:
    return Joining(sl.MemoryStore())


@pytest.fixture
def shared(store: Joining, clock: Clock) -> sl.Licensing:
    return furnish(open_licensing(store, clock=clock), "anna", "bo")


def test_a_store_that_joins_transactions_is_one() -> None:
    assert isinstance(Joining(sl.MemoryStore()), JoiningStore)
    assert not isinstance(sl.MemoryStore(), JoiningStore)


def test_a_conflict_is_the_hosts_to_settle(store: Joining, shared: sl.Licensing) -> None:
    inside = shared.bound_to("the host's")
    store.inside.before_commit = [fail(sl.ConflictError("somebody was faster"))]
    store.inside.after_failure = [lambda: shared.users.save(person("cy"))]
    with pytest.raises(sl.ConflictError, match="somebody was faster"):
        inside.seats.assign("anna", SALES, by="admin")
    assert shared.seats.usage(SALES).in_use == 0
    # The same again, from outside: whoever was overtaken judges anew.
    store.before_commit = [fail(sl.ConflictError("somebody was faster"))]
    store.after_failure = [lambda: shared.users.save(person("dora"))]
    shared.seats.assign("anna", SALES, by="admin")
    assert shared.seats.usage(SALES).in_use == 1


def test_the_snapshot_inside_is_another_one(shared: sl.Licensing) -> None:
    inside = shared.bound_to("the host's")
    inside.seats.assign("anna", SALES, by="admin")
    ours, theirs = shared._engine.worlds.state, inside._engine.worlds.state  # noqa: SLF001 - what they share and what not
    assert ours.snapshot is not theirs.snapshot
    assert ours.snapshot.world.seats.get(f"superoffice.{SALES}", 0) == 0
    assert theirs.snapshot.world.seats[f"superoffice.{SALES}"] == 1
    assert ours.snapshot.world.packages is theirs.snapshot.world.packages


def test_whoever_writes_inside_may_not_begin_again_but_outside_nobody_is_in_the_way(
    store: Joining, clock: Clock
) -> None:
    said: list[str] = []

    def veto(holder: str, license: sl.LicenseName) -> str | None:
        del license
        with pytest.raises(sl.ConflictError):
            inside.users.save(person("cy"))
        said.append(holder)
        return None

    shared = furnish(open_licensing(store, clock=clock, seat_veto=veto), "anna")
    inside = shared.bound_to("the host's")
    inside.seats.assign("anna", SALES, by="admin")
    inside.seats.release("anna", SALES, by="admin")
    assert said == ["anna"]


def test_its_block_closes_it(store: Joining, shared: sl.Licensing) -> None:
    with shared.bound_to("the host's") as inside:
        assert not inside.gate.login("anna", WEB)
        assert not store.inside.closed
    assert store.inside.closed


def test_a_store_without_transactions_cannot_be_bound(clock: Clock) -> None:
    licensing = open_licensing(clock=clock)
    with pytest.raises(sl.InvalidValueError, match=r"must support bound_to\(\), got 'MemoryStore'"):
        licensing.bound_to("the host's")


def test_what_was_verified_outside_is_known_inside_and_not_the_other_way_round(shared: sl.Licensing) -> None:
    inside = shared.bound_to("the host's")
    ours, theirs = shared._engine.checks.stored_documents, inside._engine.checks.stored_documents  # noqa: SLF001 - what they have verified
    assert ours._good == theirs._good  # noqa: SLF001 - as above
    inside.packages.adopt_unsigned(package(seats=9), by="admin")
    assert len(theirs._good) == len(ours._good) + 1  # noqa: SLF001 - as above
