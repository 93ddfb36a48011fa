"""Seats: an assignment beside the least it could cost, however many are stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from time import perf_counter_ns

import superlicense as sl
from benchmarks.bench import SMALL, USUAL, Bench
from benchmarks.company import INSTALLATION, package_until
from benchmarks.measuring import Ask, ratio
from benchmarks.seat_yardsticks import (
    PLAN,
    bare_lock_and_sets,
    bare_postgresql,
    bare_sqlite,
    lock_and_sets,
    made_row,
    stored,
)
from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.model.row import Row, Table

_PAIRS = 31
_BLOCK = 10_000
_GOALS = {"sqlite": 2.5, "postgresql": 3}


def newcomers(users_a_slice: int, mark: str) -> list[list[str]]:
    """Give people nobody knows yet, in slices: to warm up with, then of each pair."""
    return [[f"{mark}-{place:03}-{number:03}" for number in range(users_a_slice)] for place in range(1 + _PAIRS)]


def saved(licensing: sl.Licensing, slices: Sequence[Sequence[str]]) -> None:
    """Save everybody."""
    licensing.apply([sl.SaveUser(user=sl.User(id=user)) for users in slices for user in users], by="admin")


def assigning(licensing: sl.Licensing) -> Ask:
    """Give the public call."""

    def ask(users: Sequence[str]) -> None:
        for user in users:
            licensing.seats.assign(user, PLAN, by="admin")

    return ask


def in_memory(bench: Bench) -> None:
    """Measure an assignment beside a lock and sets."""
    record_fast = bench.company(USUAL)
    slices = newcomers(60, "kept")
    saved(record_fast.licensing, slices)
    found = ratio(assigning(record_fast.licensing), lock_and_sets(), slices)
    bench.figures.at_most("assign in memory ÷ a lock, sets, row and entry", found, 7)

    slices = newcomers(60, "bare")
    saved(record_fast.licensing, slices)
    found = ratio(assigning(record_fast.licensing), bare_lock_and_sets(), slices)
    bench.figures.tell("the same ÷ a lock and sets, nothing kept", found)


def opened(store: SqlStore, *, holders: int = 0) -> sl.Licensing:
    """Give an installation with the package of the company, and as many *holders* of a plan."""
    stops_at = (sl.utc_now() + timedelta(days=130)).replace(microsecond=0)
    sl.Licensing(store, INSTALLATION, trust=None).packages.adopt_unsigned(package_until(stops_at), by="vendor")
    for first in range(0, holders, _BLOCK):
        with store.writing(INSTALLATION) as view:
            at, sequence = sl.utc_now(), view.mark.sequence
            for number in range(first, min(first + _BLOCK, holders)):
                user = sl.User(id=f"stored-{number:07}", may_log_in=True)
                row = Row(
                    table=Table.USERS, key=user.id, noun=user, start=at, started_by="admin", sequence=sequence + 1
                )
                view.facts.start(stored(row))
                view.facts.start(stored(made_row(user.id, at, sequence + 2)))
                sequence += 2
    return sl.Licensing(store, INSTALLATION, trust=None)


def bare(store: SqlStore) -> Ask:
    """Give the yardstick on the tables of *store*."""
    if store.engine.dialect.name == "sqlite":
        return bare_sqlite(str(store.engine.url.database), store.prefix)
    return bare_postgresql(store.engine, store.prefix)


def beside_the_driver(bench: Bench, database: str) -> None:
    """Measure an assignment beside its bare statements."""
    slices = newcomers(8, "beside")
    licensing = opened(bench.store(database))
    saved(licensing, slices)
    found = ratio(assigning(licensing), bare(bench.store(database)), slices, clock=perf_counter_ns)
    bench.figures.at_most(f"assign on {database} ÷ the same statements through the driver", found, _GOALS[database])


def as_it_grows(bench: Bench, database: str) -> None:
    """Measure an assignment beside many that are stored, and beside few."""
    slices = newcomers(8, "growth")
    holders = bench.large if bench.is_long else 5_000
    few, many = opened(bench.store(database), holders=SMALL), opened(bench.store(database), holders=holders)
    for licensing in (few, many):
        saved(licensing, slices)
    assert many.seats.usage(PLAN).in_use == holders

    found = ratio(assigning(many), assigning(few), slices, clock=perf_counter_ns)
    bench.figures.flat(f"assign on {database}, {holders:,} stored ÷ {SMALL:,}", found)


def measure(bench: Bench) -> None:
    """Measure an assignment in memory and in each database."""
    in_memory(bench)
    for database in bench.databases():
        beside_the_driver(bench, database)
    for database in bench.databases():
        as_it_grows(bench, database)
