"""The look of a fleet: one for all that are open, and one installation's failure is no other's."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Thread

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.adapters.key_value import KeyValueStore
from superlicense.licensing.clock import ClockReading
from superlicense.licensing.engine.updating import Updater
from superlicense.ports import Revision
from superlicense.testing.contract.blocks import in_threads
from tests.installation import SALES, WARNS_AT, WEB, Clock, person
from tests.licensing.customers import customer, fleet_on, furnish_customer
from tests.licensing.outages import settle
from tests.licensing.plain_store import NO_GRACE, ONE, THREE, TWO, Plain, Watched, logins, opened
from tests.pages import key_value_store


@pytest.fixture
def storage() -> sl.MemoryStore:
    return sl.MemoryStore()


@pytest.fixture
def store(storage: sl.MemoryStore) -> Watched:
    return Watched(storage)


@pytest.fixture
def fleet(store: Watched, clock: Clock) -> sl.Fleet:
    return opened(fleet_on(store, clock=clock, policy=NO_GRACE), store)


def test_one_look_serves_all(fleet: sl.Fleet, store: Watched, clock: Clock) -> None:
    clock.forward(seconds=1)
    assert logins(fleet) == [True] * 3
    assert (store.looks, store.views) == ([3], [])
    assert logins(fleet) == [True] * 3
    assert store.looks == [3]
    clock.forward(seconds=1)
    logins(fleet)
    assert (store.looks, store.views) == ([3, 3], [])


def test_what_another_process_has_written_is_seen(
    fleet: sl.Fleet, store: Watched, storage: sl.MemoryStore, clock: Clock
) -> None:
    other = fleet_on(storage, clock=clock)
    other.open(TWO).seats.release("anna", SALES, by="admin")
    assert logins(fleet) == [True] * 3
    clock.forward(seconds=1)
    assert logins(fleet) == [True, False, True]
    # One look for all, and the one that has changed reads what has.
    assert (store.looks, store.views) == ([3], [TWO.company])
    # And then looks with the others again.
    clock.forward(seconds=1)
    assert not fleet.open(TWO).gate.login("anna", WEB)
    assert (store.looks, store.views) == ([3, 3], [TWO.company])


def test_a_refresh_brings_all_of_them_up_to_date(
    fleet: sl.Fleet, store: Watched, storage: sl.MemoryStore, clock: Clock
) -> None:
    fleet_on(storage, clock=clock).open(TWO).seats.release("anna", SALES, by="admin")
    assert fleet.refresh() == ()
    assert (store.looks, store.views) == ([3], [TWO.company])
    # It was not needed: nothing is older than a second.
    assert logins(fleet) == [True, False, True]
    assert store.looks == [3]


def test_a_look_ahead_of_need_asks_for_all(fleet: sl.Fleet, store: Watched, clock: Clock) -> None:
    clock.forward(milliseconds=600)
    # Nobody waits for it: the facts are fresh.
    assert logins(fleet) == [True] * 3
    assert store.asked.wait(60)
    assert fleet.refresh() == ()
    clock.forward(milliseconds=600)
    assert logins(fleet) == [True] * 3
    assert set(store.looks) == {3}
    assert store.views == []


def test_what_has_changed_is_read_ahead_of_need(
    fleet: sl.Fleet, store: Watched, storage: sl.MemoryStore, clock: Clock
) -> None:
    fleet_on(storage, clock=clock).open(TWO).seats.release("anna", SALES, by="admin")
    clock.forward(milliseconds=600)
    assert fleet.open(ONE).gate.login("anna", WEB)
    settle()
    # It begins to read what the look has shown; which facts the answer is of depends on the machine.
    fleet.open(TWO).gate.login("anna", WEB)
    settle()
    assert not fleet.open(TWO).gate.login("anna", WEB)
    assert (store.looks, store.views) == ([3], [TWO.company])


def test_what_has_changed_is_read_ahead_of_need_also_if_it_was_asked_about_during_the_look(
    fleet: sl.Fleet, store: Watched, storage: sl.MemoryStore, clock: Clock
) -> None:
    fleet_on(storage, clock=clock).open(TWO).seats.release("anna", SALES, by="admin")
    store.wait.clear()
    clock.forward(milliseconds=600)
    assert fleet.open(TWO).gate.login("anna", WEB)
    store.wait.set()
    settle()
    # Nobody waits at the end of the bound: a question before it begins to read.
    clock.forward(milliseconds=200)
    fleet.open(TWO).gate.login("anna", WEB)
    settle()
    assert not fleet.open(TWO).gate.login("anna", WEB)
    assert (store.looks, store.views) == ([3], [TWO.company])


def test_a_look_touches_nobody_who_is_not_asked_about(
    fleet: sl.Fleet, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it costs what its statement costs, however many are open."""
    told: list[object] = []
    really = Updater.confirm

    def confirm(self: Updater, revision: Revision | None, looked: ClockReading) -> bool:
        told.append(self)
        return really(self, revision, looked)

    clock.forward(seconds=1)
    assert fleet.refresh() == ()
    told.clear()
    monkeypatch.setattr(Updater, "confirm", confirm)
    clock.forward(seconds=1)
    assert fleet.refresh() == ()
    assert told == []
    assert logins(fleet) == [True] * 3
    assert len(told) == 3


