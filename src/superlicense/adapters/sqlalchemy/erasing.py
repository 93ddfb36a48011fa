"""Erasing: nothing of a blanked text remains in a file of SQLite.

SQLite leaves what it deletes, and what it moves from page to page, in the free
space of its file, wherever ``secure_delete`` was off at that moment. The file says
neither whether it always was on nor which pages have copies, so that it takes the
whole table: a block that blanks overwrites what it deletes, writes the table anew,
fills every free page, and truncates the write-ahead log after its
commit; in a transaction of the host the last step is the host's.
"""

from __future__ import annotations

import sqlite3
from typing import Final, cast

from sqlalchemy import Connection

__all__ = ["begin_erasing", "changed_settings", "erase", "forget_settings", "is_erasing", "restore_settings"]

_CHANGED: Final = "superlicense settings"
_ERASING: Final = "superlicense erases"
# What a rollback journal has held is gone from disk, too, where the host lets its file persist.
_ERASING_SETTINGS: Final = {"secure_delete": 1, "journal_size_limit": 0}
_CHUNK_PAGES: Final = 10_000


def changed_settings(connection: Connection) -> dict[str, int]:
    """Return what the block on *connection* has changed of its settings, as it was; to be put back."""
    found: dict[str, int] = connection.info.setdefault(_CHANGED, {})
    return found


def forget_settings(connection: Connection) -> bool:
    """Forget what was changed, and return whether the block has erased."""
    connection.info.pop(_CHANGED, None)
    return bool(connection.info.pop(_ERASING, False))


def restore_settings(driver: sqlite3.Connection, found: dict[str, int]) -> None:
    """Put back the settings of *driver* that were changed."""
    for name, value in found.items():
        driver.execute(f"PRAGMA {name} = {value}")


def is_erasing(connection: Connection) -> bool:
    """Return whether the block on *connection* erases."""
    return _ERASING in connection.info


def begin_erasing(connection: Connection) -> None:
    """Let the block on *connection* overwrite what it deletes."""
    if connection.dialect.name != "sqlite" or is_erasing(connection):
        return
    connection.info[_ERASING] = True
    driver, found = _driver(connection), changed_settings(connection)
    for name, wanted in _ERASING_SETTINGS.items():
        value = int(driver.execute(f"PRAGMA {name}").fetchone()[0])
        if value != wanted:
            found.setdefault(name, value)
            driver.execute(f"PRAGMA {name} = {wanted}")


def erase(connection: Connection, rows: str) -> None:
    """Write the table *rows* anew, and fill the free pages, if the block on *connection* erases."""
    if not is_erasing(connection):
        return
    driver = _driver(connection)
    schema, _, name = rows.rpartition(".")
    home = f"{schema}." if schema else ""
    driver.execute(f"CREATE TEMP TABLE {name}_kept AS SELECT * FROM {rows}")
    driver.execute(f"DELETE FROM {rows}")
    driver.execute(f"INSERT INTO {rows} SELECT * FROM temp.{name}_kept")
    driver.execute(f"DROP TABLE temp.{name}_kept")
    free, size = (
        int(driver.execute(f"PRAGMA {home}{setting}").fetchone()[0]) for setting in ("freelist_count", "page_size")
    )
    driver.execute(f"CREATE TABLE {rows}_free (filling BLOB)")
    for start in range(0, free, _CHUNK_PAGES):
        pages = min(_CHUNK_PAGES, free - start)
        driver.execute(f"INSERT INTO {rows}_free VALUES (zeroblob(?))", (pages * size,))
    driver.execute(f"DROP TABLE {rows}_free")


def _driver(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.driver_connection)
