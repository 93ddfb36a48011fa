"""Metering over time: late gauge readings, usage of the past, and installations with years of closed months."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from statistics import median
from time import perf_counter_ns, process_time_ns

from attrs import evolve

import superlicense as sl
from benchmarks.bench import Bench
from benchmarks.company import INSTALLATION
from benchmarks.figures import FLAT
from benchmarks.measuring import without_collector
from benchmarks.metering_yardsticks import NOW, STARTS
from superlicense.catalog import meters
from superlicense.testing import Clock

_READINGS = 50_000
_PAIRS = 21
_A_SLICE = 20
MAILS = evolve(meters.MAILINGS, included=10**14)
DISK = evolve(meters.STORAGE, included=10**15, aggregation=sl.Aggregation.PEAK)


def event(meter: sl.Meter, number: int, at: datetime) -> sl.UsageEvent:
    """Make an event, or a reading, of an instant."""
    return sl.UsageEvent(source="host", id=f"{meter.code}-{number:09}", meter=meter.code, quantity=3, at=at)


def opened(store: sl.Store, clock: Callable[[], datetime]) -> sl.Licensing:
    """Give an installation with a counter and a gauge."""
    return sl.Licensing(store, INSTALLATION, trust=None, clock=clock, meters=(MAILS, DISK))


def filled(store: sl.Store, meter: sl.Meter, number: int, clock: Callable[[], datetime] = lambda: NOW) -> sl.Licensing:
    """Give an installation with so many events of this month until now, from its second day on."""
    licensing = opened(store, clock)
    begins = STARTS + timedelta(days=1)
    step = (clock() - begins) / number
    for first in range(0, number, 10_000):
        some = range(first, min(first + 10_000, number))
        licensing.meters.record([event(meter, one, begins + one * step) for one in some])
    return licensing


def cost(ask: Callable[[], object], times: int, clock: Callable[[], int]) -> int:
    """Measure how long *ask* takes, so many times."""
    began = clock()
    for _ in range(times):
        ask()
    return clock() - began


def late_readings(bench: Bench, name: str, store: sl.Store, clock: Callable[[], int]) -> None:
    """Measure a late reading of a gauge in a month of many beside an event of a counter."""
    licensing = filled(store, DISK, _READINGS)
    licensing.meters.record([event(MAILS, 0, NOW)])
    numbers, found = count(10**6), []

    def record_late() -> None:
        number = next(numbers)
        late = STARTS + timedelta(minutes=number % 30_000, microseconds=number)
        licensing.meters.record([event(DISK, number, late)])

    def record_event() -> None:
        licensing.meters.record([event(MAILS, next(numbers), NOW)])

    for _ in range(_PAIRS):
        with without_collector():
            base = cost(record_event, _A_SLICE, clock)
            found.append(cost(record_late, _A_SLICE, clock) / base)
    told = f"a late reading of a gauge on {name}, in a month of {_READINGS:,} ÷ an event of a counter"
    bench.figures.at_most(told, median(found), 5)


def usage_of_the_past(bench: Bench, name: str, make: Callable[[], sl.Store], meter: sl.Meter) -> None:
    """Measure the usage as recorded by an instant after most events, with many and with few of these."""
    costs = []
    for number in (10_000, 60_000):
        clock = Clock(NOW)
        licensing = filled(make(), meter, number, clock)
        at = clock.now
        clock.forward(hours=1)
        licensing.meters.record([event(meter, 10**6 + one, STARTS + timedelta(hours=one)) for one in range(10)])

        def ask(licensing: sl.Licensing = licensing, at: datetime = at) -> object:
            return licensing.meters.usage("2026-11", at=at)

        ask()
        with without_collector():
            costs.append(median(cost(ask, 1, perf_counter_ns) for _ in range(_PAIRS)))
    told = f"usage of the past of a {meter.kind} on {name}, 60,000 events ÷ 10,000"
    if meter is DISK:  # a store looks through the index of the month for the readings of a day
        bench.figures.tell(told, costs[1] / costs[0])
    else:
        bench.figures.at_most(told, costs[1] / costs[0], FLAT)


def closed_months(bench: Bench, name: str, make: Callable[[], sl.Store]) -> None:
    """Measure the usage of an open and of a closed month after six closed years, beside half a year."""
    costs: dict[str, list[float]] = {}
    for months in (6, 72):
        clock = Clock(sl.Month(2026, 11).plus(-months).start(UTC))
        licensing = opened(make(), clock)
        for back in range(months, 0, -1):
            month = sl.Month(2026, 11).plus(-back)
            clock.now = month.start(UTC) + timedelta(days=3)
            licensing.meters.record([event(MAILS, back, clock.now), event(DISK, back, clock.now)])
            clock.now = month.end(UTC)
            licensing.meters.close(month, by="billing", force=True)
        clock.now = NOW
        licensing.meters.record([event(MAILS, 0, NOW), event(DISK, 0, NOW)])
        for which, asked in (("an open", "2026-11"), ("a closed", "2026-10"), ("an untouched", "2026-12")):

            def ask(licensing: sl.Licensing = licensing, asked: str = asked) -> object:
                return licensing.meters.usage(asked)

            ask()
            with without_collector():
                costs.setdefault(which, []).append(median(cost(ask, 5, process_time_ns) for _ in range(_PAIRS)))
    for which, (few, many) in costs.items():
        bench.figures.at_most(f"usage of {which} month on {name}, after 72 closed ones ÷ 6", many / few, FLAT)


def measure(bench: Bench) -> None:
    """Measure all of it in memory and in each database."""
    late_readings(bench, "memory", sl.MemoryStore(), process_time_ns)
    for database in bench.databases():
        late_readings(bench, database, bench.store(database), perf_counter_ns)
    stores: dict[str, Callable[[], sl.Store]] = {"memory": sl.MemoryStore}
    stores |= {database: partial(bench.store, database) for database in bench.databases()}
    for name, make in stores.items():
        for meter in (MAILS, DISK):
            usage_of_the_past(bench, name, make, meter)
        closed_months(bench, name, make)
