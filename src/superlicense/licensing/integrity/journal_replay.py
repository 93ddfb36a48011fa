"""The journal replay: which rows must be stored, and whether the chain of entries is complete."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from attrs import evolve

from superlicense.document.seal import is_seal
from superlicense.licensing.integrity.seals import Head, Seals
from superlicense.model.journal import EntryKind, JournalEntry
from superlicense.model.month import Month
from superlicense.model.row import Row, Table
from superlicense.model.store_report import Finding, FindingCode
from superlicense.ports import Reading

__all__ = ["JournalReplay", "Step", "TableRow", "replay_journal"]


class TableRow(NamedTuple):
    """A row as the journal records it.

    Attributes:
        table: Its table.
        key: Its key.
        seal: The seal of all of its contents, in 32 bytes.
        start: First instant at which it holds.
        end: First instant at which it no longer holds.
    """

    table: Table
    key: str
    seal: bytes
    start: datetime
    end: datetime | None

    def holds_at(self, at: datetime | None) -> bool:
        """Return whether it holds at *at*; `None` asks whether it runs."""
        return self.end is None if at is None else self.start <= at and (self.end is None or at < self.end)


class Step(NamedTuple):
    """The rows that one entry ended and started, by their sequence.

    Attributes:
        at: The instant of the entry.
        ended: Rows that it ended.
        started: Rows that it started.
    """

    at: datetime
    ended: tuple[int, ...]
    started: tuple[int, ...]


class JournalReplay:
    """What a journal records.

    Attributes:
        rows: Every row by its sequence.
        entries: Number of entries read.
        breaks: What is wrong with the journal; if there is anything, *rows*
            may be incomplete.
        closed: Newest month that was closed; `None` if no month was.
        changed: Rows that were edited between their start and their end.
        steps: The rows of every entry, in order.
    """

    __slots__ = ("breaks", "changed", "closed", "entries", "rows", "steps")

    def __init__(self) -> None:
        """Begin without entries."""
        self.rows: dict[int, TableRow] = {}
        self.entries = 0
        self.closed: Month | None = None
        self.breaks: list[Finding] = []
        self.changed: list[Finding] = []
        self.steps: list[Step] = []


def replay_journal(
    view: Reading, seals: Seals, head: Head | None, *, sealed: bool = True, noted: tuple[int, bytes] | None = None
) -> JournalReplay:
    """Replay the journal of *view*.

    Args:
        view: What is stored.
        seals: Makes the seals that rows and entries have to have.
        head: How far the journal has to go, and the seal that it ends with;
            `None` if that is unknown.
        sealed: Whether the seals of entries are checked.
        noted: Number and seal of an entry that the journal has to contain.

    Raises:
        StoreError: the store cannot be read.
    """
    replay = JournalReplay()
    previous: bytes | None = None
    newest = 0
    for entry in view.journal.entries():
        replay.entries += 1
        if head is not None and entry.number > head.mark.entries:
            replay.breaks.append(_entry(FindingCode.ENTRY_UNKNOWN, entry.number, "is newer than the head"))
            continue
        if noted is not None and entry.number == noted[0] and is_seal(noted[1], entry.seal):
            noted = None
        gap = entry.number != newest + 1
        if gap:
            replay.breaks.append(_gap(newest + 1, entry.number - 1))
        if entry.kind is EntryKind.UNREADABLE:
            replay.breaks.append(_entry(FindingCode.ENTRY_UNREADABLE, entry.number, "cannot be read"))
        elif sealed and not gap and not seals.entry_holds(entry, previous):
            replay.breaks.append(_entry(FindingCode.ENTRY_EDITED, entry.number, "has a seal that does not match"))
        else:
            _add(replay, seals, entry)
        newest, previous = entry.number, entry.seal
    if head is not None and newest < head.mark.entries:
        replay.breaks.append(_gap(newest + 1, head.mark.entries))
    elif sealed and head is not None and previous != head.journal and not replay.breaks:
        replay.breaks.append(_entry(FindingCode.ENTRY_EDITED, newest, "is not the last entry of the head"))
    if noted is not None:
        words = f"entry {noted[0]} is not the one that was noted: an older or another state was restored"
        replay.breaks.append(Finding(code=FindingCode.EARLIER_HEAD_UNKNOWN, number=noted[0], explanation=words))
    return replay


def _add(replay: JournalReplay, seals: Seals, entry: JournalEntry) -> None:
    if entry.month is not None:
        replay.closed = entry.month
    ended, started = (tuple([row.sequence for row in rows]) for rows in (entry.before, entry.after))
    replay.steps.append(Step(entry.at, ended, started))
    for row in entry.before:
        began = replay.rows.get(row.sequence)
        if began is None or began.seal != seals.row(evolve(row, end=None, ended_by=None)):
            words = f"entry {entry.number} ended a row that had been edited since its start"
            replay.changed.append(_row(FindingCode.ROW_CHANGED_BEFORE_END, row, words))
        replay.rows[row.sequence] = _table_row(seals, row)
    for row in entry.after:
        replay.rows[row.sequence] = _table_row(seals, row)


def _table_row(seals: Seals, row: Row[Any]) -> TableRow:
    return TableRow(row.table, row.key, seals.row(row), row.start, row.end)


def _row(code: FindingCode, row: Row[Any], explanation: str) -> Finding:
    return Finding(code=code, table=str(row.table), key=row.key, number=row.sequence, explanation=explanation)


def _entry(code: FindingCode, number: int, problem: str) -> Finding:
    return Finding(code=code, number=number, explanation=f"journal entry {number} {problem}")


def _gap(first: int, last: int) -> Finding:
    missing = f"journal entry {first} is" if first == last else f"journal entries {first} to {last} are"
    return Finding(code=FindingCode.ENTRY_MISSING, number=first, explanation=f"{missing} missing")
