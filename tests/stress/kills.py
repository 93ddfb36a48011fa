"""Killed in the middle: no acknowledged operation is lost, and nothing is half there.

A worker writes one operation after the other and tells each one that was
acknowledged through a pipe. It is killed (SIGKILL) at a random instant of an
operation, however long these take. Then the books are compared with what it had
told.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection
from time import monotonic, sleep

from attrs import frozen
from sqlalchemy import text

import superlicense as sl
from superlicense.errors import StoreError
from superlicense.model.journal import JournalEntry
from tests.stress.books import audited
from tests.stress.seats import PLAN, sold
from tests.stress.storages import PROCESSES, Database, customer

# An operation writes so many entries: a user is saved, gets a seat, and somebody else gives theirs back.
_ENTRIES = 3
_SEATS = 8
# How many operations come before the one that is interrupted; the first one connects, too.
_MOST_BEFORE = 4
# How many installations share one look at the whole file.
_LOOK_EVERY = 100


@frozen
class Killed:
    """What a row of trials came to.

    Attributes:
        trials: How many workers were killed.
        acknowledged: Operations that had been acknowledged, none of which is lost.
        unheard: Operations that were committed when the answer was on its way.
    """

    trials: int
    acknowledged: int
    unheard: int


def write_on(database: Database, number: int, told: Connection) -> None:
    """Write operations to an installation for ever, and tell each that was acknowledged."""
    licensing = sl.Licensing(database.open(pooled=True), customer(number), trust=None)
    told.send(0)
    operation = 0
    while True:
        operation += 1
        changes: list[sl.Change] = [
            sl.SaveUser(user=sl.User(id=f"user-{operation}")),
            sl.Release(license=PLAN, holder=f"user-{operation - _SEATS}"),
            sl.Assign(license=PLAN, holder=f"user-{operation}"),
        ]
        try:
            licensing.apply(changes, by=f"operation-{operation}")
        except StoreError:
            return  # the server is gone, and this one was not acknowledged
        told.send(operation)


def founded(database: Database, number: int) -> int:
    """Found an installation with as many holders as seats, and give the entries that makes."""
    licensing = sl.Licensing(database.open(), customer(number), trust=None)
    licensing.packages.adopt_unsigned(sold(_SEATS), by="vendor")
    people = [f"user-{1 - place}" for place in range(1, _SEATS + 1)]
    licensing.apply(
        [
            change
            for person in people
            for change in (sl.SaveUser(user=sl.User(id=person)), sl.Assign(license=PLAN, holder=person))
        ],
        by="admin",
    )
    return 1 + 2 * len(people)


def trial(
    database: Database, number: int, chance: random.Random, kill: Callable[[], None] | None = None
) -> tuple[int, int]:
    """Let a worker write, kill it in the middle of an operation, and compare the books with what it had told.

    Args:
        database: Where.
        number: Which installation.
        chance: Draws how many operations come before, and how far the one in hand gets.
        kill: What is killed instead of the worker.

    Returns:
        How many operations were acknowledged, and how many committed.
    """
    beginning = founded(database, number)
    heard, told = PROCESSES.Pipe(duplex=False)
    worker = PROCESSES.Process(target=write_on, args=(database, number, told))
    worker.start()
    told.close()
    acknowledged, took = heard.recv(), 0.0
    for _ in range(chance.randint(1, _MOST_BEFORE)):
        began = monotonic()
        acknowledged = heard.recv()
        took = monotonic() - began
    sleep(took * chance.uniform(0, 1.2))
    (kill or worker.kill)()
    # What it told before it died is still in the pipe; then comes its end.
    try:
        while True:
            acknowledged = heard.recv()
    except EOFError:
        worker.join()
    heard.close()
    committed = _committed(audited(database.open(), number)[beginning:])
    assert acknowledged <= committed <= acknowledged + 1
    usage = sl.Licensing(database.open(), customer(number), trust=None).seats.usage(PLAN)
    assert set(usage.holders) == {f"user-{one}" for one in range(committed - _SEATS + 1, committed + 1)}
    return acknowledged, committed


def _committed(entries: tuple[JournalEntry, ...]) -> int:
    """Count the operations of *entries*, all of them whole and in order."""
    operations = len(entries) // _ENTRIES
    told = [(entry.by, entry.change) for entry in entries]
    changes = ("SaveUser", "Release", "Assign")
    assert told == [(f"operation-{one + 1}", change) for one in range(operations) for change in changes]
    return operations


def kill_writers(database: Database, *, trials: int, seed: int = 1) -> Killed:
    """Kill *trials* writers, each on an installation of its own, at instants drawn from *seed*."""
    chance = random.Random(seed)  # noqa: S311 - a run that repeats
    found: Counter[str] = Counter()
    for number in range(1, trials + 1):
        acknowledged, committed = trial(database, number, chance)
        found["acknowledged"] += acknowledged
        found["unheard"] += committed - acknowledged
        if number % _LOOK_EVERY == 0 or number == trials:
            look_at(database)
    return Killed(trials, found["acknowledged"], found["unheard"])


def crash_servers(database: Database, crash: Callable[[], None], *, crashes: int, seed: int = 1) -> Killed:
    """Kill the server itself *crashes* times while somebody writes; *crash* brings it up again."""
    chance = random.Random(seed)  # noqa: S311 - a run that repeats
    found = [trial(database, number, chance, crash) for number in range(1, crashes + 1)]
    acknowledged = sum(heard for heard, _ in found)
    return Killed(crashes, acknowledged, sum(made for _, made in found) - acknowledged)


def look_at(database: Database) -> None:
    """Let SQLite look at its whole file."""
    store = database.open()
    if store.engine.dialect.name == "sqlite":
        with store.engine.connect() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
