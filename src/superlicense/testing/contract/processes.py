"""Processes share a storage like threads share a store; skipped without persistence or `os.fork`."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Callable
from functools import partial
from time import sleep
from traceback import print_exc

import pytest

from superlicense.model.row import Table
from superlicense.ports import Mark, Store
from superlicense.testing.contract.blocks import Contract, Reopen, history, write
from superlicense.testing.samples import NOON, NORDVIK, after, entry, seat_row, user_row

__all__ = ["Processes"]


def started(task: Callable[[], object]) -> int:
    """Run *task* in a fork of this process, and return its id."""
    with warnings.catch_warnings():
        # Python warns about threads that the fork does not have; it does not need them.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        task()
        code = 0
    except BaseException:  # noqa: BLE001 - reported by the exit code
        print_exc()
    finally:
        # The test run must not continue in the fork.
        os._exit(code)


def ended(pid: int) -> int:
    """Wait for a process and return its exit code, or the negative signal number."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


class Processes(Contract):
    """The promises for threads hold for processes, including killed ones."""

    @pytest.fixture
    def elsewhere(self, reopen: Reopen | None) -> Reopen:
        """Return the function that opens the storage of a store in another process."""
        if reopen is None or not hasattr(os, "fork"):
            pytest.skip("no other process can open this store")
        return reopen

    def test_no_update_is_lost_and_no_cap_exceeded_by_processes(self, store: Store, elsewhere: Reopen) -> None:
        cap, writers, attempts = 10, 3, 5

        def assign_while_free(place: int) -> None:
            opened = elsewhere(store)
            for attempt in range(attempts):
                with opened.writing(NORDVIK) as view:
                    free = len(list(view.facts.running(Table.ASSIGNMENTS))) < cap
                    sleep(0.001)  # gives other writers a chance to interfere
                    if free:
                        view.facts.start(seat_row(view.mark.sequence + 1, f"user{place}-{attempt}"))
                    view.journal.append(entry(view.mark.entries + 1))

        running = [started(partial(assign_while_free, place)) for place in range(writers)]
        assert [ended(pid) for pid in running] == [0] * writers
        with store.reading(NORDVIK) as view:
            assert view.mark == Mark(NOON, cap, writers * attempts)
            assert view.revision.number == writers * attempts

    def test_a_process_that_is_killed_leaves_nothing_half_done(self, store: Store, elsewhere: Reopen) -> None:
        before = write(store, user_row(1))

        def write_and_die() -> None:
            with elsewhere(store).writing(NORDVIK) as view:
                view.facts.end(user_row(1).ended(at=after(1), by="host"))
                view.facts.start(user_row(2, "bo"))
                view.journal.append(entry(1))
                os.kill(os.getpid(), signal.SIGKILL)

        assert ended(started(write_and_die)) == -signal.SIGKILL
        with store.reading(NORDVIK) as view:
            assert view.revision == before
            assert list(view.facts.history(Table.USERS)) == [user_row(1)]
            assert list(view.journal.entries()) == []
        # Its lock is released, too.
        assert write(elsewhere(store), user_row(2, "bo")).number == 2

    def test_what_a_process_has_committed_outlives_its_death(self, store: Store, elsewhere: Reopen) -> None:
        def write_and_die() -> None:
            write(elsewhere(store), user_row(1))
            os.kill(os.getpid(), signal.SIGKILL)

        assert ended(started(write_and_die)) == -signal.SIGKILL
        assert history(store) == [user_row(1)]
