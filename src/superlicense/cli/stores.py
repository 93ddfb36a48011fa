"""The store of the settings, opened through SQLAlchemy."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import click
from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.exc import ArgumentError

from superlicense.adapters.sqlalchemy import SqlStore
from superlicense.cli.files import PRIVATE
from superlicense.cli.help_language import chosen_language
from superlicense.cli.settings import Settings
from superlicense.errors import InvalidValueError, StoreUnavailableError
from superlicense.messages import message

__all__ = ["create_store", "new_database", "open_store", "shown_url", "store_url", "without_password"]

_DRIVERS: Final = frozenset({"postgresql", "postgresql+psycopg", "sqlite", "sqlite+pysqlite"})
_PASSWORDS: Final = frozenset({"password", "sslpassword"})


class NoStoreError(StoreUnavailableError):
    """There is no store where the settings say."""

    code = "no_store"

    def __init__(self, file: Path) -> None:
        """Initialize from the missing *file*, in the language of the command."""
        super().__init__()
        self.args = (message("cli_no_store", chosen_language(), file=str(file)),)


def store_url(settings: Settings) -> URL:
    """Return the URL of the store; a value without a scheme is a SQLite file.

    Raises:
        click.UsageError: The URL is invalid.
    """
    if "://" not in settings.store:
        return URL.create("sqlite", database=str(settings.folder / settings.store))
    try:
        return make_url(settings.store)
    except (ArgumentError, ValueError) as error:
        raise _wrong_store() from error


def shown_url(url: URL) -> str:
    """Return *url* with every password hidden, also one in its query."""
    hidden = {name: "***" for name in url.query if name in _PASSWORDS}
    return url.update_query_dict(hidden).render_as_string(hide_password=True)


def without_password(store: str) -> str:
    """Return the setting *store* without passwords; a file and what is not a URL stay as they are."""
    try:
        url = make_url(store)
    except (ArgumentError, ValueError):
        return store
    if url.password is None and not _PASSWORDS & url.query.keys():
        return store
    kept = url._replace(password=None).difference_update_query(_PASSWORDS)
    return kept.render_as_string(hide_password=False)


@contextmanager
def new_database(settings: Settings) -> Iterator[None]:
    """Create the file of a SQLite database, unless it exists, so that only its owner can read it.

    If the block fails, a file that is still empty is removed again.
    """
    path = _file_of(store_url(settings))
    created = False
    if path is not None:
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))
            created = True
    try:
        yield
    except BaseException:
        if created and path is not None and not path.stat().st_size:
            path.unlink()
        raise


def open_store(settings: Settings) -> SqlStore:
    """Open the store.

    Raises:
        click.UsageError: The URL is not one of SQLite or PostgreSQL.
        NoStoreError: The SQLite file does not exist.
    """
    url = store_url(settings)
    path = _file_of(url)
    if path is not None and not path.is_file():
        raise NoStoreError(path)
    return _store(url)


def create_store(settings: Settings) -> SqlStore:
    """Open the store, and create its tables or migrate them to the newest version.

    Raises:
        click.UsageError: The URL is not one of SQLite or PostgreSQL.
        StoreError: The database failed.
    """
    store = _store(store_url(settings))
    store.migrate()
    return store


def _store(url: URL) -> SqlStore:
    # Checked first, because creating an engine imports its driver.
    if url.drivername not in _DRIVERS:
        raise _wrong_store()
    try:
        return SqlStore(create_engine(url))
    except (ArgumentError, InvalidValueError, ValueError) as error:
        raise _wrong_store() from error


def _wrong_store() -> click.UsageError:
    return click.UsageError(f"store: {message('cli_wrong_store', chosen_language())}")


def _file_of(url: URL) -> Path | None:
    database = url.database or ":memory:"
    if url.get_backend_name() != "sqlite" or database == ":memory:" or database.startswith("file:"):
        return None
    return Path(database)
