"""The store: transactions around views, on SQLite and PostgreSQL.

Rule 1: a writer locks its installation's row first, and commits only if the
revision it saw is still the newest (READ COMMITTED with a guarded row; on
SQLite ``BEGIN IMMEDIATE``, which locks the database).

Rule 2: no error of SQLAlchemy or a driver leaves this package.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import local
from typing import Final

from sqlalchemy import Connection, Engine, MetaData

from superlicense.adapters.sqlalchemy.failures import our_errors
from superlicense.adapters.sqlalchemy.schema import attach_tables
from superlicense.adapters.sqlalchemy.statements import statements_for
from superlicense.adapters.sqlalchemy.view import View
from superlicense.errors import ConflictError, InvalidValueError
from superlicense.model.site import Installation

__all__ = ["SqlStore"]

_DIALECTS: Final = ("sqlite", "postgresql")
_PATIENCE: Final = timedelta(seconds=60)
_MILLISECOND: Final = timedelta(milliseconds=1)


class SqlStore:
    """Keeps installations in the tables of one database.

    Attributes:
        engine: Where they are.
    """

    def __init__(self, engine: Engine, *, schema: str | None = None, prefix: str = "superlicense_") -> None:
        """Use *engine*; its dialect is ``sqlite`` or ``postgresql`` (psycopg).

        Args:
            engine: The host's own.
            schema: Database schema of the tables; the connection's own if `None`.
            prefix: What their names begin with.

        Raises:
            InvalidValueError: another dialect, or a name that is no identifier.
        """
        if engine.dialect.name not in _DIALECTS:
            raise InvalidValueError("engine", engine.dialect.name, "must be SQLite or PostgreSQL")
        for path, name in (("schema", schema or "any"), ("prefix", prefix)):
            if not name.isascii() or not name.isidentifier():
                raise InvalidValueError(path, name, "must be an identifier")
        self.engine = engine
        self._schema = schema
        self._prefix = prefix
        self._sql = statements_for(engine.dialect.name, schema=schema, prefix=prefix)
        self._writing = local()

    def attach_to(self, metadata: MetaData) -> MetaData:
        """Add the tables to *metadata*, for a host that makes them with its own."""
        attach_tables(metadata, schema=self._schema, prefix=self._prefix)
        return metadata

    def create_tables(self) -> None:
        """Create the tables that are not there yet.

        Raises:
            StoreError: the database failed.
        """
        with our_errors(), self.engine.begin() as connection:
            self.attach_to(MetaData()).create_all(connection)

    @contextmanager
    def reading(self, installation: Installation) -> Iterator[View]:
        """Open a consistent view."""
        with self._transaction(_PATIENCE, write=False) as connection:
            yield View(connection, self._sql, installation.key, lock=False)

    @contextmanager
    def writing(self, installation: Installation, *, patience: timedelta = _PATIENCE) -> Iterator[View]:
        """Open a view to write, and commit it at the end of the block."""
        if getattr(self._writing, "now", False):
            raise ConflictError("this thread is writing already")
        self._writing.now = True
        try:
            with self._transaction(patience, write=True) as connection:
                view = View(connection, self._sql, installation.key, lock=True)
                yield view
                view.conclude()
        finally:
            self._writing.now = False

    def heartbeat(self, installation: Installation) -> None:
        """There is none: other processes write, too."""
        del installation

    @contextmanager
    def _transaction(self, patience: timedelta, *, write: bool) -> Iterator[Connection]:
        with our_errors():
            connection = self.engine.connect()
        try:
            with our_errors():
                if self.engine.dialect.name == "sqlite":
                    _begin_sqlite(connection, patience, write=write)
                else:
                    _begin_postgresql(connection, patience, write=write)
            yield connection
            with our_errors():
                # What a reader tried to write is dropped.
                connection.commit() if write else connection.rollback()
        except BaseException:
            with our_errors():
                connection.rollback()
            raise
        finally:
            with our_errors():
                connection.close()


def _begin_postgresql(connection: Connection, patience: timedelta, *, write: bool) -> None:
    if not write:
        # One snapshot for the whole view.
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return
    wait_ms = max(1, patience // _MILLISECOND)
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {wait_ms}")


def _begin_sqlite(connection: Connection, patience: timedelta, *, write: bool) -> None:
    wait_ms = max(0, patience // _MILLISECOND)
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {wait_ms}")
    connection.exec_driver_sql("PRAGMA foreign_keys = ON")
    connection.exec_driver_sql("PRAGMA synchronous = FULL")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
