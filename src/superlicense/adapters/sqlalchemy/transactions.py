"""Transactions: the store's own, or a savepoint in one of the host.

Rule 1: a transaction of the store's own says itself how it is isolated and how
long it waits, whatever the engine is set to, and leaves a pooled connection as
it found it.

Rule 2: in the host's transaction every block is a savepoint. It is never
committed, and nothing but the savepoint is rolled back.

Rule 3: on SQLite the lock comes before the first read, so that what was read
is what is written upon.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final, Protocol, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from superlicense.adapters.sqlalchemy.erasing import changed_settings, forget_settings, restore_settings
from superlicense.adapters.sqlalchemy.failures import logged_errors, translated_errors
from superlicense.adapters.sqlalchemy.streams import close_streams
from superlicense.adapters.sqlalchemy.turns import Turns, always_in_transaction, milliseconds
from superlicense.errors import StoreBusyError

__all__ = ["begin_again", "begin_savepoint_again", "joined", "owned"]

# The server ends the session of a writer that idles with the lock, so that others can go on.
_IDLE_MS: Final = 60_000
_FULL: Final = 2  # PRAGMA synchronous; EXTRA is 3
_READ_COMMITTED: Final = 2  # psycopg.IsolationLevel
_REPEATABLE_READ: Final = 3


@contextmanager
def owned(engine: Engine, turns: Turns, patience: timedelta, *, write: bool) -> Iterator[Connection]:
    """Open a transaction on a connection of *engine*, and at the end of the block commit it if it is one to *write*.

    Raises:
        StoreError: the database failed; nothing is committed then, unless the
            connection was lost during the commit itself.
    """
    begin = _sqlite if engine.dialect.name == "sqlite" else _postgresql
    with (
        turns.take(patience),
        _connected(engine) as connection,
        begin(connection, milliseconds(patience), write=write),
    ):
        try:
            try:
                yield connection
            finally:
                close_streams(connection)
            with translated_errors():
                # What a reader tried to write is dropped.
                connection.commit() if write else connection.rollback()
        except BaseException:
            with logged_errors("rolling back"):
                connection.rollback()
            raise


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    with translated_errors():
        connection = engine.connect()
    try:
        yield connection
    finally:
        with logged_errors("closing"):
            connection.close()


def begin_again(connection: Connection) -> None:
    """Roll back on PostgreSQL what an error has ended, so that the next statement begins with the same settings."""
    with translated_errors():
        close_streams(connection)
        cast("_Psycopg", connection.connection.driver_connection).rollback()


def begin_savepoint_again(connection: Connection) -> None:
    """Roll back to the savepoint of the block, which stays."""
    with translated_errors():
        close_streams(connection)
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT superlicense")


class _Psycopg(Protocol):
    """What is set on a connection of psycopg; `None` is whatever the server and its session are set to."""

    autocommit: bool
    isolation_level: int | None
    read_only: bool | None
    closed: bool

    def rollback(self) -> None:
        """Roll back what is open."""


@contextmanager
def _postgresql(connection: Connection, wait_ms: int, *, write: bool) -> Iterator[None]:
    with translated_errors():
        driver = cast("_Psycopg", connection.connection.driver_connection)
        found = driver.autocommit, driver.isolation_level, driver.read_only
    try:
        with translated_errors():
            # Not SQLAlchemy's options: they reset to defaults, not to what was set.
            driver.autocommit = False
            if write:
                driver.isolation_level = _READ_COMMITTED
                # PostgreSQL reads 0 as "without a timeout".
                connection.exec_driver_sql(
                    f"SET LOCAL lock_timeout = {max(1, wait_ms)};"
                    f" SET LOCAL idle_in_transaction_session_timeout = {_IDLE_MS}"
                )
            else:
                # One snapshot for the whole view.
                driver.isolation_level = _REPEATABLE_READ
                driver.read_only = True
        yield
    finally:
        with logged_errors("restoring the settings"):
            if not driver.closed:
                driver.rollback()
                driver.autocommit, driver.isolation_level, driver.read_only = found


@contextmanager
def _sqlite(connection: Connection, wait_ms: int, *, write: bool) -> Iterator[None]:
    with translated_errors():
        driver = _driver(connection)
        if driver.in_transaction and not always_in_transaction(driver):
            # A pool with one connection per thread returns it twice.
            raise StoreBusyError("this thread's connection is in a transaction already")
        connection.begin()
        if driver.in_transaction:
            # The host's hook, or the driver, has begun one, which can be neither immediate nor set up.
            driver.execute("ROLLBACK")
    found = changed_settings(connection)
    try:
        with translated_errors():
            _set_up(driver, found, wait_ms, write=write)
            driver.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        yield
    finally:
        with logged_errors("restoring the settings"):
            _restore(connection, found)


def _driver(connection: Connection) -> sqlite3.Connection:
    """Return the driver's connection; Core costs more than the statement on SQLite."""
    return cast("sqlite3.Connection", connection.connection.driver_connection)


