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
    >>> with lock:
    ...     pass
    """

    __slots__ = ("_held", "_locks", "_when_interrupted")

    def __init__(self, when_interrupted: Callable[[], None] = _nothing) -> None:
        """Begin unlocked.

        Args:
            when_interrupted: Called by the first that takes the lock in a forked
                process, if a thread of the parent held it at the fork, and what
                it protects may be half changed.
        """
        self._held = Lock()
        self._locks = {getpid(): self._held}
        self._when_interrupted = when_interrupted

    def __enter__(self) -> None:
        """Wait for the lock, and take it."""
        process = getpid()
        # Of several threads that come first in a new process, one sets the lock for all.
        lock = self._locks.get(process) or self._locks.setdefault(process, Lock())
        lock.acquire()
        self._held = lock
        if len(self._locks) > 1:
            self._forget_parents(process)

    def __exit__(self, *_: object) -> None:
        """Release it."""
        self._held.release()

    def _forget_parents(self, process: int) -> None:
        """Drop the locks of the processes that this one was forked from; the lock is held."""
        left = [self._locks.pop(other) for other in tuple(self._locks) if other != process]
        if any(lock.locked() for lock in left):
            self._when_interrupted()
