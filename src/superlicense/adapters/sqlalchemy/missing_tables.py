"""Missing tables: a store that was never sealed has to be migrated; from a sealed one they were taken.

Rule 1: a view of a sealed store is opened whatever is missing, so that the front
door can say whom it concerns. A store is sealed if it has a head, or any row
with a seal.

Rule 2: on PostgreSQL an error ends the transaction. A view to read goes on in a
new one, or at its savepoint in one of the host's; a view to write is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from superlicense.errors import StoreOutdatedError, TamperedStoreError

__all__ = ["MissingTables"]

_NO_COLUMNS: Final = (0, "", None, 0, 0, 0, 0, None, None, 1)


class MissingTables:
    """What one view does where it finds that a table is missing."""

    __slots__ = ("_found", "_go_on")

    def __init__(self, go_on: Callable[[], bool]) -> None:
        """Begin with none.

        Args:
            go_on: Makes the transaction usable after an error; false if it cannot be.
        """
        self._go_on = go_on
        # What ended the transaction; whatever is read in it afterwards ends the same way.
        self._found: TamperedStoreError | None = None

    @contextmanager
    def told(self, *, sealed: bool) -> Iterator[None]:
        """Raise `TamperedStoreError` instead of `StoreOutdatedError` for what is missing of a *sealed* store."""
        if self._found is not None:
            raise self._found
        try:
            yield
        except StoreOutdatedError as error:
            if not sealed:
                raise
            found = TamperedStoreError(error.detail)
            if not self._go_on():
                self._found = found
            raise found from error

    def head(
        self, ask: Callable[[str], Sequence[Any] | None], head: str, head_alone: str, any_seal: str
    ) -> Sequence[Any] | None:
        """Return the columns of an installation, `None` if it has none, and those of none where they were taken.

        Args:
            ask: Returns the first row that a statement finds.
            head: Reads the columns.
            head_alone: Reads the columns of a sealed installation from its table alone.
            any_seal: Finds any row with a seal.

        Raises:
            StoreOutdatedError: a table is missing, and the store was never sealed.
        """
        try:
            return ask(head)
        except StoreOutdatedError as error:
            for statement in (head_alone, any_seal):
                self._go_on()
                with suppress(StoreOutdatedError):
                    found = ask(statement)
                    if found is not None:
                        return found if statement == head_alone else _NO_COLUMNS
            raise error from None
