"""Loading: a snapshot is read as a stream, so that it takes little more memory than the world that it makes."""

from __future__ import annotations

import gc
import tracemalloc

import superlicense as sl
from benchmarks.bench import Bench
from benchmarks.company import INSTALLATION
from benchmarks.seats import opened


def measure(bench: Bench) -> None:
    """Measure the most memory while a snapshot is loaded beside what is kept of it."""
    size = bench.large if bench.is_long else 10_000
    for database in bench.databases():
        store = bench.store(database)
        opened(store, holders=size)
        gc.collect()
        tracemalloc.start()
        try:
            licensing = sl.Licensing(store, INSTALLATION, trust=None)
            gc.collect()
            kept, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

        assert len(licensing.users.all()) == size
        what = f"loading {size:,} assignments from {database}"
        bench.figures.at_most(f"{what}: most memory ÷ what is kept", most / kept, 1.15)
        bench.figures.tell(f"{what}: bytes kept of a user with a plan", kept / size)
