"""Looking: when the revision of a store is read, and by which thread.

Rule 1: one look at a time, for all threads. A look is begun ahead of its need
by a thread that asks something, runs on a short daemon thread of its own, and
the thread ends with it. Nothing starts at import, or without a question.

Rule 2: a thread that cannot go on without a look waits at most the patience,
and the others with it: their time is up with that of the first. After a look
that outlasted the patience nobody waits for a while.

Rule 3: `Looks.refresh` joins only a look begun after the call, because an
earlier one may have read the store before what the caller wants to see.

Rule 4: a look that hangs (a server that is frozen, a line that is cut) is given
up after a while, and the next one has a thread and a connection of its own.
There are never more than a few, so that they do not take the whole pool.

Rule 5: a forked process has no thread of its parent, and begins anew.

What a look reads is up to its owner: a `Licensing` reads for itself, a fleet for
all installations that it has opened.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from datetime import timedelta
from os import getpid
from threading import Event, Thread
from time import monotonic
from typing import Final, Protocol

from superlicense.licensing.engine.process_lock import ProcessLock

__all__ = ["Looks", "LooksInTime"]

# Seconds after which a look that has not ended is given up.
_HANGING: Final = 20
# So many that hang are the most: the usual pool has five connections, and writers need some.
_MOST_HANGING: Final = 3
# So many times the patience nobody waits after a look that was too slow.
_CALM: Final = 10


class LooksInTime(Protocol):
    """What looks at the store for one installation: `Looks`, or those of a fleet."""

    def catch_up(self) -> None:
        """Accept what a look has shown that was made for several installations."""

    def begin(self) -> None:
        """Begin a look, and do not wait for it."""

    def join(self) -> bool:
        """Look, or wait for the look that is running; return whether it has ended."""

    def refresh(self) -> bool:
        """Look, by a look that begins after the call; return whether it has ended."""


class _Look:
    """One look, on a thread of its own.

    Attributes:
        begun: When it began, in seconds of the monotonic clock.
    """

    __slots__ = ("__weakref__", "_at_exit", "_done", "_process", "_until", "begun")

    def __init__(self) -> None:
        """Begin now."""
        self.begun = monotonic()
        self._process = getpid()
        self._done = Event()
        self._until: float | None = None

    def start(self, look: Callable[[_Look], None], patience: float) -> None:
        """Start the thread, which calls *look* with this.

        Raises:
            RuntimeError: the process has too many, or is about to exit.
        """
        thread = Thread(target=self._run, args=(look,), name="superlicense-look", daemon=True)
        # An interpreter that exits waits for the look, but not for one that hangs.
        self._at_exit = weakref.finalize(self, thread.join, patience)
        try:
            thread.start()
        except RuntimeError:
            self._end()
            raise

    def _run(self, look: Callable[[_Look], None]) -> None:
        try:
            look(self)
        finally:
            self._end()

    def _end(self) -> None:
        self._done.set()
        self._at_exit.detach()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended; the look of a parent process is none of ours."""
        return not self._done.is_set() and self._process == getpid()

    def join(self, patience: float) -> None:
        """Wait for the end, as long as the first thread that waits has patience."""
        if self._until is None:
            self._until = monotonic() + patience
        self.wait(self._until - monotonic())

    def wait(self, patience: float) -> bool:
        """Wait for the end, however long others have waited; return whether it came."""
        return self._done.wait(max(0, patience))


class Looks:
    """The looks at one store.

    Attributes:
        ahead_of_need: Whether looks have a thread of their own, and so can be
            begun before they are needed.
    """

    __slots__ = ("_calm_from", "_hanging", "_lock", "_look", "_patience", "_running", "ahead_of_need")

    def __init__(self, look: Callable[[], None], patience: timedelta, *, ahead_of_need: bool = True) -> None:
        """Look by *look*.

        Args:
            look: Reads the store, and records what came of it where those who
                ask find it. It raises nothing on purpose.
            patience: How long a thread waits for a look at most.
            ahead_of_need: `False` makes every look on the thread that needs it:
                for a transaction of the host, and for a pool with one connection.
        """
        self._look = look
        self._patience = patience.total_seconds()
        self._lock = ProcessLock()
        self._running: _Look | None = None
        self._hanging: tuple[_Look, ...] = ()
        # Until then nobody waits, because a look has just been too slow.
        self._calm_from = monotonic()
        self.ahead_of_need = ahead_of_need

    def catch_up(self) -> None:
        """Do nothing: what a look for one installation has shown is recorded by the look itself."""

    def begin(self) -> None:
        """Begin a look unless one is running, and do not wait for it."""
        if self.ahead_of_need:
            self._begin()

    def join(self) -> bool:
        """Look, or wait for the look that is running, at most the patience; return whether it has ended."""
        look = self._begin() if self.ahead_of_need else None
        if look is None:
            self._look()
            return True
        if monotonic() >= self._calm_from:
            look.join(self._patience)
        return not look.is_running

    def refresh(self) -> bool:
        """Look, by a look that begins after the call; return whether it has ended within the patience."""
        called = monotonic()
        while True:
            look = self._begin() if self.ahead_of_need else None
            if look is None:
                self._look()
                return True
            if not look.wait(called + self._patience - monotonic()):
                return False
            if look.begun >= called:
                return True

    def _begin(self) -> _Look | None:
        """Return the running look, or begin one; `None` if there can be no thread for it."""
        with self._lock.mine():
            running = self._running
            if running is not None and running.is_running and not self._give_up(running):
                return running
            self._running = look = _Look()
        # Without the lock: a thread takes its time to start, and others only want to know that there is one.
        try:
            look.start(self._run, self._patience)
        except RuntimeError:
            return None
        return look

    def _run(self, look: _Look) -> None:
        self._look()
        ended = monotonic()
        if ended - look.begun > self._patience:
            self._calm_from = ended + _CALM * self._patience

    def _give_up(self, look: _Look) -> bool:
        """Return whether *look* hangs and another may take its place, which then counts; the lock is held."""
        self._hanging = tuple(one for one in self._hanging if one.is_running)
        now = monotonic()
        if now - look.begun < _HANGING or len(self._hanging) >= _MOST_HANGING - 1:
            return False
        self._hanging += (look,)
        self._calm_from = now + _CALM * self._patience
        return True
