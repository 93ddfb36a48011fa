"""What the store in memory holds of one installation."""

from __future__ import annotations

from os import urandom
from threading import RLock
from typing import Any

from superlicense.adapters.memory_usage import StoredUsage
from superlicense.model.journal import JournalEntry
from superlicense.model.row import Row, Table
from superlicense.ports import Mark, Revision

__all__ = ["StoredInstallation"]


class StoredInstallation:
    """Everything that is stored of one installation."""

    __slots__ = (
        "commits",
        "ended",
        "entries",
        "head",
        "lock",
        "mark",
        "revision",
        "running",
        "series",
        "usage",
        "writing",
    )

    def __init__(self) -> None:
        """Start empty."""
        self.lock = RLock()
        self.usage = StoredUsage()
        self.writing = False
        self.series = urandom(8).hex()
        self.revision = Revision(0, self.series)
        self.mark = Mark(None, 0, 0)
        self.head: bytes | None = None
        self.running: dict[Table, dict[str, Row[Any]]] = {table: {} for table in Table}
        self.ended: dict[Table, dict[str, list[Row[Any]]]] = {table: {} for table in Table}
        self.entries: list[JournalEntry] = []
        # The rows that each commit wrote; those of revision n are at n - 1.
        self.commits: list[tuple[Row[Any], ...]] = []

    @property
    def next_revision(self) -> Revision:
        """The revision that the next commit makes."""
        number = len(self.commits) + 1
        return Revision(number, f"{self.series}-{number}")

    def commit(self, rows: list[Row[Any]], entries: list[JournalEntry], head: bytes | None) -> None:
        """Apply what a block has written; nothing in here can fail half-way."""
        if not rows and not entries and head is None:
            return
        made = self.next_revision
        newest = self.mark.recorded_at
        for row in rows:
            if row.end is None:
                self.running[row.table][row.key] = row
            else:
                del self.running[row.table][row.key]
                self.ended[row.table].setdefault(row.key, []).append(row)
            newest = row.instant if newest is None else max(newest, row.instant)
        self.entries.extend(entries)
        self.commits.append(tuple(rows))
        self.mark = Mark(
            newest,
            max(self.mark.sequence, *(row.sequence for row in rows)) if rows else self.mark.sequence,
            len(self.entries),
        )
        if head is not None:
            self.head = head
        self.revision = made
