"""A store that can be made slow, frozen or unavailable, and clocks that are moved by hand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread, get_ident

import pytest

import superlicense as sl
from superlicense.licensing import clock as clocks
from superlicense.licensing.engine import state as states
from superlicense.ports import Reading, Writing
from tests.installation import CountingStore

SECOND = 10**9


class ManagedStore(CountingStore):
    """A store without a heartbeat, as that of a database, whose readers can be held up or refused.

    Attributes:
        running: Set unless readers are held up; they have opened their view by then.
        error: What readers are refused with.
        write_error: What writers are refused with, at their commit.
        readers: The threads that have read, in order.
    """

    def __init__(self, store: sl.Store) -> None:
        super().__init__(store, revision_source=False)
        self.running = Event()
        self.running.set()
        self.reached = Event()
        self.error: Exception | None = None
        self.write_error: Exception | None = None
        self.readers: list[int] = []

    @contextmanager
    def reading(self, installation: sl.Installation) -> Iterator[Reading]:
        self.reads += 1
        self.readers.append(get_ident())
        if self.error is not None:
            self.reached.set()
            self.running.wait()
            raise self.error
        with self._store.reading(installation) as view:
            self.reached.set()
            self.running.wait()
            yield view

    @contextmanager
    def writing(
        self, installation: sl.Installation, *, patience: timedelta = timedelta(seconds=60)
    ) -> Iterator[Writing]:
        with super().writing(installation, patience=patience) as view:
            yield view
            if self.write_error is not None:
                raise self.write_error

    def freeze(self) -> None:
        self.reached.clear()
        self.running.clear()

    def thaw(self) -> None:
        self.running.set()
        settle()


def settle() -> None:
    """Wait for the looks that are running."""
    for thread in look_threads():
        thread.join()


def look_threads() -> list[Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "superlicense-look"]


class Elapsed:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 5 * SECOND

    def __call__(self) -> int:
        # Two readings are never the same.
        self.now += 1
        return self.now

    def forward(self, seconds: int) -> None:
        self.now += seconds * SECOND


def by_hand(monkeypatch: pytest.MonkeyPatch) -> Elapsed:
    """Let the library read a monotonic clock that is moved by hand."""
    elapsed = Elapsed()
    for module in (clocks, states):
        monkeypatch.setattr(module, "elapsed_ns", elapsed)
    return elapsed


def in_threads(act: Callable[[], object], number: int) -> list[Thread]:
    threads = [Thread(target=act) for _ in range(number)]
    for thread in threads:
        thread.start()
    return threads
