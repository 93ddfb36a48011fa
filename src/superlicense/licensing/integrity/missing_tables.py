"""Missing tables: what was taken from a sealed store counts as if all of it had been deleted.

The head counts the rows and the entries that have to be there, so that what is
missing is named, and only those are denied whom it concerns (design section 10).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar, cast

from superlicense.errors import TamperedStoreError
from superlicense.licensing.loading import running_in
from superlicense.logs import logger
from superlicense.ports import Count, Facts, Journal, Reading, StoredEntry, StoredRow

__all__ = ["what_is_there"]

T = TypeVar("T")

_log = logger("seals")


def what_is_there(view: Reading) -> Reading:
    """Return the rows and entries of a sealed *view* that are there; its store raises `TamperedStoreError` for others.

    It has what a world is loaded from and no more: facts to stream and to count,
    and the entries of the journal.
    """
    return cast("Reading", _Records(view))


class _Records:
    __slots__ = ("_view",)

    def __init__(self, view: Reading) -> None:
        self._view = view

    @property
    def facts(self) -> _Facts:
        return _Facts(self._view.facts)

    @property
    def journal(self) -> _Journal:
        return _Journal(self._view.journal)


class _Facts:
    __slots__ = ("_facts",)

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def counts(self) -> Mapping[str, Count]:
        try:
            return self._facts.counts()
        except TamperedStoreError:
            return {}

    def running(self, table: str) -> Iterator[StoredRow]:
        return _present(self._facts.running(table))

    def running_in(self, tables: Collection[str]) -> Iterator[StoredRow]:
        return _present(running_in(self._facts, tables))

    def running_at(self, table: str, at: datetime) -> Iterator[StoredRow]:
        return _present(self._facts.running_at(table, at))

    def history(self, table: str) -> Iterator[StoredRow]:
        return _present(self._facts.history(table))


class _Journal:
    __slots__ = ("_journal",)

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def entries(self) -> Iterator[StoredEntry]:
        return _present(self._journal.entries())


def _present(records: Iterable[T]) -> Iterator[T]:
    try:
        yield from records
    except TamperedStoreError as error:
        _log.warning("tampered: %s", error)
