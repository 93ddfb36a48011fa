"""Open blocks of a store: what they take is given back, whatever ends or interrupts them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from threading import Lock, RLock
from typing import Any

from superlicense.errors import ConflictError, StoreBusyError

__all__ = ["Flag", "OpenBlock", "take"]


class Flag:
    """Whether a block that writes is open."""

    __slots__ = ("_conflict", "_open")

    def __init__(self, conflict: str) -> None:
        """Start unset; *conflict* is the message to a second block."""
        self._conflict = conflict
        # Nobody waits for it: threads take turns by the lock of the block.
        self._open = Lock()

    def set_until_the_end(self, stack: ExitStack) -> None:
        """Set this until *stack* is closed.

        Raises:
            ConflictError: it is set already.
        """
        # In one line, so that no interrupt comes between the two.
        taken = stack.push(self._open) if self._open.acquire(blocking=False) else None
        if taken is None:
            raise ConflictError(self._conflict)


def take(lock: RLock, stack: ExitStack, patience: timedelta) -> None:
    """Acquire *lock* until *stack* is closed.

    Raises:
        StoreBusyError: others kept it longer than *patience*.
    """
    # In one line, so that no interrupt comes between the two.
    taken = stack.push(lock) if lock.acquire(timeout=patience.total_seconds()) else None
    if taken is None:
        raise StoreBusyError(f"waited {patience}")


class OpenBlock(ExitStack):
    """A block to be entered; it closes what it has taken at its end.

    The end is that of `ExitStack`, which goes on closing when one step raises.

    Attributes:
        begin: Takes what the block needs, and returns what it is entered for.
    """

    begin: Callable[[ExitStack], Any]

    @classmethod
    def that(cls, begin: Callable[[ExitStack], Any]) -> OpenBlock:
        """Return a block that begins so."""
        block = cls()
        block.begin = begin
        return block

    def __enter__(self) -> Any:  # noqa: ANN401 - what was begun
        """Begin."""
        try:
            return self.begin(self)
        except BaseException:
            self.close()
            raise

    def __del__(self) -> None:
        """Close a block that an interrupt between its last line and its end has left open; nothing is committed."""
        self.__exit__(GeneratorExit, GeneratorExit(), None)
