"""How the state of an instance moves on: by looks, by writes, by both at once, and after a fork."""

from __future__ import annotations

from datetime import timedelta

import pytest

import superlicense as sl
from superlicense.licensing.clock import ClockReading
from superlicense.licensing.engine import process_lock
from superlicense.licensing.engine.freshness import Freshness
from superlicense.licensing.engine.looking import Looks
from superlicense.licensing.engine.process_lock import ProcessLock
from superlicense.licensing.engine.state import Base, State
from superlicense.licensing.metering.terms_difference import KnownTerms
from tests.installation import SALES, START, WEB, Clock, furnish, open_licensing, person
from tests.licensing.metered import MAILS
from tests.licensing.outages import ManagedStore, settle

NEVER_STALE = sl.Policy(max_staleness=timedelta(0))


@pytest.fixture
def shared() -> sl.Store:
    return sl.MemoryStore()


@pytest.fixture
def managed(shared: sl.Store) -> ManagedStore:
    return ManagedStore(shared)


@pytest.fixture
def licensing(managed: ManagedStore, clock: Clock) -> sl.Licensing:
    return furnish(open_licensing(managed, clock=clock, policy=NEVER_STALE), "anna", "bo", holders={"anna": SALES})


def state_of(licensing: sl.Licensing) -> State:
    return licensing._engine.worlds.state  # noqa: SLF001 - which moves on


def moved_once(monkeypatch: pytest.MonkeyPatch) -> list[Base]:
    """Let the state have moved on the first time that it is to be moved."""
    asked: list[Base] = []
    is_at = State.is_at

    def moved(self: State, base: Base) -> bool:
        asked.append(base)
        return len(asked) > 1 and is_at(self, base)

    monkeypatch.setattr(State, "is_at", moved)
    return asked


