"""The bound store: reads and writes in a transaction of the host.

Rule 1: it never commits, and rolls back nothing but its own savepoints. What it
has locked stays locked until the host's transaction ends.

Rule 2: in a READ COMMITTED transaction every statement may see more than the
one before. What takes several statements either ignores what was committed
meanwhile, or raises `ConflictError`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Final

from sqlalchemy import Connection, Dialect

from superlicense.adapters.sqlalchemy.aliases import KnownKeys
from superlicense.adapters.sqlalchemy.failures import translated_errors
from superlicense.adapters.sqlalchemy.statements import Statements
from superlicense.adapters.sqlalchemy.transactions import begin_savepoint_again, joined
from superlicense.adapters.sqlalchemy.turns import only_writer
from superlicense.adapters.sqlalchemy.usage import SqlUsage
from superlicense.adapters.sqlalchemy.view import SqlView
from superlicense.errors import ConflictError, InvalidValueError, StoreUnavailableError
from superlicense.model.site import Installation
from superlicense.ports import Count, StoredRow

__all__ = ["BoundStore"]

_PATIENCE: Final = timedelta(seconds=60)


class _BoundView(SqlView):
    """A view in a transaction that may see what others commit meanwhile."""

    def _begin_again(self) -> None:
        begin_savepoint_again(self._connection)

    def running(self, table: str) -> Iterator[StoredRow]:
        """Stream the rows of *table* that have no end, in order."""
        return self._unmoved(super().running(table))

    def running_in(self, tables: Collection[str]) -> Iterator[StoredRow]:
        """Stream the rows of all *tables* that have no end, in order."""
        return self._unmoved(super().running_in(tables))

    def running_at(self, table: str, at: datetime) -> Iterator[StoredRow]:
        """Stream the rows of *table* that held at *at*, in order."""
        return self._unmoved(super().running_at(table, at))

    def history(self, table: str, key: str | None = None) -> Iterator[StoredRow]:
        """Stream every row of *key*, or of the whole *table*, in order."""
        return self._unmoved(super().history(table, key))

    def counts(self) -> dict[str, Count]:
        """Count the rows of every table that has rows."""
        found = super().counts()
        self._check_unmoved()
        return found

    def rows(self, sequences: Iterable[int]) -> dict[int, StoredRow]:
        """Return the rows of *sequences*."""
        found = super().rows(sequences)
        self._check_unmoved()
        return found

    def _unmoved(self, rows: Iterator[StoredRow]) -> Iterator[StoredRow]:
        yield from rows
        self._check_unmoved()

    def _check_unmoved(self) -> None:
        head = self._one(self._sql.head)
        if head is not None and tuple(head[:2]) != self.revision:
            raise ConflictError("another writer has committed while it was read")


class BoundStore:
    """A store inside one transaction of the host."""

    def __init__(self, connection: object, statements: Statements, dialect: Dialect, keys: KnownKeys) -> None:
        """Join the transaction on *connection*.

        Raises:
            InvalidValueError: it is not a connection of *dialect*, or it commits
                every statement by itself.
        """
        if not isinstance(connection, Connection):
            raise InvalidValueError("connection", connection, "must be a SQLAlchemy Connection")
        if (connection.dialect.name, connection.dialect.driver) != (dialect.name, dialect.driver):
            raise InvalidValueError(
                "connection", connection.dialect.name, f"must be to {dialect.name}, as the store is"
            )
        with translated_errors():
            driver = connection.connection.driver_connection
            commits = connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT"
        if commits or (dialect.name == "postgresql" and getattr(driver, "autocommit", False)):
            raise InvalidValueError("connection", "AUTOCOMMIT", "must be in a transaction of its own")
        self._connection = connection
        self._sql = statements
        # What the host may roll back is not learned.
        self._keys = keys
        self._closed = False
        self._transaction = SimpleNamespace()

    @contextmanager
    def reading(self, installation: Installation) -> Iterator[SqlView]:
        """Open a view of what the transaction sees."""
        self._check_open()
        with joined(self._connection, _PATIENCE, write=False, lock=self._sql.reserve):
            yield _BoundView(self._connection, self._sql, self._keys.stored_key(installation.key), lock=False)

    @contextmanager
    def writing(self, installation: Installation, *, patience: timedelta = _PATIENCE) -> Iterator[SqlView]:
        """Open a view to write, and release its savepoint at the end of the block; the host commits."""
        with self._writer(patience):
            view = _BoundView(self._connection, self._sql, self._keys.stored_key(installation.key), lock=True)
            yield view
            view.conclude()

    @contextmanager
    def recording(self, installation: Installation, *, patience: timedelta = _PATIENCE) -> Iterator[SqlUsage]:
        """Open the usage to record, and release its savepoint at the end of the block; the host commits."""
        with self._writer(patience):
            key = self._keys.recorded_key(self._connection, self._sql, installation.key, learn=False)
            yield SqlUsage(self._connection, self._sql.usage, key)

    @contextmanager
    def _writer(self, patience: timedelta) -> Iterator[None]:
        self._check_open()
        with (
            only_writer(self._transaction, "transaction"),
            joined(self._connection, patience, write=True, lock=self._sql.reserve),
        ):
            yield

    def heartbeat(self, installation: Installation) -> None:
        """Return `None`: other processes commit, too."""
        del installation

    def close(self) -> None:
        """Leave the transaction, however it ends; every later block raises `StoreUnavailableError`."""
        self._closed = True

    def _check_open(self) -> None:
        if self._closed:
            raise StoreUnavailableError("the bound store is closed")
