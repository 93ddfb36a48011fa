"""A reference store in plain Python, slow and obvious, to compare another store with."""

from __future__ import annotations

from datetime import datetime

from superlicense.model.license import LicenseName
from superlicense.model.row import Table
from superlicense.ports import Count, Mark, Reading, Revision, StoredEntry, StoredRow, Subject, touches

__all__ = ["TABLES", "ReferenceStore"]

TABLES = (Table.USERS, Table.SITES, Table.ASSIGNMENTS)
"""The tables that the state machine uses."""


class ReferenceStore:
    """The expected contents of a store for one installation.

    Attributes:
        rows: Current rows, by sequence.
        entries: The journal.
        subjects: Whom each entry is about, by number.
        head: The head.
        commits: All revisions, each with the rows it wrote.
        written: Rows of the open block.
        touched: Whether the open block has written anything.
        fits: Whether everything in the open block is valid.
    """

    def __init__(self) -> None:
        """Create an empty store."""
        self.rows: dict[int, StoredRow] = {}
        self.entries: list[StoredEntry] = []
        self.subjects: dict[int, tuple[Subject, ...]] = {}
        self.head: bytes | None = None
        self.commits: list[tuple[Revision, tuple[StoredRow, ...]]] = []
        self.written: list[StoredRow] = []
        self.touched = False
        self.fits = True

    def block(self) -> ReferenceStore:
        """Return a copy to write to, which replaces this store when the block commits."""
        copy = ReferenceStore()
        copy.rows, copy.entries, copy.head = dict(self.rows), list(self.entries), self.head
        copy.commits, copy.subjects = list(self.commits), dict(self.subjects)
        return copy

    def put(self, row: StoredRow, *, fits: bool) -> None:
        """Start or end a row if that is valid."""
        self.fits = fits
        if not fits:
            return
        self.rows[row.sequence] = row
        self.written.append(row)
        self.touched = True

    def append(self, entry: StoredEntry, subjects: tuple[Subject, ...], *, fits: bool) -> None:
        """Append an entry if that is valid."""
        self.fits = fits
        if not fits:
            return
        self.entries.append(entry)
        self.subjects[entry.number] = subjects
        self.touched = True

    def keep_head(self, head: bytes) -> None:
        """Store a head."""
        self.head = head
        self.touched = True

    def commit(self, revision: Revision) -> None:
        """Commit the block; *revision* is new if the block wrote anything."""
        if self.touched:
            assert revision.number == len(self.commits) + 1, "a commit creates the next revision"
            assert revision.token not in {made.token for made, _ in self.commits}, "tokens are unique"
            self.commits.append((revision, tuple(self.written)))
        else:
            assert revision.number == len(self.commits), "an empty block does not create a revision"
        self.written, self.touched = [], False

    @property
    def sequence(self) -> int:
        """The highest sequence; 0 without rows."""
        return max(self.rows, default=0)

    @property
    def mark(self) -> Mark:
        """The newest instant, sequence and entry number."""
        newest = self.entries[-1] if self.entries else None
        return Mark(None if newest is None else newest.record.floor, self.sequence, len(self.entries))

    def history(self, table: Table, key: str | None = None) -> list[StoredRow]:
        """Return all rows of *table*, or of one *key*."""
        found = [row for row in self.rows.values() if row.table == table and key in (None, row.key)]
        return sorted(found, key=lambda row: (row.start, row.sequence))

    def runs(self, table: Table, key: str) -> StoredRow | None:
        """Return the running row of *key*, or `None`."""
        return next((row for row in self.history(table, key) if row.end is None), None)

    def asked(
        self, *, since: datetime | None, until: datetime | None, holder: str | None, license: LicenseName | None
    ) -> list[StoredEntry]:
        """Return the matching entries."""
        return [
            entry
            for entry in self.entries
            if (since is None or entry.at >= since)
            and (until is None or entry.at < until)
            and touches(self.subjects[entry.number], holder=holder, license=license)
        ]

    def matches_rows(self, view: Reading) -> None:
        """Assert that *view* has the same rows and entries."""
        for table in TABLES:
            ever = self.history(table)
            assert list(view.facts.history(table)) == ever
            assert list(view.facts.running(table)) == [row for row in ever if row.end is None]
            assert view.facts.counts().get(table, Count(0, 0)) == Count(
                len(ever), sum(row.end is not None for row in ever)
            )
        assert list(view.journal.entries()) == self.entries

    def matches(self, view: Reading) -> None:
        """Assert that *view*, which was just opened, is equal to this store."""
        assert view.revision.number == len(self.commits)
        assert view.mark == self.mark
        assert view.head == self.head
        self.matches_rows(view)
        for place, (revision, _) in enumerate(self.commits, start=1):
            missed = [row for _, written in self.commits[place:] for row in written]
            found = view.rows_since(revision)
            assert found is not None, f"revision {place} is still available"
            assert [_unsealed(row) for row in found] == [_unsealed(row) for row in missed]
        if self.commits:
            assert view.revision == self.commits[-1][0]


def _unsealed(row: StoredRow) -> tuple[object, ...]:
    """Return the row without its seal, because a store only has the latest seal."""
    return row._replace(seal=None)
