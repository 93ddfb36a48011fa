"""Rows and entries of the store in memory, with what one view has staged."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain, islice
from operator import attrgetter, methodcaller
from types import MappingProxyType
from typing import Any, Final

from superlicense.adapters.memory_state import StoredInstallation, is_about
from superlicense.errors import ConflictError
from superlicense.model.license import LicenseName
from superlicense.ports import Count, StoredEntry, StoredRow, Subject, touches

__all__ = ["MemoryFacts", "MemoryJournal"]

_by_start = attrgetter("start", "sequence")
_values = methodcaller("values")
_NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


class MemoryFacts:
    """Rows as one view sees them: the stored ones, and those that it has staged."""

    __slots__ = ("_sequence", "_staged", "_stored", "blanked", "written")

    def __init__(self, stored: StoredInstallation) -> None:
        """Show *stored*, with nothing staged."""
        self._stored = stored
        self._sequence = stored.mark.sequence
        # What runs of a table and key once this block is committed; `None` for nothing.
        self._staged: dict[tuple[str, str], StoredRow | None] = {}
        self.written: list[StoredRow] = []
        self.blanked: list[str] = []

    def _all(self, table: str, key: str | None = None) -> Iterator[StoredRow]:
        """Return the rows of *table*, or of one *key*, as they are once this block is committed."""
        ended, running = self._stored.ended.get(table, _NOTHING), self._stored.running.get(table, _NOTHING)
        if key is None:
            stored = chain(chain.from_iterable(map(_values, ended.values())), running.values())
        else:
            stored = chain(ended.get(key, _NOTHING).values(), (running[key],) if key in running else ())
        if not self.written and not self.blanked:
            return stored
        newest = {row.sequence: row for row in self.written if row.table == table and key in (None, row.key)}
        return map(self._blank, chain((newest.pop(row.sequence, row) for row in stored), newest.values()))

    def _blank(self, row: StoredRow) -> StoredRow:
        if any(is_about(row, user) for user in self.blanked):
            return row._replace(record=row.record.blanked())
        return row

    def running(self, table: str) -> Iterator[StoredRow]:
        """Stream the rows of *table* that have no end, in order."""
        if self.written or self.blanked:
            rows: Iterable[StoredRow] = (row for row in self._all(table) if row.end is None)
        else:
            rows = self._stored.running.get(table, _NOTHING).values()
        return iter(sorted(rows, key=_by_start))

    def running_at(self, table: str, at: datetime) -> Iterator[StoredRow]:
        """Stream the rows of *table* that held at *at*, in order."""
        return iter(sorted((row for row in self._all(table) if row.holds_at(at)), key=_by_start))

    def history(self, table: str, key: str | None = None) -> Iterator[StoredRow]:
        """Stream every row of *key*, or of the whole *table*, in order."""
        return iter(sorted(self._all(table, key), key=_by_start))

    def rows(self, sequences: Iterable[int]) -> dict[int, StoredRow]:
        """Return the rows of *sequences*."""
        written = {row.sequence: row for row in self.written}
        found = {number: written.get(number) or self._stored.rows.get(number) for number in sequences}
        return {number: self._blank(row) for number, row in found.items() if row is not None}

    def counts(self) -> dict[str, Count]:
        """Count the rows of every table that has rows."""
        tables = {*self._stored.running, *self._stored.ended, *(row.table for row in self.written)}
        ends = {str(table): [row.end is not None for row in self._all(table)] for table in sorted(tables)}
        return {table: Count(len(ended), sum(ended)) for table, ended in ends.items() if ended}

    def _runs(self, table: str, key: str) -> StoredRow | None:
        if (table, key) in self._staged:
            return self._staged[table, key]
        return self._stored.running.get(table, _NOTHING).get(key)

    def start(self, row: StoredRow) -> None:
        """Stage a new row."""
        if row.end is not None:
            raise ConflictError(f"row {row.sequence} of {row.table}/{row.key} starts with an end")
        if self._runs(row.table, row.key) is not None:
            raise ConflictError(f"a row of {row.table}/{row.key} runs already")
        if row.sequence <= self._sequence:
            raise ConflictError(f"the sequence {row.sequence} is taken")
        self._sequence = row.sequence
        self._staged[row.table, row.key] = row
        self.written.append(row)

    def end(self, row: StoredRow) -> None:
        """Stage the end of a running row."""
        if row.end is None:
            raise ConflictError(f"row {row.sequence} of {row.table}/{row.key} ends without an end")
        running = self._runs(row.table, row.key)
        if running is None or running.sequence != row.sequence:
            raise ConflictError(f"row {row.sequence} of {row.table}/{row.key} does not run")
        self._staged[row.table, row.key] = None
        self.written.append(row)

    def blank(self, key: str) -> None:
        """Stage the blanking of the personal texts of *key*."""
        self.blanked.append(key)


class MemoryJournal:
    """The journal as one view sees it."""

    __slots__ = ("_stored", "written")

    def __init__(self, stored: StoredInstallation) -> None:
        """Show *stored*, with nothing staged."""
        self._stored = stored
        self.written: list[tuple[StoredEntry, tuple[Subject, ...]]] = []

    def append(self, entry: StoredEntry, subjects: Collection[Subject] = ()) -> None:
        """Stage a new entry."""
        due = len(self._stored.entries) + len(self.written) + 1
        if entry.number != due:
            raise ConflictError(f"journal entry {entry.number} comes where {due} is due")
        self.written.append((entry, tuple(subjects)))

    def entries(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        holder: str | None = None,
        license: LicenseName | None = None,
        after: int = 0,
    ) -> Iterator[StoredEntry]:
        """Stream entries in order of their number."""
        for entry, subjects in chain(islice(self._stored.entries, after, None), self.written):
            if entry.number <= after or (since is not None and entry.at < since):
                continue
            if until is not None and entry.at >= until:
                continue
            if touches(subjects, holder=holder, license=license):
                yield entry
