"""What a fleet does where one installation, or the whole store, cannot be read."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from attrs import evolve

import superlicense as sl
from tests.installation import SALES, WEB, Clock
from tests.licensing.customers import fleet_on, furnish_customer
from tests.licensing.plain_store import NO_GRACE, ONE, THREE, TWO, Watched, logins, opened


@pytest.fixture
def storage() -> sl.MemoryStore:
    return sl.MemoryStore()


@pytest.fixture
def store(storage: sl.MemoryStore) -> Watched:
    return Watched(storage)


@pytest.fixture
def fleet(store: Watched, clock: Clock) -> sl.Fleet:
    return opened(fleet_on(store, clock=clock, policy=NO_GRACE), store)


def test_a_refresh_reports_the_one_that_fails(fleet: sl.Fleet, store: Watched) -> None:
    store.unknown, store.failing = {ONE.key, THREE.key}, {THREE.company}
    (failure,) = fleet.refresh()
    assert (failure.installation, failure.error.code) == (THREE, "store_unavailable")
    assert failure.to_dict()["error"]["code"] == "store_unavailable"
    assert failure.to_dict(sl.message)["error"]["text"] == sl.message(failure.error)
    assert store.views == [ONE.company, THREE.company]


def test_a_refresh_reports_one_that_fails_until_it_is_read(
    fleet: sl.Fleet, store: Watched, storage: sl.MemoryStore, clock: Clock
) -> None:
    fleet_on(storage, clock=clock).open(TWO).seats.release("anna", SALES, by="admin")
    store.failing = {TWO.company}
    for _ in range(2):
        assert [failure.installation for failure in fleet.refresh()] == [TWO]
    store.failing.clear()
    store.views.clear()
    for _ in range(2):
        assert fleet.refresh() == ()
    assert store.views == [TWO.company]
    assert logins(fleet) == [True, False, True]


def test_a_store_that_tells_nothing_is_asked_about_each_by_every_refresh(
    fleet: sl.Fleet, store: Watched, clock: Clock
) -> None:
    store.is_silent = True
    clock.forward(seconds=1)
    # It is a question that finds out.
    assert fleet.open(TWO).gate.login("anna", WEB)
    for _ in range(2):
        store.views.clear()
        assert fleet.refresh() == ()
        assert sorted(store.views) == [ONE.company, TWO.company, THREE.company]


def test_one_that_cannot_be_read_is_no_failure_of_the_others(fleet: sl.Fleet, store: Watched, clock: Clock) -> None:
    store.unknown, store.failing = {TWO.key}, {TWO.company}
    clock.forward(seconds=1)
    assert fleet.open(ONE).gate.login("anna", WEB)
    with pytest.raises(sl.StoreUnavailableError):
        fleet.open(TWO).gate.login("anna", WEB)
    assert fleet.open(THREE).gate.login("anna", WEB)
    store.failing.clear()
    clock.forward(seconds=1)
    assert logins(fleet) == [True] * 3


def test_a_store_that_is_down_is_down_for_all_and_comes_back(fleet: sl.Fleet, store: Watched, clock: Clock) -> None:
    clock.forward(seconds=1)
    store.is_down = True
    with pytest.raises(sl.StoreUnavailableError):
        fleet.refresh()
    for installation in (ONE, TWO):
        with pytest.raises(sl.StoreUnavailableError):
            fleet.open(installation).gate.login("anna", WEB)
    store.is_down = False
    clock.forward(seconds=1)
    assert logins(fleet) == [True] * 3


def test_the_last_known_answers_go_on_while_the_store_is_down(store: Watched, clock: Clock) -> None:
    fleet = opened(fleet_on(store, clock=clock, policy=evolve(NO_GRACE, stale_grace=timedelta(seconds=30))), store)
    clock.forward(seconds=1)
    store.is_down = True
    found = [fleet.open(one).gate.login("anna", WEB) for one in (ONE, TWO, THREE)]
    assert [bool(decision) for decision in found] == [True] * 3
    assert {str(reason.code) for decision in found for reason in decision.warnings} == {"facts_not_refreshed"}
    # One look has failed for all of them.
    assert (store.looks, store.views) == ([3], [])
    clock.forward(seconds=30)
    with pytest.raises(sl.StoreUnavailableError):
        fleet.open(TWO).gate.login("anna", WEB)
    store.is_down = False
    clock.forward(seconds=1)
    assert logins(fleet) == [True] * 3
    assert fleet.open(ONE).gate.login("anna", WEB).warnings == ()


def test_a_store_that_says_it_is_damaged_is_asked_about_each_alone(
    fleet: sl.Fleet, store: Watched, clock: Clock
) -> None:
    clock.forward(seconds=1)
    store.is_damaged = True
    store.failing = {TWO.company}
    assert fleet.open(ONE).gate.login("anna", WEB)
    with pytest.raises(sl.StoreUnavailableError):
        fleet.open(TWO).gate.login("anna", WEB)
    assert fleet.open(THREE).gate.login("anna", WEB)
    assert [failure.installation for failure in fleet.refresh()] == [TWO]


def test_a_look_that_does_not_answer_is_not_waited_for(store: Watched, clock: Clock) -> None:
    policy = sl.Policy(look_patience=timedelta(milliseconds=50))
    fleet = opened(fleet_on(store, clock=clock, policy=policy), store)
    store.wait.clear()
    try:
        with pytest.raises(sl.StoreUnavailableError, match="look_patience"):
            fleet.refresh()
        clock.forward(seconds=1)
        assert logins(fleet) == [True] * 3
    finally:
        store.wait.set()


def test_what_is_let_go_while_the_others_are_looked_at_looks_alone(store: Watched, clock: Clock) -> None:
    fleet = fleet_on(store, clock=clock, capacity=1)
    held = furnish_customer(fleet.open(ONE), "anna")
    store.views.clear()
    clock.forward(seconds=1)
    store.wait.clear()
    found: list[bool] = []
    asking = Thread(target=lambda: found.append(bool(held.gate.login("anna", WEB))))
    asking.start()
    # The first look is on its way with the first alone; the question waits for the second.
    assert store.asked.wait(60)
    fleet.open(TWO)
    store.wait.set()
    asking.join(60)
    assert found == [True]


def test_a_commit_that_failed_is_looked_for_whatever_a_look_has_seen_before(
    fleet: sl.Fleet, store: Watched, clock: Clock
) -> None:
    licensing = fleet.open(ONE)
    clock.forward(seconds=1)
    store.wait.clear()
    store.asked.clear()
    look = Thread(target=fleet.refresh)
    look.start()
    store.asked.wait(60)
    # While the look waits for its answer, a write fails that may have been committed.
    licensing._engine.worlds.state.expire()  # noqa: SLF001 - as the writer does
    store.wait.set()
    look.join(60)
    assert licensing.gate.login("anna", WEB)
    # It was not enough that the look had ended.
    assert (store.looks, store.views) == ([3, 3], [])
