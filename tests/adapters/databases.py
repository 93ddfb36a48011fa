"""Databases of one's own, a test each: a file of SQLite, a schema of PostgreSQL."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from attrs import field, frozen
from sqlalchemy import URL, Engine, NullPool, create_engine, make_url

from superlicense.adapters.sqlalchemy import SqlStore
from tests.stores.sqlite_tables import empty_tables


@frozen
class Database:
    """An empty database."""

    url: URL
    engines: list[Engine] = field(factory=list)

    @property
    def on_sqlite(self) -> bool:
        """Say whether it is SQLite's."""
        return self.url.get_backend_name() == "sqlite"

    def engine(self, **options: Any) -> Engine:  # noqa: ANN401 - those of SQLAlchemy
        """Make a new engine, without a pool unless one is asked for."""
        engine = create_engine(self.url, **{"poolclass": NullPool, **options})
        self.engines.append(engine)
        return engine

    def bare(self, **options: Any) -> SqlStore:  # noqa: ANN401 - those of SQLAlchemy
        """Open a store on an engine of its own, as it finds the database."""
        return SqlStore(self.engine(**options))

    def store(self, **options: Any) -> SqlStore:  # noqa: ANN401 - those of SQLAlchemy
        """Open a store on an engine of its own, with its tables."""
        path = Path(self.url.database or "")
        if self.on_sqlite and not path.exists():
            path.write_bytes(empty_tables())
            return self.bare(**options)
        store = self.bare(**options)
        store.create_tables()
        return store

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the database itself."""
        with self.engine().begin() as connection:
            result = connection.exec_driver_sql(statement)
            return [tuple(row) for row in result] if result.returns_rows else []

    def close(self) -> None:
        """Close every engine."""
        for engine in self.engines:
            engine.dispose()


MakeDatabase = Callable[[], Database]


def a_schema(server: str) -> Database:
    """Make a schema of its own on *server*, where its connections are at home."""
    name = f"s{os.urandom(6).hex()}"
    Database(make_url(server)).rows(f"CREATE SCHEMA {name}")
    return Database(make_url(server).update_query_dict({"options": f"-csearch_path={name}"}))


def damage(database: Database, statement: str) -> None:
    """Write to a file of SQLite what its tables would not take."""
    path = str(database.url.database)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        for name, made in connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall():
            loose = re.sub(r",\s*STRICT|STRICT,\s*|STRICT", "", made)
            connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", (loose, name))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(statement)