class TestOvertaken:
    """What was made upon a state that has moved on since does not count."""

    def test_a_look_that_has_found_nothing_new(
        self, licensing: sl.Licensing, managed: ManagedStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = managed.reads
        moved_once(monkeypatch)
        assert licensing.gate.login("anna", WEB)
        assert managed.reads == before + 2

    def test_a_look_that_has_found_something(
        self, licensing: sl.Licensing, shared: sl.Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        open_licensing(shared, clock=clock).seats.release("anna", SALES, by="admin")
        assert len(moved_once(monkeypatch)) == 0
        assert not licensing.gate.login("anna", WEB)

    def test_a_write(self, licensing: sl.Licensing, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = moved_once(monkeypatch)
        licensing.seats.release("anna", SALES, by="admin")
        assert len(asked) > 1
        assert licensing.seats.usage(SALES).in_use == 0

    def test_a_write_that_a_look_has_read_already(
        self, shared: sl.Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        managed = ManagedStore(shared)
        licensing = furnish(open_licensing(managed, clock=clock), "anna")
        updater = licensing._engine.worlds.updater  # noqa: SLF001 - which shows the write
        show = type(updater).show

        def show_late(*given: object) -> None:
            licensing.refresh()
            show(*given)  # type: ignore[arg-type]  # as they came

        monkeypatch.setattr(type(updater), "show", show_late)
        licensing.users.save(person("cy"))
        before = managed.reads
        assert licensing.users.find("cy")
        assert managed.reads == before


class TestConfirming:
    """A look at many installations confirms each one whose revision is as it was."""

    def test_the_revision_decides(self, licensing: sl.Licensing, clock: Clock) -> None:
        worlds = licensing._engine.worlds  # noqa: SLF001 - as a fleet does
        known = state_of(licensing).snapshot.revision
        clock.forward(seconds=30)
        looked = worlds.clock.reading()
        assert not worlds.updater.confirm(sl.Revision(known.number, "another"), looked)
        assert licensing.health().looked_at == START
        assert worlds.updater.confirm(sl.Revision(*known), looked)
        assert licensing.health().looked_at == clock.now

    def test_an_older_look_that_ends_later_changes_no_age(self) -> None:
        freshness = Freshness(ClockReading(10, 10), stale=timedelta(seconds=1), grace=timedelta(0))
        freshness.confirm(ClockReading(5, 5))
        assert freshness.looked == ClockReading(10, 10)


class TestInterrupts:
    def test_an_interrupted_look_leaves_nothing_that_is_believed(
        self, licensing: sl.Licensing, managed: ManagedStore
    ) -> None:
        managed.error = KeyboardInterrupt()  # type: ignore[assignment]  # no Exception
        with pytest.raises(KeyboardInterrupt):
            licensing.gate.login("anna", WEB)
        assert state_of(licensing).snapshot.revision.number == -1
        managed.error = sl.StoreUnavailableError("gone")
        with pytest.raises(sl.StoreUnavailableError):
            licensing.gate.login("anna", WEB)
        managed.error = None
        assert licensing.gate.login("anna", WEB)


class TestFork:
    """A process has locks of its own."""

    def test_a_lock_that_was_held_is_free_in_the_child(self, monkeypatch: pytest.MonkeyPatch) -> None:
        interrupted = []
        lock = ProcessLock(lambda: interrupted.append(1))
        # By another thread of the parent.
        lock.mine().acquire()
        monkeypatch.setattr(process_lock, "getpid", lambda: -1)
        for _ in range(2):
            with lock.mine():
                assert interrupted == [1]

    def test_a_lock_that_was_free_interrupts_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        interrupted: list[int] = []
        lock = ProcessLock(lambda: interrupted.append(1))
        monkeypatch.setattr(process_lock, "getpid", lambda: -1)
        with lock.mine():
            assert interrupted == []

    def test_a_lock_that_was_held_needs_nothing_done(self, monkeypatch: pytest.MonkeyPatch) -> None:
        lock = ProcessLock()
        lock.mine().acquire()
        monkeypatch.setattr(process_lock, "getpid", lambda: -1)
        assert not lock.mine().locked()

    def test_without_a_thread_nothing_begins_ahead(self) -> None:
        looked = []
        looks = Looks(lambda: looked.append(1), timedelta(0), ahead_of_need=False)
        looks.begin()
        assert looked == []
        assert looks.join()
        assert looks.refresh()
        assert looked == [1, 1]


class _Unreadable:
    """Usage that is damaged."""

    def months(self, **_: object) -> list[object]:
        raise sl.StoreUnusableError("a month is damaged")


class TestTerms:
    """`Health` names the meters with other terms, as a look has found them."""

    def test_a_look_finds_them(self, shared: sl.Store, managed: ManagedStore, clock: Clock) -> None:
        firm = open_licensing(shared, clock=clock, meters=(MAILS,))
        firm.meters.record([sl.UsageEvent(source="post", id="1", meter=MAILS.code, quantity=1, at=clock())])
        dear = open_licensing(managed, clock=clock, meters=())
        assert "terms_differ" not in noted(dear)
        clock.forward(milliseconds=600)
        dear.gate.login("anna", WEB)
        settle()
        assert "terms_differ" in noted(dear)
        assert "terms_differ" not in noted(firm)
        # In memory they are known from the start.
        other = open_licensing(shared, clock=clock, meters=())
        assert "terms_differ" in noted(other)

    def test_a_refresh_finds_them_in_memory(self, shared: sl.Store, clock: Clock) -> None:
        dear = open_licensing(shared, clock=clock, meters=())
        firm = open_licensing(shared, clock=clock, meters=(MAILS,))
        firm.meters.record([sl.UsageEvent(source="post", id="1", meter=MAILS.code, quantity=1, at=clock())])
        clock.forward(minutes=1)
        assert "terms_differ" not in noted(dear)
        dear.refresh()
        assert "terms_differ" in noted(dear)

    def test_damaged_usage_stops_no_look(self, clock: Clock) -> None:
        licensing = open_licensing(clock=clock, meters=(MAILS,))
        known = KnownTerms(licensing._engine.totals)  # noqa: SLF001 - which it compares with
        known.find_in_time(_Unreadable(), clock())  # type: ignore[arg-type]  # that of a store
        assert known.differing == ()


def noted(licensing: sl.Licensing) -> set[str]:
    return {str(note.code) for note in licensing.health().notes}
