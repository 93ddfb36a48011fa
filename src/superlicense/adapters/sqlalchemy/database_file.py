"""Database file: whether the file of a SQLite database is still there.

SQLite makes an empty file where there is none, so a file that was moved away, or
whose disk is not mounted, looks like a new database without tables.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from superlicense.adapters.sqlalchemy.failures import translated_errors
from superlicense.errors import StoreUnavailableError

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import Connection

__all__ = ["DatabaseFile"]


class DatabaseFile:
    """The file that the tables of a store were seen in; none for PostgreSQL and for SQLite in memory."""

    __slots__ = ("_is_known", "_path", "_schema")

    def __init__(self, *, on_sqlite: bool, schema: str | None) -> None:
        """Begin without a file: that of a new store may have to be made.

        Args:
            on_sqlite: Whether the database is SQLite.
            schema: The attached database with the tables; the main one if `None`.
        """
        self._is_known = not on_sqlite
        self._path: Path | None = None
        self._schema = "main" if schema is None else schema

    def check(self) -> None:
        """Require that the file is there, and not empty, if tables were seen in it.

        Raises:
            StoreUnavailableError: it is not.
        """
        if self._path is None:
            return
        try:
            is_there = self._path.stat().st_size > 0
        except OSError:
            is_there = False
        if not is_there:
            raise StoreUnavailableError("the file of the database is not there any more")

    def note(self, connection: Connection) -> None:
        """Note the file of *connection*, in which tables were found."""
        if self._is_known:
            return
        with translated_errors():
            driver = cast("sqlite3.Connection", connection.connection.driver_connection)
            files = {name: file for _, name, file in driver.execute("PRAGMA database_list")}
        path = Path(files.get(self._schema) or "")
        # A database that was deserialized in memory has the name of a file that there is not.
        self._path = path if path.is_file() else None
        self._is_known = True
