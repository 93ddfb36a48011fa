"""Building blocks of the contract tests: fixtures, write blocks, tasks in threads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from superlicense.model.row import Table
from superlicense.model.site import Installation
from superlicense.ports import Revision, Store, StoredRow, Writing
from superlicense.testing.samples import NORDVIK, entry

__all__ = [
    "AT_ONCE",
    "Boom",
    "Contract",
    "MakeStore",
    "Reopen",
    "history",
    "in_threads",
    "write",
    "write_and_fail",
]

MakeStore = Callable[[], Store]
Reopen = Callable[[Any], Store]

AT_ONCE = timedelta(0)
"""The patience of a writer that does not wait."""


class Contract:
    """Fixtures of all parts of the contract."""

    @pytest.fixture
    def make_store(self) -> MakeStore:
        """Return a function that creates a new, empty store; the tests of a store override it."""
        raise NotImplementedError

    @pytest.fixture
    def reopen(self) -> Reopen | None:
        """Return a function that opens the storage of a store again, as another process does.

        `None` if the store does not persist; then the durability tests are skipped.
        """
        return None

    @pytest.fixture
    def store(self, make_store: MakeStore) -> Store:
        """Return a new store."""
        return make_store()


class Boom(Exception):  # noqa: N818 - an error of the caller, not of the store
    """An error in the middle of a block."""


def write(store: Store, *rows: StoredRow, installation: Installation = NORDVIK) -> Revision:
    """Commit *rows*, those with an end as ends, and return the new revision."""
    with store.writing(installation) as view:
        _put(view, rows)
    return view.revision


def write_and_fail(store: Store, *rows: StoredRow, error: BaseException | None = None) -> None:
    """Write *rows* and an entry, and raise *error* (by default a `Boom`) before the block ends."""
    with store.writing(NORDVIK) as view:
        _put(view, rows)
        view.journal.append(entry(view.mark.entries + 1))
        raise error or Boom


def _put(view: Writing, rows: Iterable[StoredRow]) -> None:
    for row in rows:
        if row.end is None:
            view.facts.start(row)
        else:
            view.facts.end(row)


def history(store: Store, table: Table = Table.USERS, installation: Installation = NORDVIK) -> list[StoredRow]:
    """Return all rows of *table*."""
    with store.reading(installation) as view:
        return list(view.facts.history(table))


def in_threads(*tasks: Callable[[], None]) -> None:
    """Run *tasks* at the same time, and raise the first error."""
    raised: list[BaseException] = []
    together = Barrier(len(tasks))

    def run(task: Callable[[], None]) -> None:
        together.wait()
        try:
            task()
        except BaseException as error:  # noqa: BLE001 - raised again below
            raised.append(error)

    threads = [Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]
