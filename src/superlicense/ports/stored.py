"""What stores keep: rows and journal entries whose nouns they never see, revisions and counts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from superlicense.codec import EntryRecord, Record

__all__ = ["Count", "Mark", "Revision", "StoredEntry", "StoredRow"]


class Revision(NamedTuple):
    """One committed state of an installation.

    Attributes:
        number: Commits so far, 0 for none.
        token: New at every commit and never reused, so that a store put back
            from a backup is recognized although it counts the same.
    """

    number: int
    token: str


class Mark(NamedTuple):
    """How far an installation's committed records go.

    Attributes:
        recorded_at: The ``floor`` of the newest journal entry, whatever rows say;
            `None` while there is no entry, or it has none.
        sequence: Highest sequence of any row, 0 for none.
        entries: Highest number of any journal entry, 0 for none.
    """

    recorded_at: datetime | None
    sequence: int
    entries: int


class Count(NamedTuple):
    """How many rows a table has.

    Attributes:
        ever: Rows ever started, 0 or more.
        ended: Those of them that have an end.
    """

    ever: int
    ended: int


class StoredRow(NamedTuple):
    """A row as stores keep it: columns, and a record that they neither make nor read.

    Attributes:
        table: The table; a text, because a newer version may have more.
        key: The key in the table.
        start: First instant at which it holds.
        started_by: Who started it.
        sequence: Position among all rows of the installation, from 1.
        record: The fact: its ``text``, ``form`` and ``personal_text`` are stored.
        end: First instant at which it no longer holds; `None` while it runs.
        ended_by: Who ended it.
        document: Bytes that the noun was parsed from, for packages and roots.
        seal: Seal of the row, opaque to stores.
    """

    table: str
    key: str
    start: datetime
    started_by: str
    sequence: int
    record: Record
    end: datetime | None = None
    ended_by: str | None = None
    document: bytes | None = None
    seal: bytes | None = None

    def ended(self, *, at: datetime, by: str, seal: bytes | None = None) -> StoredRow:
        """Return this row with its end, and the seal of that state."""
        return self._replace(end=at, ended_by=by, seal=seal)

    def started(self) -> StoredRow:
        """Return this row as it was when it started; its seal of that time is not known any more."""
        return self if self.end is None else self._replace(end=None, ended_by=None, seal=None)

    def holds_at(self, at: datetime) -> bool:
        """Return whether the fact holds at *at*; its end is exclusive."""
        return self.start <= at and (self.end is None or at < self.end)


class StoredEntry(NamedTuple):
    """A journal entry as stores keep it.

    Attributes:
        number: Position in the journal, from 1, without gaps.
        at: When it was done.
        by: Id of the user or job that did it.
        kind: What was done; a text, because a newer version may have more kinds.
        record: The rows it started and ended, and the floor: its ``text`` is stored.
        seal: Seal of the entry, opaque to stores.
    """

    number: int
    at: datetime
    by: str
    kind: str
    record: EntryRecord
    seal: bytes | None = None
