"""Writers are serialized: no limit is exceeded, no update is lost."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from threading import Event
from time import monotonic, sleep

import pytest

from superlicense.errors import ConflictError, StoreBusyError
from superlicense.model.row import Table
from superlicense.ports import Mark, Store
from superlicense.testing.contract.blocks import AT_ONCE, Contract, history, in_threads, write
from superlicense.testing.samples import NOON, NORDVIK, entry, seat_row, user_row

__all__ = ["Serialization"]


class Serialization(Contract):
    """Writers are serialized: no limit is exceeded, no update is lost."""

    def test_no_update_is_lost_and_no_cap_exceeded_by_threads(self, store: Store) -> None:
        cap, writers, attempts = 10, 6, 5
        names = count()

        def assign_while_free() -> None:
            for _ in range(attempts):
                holder = f"user{next(names)}"
                with store.writing(NORDVIK) as view:
                    free = len(list(view.facts.running(Table.ASSIGNMENTS))) < cap
                    sleep(0.001)  # gives other writers a chance to interfere
                    if free:
                        view.facts.start(seat_row(view.mark.sequence + 1, holder))
                    view.journal.append(entry(view.mark.entries + 1))

        in_threads(*[assign_while_free] * writers)
        with store.reading(NORDVIK) as view:
            assert len(list(view.facts.running(Table.ASSIGNMENTS))) == cap
            assert [one.number for one in view.journal.entries()] == list(range(1, writers * attempts + 1))
            assert view.revision.number == writers * attempts
            assert view.mark == Mark(NOON, cap, writers * attempts)

    def test_whoever_waits_longer_than_their_patience_is_told(self, store: Store) -> None:
        inside, done = Event(), Event()

        def keep() -> None:
            with store.writing(NORDVIK) as view:
                view.facts.start(user_row(1))
                inside.set()
                done.wait(10)

        def wait() -> None:
            inside.wait(10)
            try:
                began = monotonic()
                with pytest.raises(StoreBusyError), store.writing(NORDVIK, patience=timedelta(seconds=0.1)):
                    pytest.fail("nobody else may write meanwhile")
                # A store may poll, and the machine may be slow.
                assert 0.05 < monotonic() - began < 5
                with pytest.raises(StoreBusyError), store.writing(NORDVIK, patience=AT_ONCE):
                    pytest.fail("nobody else may write meanwhile")
            finally:
                done.set()

        in_threads(keep, wait)
        assert write(store, user_row(2, "bo")).number == 2

    def test_whoever_has_the_patience_comes_next(self, store: Store) -> None:
        inside = Event()

        def keep() -> None:
            with store.writing(NORDVIK) as view:
                inside.set()
                sleep(0.1)
                view.facts.start(user_row(1))

        def wait() -> None:
            inside.wait(10)
            with store.writing(NORDVIK) as view:
                view.facts.start(user_row(view.mark.sequence + 1, "bo"))

        in_threads(keep, wait)
        assert [row.key for row in history(store)] == ["anna", "bo"]

    def test_a_thread_that_writes_cannot_begin_to_write(self, store: Store) -> None:
        with store.writing(NORDVIK) as view:
            view.facts.start(user_row(1))
            with pytest.raises((ConflictError, StoreBusyError)), store.writing(NORDVIK, patience=AT_ONCE):
                pytest.fail("this thread is writing already")
            view.facts.start(user_row(2, "bo"))
        assert [row.key for row in history(store)] == ["anna", "bo"]