def _set_up(driver: sqlite3.Connection, found: dict[str, int], wait_ms: int, *, write: bool) -> None:
    """Make *driver* wait and, to *write*, durable with foreign keys; save in *found* the settings that change."""
    # The time to wait comes first: reading the next ones may have to wait.
    least = {"busy_timeout": wait_ms} | ({"foreign_keys": 1, "synchronous": _FULL} if write else {})
    for name, wanted in least.items():
        value = _pragma(driver, name)
        if value != wanted and (name != "synchronous" or value < wanted):
            found[name] = value
            driver.execute(f"PRAGMA {name} = {wanted}")


def _pragma(driver: sqlite3.Connection, name: str) -> int:
    return int(driver.execute(f"PRAGMA {name}").fetchone()[0])


def _restore(connection: Connection, found: dict[str, int]) -> None:
    if connection.invalidated:
        return
    driver, erased = _driver(connection), forget_settings(connection)
    if driver.in_transaction:
        # Here the driver begins by itself, and two of the settings cannot be changed inside.
        driver.execute("ROLLBACK")
    if erased:
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    restore_settings(driver, found)
    if always_in_transaction(driver):
        driver.execute("BEGIN")


@contextmanager
def joined(connection: Connection, patience: timedelta, *, write: bool, lock: str) -> Iterator[Connection]:
    """Open a savepoint in the host's transaction on *connection*; never commit.

    Args:
        connection: The host's own, which its transaction is on.
        patience: How long to wait for a lock.
        write: Whether something is written.
        lock: What takes SQLite's write lock without writing anything.

    Raises:
        StoreError: the database failed; what the host did before stands, as far
            as the database lets it.
    """
    on_sqlite = connection.dialect.name == "sqlite"
    part = _part_on_sqlite if on_sqlite else _part_on_postgresql
    with part(connection, milliseconds(patience), write=write, lock=lock):
        yield connection


@contextmanager
def _part_on_postgresql(connection: Connection, wait_ms: int, *, write: bool, lock: str) -> Iterator[None]:
    del lock
    with _savepoint(connection, keep=write):
        if not write:
            yield
            return
        with translated_errors():
            waited = connection.exec_driver_sql(
                "SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, true)",
                (f"{max(1, wait_ms)}ms",),
            ).scalar_one()
        # After an error the savepoint takes the setting back as well.
        yield
        with translated_errors():
            connection.exec_driver_sql("SELECT set_config('lock_timeout', %s, true)", (waited,))


@contextmanager
def _part_on_sqlite(connection: Connection, wait_ms: int, *, write: bool, lock: str) -> Iterator[None]:
    with translated_errors():
        if not connection.in_transaction():
            connection.begin()
        driver, found = _driver(connection), changed_settings(connection)
    begun = True
    try:
        with translated_errors():
            found["busy_timeout"] = _pragma(driver, "busy_timeout")
            driver.execute(f"PRAGMA busy_timeout = {wait_ms}")
            # The driver begins no transaction before the first change, and without one a savepoint would commit.
            begun = driver.in_transaction
            if write:
                driver.execute(lock if begun else "BEGIN IMMEDIATE")
            elif not begun:
                driver.execute("BEGIN")
        with _savepoint(connection, keep=write):
            yield
    finally:
        with logged_errors("closing the view"):
            if not write and not begun:
                # Nothing but the view was in it, and its lock would block others.
                driver.execute("ROLLBACK")
        with logged_errors("restoring the settings"):
            forget_settings(connection)
            restore_settings(driver, found)


@contextmanager
def _savepoint(connection: Connection, *, keep: bool) -> Iterator[None]:
    """Run the block in a savepoint; its changes stay if it raises nothing and they are to be kept."""
    # Not SQLAlchemy's, which leaves a savepoint behind wherever it rolls back to one.
    with translated_errors():
        connection.exec_driver_sql("SAVEPOINT superlicense")
    try:
        try:
            yield
        finally:
            close_streams(connection)
        if keep:
            with translated_errors():
                connection.exec_driver_sql("RELEASE SAVEPOINT superlicense")
    except BaseException:
        _undo(connection)
        raise
    if not keep:
        _undo(connection)


def _undo(connection: Connection) -> None:
    """Roll back to the savepoint; if it is gone, make sure that the host commits nothing."""
    with logged_errors("rolling back to the savepoint"):
        if connection.invalidated:
            return
        try:
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT superlicense")
            connection.exec_driver_sql("RELEASE SAVEPOINT superlicense")
        except SQLAlchemyError:
            # The database has undone the whole transaction (full, or a fault of the disk). What the host does
            # next must not be committed without what it did before.
            connection.invalidate()
            raise
