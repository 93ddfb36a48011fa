"""Failures: what a driver raises, in words of the family."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from superlicense.errors import ConflictError, StoreBusyError, StoreError, StoreFullError, StoreUnavailableError

__all__ = ["our_errors"]

# SQLSTATE classes and codes of PostgreSQL (its manual, appendix A).
_BUSY = frozenset({"55P03", "57014", "40P01", "25P03"})  # lock or statement timeout, deadlock
_CONFLICT = frozenset({"40001", "23505"})  # serialization failure, unique violation
_FULL = frozenset({"53100", "53200", "54000"})  # disk full, out of memory, a limit of the program
_SQLITE = {
    sqlite3.SQLITE_BUSY: StoreBusyError,
    sqlite3.SQLITE_LOCKED: StoreBusyError,
    sqlite3.SQLITE_FULL: StoreFullError,
    sqlite3.SQLITE_CONSTRAINT: ConflictError,
}
_PRIMARY_CODE = 0xFF


def _ours(error: BaseException) -> StoreError:
    original = error.orig if isinstance(error, DBAPIError) else error
    words = str(original).splitlines()[0] if str(original) else type(original).__name__
    if isinstance(original, sqlite3.Error):
        code = getattr(original, "sqlite_errorcode", 0) & _PRIMARY_CODE
        return _SQLITE.get(code, StoreUnavailableError)(words)
    if isinstance(original, PoolTimeoutError):
        return StoreBusyError("no connection was free in time")
    state = getattr(original, "sqlstate", None)
    if state in _BUSY:
        return StoreBusyError(words)
    if state in _CONFLICT:
        return ConflictError(words)
    return StoreFullError(words) if state in _FULL else StoreUnavailableError(words)


@contextmanager
def our_errors() -> Iterator[None]:
    """Let no error of SQLAlchemy or a driver out of the block."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise _ours(error) from error
