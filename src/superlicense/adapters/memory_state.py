"""What the store in memory holds of one installation."""

from __future__ import annotations

from itertools import chain
from os import urandom
from threading import RLock
from typing import NamedTuple

from superlicense.adapters.memory_usage import MemoryUsage, StoredUsage
from superlicense.adapters.open_block import Flag
from superlicense.codec import StoredUsageHead
from superlicense.ports import Mark, Revision, StoredEntry, StoredRow, Subject

__all__ = ["Block", "Commit", "StoredInstallation", "is_about"]


class Block(NamedTuple):
    """What one block has written.

    Attributes:
        revision: The revision that it makes.
        rows: Rows that started and ended, in order.
        entries: Entries with their subjects, in order.
        head: The new head; `None` if it keeps the one before.
        blanked: Users whose personal texts are blanked.
    """

    revision: Revision
    rows: tuple[StoredRow, ...]
    entries: tuple[tuple[StoredEntry, tuple[Subject, ...]], ...]
    head: bytes | None
    blanked: tuple[str, ...]


class Commit:
    """What a block has written of facts and of usage; it is committed once it is marked so.

    Attributes:
        block: Rows, entries and head; `None` for none.
        usage: Usage; `None` for none.
        aliases: Empty installations whose keys become aliases.
        is_made: Whether it is committed.
    """

    __slots__ = ("aliases", "block", "is_made", "usage")

    def __init__(
        self, block: Block | None, usage: MemoryUsage | None, aliases: tuple[StoredInstallation, ...] = ()
    ) -> None:
        """Begin with what is not committed yet."""
        self.aliases = aliases
        self.block = block
        self.usage = usage
        self.is_made = False


class StoredInstallation:
    """Everything that is stored of one installation.

    A commit is made by one mark, and then applied. What was interrupted half-way is
    applied again from its beginning before anybody looks, which gives the same.
    """

    __slots__ = (
        "alias_of",
        "commits",
        "ended",
        "entries",
        "head",
        "key",
        "known_from",
        "lock",
        "mark",
        "pending",
        "revision",
        "rows",
        "running",
        "series",
        "usage",
        "writing",
    )

    def __init__(self, key: str) -> None:
        """Start empty, under *key*."""
        self.key = key
        # The installation that its key has become an alias of.
        self.alias_of: StoredInstallation | None = None
        self.lock = RLock()
        self.usage = StoredUsage(key)
        self.writing = Flag("this thread is already writing")
        self.pending: Commit | None = None
        self.series = urandom(8).hex()
        self.revision = Revision(0, self.series)
        self.mark = Mark(None, 0, 0)
        self.head: bytes | None = None
        # Every row by its sequence; those that run and have ended, by table and key.
        self.rows: dict[int, StoredRow] = {}
        self.running: dict[str, dict[str, StoredRow]] = {}
        self.ended: dict[str, dict[str, dict[int, StoredRow]]] = {}
        self.entries: list[tuple[StoredEntry, tuple[Subject, ...]]] = []
        # The rows that each commit wrote; those of revision n are at n - 1.
        self.commits: list[tuple[StoredRow, ...]] = []
        # The oldest revision of which it is known what was written since.
        self.known_from = 0

    @property
    def next_revision(self) -> Revision:
        """The revision that the next commit makes."""
        number = self.revision.number + 1
        return Revision(number, f"{self.series}-{number}")

    def commit(self, commit: Commit) -> None:
        """Commit what a block has written, wholly or not at all, whatever interrupts it."""
        if commit.usage is not None:
            self.usage.pending = commit
        self.pending = commit
        if commit.block is None:
            commit.is_made = True
        else:
            commit.is_made, self.revision = True, commit.block.revision
        self.settle()
        if commit.usage is not None:
            self.usage.settle()

    def settle(self) -> None:
        """Apply what was committed and not applied to its end; forget what was not committed."""
        commit = self.pending
        if commit is not None and commit.is_made:
            if commit.block is not None:
                self._apply(commit.block)
            for alias in commit.aliases:
                alias.become_alias_of(self)
        self.pending = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever committed here."""
        usage = self.usage
        recorded = (usage.months, usage.meter_months, usage.events, usage.crossings, usage.statements)
        return self.revision.number == 0 and usage.head == StoredUsageHead() and not any(recorded)

    def become_alias_of(self, other: StoredInstallation) -> None:
        """Let *other* take the place of this installation; a second time changes nothing."""
        self.alias_of = other
        # An instance that watches this one looks again, and finds the other.
        self.revision = Revision(0, f"alias of {other.key}")

    def _apply(self, block: Block) -> None:
        """Apply *block*; a second time changes nothing."""
        sequence = self.mark.sequence
        for row in block.rows:
            self.rows[row.sequence] = row
            sequence = max(sequence, row.sequence)
            running = self.running.setdefault(row.table, {})
            if row.end is None:
                # It may have ended in the same block, and this may be the second time.
                running[row.key] = row
            else:
                running.pop(row.key, None)
                self.ended.setdefault(row.table, {}).setdefault(row.key, {})[row.sequence] = row
        recorded_at, number = self.mark.recorded_at, self.mark.entries
        for one in block.entries:
            entry = one[0]
            self.entries[entry.number - 1 :] = [one]
            recorded_at, number = entry.record.floor, entry.number
        self.commits[block.revision.number - 1 :] = [block.rows]
        for key in block.blanked:
            self._blank(key)
        if block.blanked:
            self.known_from = block.revision.number
        self.mark = Mark(recorded_at, sequence, number)
        if block.head is not None:
            self.head = block.head
        self.revision = block.revision

    def _blank(self, user: str) -> None:
        """Blank the personal texts of *user*, and forget the commits that have them."""
        for row in [row for row in self.rows.values() if is_about(row, user)]:
            blank = row._replace(record=row.record.blanked())
            self.rows[row.sequence] = blank
            if row.end is None:
                self.running[row.table][row.key] = blank
            else:
                self.ended[row.table][row.key][row.sequence] = blank
        self.commits[:] = [()] * len(self.commits)

    def rows_since(self, revision: Revision) -> tuple[StoredRow, ...] | None:
        """Return what was written after *revision*, `None` if it is unknown."""
        number = revision.number
        known = f"{self.series}-{number}" if number else self.series
        if revision.token != known or not self.known_from <= number <= len(self.commits):
            return None
        return tuple(chain.from_iterable(self.commits[number:]))


def is_about(row: StoredRow, user: str) -> bool:
    """Return whether *row* has personal texts about *user*."""
    if row.table == "users":
        return row.key == user
    return row.table == "assignments" and row.key.startswith(f"{user}\n")
