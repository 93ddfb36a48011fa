"""Open blocks of a store: what they take is released, whatever ends or interrupts them.

What ends a block is a function of an exception, as ``__exit__`` is: of its type,
itself and its traceback, or of `None` three times. The last one that was added is
called first. What a lock has is written in C, so that no interrupt ends it half-way.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from threading import Lock, RLock
from types import TracebackType
from typing import Any

from superlicense.errors import ConflictError, StoreBusyError

__all__ = ["End", "Flag", "OpenBlock", "Taken", "take"]

End = Callable[[type[BaseException] | None, BaseException | None, TracebackType | None], object]


class Taken:
    """What a block has taken, and releases at its end.

    It is a `contextlib.ExitStack` of a fifth of the cost, which suppresses nothing.

    Attributes:
        at_end: Adds what ends the block.
    """

    __slots__ = ("_ends", "at_end")

    def __init__(self) -> None:
        """Start with nothing."""
        self._ends: list[End] = []
        self.at_end: Callable[[End], None] = self._ends.append

    def __enter__(self) -> Any:  # noqa: ANN401 - what a subclass begins
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Call every end, and go on where one raises."""
        ends = self._ends
        try:
            while ends:
                ends.pop()(kind, error, trace)
        except BaseException:
            Taken.__exit__(self, *sys.exc_info())
            raise


class Flag:
    """Whether a block that writes is open."""

    __slots__ = ("_conflict", "_open")

    def __init__(self, conflict: str) -> None:
        """Start unset; *conflict* is the message to a second block."""
        self._conflict = conflict
        # Nobody waits for it: threads take turns by the lock of the block.
        self._open = Lock()

    def set_until_the_end(self, block: Taken) -> None:
        """Set this until *block* ends.

        Raises:
            ConflictError: it is set already.
        """
        # In one line, so that no interrupt comes between the two.
        refused = block.at_end(self._open.__exit__) if self._open.acquire(blocking=False) else self._conflict
        if refused is not None:
            raise ConflictError(refused)


def take(lock: RLock, block: Taken, patience: timedelta) -> None:
    """Acquire *lock* until *block* ends.

    Raises:
        StoreBusyError: others kept it longer than *patience*.
    """
    # In one line, so that no interrupt comes between the two.
    waited = block.at_end(lock.__exit__) if lock.acquire(timeout=patience.total_seconds()) else patience
    if waited is not None:
        raise StoreBusyError(f"waited {waited}")


class OpenBlock(Taken):
    """A block to be entered, which ends once."""

    __slots__ = ("_begin",)

    def __init__(self, begin: Callable[[OpenBlock], Any]) -> None:
        """Enter it by *begin*, which takes what the block needs, and returns what it is entered for."""
        super().__init__()
        self._begin = begin

    def __enter__(self) -> Any:  # noqa: ANN401 - what was begun
        """Begin."""
        try:
            return self._begin(self)
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise

    def __del__(self) -> None:
        """Close a block that an interrupt between its last line and its end has left open; nothing is committed."""
        # An interrupt may come before there is anything.
        if getattr(self, "_ends", ()):
            self.__exit__(GeneratorExit, GeneratorExit(), None)
