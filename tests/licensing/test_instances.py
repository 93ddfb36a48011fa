"""How fresh an answer is: one instance, two instances, and what the store is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.model.world import World
from superlicense.ports import Reading, Writing
from superlicense.rules.gate import login
from tests.installation import (
    EDIT,
    INSTALLATION,
    SALES,
    SERVICE,
    START,
    WARNS_AT,
    WEB,
    Clock,
    CountingStore,
    furnish,
    open_licensing,
    person,
)
from tests.pages import key_value_store

SECOND = timedelta(seconds=1)


@pytest.fixture
def file_store(tmp_path: Path) -> sl.Store:
    return key_value_store(tmp_path / "store")


def opened(store: sl.Store, clock: Clock, *, max_staleness: timedelta = SECOND) -> sl.Licensing:
    policy = sl.Policy(max_staleness=max_staleness)
    return open_licensing(store, clock=clock, policy=policy)


def furnished(licensing: sl.Licensing) -> sl.Licensing:
    furnish(licensing, "anna", "bo", holders={"anna": SALES})
    return licensing


class Interrupted(CountingStore):
    """A store whose next view, once it is asked to, ends with an interrupt."""

    def __init__(self, store: sl.Store) -> None:
        super().__init__(store, revision_source=False)
        self.interrupts = False

    @contextmanager
    def reading(self, installation: sl.Installation) -> Iterator[Reading]:
        with super().reading(installation) as view:
            yield view
        if self.interrupts:
            self.interrupts = False
            raise KeyboardInterrupt


def test_after_an_interrupt_everything_is_loaded_anew(clock: Clock) -> None:
    store = Interrupted(sl.MemoryStore())
    # An interrupt meets the thread that asks only if it looks itself.
    one, two = opened(store, clock), opened(store, clock, max_staleness=timedelta(0))
    furnished(one)
    store.interrupts = True
    with pytest.raises(KeyboardInterrupt):
        two.gate.login("anna", WEB)
    reads = store.reads
    assert two.gate.login("anna", WEB)
    assert two.seats.usage(SALES).holders == ("anna",)
    assert store.reads == reads + 2


class TestTwoInstances:
    def test_on_a_memory_store_both_are_always_fresh(self, clock: Clock) -> None:
        store = sl.MemoryStore()
        one, two = opened(store, clock), opened(store, clock)
        furnished(one)
        assert two.gate.login("anna", WEB)
        assert two.revision() is one.revision()
        assert one.gate.feature("anna", "quote", EDIT)
        two.seats.release("anna", SALES, by="admin")
        assert not one.gate.feature("anna", "quote", EDIT)
        assert not one.gate.login("anna", WEB)
        assert one.seats.usage(SALES).in_use == 0

    def test_on_other_stores_the_writer_sees_it_at_once_and_others_soon(
        self, file_store: sl.Store, clock: Clock
    ) -> None:
        one, two = opened(file_store, clock), opened(file_store, clock)
        furnished(one)
        assert one.gate.login("anna", WEB)
        # From half of the bound on, a look of its own may have shown it.
        clock.forward(milliseconds=500, microseconds=-1)
        assert not two.gate.login("anna", WEB)
        clock.forward(milliseconds=500, microseconds=1)
        assert two.gate.login("anna", WEB)
        assert two.revision() == one.revision()
        two.users.save(person("anna", may_log_in=False))
        assert not two.gate.login("anna", WEB)
        clock.forward(seconds=1)
        assert not one.gate.login("anna", WEB)

    def test_without_any_staleness_all_see_it_at_once(self, file_store: sl.Store, clock: Clock) -> None:
        one, two = (opened(file_store, clock, max_staleness=timedelta(0)) for _ in range(2))
        furnished(one)
        assert two.gate.login("anna", WEB)
        for _ in range(3):
            one.seats.release("anna", SALES, by="admin")
            assert not two.gate.login("anna", WEB)
            assert not two.gate.holds("anna", "user")
            two.seats.assign("anna", SALES, by="admin")
            assert one.gate.login("anna", WEB)

    def test_a_clock_turned_back_makes_nothing_last(self, file_store: sl.Store, clock: Clock) -> None:
        one, two = opened(file_store, clock), opened(file_store, clock)
        furnished(one)
        clock.forward(seconds=1)
        assert two.gate.login("anna", WEB)
        one.seats.release("anna", SALES, by="admin")
        # An hour back, the last check lies in the future and says nothing.
        clock.forward(hours=-1)
        assert not two.gate.login("anna", WEB)

    def test_a_write_is_judged_in_the_newest_world(self, file_store: sl.Store, clock: Clock) -> None:
        one, two = opened(file_store, clock), opened(file_store, clock)
        furnished(one)
        for user in ("anna", "bo"):
            one.seats.change_plan(user, SERVICE, by="admin")
        # Instance two has not looked since there was nothing.
        two.users.save(person("cy"))
        with pytest.raises(sl.RefusedError) as caught:
            two.seats.assign("cy", SERVICE, by="admin")
        assert caught.value.code == "no_seat_left"

    def test_installations_of_one_store_know_nothing_of_each_other(self, store: sl.Store, clock: Clock) -> None:
        here = furnished(opened(store, clock))
        there = open_licensing(
            store, evolve(INSTALLATION, database_id="0c7e8a52-9d1b-4a57-8f9e-5d7a3b1c2e44"), clock=clock
        )
        assert not there.gate.login("anna", WEB)
        assert there.users.all() == ()
        assert there.journal.entries() == ()
        assert there.revision().number == 0
        assert here.revision().number == 3

    def test_a_store_put_back_from_a_backup_is_read_anew(self, clock: Clock) -> None:
        stores = {"now": sl.MemoryStore(), "backup": sl.MemoryStore()}
        for store in stores.values():
            furnished(opened(store, clock))
        opened(stores["now"], clock).seats.release("anna", SALES, by="admin")

        class Switching(CountingStore):
            chosen = "now"

            def reading(self, installation: sl.Installation) -> AbstractContextManager[Reading]:
                return stores[self.chosen].reading(installation)

        switching = Switching(stores["now"], revision_source=False)
        licensing = opened(switching, clock, max_staleness=timedelta(0))
        assert not licensing.gate.login("anna", WEB)
        switching.chosen = "backup"
        assert licensing.gate.login("anna", WEB)
        assert licensing.revision().number == 3


class TestWhatTheStoreIsAsked:
    def test_nothing_between_two_checks(self, file_store: sl.Store, clock: Clock) -> None:
        counting = CountingStore(file_store)
        licensing = furnished(opened(counting, clock))
        before = (counting.reads, counting.writes)
        for _ in range(3):
            for user in ("anna", "bo", "nobody", person("anna")):
                for client in sl.Client:
                    licensing.gate.login(user, client)
                licensing.gate.feature(user, "quote", EDIT)
                licensing.gate.holds(user, "user")
                licensing.gate.administer(user)
            licensing.gate.has_system("server")
            licensing.seats.usage(SALES)
            licensing.users.all()
            licensing.revision()
            licensing.gate.login("anna", WEB, at=WARNS_AT)
        assert (counting.reads, counting.writes) == before

    def test_one_question_a_check(self, file_store: sl.Store, clock: Clock) -> None:
        counting = CountingStore(file_store)
        licensing = furnished(opened(counting, clock))
        licensing.gate.login("anna", WEB)
        before = counting.reads
        for number in range(1, 4):
            clock.forward(seconds=1)
            for _ in range(5):
                assert licensing.gate.login("anna", WEB)
            assert counting.reads == before + number

    def test_a_memory_store_is_asked_only_after_a_write_of_others(self, clock: Clock) -> None:
        store = sl.MemoryStore()
        counting = CountingStore(store)
        licensing = furnished(opened(counting, clock))
        before = counting.reads
        clock.forward(days=1)
        assert licensing.gate.login("anna", WEB)
        assert counting.reads == before
        opened(store, clock).users.save(person("cy"))
        for _ in range(3):
            assert licensing.gate.login("anna", WEB)
        assert counting.reads == before + 1

    def test_without_any_staleness_every_question_is_a_check(self, clock: Clock) -> None:
        counting = CountingStore(sl.MemoryStore(), revision_source=False)
        licensing = furnished(opened(counting, clock, max_staleness=timedelta(0)))
        before = counting.reads
        for _ in range(3):
            licensing.gate.login("anna", WEB)
        assert counting.reads == before + 3

    def test_a_write_of_one_user_leaves_the_others_decisions(self, store: sl.Store, clock: Clock) -> None:
        licensing = furnished(opened(store, clock))
        decision = licensing.gate.login("anna", WEB)
        for number in range(5):
            licensing.users.save(person(f"user{number}"))
            licensing.seats.change_plan("bo", (SERVICE, SALES)[number % 2], by="admin")
        assert licensing.gate.login("anna", WEB) is decision

    def test_the_same_past_is_read_once(self, store: sl.Store, clock: Clock) -> None:
        counting = CountingStore(store)
        licensing = furnished(opened(counting, clock))
        clock.forward(hours=1)
        licensing.users.save(person("cy"))
        before = counting.reads
        for _ in range(3):
            licensing.gate.login("anna", WEB, at=START)
        assert counting.reads == before + 1


class Relay(CountingStore):
    """A store in which something happens between two steps of another one, each time or as often as listed."""

    def __init__(self, store: sl.Store) -> None:
        super().__init__(store)
        self.after_opening: list[Callable[[], object]] = []
        self.before_commit: list[Callable[[], object]] = []
        self.after_commit: list[Callable[[], object]] = []
        self.after_failure: list[Callable[[], object]] = []

    @contextmanager
    def reading(self, installation: sl.Installation) -> Iterator[Reading]:
        with self._store.reading(installation) as view:
            for act in _taken(self.after_opening):
                act()
            yield view

    @contextmanager
    def writing(
        self, installation: sl.Installation, *, patience: timedelta = timedelta(seconds=60)
    ) -> Iterator[Writing]:
        try:
            with self._store.writing(installation, patience=patience) as view:
                yield view
                for act in _taken(self.before_commit):
                    act()
        except sl.StoreError:
            for act in _taken(self.after_failure):
                act()
            raise
        for act in _taken(self.after_commit):
            act()


def _taken(acts: list[Callable[[], object]]) -> list[Callable[[], object]]:
    return [acts.pop(0)] if acts else []


def fail(error: sl.StoreError) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


class TestRaces:
    def test_an_old_view_does_not_move_the_snapshot_back(self, file_store: sl.Store, clock: Clock) -> None:
        relay = Relay(file_store)
        licensing = furnished(opened(relay, clock))
        clock.forward(seconds=1)
        # A question has opened its view, and before it looks, a write of the same instance comes and goes.
        relay.after_opening = [lambda: licensing.seats.release("anna", SALES, by="admin")]
        assert not licensing.gate.login("anna", WEB)
        assert licensing.seats.usage(SALES).in_use == 0

    def test_somebody_may_read_a_commit_before_its_writer_goes_on(self, store: sl.Store, clock: Clock) -> None:
        relay = Relay(store)
        licensing = open_licensing(
            relay,
            clock=clock,
            # The commit comes later than the check that the write begins with.
            seat_veto=lambda _holder, _license: str(clock.forward(seconds=0.9))[:0],
        )
        other = opened(store, clock)
        furnished(licensing)
        seen: list[bool] = []

        def read() -> None:
            # And even what came after it.
            other.seats.assign("anna", SERVICE, by="admin")
            clock.forward(seconds=0.1)
            seen.append(licensing.gate.holds("anna", SERVICE))

        relay.after_commit = [read]
        licensing.seats.release("anna", SALES, by="admin")
        assert seen == [True]
        assert licensing.gate.holds("anna", SERVICE)
        assert licensing.revision() == other.revision()

    def test_what_is_written_while_a_question_is_decided_counts_from_the_next_one(
        self, store: sl.Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        licensing = furnished(opened(store, clock))
        decide = login.login

        def slow(
            world: World, user: sl.User | None, client: sl.Client, at: datetime, *, waiting: login.Waiting
        ) -> sl.Decision:
            monkeypatch.undo()
            licensing.seats.release("anna", SALES, by="admin")
            return decide(world, user, client, at, waiting=waiting)

        monkeypatch.setattr(login, "login", slow)
        assert licensing.gate.login("anna", WEB)
        assert not licensing.gate.login("anna", WEB)
        # And nobody else inherits what was decided meanwhile.
        licensing.seats.assign("bo", SALES, by="admin")
        assert licensing.gate.login("bo", WEB)

    def test_a_failed_commit_changes_nothing(self, store: sl.Store, clock: Clock) -> None:
        relay = Relay(store)
        licensing = furnished(opened(relay, clock))
        before = licensing.revision()
        relay.before_commit = [fail(sl.StoreFullError())]
        with pytest.raises(sl.StoreFullError):
            licensing.users.save(person("cy"))
        assert licensing.users.find("cy") is None
        assert licensing.revision() == before
        assert licensing.gate.login("anna", WEB)

    def test_a_failed_commit_may_have_been_made_all_the_same(self, file_store: sl.Store, clock: Clock) -> None:
        relay = Relay(file_store)
        licensing, other = furnished(opened(relay, clock)), opened(file_store, clock)
        relay.before_commit = [fail(sl.StoreUnavailableError("the line went dead"))]
        relay.after_failure = [lambda: other.seats.release("anna", SALES, by="admin")]
        with pytest.raises(sl.StoreUnavailableError, match="the line went dead"):
            licensing.seats.release("anna", SALES, by="admin")
        assert not licensing.gate.login("anna", WEB)

    def test_whoever_was_overtaken_judges_anew(self, store: sl.Store, clock: Clock) -> None:
        relay = Relay(store)
        licensing, other = furnished(opened(relay, clock)), opened(store, clock)
        relay.before_commit = [fail(sl.ConflictError())]
        relay.after_failure = [lambda: other.users.save(person("cy"))]
        licensing.seats.assign("bo", SALES, by="admin")
        assert licensing.seats.usage(SALES).holders == ("anna", "bo")
        assert licensing.users.find("cy")
        assert [entry.number for entry in licensing.journal.entries()] == [1, 2, 3, 4, 5, 6]

    def test_the_last_seat_may_be_gone_then(self, store: sl.Store, clock: Clock) -> None:
        relay = Relay(store)
        licensing, other = furnished(opened(relay, clock)), opened(store, clock)
        other.users.sync([person("cy"), person("dora")])
        other.seats.assign("cy", SALES, by="admin")
        relay.before_commit = [fail(sl.ConflictError())]
        relay.after_failure = [lambda: other.seats.assign("dora", SALES, by="admin")]
        with pytest.raises(sl.RefusedError) as caught:
            licensing.seats.assign("bo", SALES, by="admin")
        assert caught.value.code == "no_seat_left"

    def test_a_conflict_without_another_writer_is_no_race(self, store: sl.Store, clock: Clock) -> None:
        relay = Relay(store)
        licensing = furnished(opened(relay, clock))
        relay.before_commit = [fail(sl.ConflictError("the store is mistaken")) for _ in range(3)]
        with pytest.raises(sl.ConflictError, match="the store is mistaken"):
            licensing.users.save(person("cy"))
        assert len(relay.before_commit) == 2

    def test_only_a_spent_budget_gives_up(self, store: sl.Store, clock: Clock) -> None:
        relay = Relay(store)
        furnished(opened(store, clock))
        other = opened(store, clock)
        licensing = open_licensing(relay, clock=clock, policy=sl.Policy(write_patience=timedelta(milliseconds=20)))
        relay.before_commit = [fail(sl.ConflictError())] * 1000
        relay.after_failure = [lambda: other.users.save(person(f"user{len(relay.after_failure)}"))] * 1000
        with pytest.raises(sl.StoreBusyError):
            licensing.users.save(person("cy"))
        assert len(relay.before_commit) < 1000
        assert licensing.users.find("cy") is None

    def test_patience_is_the_stores_too(self, store: sl.Store, clock: Clock) -> None:
        licensing = open_licensing(store, clock=clock, policy=sl.Policy(write_patience=timedelta(milliseconds=20)))
        inside, done = Event(), Event()

        def keep() -> None:
            with store.writing(INSTALLATION):
                inside.set()
                done.wait(60)

        thread = Thread(target=keep)
        thread.start()
        inside.wait(60)
        with pytest.raises(sl.StoreBusyError):
            licensing.users.save(person("anna"))
        done.set()
        thread.join()
        licensing.users.save(person("anna"))
