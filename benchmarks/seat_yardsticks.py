"""The least that an assignment could cost: a lock and sets in memory, the bare statements in a database.

In memory: under a lock, a look at the capacity of every license that the plan
consumes, and the holder added to the set of each; the row and the journal entry
are made and kept, the revision moves on. Beside it the barest of all: the same
lock and sets, and nothing kept of it.

In a database: the statements of the store in one transaction, with rows of the
same bytes, at the same durability, through the driver alone. Nothing is judged,
nothing is written as JSON: the texts are cut to a holder's size beforehand.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Lock
from typing import Any, Final, cast

import psycopg
from sqlalchemy import Engine

import superlicense as sl
from benchmarks.company import INSTALLATION, PLANS
from benchmarks.measuring import Ask
from superlicense.adapters.sqlalchemy.columns import micros
from superlicense.adapters.sqlalchemy.statements import Statements, statements_for
from superlicense.codec import EntryRecord, Record, RowStep
from superlicense.model.journal import EntryKind, JournalEntry
from superlicense.model.row import Row, Table, assignment_key
from superlicense.ports import StoredRow

PLAN: Final = next(iter(PLANS))
_NAME: Final = sl.LicenseName("superoffice", PLAN)
_CAP: Final = 10_000_000


def _taken() -> list[set[str]]:
    """Give a set of holders for each license that the plan consumes."""
    return [set() for _ in (PLAN, *PLANS[PLAN])]


def lock_and_sets() -> Ask:
    """Give the least that keeps what has to be kept."""
    lock, holders = Lock(), _taken()
    rows: list[Row[sl.Assignment]] = []
    journal: list[JournalEntry] = []
    revision = 0

    def assign(user: str, now: datetime) -> None:
        nonlocal revision
        with lock:
            if any(len(held) >= _CAP for held in holders):
                raise AssertionError(user)
            for held in holders:
                held.add(user)
            row = made_row(user, now, len(rows) + 1)
            rows.append(row)
            journal.append(made_entry(row, len(journal) + 1))
            revision += 1

    def ask(users: Sequence[str]) -> None:
        for user in users:
            assign(user, sl.utc_now())

    return ask


def bare_lock_and_sets() -> Ask:
    """Give the least that counts: nothing is kept, nobody looks at a clock."""
    lock, holders = Lock(), _taken()

    def assign(user: str) -> None:
        with lock:
            if any(len(held) >= _CAP for held in holders):
                raise AssertionError(user)
            for held in holders:
                held.add(user)

    def ask(users: Sequence[str]) -> None:
        for user in users:
            assign(user)

    return ask


def made_row(user: str, now: datetime, sequence: int) -> Row[sl.Assignment]:
    """Make the row of an assignment."""
    return Row(
        table=Table.ASSIGNMENTS,
        key=assignment_key(_NAME, user),
        noun=sl.Assignment(license=_NAME, holder=user, start=now, assigned_by="admin"),
        start=now,
        started_by="admin",
        sequence=sequence,
    )


def made_entry(row: Row[Any], number: int) -> JournalEntry:
    """Make the journal entry of an assignment."""
    return JournalEntry(number=number, at=row.start, by="admin", kind=EntryKind.ASSIGN, after=(row,))


def stored(row: Row[Any]) -> StoredRow:
    """Return *row* as it is stored."""
    record = Record(row.table, noun=row.noun)
    return StoredRow(str(row.table), row.key, row.start, row.started_by, row.sequence, record)


class Bare:
    """The statements of one assignment, on tables of an installation of its own.

    Subclasses send them through their driver.
    """

    def __init__(self, dialect: str, prefix: str) -> None:
        """Take the tables with *prefix*."""
        self.sql: Statements = statements_for(dialect, schema=None, prefix=prefix)
        self.key = INSTALLATION.key
        self.revision = (0, "")
        self.count = 0
        row = stored(made_row("newcomer-00000", sl.utc_now(), 1))
        steps = [RowStep(1, False, row.table, row.key)]  # noqa: FBT003 - of a step
        entry = EntryRecord(steps=steps, digests=lambda: ["ab" * 32], floor=row.start)
        self._record = row.record.text.split("newcomer-00000")
        self._entry = entry.text.split("newcomer-00000")

    def values(self, user: str, at: int) -> list[tuple[str, tuple[object, ...]]]:
        """Give what is written of an assignment: statements with their values."""
        self.count += 1
        count, made = self.count, (self.revision[0] + 1, secrets.token_hex(8))
        table, key, record = str(Table.ASSIGNMENTS), f"{user}\n{_NAME}", user.join(self._record)
        kind, entry = str(EntryKind.ASSIGN), user.join(self._entry)
        written: list[tuple[str, tuple[object, ...]]] = [
            (self.sql.start, (self.key, count, table, key, at, "admin", count, 1, record, None, None, None)),
            (self.sql.append, (self.key, count, at, "admin", kind, entry, None)),
            (self.sql.subject, (self.key, user, str(_NAME), count)),
            (self.sql.advance, (*made, at, count, count, count, 0, None, self.key, *self.revision)),
            (self.sql.remember, (self.key, *made, count, count)),
        ]
        self.revision = made
        return written

    def assigning(self, assign: Callable[[str, int], None]) -> Ask:
        """Return what assigns to each of the users, with the clock read."""

        def ask(users: Sequence[str]) -> None:
            for user in users:
                assign(user, micros(sl.utc_now()))

        return ask


def bare_sqlite(path: str, prefix: str) -> Ask:
    """Give the statements through `sqlite3`."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    bare = Bare("sqlite", prefix)
    connection.execute(bare.sql.begin_installation, (bare.key,))

    def assign(user: str, at: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(bare.sql.lock, (bare.key,)).fetchone()
        for statement, values in bare.values(user, at):
            connection.execute(statement, values).fetchone()
        connection.execute("COMMIT")

    return bare.assigning(assign)


def bare_postgresql(engine: Engine, prefix: str) -> Ask:
    """Give the statements through `psycopg`, each prepared."""
    connection = cast("psycopg.Connection", engine.raw_connection().driver_connection)
    connection.autocommit = True
    bare = Bare("postgresql", prefix)
    cursor = connection.cursor()
    cursor.execute(bare.sql.begin_installation, (bare.key,))

    def assign(user: str, at: int) -> None:
        cursor.execute("BEGIN")
        cursor.execute(bare.sql.lock, (bare.key,), prepare=True)
        cursor.fetchone()
        for statement, values in bare.values(user, at):
            cursor.execute(statement, values, prepare=True)
        cursor.execute("COMMIT")

    return bare.assigning(assign)
