"""Database file: whether the file of a SQLite database is still there, and still the same one.

Rule 1: SQLite makes an empty file where there is none, so a file that was moved
away, or whose disk is not mounted, looks like a new database without tables. It
is an outage.

Rule 2: a connection goes on with the file that it has opened, wherever that was
moved. Where another one has its place, a backup for instance, the pool connects
anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from superlicense.adapters.sqlalchemy.failures import translated_errors
from superlicense.errors import StoreOutdatedError, StoreUnavailableError

if TYPE_CHECKING:
    import sqlite3
    from os import stat_result

    from sqlalchemy import Connection

__all__ = ["DatabaseFile"]


class DatabaseFile:
    """The file that the tables of a store were seen in; none for PostgreSQL and for SQLite in memory."""

    __slots__ = ("_connect_anew", "_is_known", "_path", "_same", "_schema")

    def __init__(self, connect_anew: Callable[[], None], *, on_sqlite: bool, schema: str | None) -> None:
        """Begin without a file: that of a new store may have to be made.

        Args:
            connect_anew: Lets go of the connections that have the former file open.
            on_sqlite: Whether the database is SQLite.
            schema: The attached database with the tables; the main one if `None`.
        """
        self._connect_anew = connect_anew
        self._is_known = not on_sqlite
        self._path: Path | None = None
        self._same: tuple[int, int] | None = None
        self._schema = "main" if schema is None else schema

    @contextmanager
    def required(self) -> Iterator[None]:
        """Require it for the block.

        Raises:
            StoreUnavailableError: it is not there, or was moved away meanwhile.
        """
        self.check()
        try:
            yield
        except StoreOutdatedError:
            # Whether there are no tables because SQLite has just made an empty file.
            self.check()
            raise

    def check(self) -> None:
        """Require that the file is there, and not empty, if tables were seen in it.

        Raises:
            StoreUnavailableError: it is not.
        """
        if self._path is None:
            return
        try:
            found = self._path.stat()
        except OSError:
            found = None
        if found is None or not found.st_size:
            raise StoreUnavailableError("the file of the database is not there any more")
        if _identity(found) != self._same:
            self._same = _identity(found)
            self._connect_anew()

    def note(self, connection: Connection) -> None:
        """Note the file of *connection*, in which tables were found."""
        if self._is_known:
            return
        with translated_errors():
            driver = cast("sqlite3.Connection", connection.connection.driver_connection)
            files = {name: file for _, name, file in driver.execute("PRAGMA database_list")}
        path = Path(files.get(self._schema) or "")
        # A database that was deserialized in memory has the name of a file that there is not.
        if path.is_file():
            self._same, self._path = _identity(path.stat()), path
        self._is_known = True


def _identity(found: stat_result) -> tuple[int, int]:
    """Return what tells a file from every other one, under whatever name."""
    return found.st_dev, found.st_ino
