"""What the contract's tests are made of: fixtures, blocks that write, tasks in threads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from superlicense.model.row import Row, Table
from superlicense.model.site import Installation
from superlicense.ports import Revision, Store, Writing
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
"""The patience of who does not wait."""


class Contract:
    """The fixtures that every part of the contract asks for."""

    @pytest.fixture
    def make_store(self) -> MakeStore:
        """Give what makes a new, empty store at every call; a store's tests say how."""
        raise NotImplementedError

    @pytest.fixture
    def reopen(self) -> Reopen | None:
        """Give what opens the storage of a store once more, as another process does.

        `None` where nothing outlives the store; the tests of durability are
        skipped then.
        """
        return None

    @pytest.fixture
    def store(self, make_store: MakeStore) -> Store:
        """Make one store."""
        return make_store()


class Boom(Exception):  # noqa: N818 - not an error of the store's, but of whoever uses it
    """Something goes wrong in the middle of a block."""


def write(store: Store, *rows: Row[Any], installation: Installation = NORDVIK) -> Revision:
    """Commit *rows*, those with an end as ends, and give the revision that this made."""
    with store.writing(installation) as view:
        _put(view, rows)
    return view.revision


def write_and_fail(store: Store, *rows: Row[Any], error: BaseException | None = None) -> None:
    """Write *rows* and an entry, and raise *error* (a `Boom` if there is none) before the block ends."""
    with store.writing(NORDVIK) as view:
        _put(view, rows)
        view.journal.append(entry(view.mark.entries + 1))
        raise error or Boom


def _put(view: Writing, rows: Iterable[Row[Any]]) -> None:
    for row in rows:
        if row.end is None:
            view.facts.start(row)
        else:
            view.facts.end(row)


def history(store: Store, table: Table = Table.USERS, installation: Installation = NORDVIK) -> list[Row[Any]]:
    """Give every row of *table*."""
    with store.reading(installation) as view:
        return list(view.facts.history(table))


def in_threads(*tasks: Callable[[], None]) -> None:
    """Run *tasks* at the same time, and raise what one of them raised."""
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
