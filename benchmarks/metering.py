"""Metering: recording beside the least it could cost, however much is stored; closing beside one GROUP BY."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from statistics import median
from time import perf_counter_ns, process_time_ns

from attrs import evolve

import superlicense as sl
from benchmarks.bench import Bench
from benchmarks.company import INSTALLATION
from benchmarks.figures import FLAT
from benchmarks.measuring import without_collector
from benchmarks.metering_yardsticks import ENDS, NOW, Record, bare_postgresql, bare_sqlite, dict_and_set
from superlicense.catalog import meters

_FEW = 10_000
MAILS = evolve(meters.MAILINGS, included=10**14)


def events(first: int, size: int, name: Callable[[int], str] = "mail-{:09}".format) -> list[sl.UsageEvent]:
    """Make events with ids that rise, unless they are named otherwise."""
    return [
        sl.UsageEvent(source="mailer", id=name(number), meter="mailings", quantity=3, at=NOW)
        for number in range(first, first + size)
    ]


def at_random(number: int) -> str:
    """Name an event at random, the same way every time."""
    return f"{Random(number).getrandbits(96):024x}"  # noqa: S311 - no secret


IDS: dict[str, Callable[[int], str]] = {"rising": "mail-{:09}".format, "random": at_random}


def most_of(bench: Bench) -> int:
    """Give how many events are stored in a database: a million if a larger company was asked for."""
    return 1_000_000 if bench.is_long else 60_000


def opened(store: sl.Store) -> sl.Licensing:
    """Give an installation with one meter, whose month is open."""
    licensing = sl.Licensing(store, INSTALLATION, trust=None, clock=lambda: NOW, meters=(MAILS,))
    licensing.meters.record([evolve(event, source="first") for event in events(0, 1)])
    return licensing


def took(record: Record, batches: Sequence[list[sl.UsageEvent]], clock: Callable[[], int]) -> int:
    """Measure how long *batches* take."""
    began = clock()
    for batch in batches:
        record(batch)
    return clock() - began


def paired(  # noqa: PLR0913 - two sides, and how much of them
    ours: Record, theirs: Record, size: int, *, batches: int, pairs: int, clock: Callable[[], int] = process_time_ns
) -> float:
    """Give how many times as much an event costs *ours* as *theirs*; each pair has new events."""
    found: list[float] = []
    for pair in range(pairs):
        first = (1 + pair) * size * batches
        slices = [events(first + number * size, size) for number in range(batches)]
        with without_collector():
            if pair % 2:
                cost, base = took(ours, slices, clock), took(theirs, slices, clock)
            else:
                base, cost = took(theirs, slices, clock), took(ours, slices, clock)
        found.append(cost / base)
    return median(found)


def in_memory(bench: Bench) -> None:
    """Measure recording beside a dict and a set."""
    for size, batches in ((1, 500), (100, 20), (10_000, 1)):
        licensing = opened(sl.MemoryStore())
        found = paired(licensing.meters.record, dict_and_set(), size, batches=batches, pairs=21)
        bench.figures.at_most(f"recording in memory, batches of {size:,} ÷ a dict and a set", found, 5)


def beside_the_driver(bench: Bench, database: str) -> None:
    """Measure recording beside the same rows through the driver."""
    for size, batches in ((100, 5), (10_000, 1)):
        licensing = opened(bench.store(database))
        bare = (bare_sqlite if database == "sqlite" else bare_postgresql)(bench.store(database))
        found = paired(licensing.meters.record, bare, size, batches=batches, pairs=11, clock=perf_counter_ns)
        bench.figures.at_most(f"recording on {database}, batches of {size:,} ÷ the driver", found, 1.5)


def as_it_grows(bench: Bench, database: str, ids: str) -> None:
    """Measure recording beside many events that are stored, and beside few."""
    name, most = IDS[ids], most_of(bench)
    small, large = opened(bench.store(database)), opened(bench.store(database))
    for licensing, stored in ((small, _FEW), (large, most)):
        for first in range(0, stored, 10_000):
            licensing.meters.record(events(1 + first, 10_000, name))
    found: list[float] = []
    for pair in range(21):
        batches = [events(most + 1 + (5 * pair + number) * 100, 100, name) for number in range(5)]
        with without_collector():
            costs = [took(one.meters.record, batches, perf_counter_ns) for one in (small, large)]
        found.append(costs[1] / costs[0])
    told = f"recording on {database}, {ids} ids, {most:,} events stored ÷ {_FEW:,}"
    bench.figures.at_most(told, median(found), 3.5 if (database, ids) == ("sqlite", "random") else FLAT)


def closing(bench: Bench, database: str) -> None:
    """Measure closing a month beside one GROUP BY."""
    store, most = bench.store(database), most_of(bench)
    licensing = opened(store)
    for first in range(0, most, 10_000):
        licensing.meters.record(events(1 + first, 10_000))
    grouped = f"SELECT meter, month, sum(quantity) FROM {store.prefix}usage_events GROUP BY meter, month"  # noqa: S608 - the store's own prefix
    with store.engine.connect() as connection:
        costs: list[int] = []
        totals: list[tuple[object, ...]] = []
        for _ in range(3):
            began = perf_counter_ns()
            totals += [tuple(row) for row in connection.exec_driver_sql(grouped)]
            costs.append(perf_counter_ns() - began)
    later = sl.Licensing(store, INSTALLATION, trust=None, clock=lambda: ENDS, meters=(MAILS,))
    began = perf_counter_ns()
    statement = later.meters.close("2026-11", by="billing")
    took_ns = perf_counter_ns() - began
    assert {total for _, _, total in totals} == {statement.lines[0].used}
    bench.figures.at_most(
        f"closing a month of {most:,} events on {database} ÷ one GROUP BY", took_ns / median(costs), 2
    )


def measure(bench: Bench) -> None:
    """Measure recording in memory and in each database, and closing."""
    in_memory(bench)
    for database in bench.databases():
        beside_the_driver(bench, database)
    for database in bench.databases():
        for ids in IDS:
            as_it_grows(bench, database, ids)
    for database in bench.databases():
        closing(bench, database)
