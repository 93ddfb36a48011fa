"""Failures: errors of the driver, translated to those of this library.

Rule 1: no error of SQLAlchemy or a driver leaves this package, also not from
connecting, committing, rolling back or closing.

Rule 2: an outage is `StoreUnavailableError`; a database that answers that it
cannot be used is `StoreUnusableError`, and waiting for it does not help.

Rule 3: what happens on the way out hides nothing: neither the error that a
block was left with, nor that its commit was made.
"""

from __future__ import annotations

import logging
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from superlicense.errors import (
    ConflictError,
    StoreBusyError,
    StoreError,
    StoreFullError,
    StoreOutdatedError,
    StoreUnavailableError,
    StoreUnusableError,
)

__all__ = ["logged_errors", "translated_errors"]

_log = logging.getLogger("superlicense.store")

# SQLSTATE codes of PostgreSQL (its manual, appendix A).
_OF_STATE: dict[str, type[StoreError]] = {
    "40P01": StoreBusyError,  # deadlock
    "55P03": StoreBusyError,  # lock timeout
    "57014": StoreBusyError,  # statement timeout
    "23505": ConflictError,  # unique violation
    "40001": ConflictError,  # serialization failure
    "53100": StoreFullError,  # disk full
    "53200": StoreFullError,  # out of memory
    "54000": StoreFullError,  # a limit of the program
    "42703": StoreOutdatedError,  # undefined column
    "42P01": StoreOutdatedError,  # undefined table
    "42501": StoreUnusableError,  # insufficient privilege
    "3D000": StoreUnusableError,  # no such database
    "3F000": StoreUnusableError,  # no such schema
    "XX001": StoreUnusableError,  # data corrupted
    "XX002": StoreUnusableError,  # index corrupted
}
_AUTHORIZATION = "28"  # class of the codes of invalid logins
# The driver has no code of a failed login, only the words of the server (in English, unless it is set otherwise).
_REFUSED_LOGINS = ("password authentication failed", "pg_hba.conf", "does not exist", "permission denied")
_SQLITE = {
    sqlite3.SQLITE_BUSY: StoreBusyError,
    sqlite3.SQLITE_LOCKED: StoreBusyError,
    sqlite3.SQLITE_FULL: StoreFullError,
    sqlite3.SQLITE_NOMEM: StoreFullError,
    sqlite3.SQLITE_TOOBIG: StoreFullError,
    sqlite3.SQLITE_PERM: StoreUnusableError,
    sqlite3.SQLITE_AUTH: StoreUnusableError,
    sqlite3.SQLITE_CORRUPT: StoreUnusableError,
    sqlite3.SQLITE_NOTADB: StoreUnusableError,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: ConflictError,
    sqlite3.SQLITE_CONSTRAINT_UNIQUE: ConflictError,
}
_PRIMARY_CODE = 0xFF
_MISSING_ON_SQLITE = ("no such table", "no such column", "no column named")  # it has no code of its own


def _foreign() -> tuple[type[Exception], ...]:
    """Return what SQLAlchemy and the drivers raise; psycopg where something has imported it."""
    psycopg = sys.modules.get("psycopg")
    # A message or a name in a damaged file of SQLite may be no text.
    found: tuple[type[Exception], ...] = (SQLAlchemyError, sqlite3.Error, UnicodeError)
    return found if psycopg is None else (*found, psycopg.Error)


def _translated(error: BaseException) -> StoreError:
    original = error.orig if isinstance(error, DBAPIError) else error
    words = str(original).splitlines()[0] if str(original) else type(original).__name__
    if isinstance(original, sqlite3.Error):
        code = getattr(original, "sqlite_errorcode", 0)
        if code == sqlite3.SQLITE_ERROR and any(missing in words for missing in _MISSING_ON_SQLITE):
            return StoreOutdatedError(words)
        found = _SQLITE.get(code) or _SQLITE.get(code & _PRIMARY_CODE, StoreUnavailableError)
        return found(words)
    if isinstance(original, PoolTimeoutError):
        return StoreBusyError("no connection became free in time")
    return _of_postgresql(getattr(original, "sqlstate", None) or "", words)


def _of_postgresql(state: str, words: str) -> StoreError:
    found = _OF_STATE.get(state, StoreUnavailableError)
    refused = state.startswith(_AUTHORIZATION) or (not state and "FATAL" in words and _is_refused_login(words))
    return StoreUnusableError(words) if refused else found(words)


def _is_refused_login(words: str) -> bool:
    return any(said in words for said in _REFUSED_LOGINS)


@contextmanager
def translated_errors() -> Iterator[None]:
    """Translate errors of SQLAlchemy and the driver that the block raises."""
    try:
        yield
    except _foreign() as error:
        raise _translated(error) from error


@contextmanager
def logged_errors(doing: str) -> Iterator[None]:
    """Log an error of the block, which cleans up, and continue."""
    try:
        yield
    except _foreign() as error:
        _log.warning("%s failed: %s", doing, _translated(error))
