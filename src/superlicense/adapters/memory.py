"""A store in memory, with the promises and the errors of a database.

One lock per installation serializes its writers. What a block writes is staged
and applied at its end, at a cost that does not depend on what is stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import chain
from operator import attrgetter
from threading import Lock
from typing import Any

from superlicense.adapters.memory_state import StoredInstallation
from superlicense.adapters.memory_usage import MemoryUsage, Recording
from superlicense.errors import ConflictError, StoreBusyError
from superlicense.model.journal import JournalEntry
from superlicense.model.license import LicenseName
from superlicense.model.row import Row, Table
from superlicense.model.site import Installation
from superlicense.ports import Count, Mark, Revision, touches

__all__ = ["MemoryStore"]


_by_start = attrgetter("start", "sequence")
_READERS_PATIENCE = timedelta(seconds=60)


class _Facts:
    """Rows as one view sees them: the stored ones, and those that it has staged."""

    __slots__ = ("_sequence", "_staged", "_stored", "written")

    def __init__(self, stored: StoredInstallation) -> None:
        self._stored = stored
        self._sequence = stored.mark.sequence
        # What runs of a table and key once this block is committed; `None` for nothing.
        self._staged: dict[tuple[Table, str], Row[Any] | None] = {}
        self.written: list[Row[Any]] = []

    def _all(self, table: Table, key: str | None = None) -> Iterator[Row[Any]]:
        """Return the rows of *table*, or of one *key*, as they are once this block is committed."""
        ended, running = self._stored.ended[table], self._stored.running[table]
        if key is None:
            stored = chain(chain.from_iterable(ended.values()), running.values())
        else:
            stored = chain(ended.get(key, ()), (running[key],) if key in running else ())
        if not self.written:
            return stored
        newest = {row.sequence: row for row in self.written if row.table is table and key in (None, row.key)}
        return chain((newest.pop(row.sequence, row) for row in stored), newest.values())

    def running(self, table: Table) -> Iterator[Row[Any]]:
        """Stream the rows of *table* that have no end, in order."""
        rows = self._all(table) if self.written else self._stored.running[table].values()
        return iter(sorted((row for row in rows if row.end is None), key=_by_start))

    def running_at(self, table: Table, at: datetime) -> Iterator[Row[Any]]:
        """Stream the rows of *table* that held at *at*, in order."""
        return iter(sorted((row for row in self._all(table) if row.holds_at(at)), key=_by_start))

    def history(self, table: Table, key: str | None = None) -> Iterator[Row[Any]]:
        """Stream every row of *key*, or of the whole *table*, in order."""
        return iter(sorted(self._all(table, key), key=_by_start))

    def counts(self) -> dict[Table, Count]:
        """Count the rows of every table."""
        ends = {table: [row.end is not None for row in self._all(table)] for table in Table}
        return {table: Count(len(ended), sum(ended)) for table, ended in ends.items()}

    def _runs(self, table: Table, key: str) -> Row[Any] | None:
        if (table, key) in self._staged:
            return self._staged[table, key]
        return self._stored.running[table].get(key)

    def start(self, row: Row[Any]) -> None:
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

    def end(self, row: Row[Any]) -> None:
        """Stage the end of a running row."""
        if row.end is None:
            raise ConflictError(f"row {row.sequence} of {row.table}/{row.key} ends without an end")
        running = self._runs(row.table, row.key)
        if running is None or running.sequence != row.sequence:
            raise ConflictError(f"row {row.sequence} of {row.table}/{row.key} does not run")
        self._staged[row.table, row.key] = None
        self.written.append(row)


class _Journal:
    """The journal as one view sees it."""

    __slots__ = ("_stored", "written")

    def __init__(self, stored: StoredInstallation) -> None:
        self._stored = stored
        self.written: list[JournalEntry] = []

    def append(self, entry: JournalEntry) -> None:
        """Stage a new entry."""
        due = len(self._stored.entries) + len(self.written) + 1
        if entry.number != due:
            raise ConflictError(f"journal entry {entry.number} comes where {due} is due")
        self.written.append(entry)

    def entries(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        holder: str | None = None,
        license: LicenseName | None = None,
    ) -> Iterator[JournalEntry]:
        """Stream entries in order of their number."""
        for entry in chain(self._stored.entries, self.written):
            if since is not None and entry.at < since:
                continue
            if until is not None and entry.at >= until:
                continue
            if touches(entry, holder=holder, license=license):
                yield entry


class _MemoryView:
    """One view of an installation, to read or to write."""

    __slots__ = ("_kept", "_patience", "_stored", "_usage", "facts", "head", "journal", "revision")

    def __init__(self, stored: StoredInstallation, patience: timedelta | None = None) -> None:
        """Open a view of *stored*; with a *patience*, to write."""
        self._stored = stored
        self._kept: bytes | None = None
        self.head = stored.head
        self._patience = patience
        self._usage: MemoryUsage | None = None
        self.revision = stored.revision
        self.facts = _Facts(stored)
        self.journal = _Journal(stored)

    def commit(self) -> None:
        """Commit what this view has written."""
        self._stored.commit(self.facts.written, self.journal.written, self._kept)
        if self._usage is not None:
            self._usage.commit()
        self.revision = self._stored.revision
        self.head = self._stored.head

    def keep_head(self, head: bytes) -> None:
        """Stage a new head."""
        self._kept = head

    @property
    def next_revision(self) -> Revision:
        """The revision that this block makes if it writes."""
        return self._stored.next_revision

    @property
    def usage(self) -> MemoryUsage:
        """The usage, locked until the end of the block.

        Raises:
            StoreBusyError: others kept it longer than the patience.
            ConflictError: this thread is already recording.
        """
        if self._usage is None:
            write = self._patience is not None
            self._usage = self._stored.usage.begin(self._patience or _READERS_PATIENCE, write=write)
        return self._usage

    def leave(self) -> None:
        """Release the locks of this view."""
        if self._usage is not None:
            self._stored.usage.end(write=self._patience is not None)

    @property
    def mark(self) -> Mark:
        """How far the committed records go."""
        return self._stored.mark

    def rows_since(self, revision: Revision) -> tuple[Row[Any], ...] | None:
        """Return what was written after *revision*, `None` if it is unknown."""
        number = revision.number
        commits = self._stored.commits
        known = f"{self._stored.series}-{number}" if number else self._stored.series
        if revision.token != known or number > len(commits):
            return None
        return tuple(chain.from_iterable(commits[number:]))


class MemoryStore:
    """Stores installations in this process, until it ends.

    >>> from superlicense.model.site import Installation
    >>> store = MemoryStore()
    >>> installation = Installation(serial_number="1010000014", company="Nordvik Handel A/S")
    >>> with store.reading(installation) as view:
    ...     view.revision.number
    0
    """

    __slots__ = ("_installations", "_lock")

    def __init__(self) -> None:
        """Start empty."""
        self._lock = Lock()
        self._installations: dict[str, StoredInstallation] = {}

    def _installation(self, installation: Installation) -> StoredInstallation:
        with self._lock:
            stored = self._installations.get(installation.key)
            if stored is None:
                stored = self._installations[installation.key] = StoredInstallation()
            return stored

    @contextmanager
    def reading(self, installation: Installation) -> Iterator[_MemoryView]:
        """Open a consistent view; writers wait until it is closed."""
        stored = self._installation(installation)
        with stored.lock:
            view = _MemoryView(stored)
            try:
                yield view
            finally:
                view.leave()

    @contextmanager
    def writing(
        self, installation: Installation, *, patience: timedelta = timedelta(seconds=60)
    ) -> Iterator[_MemoryView]:
        """Open a view to write, and commit it at the end of the block.

        Raises:
            StoreBusyError: another block held the installation longer than *patience*.
            ConflictError: the same thread is already writing, or what the block
                wrote does not fit what is stored.
        """
        stored = self._installation(installation)
        if not stored.lock.acquire(timeout=patience.total_seconds()):
            raise StoreBusyError(f"waited {patience}")
        try:
            if stored.writing:
                raise ConflictError("this thread is already writing")
            stored.writing = True
            view = _MemoryView(stored, patience)
            try:
                yield view
                view.commit()
            finally:
                view.leave()
                stored.writing = False
        finally:
            stored.lock.release()

    def recording(self, installation: Installation, *, patience: timedelta = timedelta(seconds=60)) -> Recording:
        """Open the usage to record, and commit it at the end of the block."""
        return Recording(self._installation(installation).usage, patience)

    def heartbeat(self, installation: Installation) -> StoredInstallation:
        """Return the stored installation: its ``revision`` is always the newest."""
        return self._installation(installation)
