"""SQLite with the tables of a store, made once a process: making them costs more than most tests."""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, NullPool, StaticPool, create_engine

from superlicense.adapters.sqlalchemy import SqlStore

__all__ = ["empty_tables", "engine_in_memory"]


@cache
def empty_tables() -> bytes:
    """Return a file with the tables that `SqlStore.create_tables` makes."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        SqlStore(create_engine(f"sqlite:///{path}", poolclass=NullPool)).create_tables()
        return path.read_bytes()


def engine_in_memory() -> Engine:
    """Return an engine with one database in memory that has the tables."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        connection.deserialize(empty_tables())
        return connection

    return create_engine("sqlite://", poolclass=StaticPool, creator=connect)
