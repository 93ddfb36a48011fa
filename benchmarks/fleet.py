"""A fleet: what one installation of many costs, to look at, to open, to keep and to rehearse."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from time import perf_counter_ns, process_time_ns

from attrs import evolve
from sqlalchemy import Engine, event

import superlicense as sl
from benchmarks.bench import Bench
from benchmarks.company import PLANS, package_until
from benchmarks.measuring import ratio
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.model.site import luhn_digit
from superlicense.testing import Clock

OPEN = 300
_BATCH = 10_000


def customer(number: int) -> sl.Installation:
    """Give the installation of a customer."""
    digits = f"{200_000_100 + number:09}"
    return sl.Installation(serial_number=f"{digits}{luhn_digit(digits)}", company=f"Customer {number} A/S")


def package_for(installation: sl.Installation, clock: Clock, issue: int | None = None) -> sl.LicensePackage:
    """Give the package of the company, made out to *installation*."""
    package = package_until(clock.now.replace(microsecond=0) + timedelta(days=365))
    return evolve(package, company=installation.company, serial_number=installation.serial_number, issue=issue)


def furnish(licensing: sl.Licensing, clock: Clock, users: int) -> None:
    """Put a package in force, and save *users*, each with a plan."""
    plans = tuple(sl.LicenseName("superoffice", plan) for plan in PLANS)
    licensing.packages.adopt_unsigned(package_for(licensing.installation, clock), by="vendor")
    names = [f"user-{number:05}" for number in range(users)]
    changes: list[sl.Change] = [sl.SaveUser(user=sl.User(id=name, may_log_in=True)) for name in names]
    changes += [sl.Assign(license=plans[place % len(plans)], holder=name) for place, name in enumerate(names)]
    for first in range(0, len(changes), _BATCH):
        licensing.apply(changes[first : first + _BATCH], by="admin")


def fleet_on(store: sl.Store, clock: Clock, installations: Sequence[sl.Installation]) -> sl.Fleet:
    """Give a fleet with *installations* open."""
    fleet = sl.Fleet(store, trust=None, clock=clock, capacity=max(1, len(installations)))
    for installation in installations:
        fleet.open(installation)
    return fleet


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements that are sent."""
    sent: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", hear)
    yield sent
    event.remove(engine, "before_cursor_execute", hear)


def looks(bench: Bench, database: str, store: SqlStore, clock: Clock) -> None:
    """Measure the look at one of many beside that of one alone."""
    installations = [customer(number) for number in range(OPEN)]
    for installation in installations:
        # A row in the database, without users: a look reads none.
        sl.Licensing(store, installation, trust=None, clock=clock).users.save(sl.User(id="anna"))
    fleet = fleet_on(store, clock, installations)
    alone = sl.Licensing(store, customer(0), trust=None, clock=clock)

    def together(turns: Sequence[str]) -> None:
        for _ in turns:
            clock.forward(seconds=1)
            assert fleet.refresh() == ()

    def by_itself(turns: Sequence[str]) -> None:
        for _ in turns:
            clock.forward(seconds=1)
            alone.revision()

    slices = [["look"] * 20] * 32
    for what, read in (("CPU", process_time_ns), ("time", perf_counter_ns)):
        found = OPEN / ratio(together, by_itself, slices, clock=read)
        bench.figures.at_least(f"{database}: look at one alone ÷ at one of {OPEN} open, {what}", found, 50)


def opening(bench: Bench, database: str, store: SqlStore, clock: Clock) -> None:
    """Count what is sent to open an installation of fifty users."""
    one = customer(OPEN)
    furnish(sl.Licensing(store, one, trust=None, clock=clock), clock, 50)
    fleet = fleet_on(store, clock, ())
    with counted(store.engine) as sent:
        fleet.open(one)
    found = sum(statement.startswith("SELECT") for statement in sent)
    bench.figures.at_most(f"{database}: statements to open an installation of 50 users", found, 5)


def memory(bench: Bench, clock: Clock, users: int = 1_000, many: int = 10) -> None:
    """Measure what an open installation keeps in memory, before and after all of its users have been asked about."""
    store = bench.store("sqlite")
    installations = [customer(number) for number in range(many)]
    for installation in installations:
        furnish(sl.Licensing(store, installation, trust=None, clock=clock), clock, users)
    fleet = sl.Fleet(store, trust=None, clock=clock)
    # What all of them share is there before.
    fleet.open(customer(many))
    gc.collect()
    tracemalloc.start()
    try:
        for installation in installations:
            fleet.open(installation)
        gc.collect()
        loaded, _ = tracemalloc.get_traced_memory()
        for installation in installations:
            licensing = fleet.open(installation)
            for number in range(users):
                licensing.gate.login(f"user-{number:05}", sl.Client.WEB)
        gc.collect()
        asked, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    bench.figures.tell(f"kB kept of an open installation of {users:,} users", loaded / many / 1000)
    bench.figures.tell("the same, once each of them has been asked about", asked / many / 1000)


def rehearsals(bench: Bench, clock: Clock, users: int = 50) -> None:
    """Measure the rehearsal of a new price list, and whether it stays linear."""
    store = bench.store("sqlite")
    most = 1_000
    installations = [customer(number) for number in range(most)]
    for installation in installations:
        furnish(sl.Licensing(store, installation, trust=None, clock=clock), clock, users)

    def without_quotes(installation: sl.Installation) -> sl.LicensePackage:
        package = package_for(installation, clock, issue=9)
        return evolve(
            package,
            licenses=[
                evolve(row, grants=[one for one in row.grants if one.module != "quote-cal"]) for row in package.licenses
            ],
        )

    fleet = sl.Fleet(store, trust=None, clock=clock)
    seconds: dict[int, float] = {}
    cpu: dict[int, float] = {}
    for count in (most // 10, most):
        began, began_cpu, hurt = perf_counter_ns(), process_time_ns(), 0
        for one in fleet.rehearse(without_quotes, installations[:count]):
            assert one.error is None
            hurt += len(one.hurt)
        seconds[count] = (perf_counter_ns() - began) / 1e9
        cpu[count] = (process_time_ns() - began_cpu) / 1e9
        assert hurt > count
    bench.figures.at_most(f"seconds of CPU to rehearse {most:,} installations of {users} users", cpu[most], 120)
    bench.figures.tell("the same by the clock on the wall", seconds[most])
    growth = cpu[most] / cpu[most // 10] / 10
    bench.figures.flat("an installation of that rehearsal ÷ of one of a tenth, CPU", growth)


def measure(bench: Bench) -> None:
    """Measure all of it."""
    clock = Clock(sl.utc_now())
    for database in bench.databases():
        store = bench.store(database)
        looks(bench, database, store, clock)
        opening(bench, database, store, clock)
    memory(bench, clock)
    rehearsals(bench, clock)
