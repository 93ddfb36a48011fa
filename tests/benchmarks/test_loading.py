"""Loading: a snapshot is read as a stream, so that it takes little more memory than the world that it makes."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from tests.benchmarks.company import INSTALLATION, LARGE
from tests.benchmarks.figures import Figures
from tests.benchmarks.test_seats import opened, tables

__all__ = ["tables"]

_STORED = LARGE if LARGE > 30_000 else 10_000


def test_a_snapshot_is_loaded_in_little_more_memory_than_it_keeps(
    tables: Callable[[], SqlStore], figures: Figures
) -> None:
    store = tables()
    opened(store, stored=_STORED)
    gc.collect()
    tracemalloc.start()
    try:
        licensing = sl.Licensing(store, INSTALLATION, trust=None)
        gc.collect()
        kept, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(licensing.users.all()) == _STORED
    what = f"loading {_STORED:,} assignments from {store.engine.dialect.name}"
    figures.at_most(f"{what}: most memory ÷ what is kept", most / kept, 1.15)
    figures.tell(f"{what}: bytes kept of a user with a plan", kept / _STORED)
