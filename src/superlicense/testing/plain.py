"""What a store should have: the promises in plain Python, slow and obvious, to compare a store with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from superlicense.model.journal import JournalEntry
from superlicense.model.license import LicenseName
from superlicense.model.row import Row, Table
from superlicense.ports import Count, Mark, Reading, Revision, touches

__all__ = ["TABLES", "Plain"]

TABLES = (Table.USERS, Table.SITES, Table.ASSIGNMENTS)
"""The tables that stories are about."""


class Plain:
    """Everything that should be stored of one installation.

    Attributes:
        rows: The rows as they are now, by sequence.
        entries: The journal.
        head: The head.
        commits: Every revision that was made, with the rows that were written.
        written: Rows of the block that is being written.
        touched: Whether that block has written anything.
        fits: Whether all that was tried in that block fits.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.rows: dict[int, Row[Any]] = {}
        self.entries: list[JournalEntry] = []
        self.head: bytes | None = None
        self.commits: list[tuple[Revision, tuple[Row[Any], ...]]] = []
        self.written: list[Row[Any]] = []
        self.touched = False
        self.fits = True

    def block(self) -> Plain:
        """Give a copy to write to; it takes the place of this one when the block commits."""
        copy = Plain()
        copy.rows, copy.entries, copy.head = dict(self.rows), list(self.entries), self.head
        copy.commits = list(self.commits)
        return copy

    def put(self, row: Row[Any], *, fits: bool) -> None:
        """Start or end a row, if that fits."""
        self.fits = fits
        if not fits:
            return
        self.rows[row.sequence] = row
        self.written.append(row)
        self.touched = True

    def append(self, entry: JournalEntry, *, fits: bool) -> None:
        """Write an entry, if that fits."""
        self.fits = fits
        if not fits:
            return
        self.entries.append(entry)
        self.touched = True

    def keep_head(self, head: bytes) -> None:
        """Keep a head."""
        self.head = head
        self.touched = True

    def commit(self, revision: Revision) -> None:
        """End the block, which made *revision* if it wrote anything."""
        if self.touched:
            assert revision.number == len(self.commits) + 1, "a commit makes the next revision"
            assert revision.token not in {made.token for made, _ in self.commits}, "a token is never used again"
            self.commits.append((revision, tuple(self.written)))
        else:
            assert revision.number == len(self.commits), "a block that wrote nothing makes no revision"
        self.written, self.touched = [], False

    @property
    def sequence(self) -> int:
        """The highest sequence, 0 if there is no row."""
        return max(self.rows, default=0)

    @property
    def mark(self) -> Mark:
        """How far the records go."""
        newest = max((row.instant for row in self.rows.values()), default=None)
        return Mark(newest, self.sequence, len(self.entries))

    def history(self, table: Table, key: str | None = None) -> list[Row[Any]]:
        """Give every row of *table*, or of one *key*."""
        found = [row for row in self.rows.values() if row.table is table and key in (None, row.key)]
        return sorted(found, key=lambda row: (row.start, row.sequence))

    def runs(self, table: Table, key: str) -> Row[Any] | None:
        """Give what runs of *key*."""
        return next((row for row in self.history(table, key) if row.end is None), None)

    def asked(
        self, *, since: datetime | None, until: datetime | None, holder: str | None, license: LicenseName | None
    ) -> list[JournalEntry]:
        """Give the entries that fit."""
        return [
            entry
            for entry in self.entries
            if (since is None or entry.at >= since)
            and (until is None or entry.at < until)
            and touches(entry, holder=holder, license=license)
        ]

    def matches_rows(self, view: Reading) -> None:
        """Assert that *view* shows these rows and entries."""
        for table in TABLES:
            ever = self.history(table)
            assert list(view.facts.history(table)) == ever
            assert list(view.facts.running(table)) == [row for row in ever if row.end is None]
            assert view.facts.counts()[table] == Count(len(ever), sum(row.end is not None for row in ever))
        assert list(view.journal.entries()) == self.entries

    def matches(self, view: Reading) -> None:
        """Assert that *view*, which has just been opened, shows all of this and nothing else."""
        assert view.revision.number == len(self.commits)
        assert view.mark == self.mark
        assert view.head == self.head
        self.matches_rows(view)
        for place, (revision, _) in enumerate(self.commits, start=1):
            missed = [row for _, written in self.commits[place:] for row in written]
            found = view.rows_since(revision)
            assert found is not None, f"revision {place} is not too long ago"
            assert [_unsealed(row) for row in found] == [_unsealed(row) for row in missed]
        if self.commits:
            assert view.revision == self.commits[-1][0]


def _unsealed(row: Row[Any]) -> tuple[object, ...]:
    """Leave out the seal, of which a store keeps the last one only."""
    return (row.table, row.key, row.noun, row.start, row.started_by, row.sequence, row.end, row.ended_by, row.document)
