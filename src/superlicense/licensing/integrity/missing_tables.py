"""Missing tables: what was taken from a sealed store counts as if all of it had been deleted.

The head counts the rows and the entries that have to be there, so that what is
missing is named, and only those are denied whom it concerns (design section 10).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from superlicense.errors import TamperedStoreError
from superlicense.logs import logger
from superlicense.ports import Count, Reading, StoredEntry, StoredRow

__all__ = ["PresentRecords"]

T = TypeVar("T")

_log = logger("seals")


class PresentRecords:
    """The rows and entries of a sealed view that are there; its store raises `TamperedStoreError` for the others."""

    __slots__ = ("_view",)

    def __init__(self, view: Reading) -> None:
        """Read *view*."""
        self._view = view

    def counts(self) -> Mapping[str, Count]:
        """Count the rows of every table that has rows."""
        try:
            return self._view.facts.counts()
        except TamperedStoreError:
            return {}

    def running(self, table: str) -> Iterator[StoredRow]:
        """Stream the rows of *table* that have no end."""
        return _present(self._view.facts.running(table))

    def running_at(self, table: str, at: datetime) -> Iterator[StoredRow]:
        """Stream the rows of *table* that held at *at*."""
        return _present(self._view.facts.running_at(table, at))

    def history(self, table: str, key: str | None = None) -> Iterator[StoredRow]:
        """Stream every row of *key*, or of the whole *table*."""
        return _present(self._view.facts.history(table, key))

    def entries(self) -> Iterator[StoredEntry]:
        """Stream the entries of the journal."""
        return _present(self._view.journal.entries())


def _present(records: Iterable[T]) -> Iterator[T]:
    try:
        yield from records
    except TamperedStoreError as error:
        _log.warning("tampered: %s", error)
