"""A file of SQLite with the tables of a store, made once a process: making them costs more than most tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import NullPool, create_engine

from superlicense.adapters.sqlalchemy import SqlStore

__all__ = ["empty_tables"]


@cache
def empty_tables() -> bytes:
    """Return a file with the tables that `SqlStore.create_tables` makes."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        SqlStore(create_engine(f"sqlite:///{path}", poolclass=NullPool)).create_tables()
        return path.read_bytes()