def test_what_was_seen_before_a_write_is_no_news_to_the_writer(fleet: sl.Fleet, store: Watched, clock: Clock) -> None:
    clock.forward(milliseconds=600)
    assert fleet.open(TWO).gate.login("anna", WEB)
    settle()
    fleet.open(ONE).seats.release("anna", SALES, by="admin")
    store.views.clear()
    clock.forward(milliseconds=499)
    assert logins(fleet) == [False, True, True]
    settle()
    clock.forward(milliseconds=200)
    assert logins(fleet) == [False, True, True]
    # Not even its own change is read again.
    assert store.views == []


def test_what_is_opened_later_is_looked_at_with_the_others(fleet: sl.Fleet, store: Watched, clock: Clock) -> None:
    clock.forward(seconds=1)
    assert logins(fleet) == [True] * 3
    furnish_customer(fleet.open(customer(4)), "anna")
    store.views.clear()
    clock.forward(seconds=1)
    assert fleet.open(customer(4)).gate.login("anna", WEB)
    assert (store.looks, store.views) == ([3, 4], [])


def test_a_store_without_revisions_is_asked_one_by_one(storage: sl.MemoryStore, clock: Clock) -> None:
    plain = Plain(storage)
    fleet = opened(fleet_on(plain, clock=clock), plain)
    clock.forward(seconds=1)
    assert logins(fleet) == [True] * 3
    assert plain.views == [ONE.company, TWO.company, THREE.company]
    plain.failing = {TWO.company}
    assert [failure.installation for failure in fleet.refresh()] == [TWO]
    assert plain.views[3:] == [ONE.company, TWO.company, THREE.company]


def test_a_store_that_tells_nothing_without_a_view_is_asked_once(store: Watched, clock: Clock) -> None:
    store.is_silent = True
    fleet = opened(fleet_on(store, clock=clock), store)
    for turn in (1, 2):
        clock.forward(seconds=1)
        assert logins(fleet) == [True] * 3
        assert store.looks == [3]
        assert store.views == [ONE.company, TWO.company, THREE.company] * turn
    # Nor do those ask that are opened later.
    fleet.open(customer(9))
    store.views.clear()
    assert fleet.refresh() == ()
    assert store.views == [ONE.company, TWO.company, THREE.company, customer(9).company]


def test_a_key_value_store_with_one_storage_is_asked_once(tmp_path: Path, clock: Clock) -> None:
    watched = Watched(key_value_store(tmp_path / "store"))  # type: ignore[arg-type]  # it has revisions
    fleet = opened(fleet_on(watched, clock=clock), watched)
    clock.forward(seconds=1)
    assert logins(fleet) == [True] * 3
    assert (watched.looks, watched.views) == ([3], [])


def test_a_key_value_store_with_a_storage_for_each_is_asked_one_by_one(tmp_path: Path, clock: Clock) -> None:
    class Separate(type(key_value_store(tmp_path / "store"))):  # type: ignore[misc]  # the class of the page
        begin_across = KeyValueStore.begin_across

    store = Separate(tmp_path / "store")
    assert store.revisions([ONE.key]) == {}
    fleet = fleet_on(store, clock=clock)
    for installation in (ONE, TWO, THREE):
        furnish_customer(fleet.open(installation), "anna")
    clock.forward(seconds=1)
    assert logins(fleet) == [True] * 3
    assert fleet.refresh() == ()


