"""A lock for what processes may inherit: one that another thread held during a fork is free in the child.

A web server that loads the application first and forks its workers afterwards
(gunicorn's ``--preload``) copies locks as they are, but not the threads that
would release them.
"""

from __future__ import annotations

from collections.abc import Callable
from os import getpid
from threading import Lock

__all__ = ["ProcessLock"]


def _nothing() -> None:
    """Do nothing."""


class ProcessLock:
    """A lock that every process has its own of.

    >>> lock = ProcessLock()
    >>> with lock.mine():
    ...     pass
    """

    __slots__ = ("_locks", "_when_interrupted")

    def __init__(self, when_interrupted: Callable[[], None] = _nothing) -> None:
        """Begin unlocked.

        Args:
            when_interrupted: Called in a forked process before its lock is there, if
                a thread of the parent held its own at the fork, and what it
                protects may be half changed. Several threads may call it.
        """
        self._locks = {getpid(): Lock()}
        self._when_interrupted = when_interrupted

    def mine(self) -> Lock:
        """Return the lock of this process.

        It is not a context manager itself: an interrupt between taking a lock and
        entering the block would leave it locked, and that of the interpreter has no
        such place.
        """
        process = getpid()
        return self._locks.get(process) or self._first(process)

    def _first(self, process: int) -> Lock:
        """Return the lock of a new process."""
        parents = [other for other in tuple(self._locks) if other != process]
        if any(self._locks[other].locked() for other in parents):
            self._when_interrupted()
        # Of several threads that come first, one sets it for all.
        return self._locks.setdefault(process, Lock())
