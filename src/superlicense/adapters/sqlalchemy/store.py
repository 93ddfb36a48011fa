"""The store: transactions around views, on SQLite and PostgreSQL.

Rule 1: a writer locks its installation's row first, and commits only if the
revision it saw is still the newest (READ COMMITTED with a guarded row; on
SQLite ``BEGIN IMMEDIATE``, which locks the database).

Rule 2: no error of SQLAlchemy or a driver leaves this package.

Rule 3: a forked process connects anew: what its parent has connected to is the
parent's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from os import getpid
from threading import local
from typing import Final

from sqlalchemy import Connection, Engine, MetaData

from superlicense.adapters.sqlalchemy.aliases import KnownKeys
from superlicense.adapters.sqlalchemy.borrowed import borrowed
from superlicense.adapters.sqlalchemy.bound import BoundStore
from superlicense.adapters.sqlalchemy.database_file import DatabaseFile
from superlicense.adapters.sqlalchemy.failures import translated_errors
from superlicense.adapters.sqlalchemy.rows import several
from superlicense.adapters.sqlalchemy.schema import attach_tables
from superlicense.adapters.sqlalchemy.statements import statements_for
from superlicense.adapters.sqlalchemy.transactions import owned
from superlicense.adapters.sqlalchemy.turns import Turns, is_single, only_writer
from superlicense.adapters.sqlalchemy.usage import SqlUsage
from superlicense.adapters.sqlalchemy.view import SqlView
from superlicense.errors import InvalidValueError
from superlicense.model.site import Installation
from superlicense.ports import Revision

__all__ = ["SqlStore"]

_DRIVERS: Final = (("sqlite", "pysqlite"), ("postgresql", "psycopg"))
# PostgreSQL cuts names at 63 bytes; ours are up to 21 longer than their prefix.
_LONGEST_PREFIX: Final = 40
_PATIENCE: Final = timedelta(seconds=60)


class SqlStore:
    """Stores installations in the tables of one database.

    Attributes:
        engine: Where they are.
        schema: Database schema of the tables; the connection's own if `None`.
        prefix: What their names begin with.
    """

    def __init__(self, engine: Engine, schema: str | None = None, prefix: str = "superlicense_") -> None:
        """Use *engine*; its driver is the standard library's ``sqlite3`` or ``psycopg``.

        Args:
            engine: The host's own.
            schema: Database schema of the tables, which is there already; the
                connection's own if `None`. On SQLite an attached database.
            prefix: What their names begin with, in lower case, 1 to 40
                characters.

        Raises:
            InvalidValueError: not an engine, another driver, or a name that is not an
                identifier.
        """
        if not isinstance(engine, Engine):
            # Its type alone: a URL has a password.
            raise InvalidValueError("engine", type(engine).__name__, "must be a sqlalchemy.Engine")
        if (engine.dialect.name, engine.dialect.driver) not in _DRIVERS:
            driver = f"{engine.dialect.name}+{engine.dialect.driver}"
            raise InvalidValueError("engine", driver, "must be SQLite, or PostgreSQL through psycopg")
        names: dict[str, object] = {"schema": "any" if schema is None else schema, "prefix": prefix}
        for path, name in names.items():
            if not isinstance(name, str) or not name.isascii() or not name.isidentifier():
                raise InvalidValueError(path, name, "must be an identifier")
        if prefix != prefix.lower() or len(prefix) > _LONGEST_PREFIX:
            raise InvalidValueError("prefix", prefix, f"must be lower case, at most {_LONGEST_PREFIX} characters")
        self.engine = engine
        self.schema = schema
        self.prefix = prefix
        quote = engine.dialect.identifier_preparer.quote_schema
        home = None if schema is None else quote(schema)
        self._sql = statements_for(engine.dialect.name, schema=home, prefix=prefix)
        self._turns = Turns(engine)
        self._file = DatabaseFile(self._connect_anew, on_sqlite=engine.dialect.name == "sqlite", schema=schema)
        self._thread = local()
        self._keys = KnownKeys()
        self._process = getpid()

    @property
    def has_single_connection(self) -> bool:
        """Whether the pool of the engine has one connection only, as that of SQLite in memory."""
        return is_single(self.engine.pool)

    def _in_this_process(self) -> Turns:
        """Return the turns of the engine, without the connections of another process that this was forked from."""
        process = getpid()
        if self._process != process:
            if not self.has_single_connection:
                self.engine.dispose(close=False)
            self._turns = Turns(self.engine)
            self._process = process
        return self._turns

    def _connect_anew(self) -> None:
        """Let go of the connections of the pool."""
        self.engine.dispose()
        self._turns = Turns(self.engine)

    def attach_to(self, metadata: MetaData) -> MetaData:
        """Add the tables to *metadata*, for a host that makes them with its own."""
        attach_tables(metadata, schema=self.schema, prefix=self.prefix)
        return metadata

    def create_tables(self) -> None:
        """Create the tables that are not there yet, as the newest version has them.

        Several processes may do it at once. `migrate` goes on from there.

        Raises:
            StoreBusyError: another process has been at it for a minute.
            StoreUnavailableError: the database failed, or the tables are of an
                older version, which `migrate` brings up to date. See `migrate` for
                what is missing.
            StoreOutdatedError: the host's own migrations have made the tables, and
                have to bring newer versions.
        """
        # Alembic is 0.1 s of import, and only those who change the schema need it.
        from superlicense.adapters.sqlalchemy import migrations  # noqa: PLC0415

        with self._changing_the_schema() as connection:
            migrations.create(connection, schema=self.schema, prefix=self.prefix)

    def migrate(self) -> None:
        """Bring the tables to the newest version, creating them where there are none.

        Nothing happens where they are up to date, also if the host's own migrations
        have made them (`attach_to`). Tables that were dropped are made again, without
        rows. Records may have their newest form from then
        on, so older releases of this library must no longer be in use. Several processes may do it at
        once; one of them does it, in one transaction, and the others wait.

        Raises:
            StoreBusyError: another process has been at it for a minute.
            StoreUnavailableError: the database failed, or a newer release of
                this library has been here; `StoreUnusableError` where other tables
                cannot be used without one that was dropped, and a backup has to be
                restored.
            StoreOutdatedError: the host's own migrations have made the tables, and
                have to bring the versions that the error names.
        """
        from superlicense.adapters.sqlalchemy import migrations  # noqa: PLC0415 - as above

        with self._changing_the_schema() as connection:
            migrations.upgrade(connection, schema=self.schema, prefix=self.prefix)

    @contextmanager
    def _changing_the_schema(self) -> Iterator[Connection]:
        # On SQLite the transaction locks the database; on PostgreSQL nothing is there to be locked yet.
        with owned(self.engine, self._in_this_process(), _PATIENCE, write=True) as connection, translated_errors():
            if self.engine.dialect.name == "postgresql":
                connection.exec_driver_sql(
                    "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"{self.schema}.{self.prefix}",)
                )
            yield connection

    def revisions(self, keys: Iterable[str]) -> dict[str, Revision]:
        """Return the newest revisions of the installations with *keys*, in one statement; a corrupt one is left out."""
        asked = list(keys)
        with (
            self._file.required(),
            owned(self.engine, self._in_this_process(), _PATIENCE, write=False) as connection,
            translated_errors(),
        ):
            rows = connection.exec_driver_sql(self._sql.revisions, (several(connection, asked),)).all()
        found = {
            key: Revision(number, token) for key, number, token in rows if type(number) is int and type(token) is str
        }
        if len(found) < len(asked):
            corrupt = {row[0] for row in rows}.difference(found)
            # Of an installation without a row nothing is stored.
            found.update((key, Revision(0, "")) for key in asked if key not in found and key not in corrupt)
        return found

    @contextmanager
    def reading(self, installation: Installation) -> Iterator[SqlView]:
        """Open a consistent view."""
        with (
            self._file.required(),
            owned(self.engine, self._in_this_process(), _PATIENCE, write=False) as connection,
        ):
            view = SqlView(connection, self._sql, self._keys.stored_key(installation.key), lock=False)
            self._keys.learn(installation.key, view.key)
            self._file.note(connection)
            yield view

    @contextmanager
    def writing(self, installation: Installation, *, patience: timedelta = _PATIENCE) -> Iterator[SqlView]:
        """Open a view to write, and commit it at the end of the block."""
        with (
            self._file.required(),
            only_writer(self._thread, "thread"),
            owned(self.engine, self._in_this_process(), patience, write=True) as connection,
        ):
            view = SqlView(connection, self._sql, self._keys.stored_key(installation.key), lock=True)
            self._file.note(connection)
            yield view
            view.conclude()

    @contextmanager
    def recording(self, installation: Installation, *, patience: timedelta = _PATIENCE) -> Iterator[SqlUsage]:
        """Open the usage to record, and commit it at the end of the block."""
        with (
            self._file.required(),
            only_writer(self._thread, "thread"),
            owned(self.engine, self._in_this_process(), patience, write=True) as connection,
        ):
            key = self._keys.recorded_key(connection, self._sql, installation.key, learn=True)
            yield SqlUsage(connection, self._sql.usage, key)

    def heartbeat(self, installation: Installation) -> None:
        """Return `None`: other processes write, too."""
        del installation

    def bound_to(self, connection: object) -> BoundStore:
        """Return a store that reads and writes in the host's transaction on *connection*.

        It never commits. See `superlicense.licensing.front.Licensing.bound_to`.

        Args:
            connection: The host's own to the same database: a `sqlalchemy.Connection`,
                or the driver's connection of a host that does not use SQLAlchemy.

        Raises:
            InvalidValueError: it is not a connection of this driver, or it commits
                every statement by itself.
        """
        return BoundStore(borrowed(self.engine, connection), self._sql, self.engine.dialect, self._keys)