def test_a_memory_store_is_always_fresh(storage: sl.MemoryStore, clock: Clock) -> None:
    fleet, other = fleet_on(storage, clock=clock), fleet_on(storage, clock=clock)
    furnish_customer(fleet.open(ONE), "anna")
    other.open(ONE).seats.release("anna", SALES, by="admin")
    assert not fleet.open(ONE).gate.login("anna", WEB)
    assert fleet.refresh() == ()


def test_what_is_let_go_looks_by_itself(store: Watched, clock: Clock) -> None:
    fleet = fleet_on(store, clock=clock, capacity=1)
    held = furnish_customer(fleet.open(ONE), "anna")
    furnish_customer(fleet.open(TWO), "anna")
    store.views.clear()
    clock.forward(seconds=1)
    assert held.gate.login("anna", WEB)
    assert (store.looks, store.views) == ([], [ONE.company])


def test_an_instance_that_is_never_stale_looks_by_itself(store: Watched, clock: Clock) -> None:
    fleet = fleet_on(store, clock=clock, policy=sl.Policy(max_staleness=timedelta(0)))
    furnish_customer(fleet.open(ONE), "anna")
    store.views.clear()
    assert fleet.open(ONE).gate.login("anna", WEB)
    assert (store.looks, store.views) == ([], [ONE.company])


def test_a_date_of_a_package_is_no_matter_of_the_look(fleet: sl.Fleet, store: Watched, clock: Clock) -> None:
    clock.now = WARNS_AT
    decision = fleet.open(ONE).gate.login("anna", WEB)
    assert [reason.code for reason in decision.warnings] == [sl.ReasonCode.PACKAGE_EXPIRES]
    assert (store.looks, store.views) == ([3], [])


def test_threads_that_come_together_look_together(fleet: sl.Fleet, store: Watched, clock: Clock) -> None:
    clock.forward(seconds=1)
    store.wait.clear()
    store.asked.clear()
    threads = [Thread(target=fleet.open(one).gate.login, args=("anna", WEB)) for one in (ONE, TWO, THREE) * 5]
    threads[0].start()
    store.asked.wait(60)
    for thread in threads[1:]:
        thread.start()
    while sum(thread.is_alive() for thread in threads) < len(threads):
        pass
    store.wait.set()
    for thread in threads:
        thread.join(60)
    # Those who came during the first look wait for one that begins after they came; one does for all of them.
    assert store.looks in ([3], [3, 3])
    assert store.views == []


def test_threads_write_and_ask_while_the_fleet_looks(store: Watched, clock: Clock) -> None:
    fleet = opened(
        fleet_on(store, clock=clock, policy=evolve(NO_GRACE, max_staleness=timedelta(microseconds=1))), store
    )

    def write(installation: sl.Installation) -> None:
        licensing = fleet.open(installation)
        for step in range(20):
            licensing.users.save(person("bo", may_log_in=step % 2 == 1))
            assert licensing.users.find("bo") == person("bo", may_log_in=step % 2 == 1)

    def look() -> None:
        for _ in range(40):
            clock.forward(microseconds=1)
            fleet.refresh()

    in_threads(*(partial(write, one) for one in (ONE, TWO, THREE)), look, look)
    for installation in (ONE, TWO, THREE):
        assert fleet.open(installation).users.find("bo") == person("bo")


def test_an_installation_with_another_serial_number_is_looked_at_under_both(store: Watched, clock: Clock) -> None:
    fleet = fleet_on(store, clock=clock)
    before = furnish_customer(fleet.open(ONE), "anna")
    renamed = evolve(ONE, serial_number=customer(9).serial_number)
    before.change_installation(renamed, by="admin")
    after = fleet.open(renamed)
    assert after.users.find("anna") is not None
    store.views.clear()
    clock.forward(seconds=1)
    assert before.revision() == after.revision()
    assert (store.looks, store.views) == ([2], [])
    after.users.save(person("anna", may_log_in=False))
    clock.forward(seconds=1)
    assert not before.gate.login("anna", WEB)


def test_an_unknown_installation_has_a_revision(store: Watched, clock: Clock) -> None:
    fleet = fleet_on(store, clock=clock)
    fleet.open(customer(9))
    store.views.clear()
    clock.forward(seconds=1)
    assert not fleet.open(customer(9)).gate.login("anna", WEB)
    assert (store.looks, store.views) == ([1], [])
