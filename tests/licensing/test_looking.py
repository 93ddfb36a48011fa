"""When the store's revision is read, and by which thread."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread, get_ident
from typing import Any

import pytest

import superlicense as sl
from superlicense.licensing.engine import looking
from superlicense.licensing.engine.looking import Looks
from tests.installation import EDIT, SALES, WARNS_AT, WEB, Clock, codes, furnish, open_licensing, person
from tests.licensing.outages import ManagedStore, in_threads, look_threads, settle
from tests.pages import key_value_store


@pytest.fixture
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> sl.Store:
    """A store in memory; one whose readers keep no writer out where a test asks for it."""
    return key_value_store(tmp_path / "store") if hasattr(request, "param") else sl.MemoryStore()


written_while_read = pytest.mark.parametrize("shared", ["key-value"], indirect=True)


@pytest.fixture
def managed(shared: sl.Store) -> Iterator[ManagedStore]:
    store = ManagedStore(shared)
    yield store
    store.thaw()


@pytest.fixture
def licensing(managed: ManagedStore, clock: Clock) -> sl.Licensing:
    return furnish(opened(managed, clock), "anna", "bo", holders={"anna": SALES})


def opened(store: sl.Store, clock: Clock, **policy: Any) -> sl.Licensing:  # noqa: ANN401 - fields of the policy
    # A look is not given up because the machine has other things to do.
    return open_licensing(store, clock=clock, policy=sl.Policy(**{"look_patience": timedelta(minutes=1), **policy}))


class TestAhead:
    """A look begins before it is needed, and nobody waits for it."""

    def test_nothing_is_read_in_the_first_half(
        self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock
    ) -> None:
        before = managed.reads
        clock.forward(milliseconds=499)
        for user in ("anna", "bo", "nobody"):
            licensing.gate.login(user, WEB)
            licensing.gate.feature(user, "quote", EDIT)
            licensing.gate.administer(user)
        licensing.revision()
        assert (managed.reads, look_threads()) == (before, [])

    def test_one_look_for_all_that_ask_in_the_second(
        self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock
    ) -> None:
        before = managed.reads
        managed.freeze()
        clock.forward(milliseconds=500)
        for _ in range(3):
            assert licensing.gate.login("anna", WEB)
            assert licensing.gate.holds("anna", SALES)
            assert not licensing.gate.login("bo", WEB)
        managed.reached.wait()
        clock.forward(milliseconds=499)
        threads = in_threads(lambda: licensing.gate.login("anna", WEB), 32)
        for thread in threads:
            thread.join()
        assert (managed.reads, len(look_threads())) == (before + 1, 1)
        assert managed.readers[-1] != get_ident()
        managed.thaw()
        assert look_threads() == []

    def test_what_others_wrote_is_there_when_the_bound_is_reached(
        self, licensing: sl.Licensing, shared: sl.Store, managed: ManagedStore, clock: Clock
    ) -> None:
        opened(shared, clock).seats.release("anna", SALES, by="admin")
        clock.forward(milliseconds=600)
        licensing.gate.login("anna", WEB)
        settle()
        before = managed.reads
        clock.forward(milliseconds=400)
        assert not licensing.gate.login("anna", WEB)
        assert managed.reads == before

    @written_while_read
    def test_an_answer_is_as_old_as_the_beginning_of_its_look(
        self, licensing: sl.Licensing, shared: sl.Store, managed: ManagedStore, clock: Clock
    ) -> None:
        managed.freeze()
        clock.forward(milliseconds=600)
        licensing.gate.login("anna", WEB)
        managed.reached.wait()
        # The look has opened its view, and does not see this any more.
        opened(shared, clock).seats.release("anna", SALES, by="admin")
        assert licensing.gate.login("anna", WEB)
        clock.forward(milliseconds=300)
        managed.thaw()
        # A second after the look began, not after it ended.
        clock.forward(milliseconds=700)
        assert not licensing.gate.login("anna", WEB)

    def test_a_date_that_passes_is_seen_without_the_store(self, managed: ManagedStore, clock: Clock) -> None:
        clock.now = WARNS_AT - timedelta(milliseconds=100)
        licensing = furnish(opened(managed, clock), "anna", holders={"anna": SALES})
        assert licensing.gate.login("anna", WEB).warnings == ()
        before = managed.reads
        clock.forward(milliseconds=100)
        assert [str(one.code) for one in licensing.gate.login("anna", WEB).warnings] == ["package_expires"]
        assert managed.reads == before

    def test_a_write_counts_as_a_look(self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock) -> None:
        clock.forward(milliseconds=450)
        licensing.users.save(person("cy"))
        before = managed.reads
        clock.forward(milliseconds=499)
        assert licensing.gate.login("anna", WEB)
        assert (managed.reads, look_threads()) == (before, [])

    def test_without_any_staleness_the_thread_that_asks_looks(self, managed: ManagedStore, clock: Clock) -> None:
        licensing = opened(managed, clock, max_staleness=timedelta(0))
        licensing.gate.login("anna", WEB)
        assert managed.readers[-1] == get_ident()


class TestPastTheBound:
    """The first that asks waits, and the others with it."""

    def test_32_threads_wait_for_one_look(
        self, licensing: sl.Licensing, shared: sl.Store, managed: ManagedStore, clock: Clock
    ) -> None:
        opened(shared, clock).seats.release("anna", SALES, by="admin")
        before = managed.reads
        managed.freeze()
        clock.forward(seconds=10)
        answers: list[bool] = []
        threads = in_threads(lambda: answers.append(licensing.gate.login("anna", WEB).allowed), 32)
        managed.reached.wait()
        managed.thaw()
        for thread in threads:
            thread.join()
        assert (answers, managed.reads) == ([False] * 32, before + 1)

    @written_while_read
    def test_a_look_that_began_too_early_is_followed_by_another(
        self, licensing: sl.Licensing, shared: sl.Store, managed: ManagedStore, clock: Clock
    ) -> None:
        managed.freeze()
        clock.forward(milliseconds=600)
        licensing.gate.login("anna", WEB)
        managed.reached.wait()
        opened(shared, clock).seats.release("anna", SALES, by="admin")
        clock.forward(seconds=5)
        answers: list[bool] = []
        before = managed.reads
        threads = in_threads(lambda: answers.append(licensing.gate.login("anna", WEB).allowed), 1)
        managed.thaw()
        threads[0].join()
        assert (answers, managed.reads) == ([False], before + 1)

    def test_a_store_that_hangs_hangs_no_question(self, managed: ManagedStore, clock: Clock) -> None:
        licensing = opened(managed, clock, look_patience=timedelta(milliseconds=20))
        furnish(licensing, "anna", holders={"anna": SALES})
        before = managed.reads
        managed.freeze()
        clock.forward(seconds=2)
        for _ in range(3):
            decision = licensing.gate.login("anna", WEB)
            assert decision
            assert [str(one.code) for one in decision.warnings] == ["facts_not_refreshed"]
            clock.forward(seconds=2)
        assert (managed.reads, len(look_threads())) == (before + 1, 1)
        assert licensing.health().error == "store_unavailable"
        managed.thaw()
        clock.forward(seconds=2)
        # Whether it has waited long enough depends on the machine; its look ends.
        licensing.gate.login("anna", WEB)
        settle()
        assert licensing.gate.login("anna", WEB).warnings == ()

    def test_a_look_of_a_thread_that_cannot_start_is_made_by_the_one_that_asks(
        self, licensing: sl.Licensing, managed: ManagedStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class NoThread(Thread):
            def start(self) -> None:
                raise RuntimeError

        monkeypatch.setattr(looking, "Thread", NoThread)
        before = managed.reads
        clock.forward(milliseconds=600)
        assert licensing.gate.login("anna", WEB)
        assert managed.reads == before
        clock.forward(seconds=1)
        assert licensing.gate.login("anna", WEB)
        assert (managed.reads, managed.readers[-1]) == (before + 1, get_ident())
        licensing.refresh()
        assert managed.reads == before + 2


class TestRefresh:
    """A look on demand."""

    def test_it_looks_although_the_facts_are_fresh(
        self, licensing: sl.Licensing, shared: sl.Store, clock: Clock
    ) -> None:
        opened(shared, clock).seats.release("anna", SALES, by="admin")
        assert licensing.gate.login("anna", WEB)
        licensing.refresh()
        assert not licensing.gate.login("anna", WEB)

    @written_while_read
    def test_it_joins_only_a_look_that_begins_after_the_call(
        self, licensing: sl.Licensing, shared: sl.Store, managed: ManagedStore, clock: Clock
    ) -> None:
        managed.freeze()
        clock.forward(milliseconds=600)
        licensing.gate.login("anna", WEB)
        managed.reached.wait()
        opened(shared, clock).seats.release("anna", SALES, by="admin")
        before = managed.reads
        done = Event()

        def refresh() -> None:
            licensing.refresh()
            done.set()

        threads = in_threads(refresh, 8)
        managed.thaw()
        for thread in threads:
            thread.join()
        assert done.is_set()
        assert not licensing.gate.login("anna", WEB)
        assert managed.reads > before

    def test_it_waits_no_longer_than_the_patience(self, managed: ManagedStore, clock: Clock) -> None:
        licensing = opened(managed, clock, look_patience=timedelta(0))
        managed.freeze()
        with pytest.raises(sl.StoreUnavailableError, match="look_patience"):
            licensing.refresh()

    def test_it_raises_what_the_store_raises(self, licensing: sl.Licensing, managed: ManagedStore) -> None:
        managed.error = sl.StoreUnavailableError("the line is dead")
        with pytest.raises(sl.StoreUnavailableError, match="the line is dead"):
            licensing.refresh()
        managed.error = None
        licensing.refresh()

    def test_a_store_in_memory_is_always_fresh(self, clock: Clock) -> None:
        store = sl.MemoryStore()
        licensing = opened(store, clock)
        opened(store, clock).users.save(person("anna"))
        assert codes(licensing.gate.login("anna", WEB)) == ["no_package"]
        licensing.refresh()
        assert (licensing.health().looked_at, look_threads()) == (clock.now, [])


class TestHangingLooks:
    """A look that hangs is given up, and the next one has a thread of its own; there are never more than three."""

    def test_three_at_most(self, monkeypatch: pytest.MonkeyPatch) -> None:
        now = [0.0]
        monkeypatch.setattr(looking, "monotonic", lambda: now[0])
        release, begun = Event(), []

        def hang() -> None:
            begun.append(1)
            release.wait()

        looks = Looks(hang, timedelta(0))
        for at, expected in ((0, 1), (19, 1), (20, 2), (39, 2), (40, 3), (60, 3), (1000, 3)):
            now[0] = at
            looks.begin()
            assert len(look_threads()) == expected
        # Nobody waits meanwhile.
        assert not looks.join()
        release.set()
        settle()
        looks.begin()
        settle()
        assert len(begun) == 4

    def test_after_a_slow_one_nobody_waits_for_a_while(self, monkeypatch: pytest.MonkeyPatch) -> None:
        now = [0.0]
        monkeypatch.setattr(looking, "monotonic", lambda: now[0])
        release = Event()

        def hang() -> None:
            release.wait()

        looks = Looks(hang, timedelta(minutes=1))
        looks.begin()
        now[0] = 61
        release.set()
        settle()
        release.clear()
        now[0] = 62
        assert not looks.join()
        release.set()
        settle()
        now[0] = 661.5
        assert looks.join()
