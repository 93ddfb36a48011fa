"""Faults: connections of the two drivers that raise, at a step of one's choice, what the driver raises there."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg
from attrs import define, field, frozen
from psycopg import errors
from sqlalchemy import Engine

import superlicense as sl
from tests.adapters.databases import Database

MOST_STEPS = 200


@frozen
class Fault:
    """Something that goes wrong with a database.

    Attributes:
        name: What it is called.
        raised: Makes the error of the driver.
        ours: What becomes of it.
        dead: Nothing of that connection works any more afterwards.
    """

    name: str
    raised: Callable[[], Exception]
    ours: type[sl.StoreError]
    dead: bool = False

    def __str__(self) -> str:
        """Name it."""
        return self.name


def _sqlite(kind: type[sqlite3.Error], code: int, words: str) -> Callable[[], Exception]:
    def make() -> Exception:
        error = kind(words)
        error.sqlite_errorcode = code
        return error

    return make


FAULTS_OF_SQLITE = (
    Fault(
        "full",
        _sqlite(sqlite3.OperationalError, sqlite3.SQLITE_FULL, "database or disk is full"),
        sl.StoreFullError,
    ),
    Fault(
        "locked",
        _sqlite(sqlite3.OperationalError, sqlite3.SQLITE_BUSY, "database is locked"),
        sl.StoreBusyError,
    ),
    Fault(
        "read-only",
        _sqlite(sqlite3.OperationalError, sqlite3.SQLITE_READONLY, "attempt to write a readonly database"),
        sl.StoreUnavailableError,
    ),
    Fault(
        "disk",
        _sqlite(sqlite3.OperationalError, sqlite3.SQLITE_IOERR_FSYNC, "disk I/O error"),
        sl.StoreUnavailableError,
        dead=True,
    ),
    Fault(
        "missing",
        _sqlite(sqlite3.OperationalError, sqlite3.SQLITE_CANTOPEN, "unable to open database file"),
        sl.StoreUnavailableError,
    ),
    Fault(
        "corrupted",
        _sqlite(sqlite3.DatabaseError, sqlite3.SQLITE_CORRUPT, "database disk image is malformed"),
        sl.StoreUnusableError,
    ),
)
FAULTS_OF_POSTGRESQL = (
    Fault("full", lambda: errors.DiskFull("could not extend file"), sl.StoreFullError),
    Fault("locked", lambda: errors.LockNotAvailable("canceling statement due to lock timeout"), sl.StoreBusyError),
    Fault("deadlock", lambda: errors.DeadlockDetected("deadlock detected"), sl.StoreBusyError),
    Fault(
        "read-only",
        lambda: errors.ReadOnlySqlTransaction("cannot execute INSERT in a read-only transaction"),
        sl.StoreUnavailableError,
    ),
    Fault("corrupted", lambda: errors.DataCorrupted("invalid page in block 0"), sl.StoreUnusableError),
    Fault(
        "lost",
        lambda: psycopg.OperationalError("server closed the connection unexpectedly"),
        sl.StoreUnavailableError,
        dead=True,
    ),
)


def faults_of(database: Database) -> tuple[Fault, ...]:
    """Give the faults that *database* may have."""
    return FAULTS_OF_SQLITE if database.on_sqlite else FAULTS_OF_POSTGRESQL


@define
class Plan:
    """When something goes wrong: at which step, and what.

    Attributes:
        steps: What has been asked of the driver since it was armed.
    """

    fault: Fault | None = None
    at: int | str = 0
    after: bool = False
    steps: list[str] = field(factory=list)
    _struck: bool = False

    def arm(self, fault: Fault, at: int | str, *, after: bool = False) -> None:
        """Let *fault* happen at step *at*, from 1, or the step of that name; with *after*, once the step is done."""
        self.fault, self.at, self.after = fault, at, after
        self.steps, self._struck = [], False

    def disarm(self) -> bool:
        """Let nothing go wrong any more, and say whether anything has."""
        self.fault = None
        return self._struck

    def step(self, what: str, act: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the driver gives
        """Do *act*, or raise."""
        fault = self.fault
        if fault is None:
            return act()
        self.steps.append(what)
        due = self.at in (len(self.steps), what)
        if due and self.after:
            act()
        if due or (self._struck and fault.dead):
            self._struck = True
            raise fault.raised()
        return act()


def faulty_engine(database: Database, plan: Plan, **options: Any) -> Engine:  # noqa: ANN401 - those of SQLAlchemy
    """Make an engine whose connections follow *plan*."""
    connect = _connect_sqlite if database.on_sqlite else _connect_postgresql
    return database.engine(creator=lambda: connect(database, plan), **options)


def _connect_sqlite(database: Database, plan: Plan) -> sqlite3.Connection:
    class Cursor(sqlite3.Cursor):
        def execute(self, statement: str, *values: Any) -> Any:  # noqa: ANN401 - the driver's
            return plan.step(statement, lambda: super(Cursor, self).execute(statement, *values))

        def fetchone(self) -> Any:  # noqa: ANN401 - the driver's
            return plan.step("fetch", lambda: super(Cursor, self).fetchone())

        def fetchmany(self, *size: Any) -> Any:  # noqa: ANN401 - the driver's
            return plan.step("fetch", lambda: super(Cursor, self).fetchmany(*size))

    class Connection(sqlite3.Connection):
        def cursor(self, *_: Any) -> Any:  # noqa: ANN401 - the driver's
            return super().cursor(Cursor)

        def execute(self, statement: str, *values: Any) -> Any:  # noqa: ANN401 - the driver's
            return plan.step(statement, lambda: super(Connection, self).execute(statement, *values))

        def commit(self) -> None:
            plan.step("commit", super().commit)

        def rollback(self) -> None:
            plan.step("rollback", super().rollback)

        def close(self) -> None:
            # What is let go is let go; the error comes after.
            super().close()
            plan.step("close", lambda: None)

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(str(database.url.database), factory=Connection, check_same_thread=False)

    return plan.step("connect", connect)  # type: ignore[no-any-return]  # what connect gives


def _connect_postgresql(database: Database, plan: Plan) -> psycopg.Connection[Any]:
    class Cursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, *values: Any, **options: Any) -> Any:  # noqa: ANN401 - the driver's
            return plan.step(str(query), lambda: super(Cursor, self).execute(query, *values, **options))

        def fetchone(self) -> Any:  # noqa: ANN401 - the driver's
            return plan.step("fetch", lambda: super(Cursor, self).fetchone())

    class Connection(psycopg.Connection[Any]):
        def commit(self) -> None:
            plan.step("commit", super().commit)

        def rollback(self) -> None:
            plan.step("rollback", super().rollback)

        def close(self) -> None:
            super().close()
            plan.step("close", lambda: None)

    _, options = database.engine().dialect.create_connect_args(database.url)

    def connect() -> psycopg.Connection[Any]:
        return Connection.connect(**options, cursor_factory=Cursor)

    return plan.step("connect", connect)  # type: ignore[no-any-return]  # what connect gives
