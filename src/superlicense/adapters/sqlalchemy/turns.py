"""Turns: which block may use a connection, and how long others wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from threading import RLock, local
from types import SimpleNamespace
from typing import Final

from sqlalchemy import AssertionPool, Engine, Pool, QueuePool, SingletonThreadPool, StaticPool

from superlicense.adapters.open_block import Flag, OpenBlock
from superlicense.adapters.sqlalchemy.failures import translated_errors
from superlicense.errors import StoreBusyError

__all__ = ["Turns", "always_in_transaction", "is_single", "milliseconds", "only_writer"]

_MILLISECOND: Final = timedelta(milliseconds=1)
# PostgreSQL and SQLite store it as a signed number of 32 bits: 24 days.
_LONGEST_MS: Final = 2**31 - 1


class Turns:
    """The order of the blocks of an engine whose pool has a single connection (SQLite in memory): one at a time."""

    __slots__ = ("_lock", "_pool")

    def __init__(self, engine: Engine) -> None:
        """Order the blocks of *engine*."""
        self._pool = engine.pool if isinstance(engine.pool, StaticPool) else None
        self._lock = RLock()

    @contextmanager
    def take(self, patience: timedelta) -> Iterator[None]:
        """Wait for the connection, if there is only one.

        Raises:
            StoreBusyError: another block used it for longer than *patience*, or it
                is in a transaction of this thread or of the host.
        """
        if self._pool is None:
            yield
            return
        taken = False
        try:
            taken = self._lock.acquire(timeout=milliseconds(patience) / 1000)
            if not taken:
                raise StoreBusyError("the pool's only connection is in use")
            # Before it is taken out of the pool: putting it back would roll that transaction back.
            with translated_errors():
                driver = self._pool.connection.driver_connection
            if getattr(driver, "in_transaction", False) and not always_in_transaction(driver):
                raise StoreBusyError("the pool's only connection is already in a transaction")
            yield
        finally:
            if taken:
                self._lock.release()


def is_single(pool: Pool) -> bool:
    """Return whether *pool* has one connection only, or one for each thread, with a database of its own."""
    if isinstance(pool, QueuePool):
        # Only `status()` shows how many more there may be, in words.
        return pool.size() + pool._max_overflow == 1  # noqa: SLF001 - as above
    return isinstance(pool, AssertionPool | SingletonThreadPool | StaticPool)


def only_writer(state: local | SimpleNamespace, owner: str) -> AbstractContextManager[None]:
    """Run the block unless one of the same *owner*, which *state* belongs to, is already running.

    Raises:
        ConflictError: it is already writing.
    """
    if not hasattr(state, "flag"):
        state.flag = Flag(f"this {owner} is already writing")
    return OpenBlock(state.flag.set_until_the_end)


def milliseconds(patience: timedelta) -> int:
    """Return *patience* as the databases take it."""
    return min(max(0, patience // _MILLISECOND), _LONGEST_MS)


def always_in_transaction(driver: object) -> bool:
    """Return whether the driver begins a transaction by itself."""
    # ``autocommit=False``, which Python 3.12 has.
    return getattr(driver, "autocommit", None) is False
