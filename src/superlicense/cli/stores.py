"""Stores: the one that the settings name, on SQLAlchemy."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click
from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.exc import ArgumentError

from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.cli.settings import Settings
from superlicense.errors import InvalidValueError, StoreUnavailableError

__all__ = ["create_store", "open_store", "store_url"]

_DRIVERS: Final = frozenset({"postgresql", "postgresql+psycopg", "sqlite", "sqlite+pysqlite"})
_WRONG_STORE: Final = "store: it must be SQLite, or PostgreSQL through psycopg"


def store_url(settings: Settings) -> URL:
    """Give the URL of the store; what has no scheme is a file of SQLite.

    Raises:
        click.UsageError: it is no URL.
    """
    if "://" not in settings.store:
        return URL.create("sqlite", database=str(settings.folder / settings.store))
    try:
        return make_url(settings.store)
    except (ArgumentError, ValueError) as error:
        raise click.UsageError("store: it is neither a URL of SQLAlchemy nor a file") from error


def open_store(settings: Settings) -> SqlStore:
    """Open the store.

    Raises:
        click.UsageError: it is no URL of SQLite or PostgreSQL.
        StoreUnavailableError: it is a file that does not exist.
    """
    url = store_url(settings)
    path = _file_of(url)
    if path is not None and not path.is_file():
        raise StoreUnavailableError(f"there is no file {path}; `superlicense init` makes it")
    return _store(url)


def create_store(settings: Settings) -> SqlStore:
    """Open the store, and bring its tables to the newest version, making them where there are none.

    Raises:
        click.UsageError: it is no URL of SQLite or PostgreSQL.
        StoreError: the database failed.
    """
    store = _store(store_url(settings))
    store.migrate()
    return store


def _store(url: URL) -> SqlStore:
    # Asked first, because an engine imports its driver.
    if url.drivername not in _DRIVERS:
        raise click.UsageError(_WRONG_STORE)
    try:
        return SqlStore(create_engine(url))
    except (ArgumentError, InvalidValueError, ValueError) as error:
        raise click.UsageError(_WRONG_STORE) from error


def _file_of(url: URL) -> Path | None:
    database = url.database or ":memory:"
    if url.get_backend_name() != "sqlite" or database == ":memory:" or database.startswith("file:"):
        return None
    return Path(database)
