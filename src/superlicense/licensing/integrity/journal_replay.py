"""Replaying the journal: which rows there have to be, and whether the chain is whole."""

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

__all__ = ["JournalReplay", "TableRow", "replay_journal"]


class TableRow(NamedTuple):
    """A row as the journal tells of it.

    Attributes:
        table: Of which table.
        key: Of which key.
        seal: The seal of its contents; the whole of them, in 32 bytes.
        start: First instant at which it holds.
        end: First instant at which it no longer holds.
    """

    table: Table
    key: str
    seal: bytes
    start: datetime
    end: datetime | None

    def holds_at(self, at: datetime | None) -> bool:
        """Say whether it holds at *at*; `None` asks whether it runs."""
        return self.end is None if at is None else self.start <= at and (self.end is None or at < self.end)


class JournalReplay:
    """What a journal tells.

    Attributes:
        rows: Every row by its sequence.
        entries: Number of entries looked at.
        breaks: What is wrong with the journal; while there is anything, *rows*
            cannot be believed to be all.
        closed: Newest month that was closed; `None` if no month was.
        changed: Rows that were not the same when they ended as when they started.
    """

    __slots__ = ("breaks", "changed", "closed", "entries", "rows")

    def __init__(self) -> None:
        """Begin with nothing told."""
        self.rows: dict[int, TableRow] = {}
        self.entries = 0
        self.closed: Month | None = None
        self.breaks: list[Finding] = []
        self.changed: list[Finding] = []


def replay_journal(
    view: Reading, seals: Seals, head: Head | None, *, sealed: bool = True, noted: tuple[int, bytes] | None = None
) -> JournalReplay:
    """Replay the journal of *view*.

    Args:
        view: What is stored.
        seals: Makes the seals that rows and entries have to have.
        head: How far the journal has to go, and the seal that it ends with;
            `None` if nobody can tell.
        sealed: Whether the entries have seals to be checked.
        noted: Number and seal of an entry that has to be among them.

    Raises:
        StoreError: the store cannot be read.
    """
    told = JournalReplay()
    previous: bytes | None = None
    newest = 0
    for entry in view.journal.entries():
        told.entries += 1
        if head is not None and entry.number > head.mark.entries:
            told.breaks.append(_entry(FindingCode.ENTRY_UNKNOWN, entry.number, "is newer than the head"))
            continue
        if noted is not None and entry.number == noted[0] and is_seal(noted[1], entry.seal):
            noted = None
        gap = entry.number != newest + 1
        if gap:
            told.breaks.append(_gap(newest + 1, entry.number - 1))
        if entry.kind is EntryKind.UNREADABLE:
            told.breaks.append(_entry(FindingCode.ENTRY_UNREADABLE, entry.number, "cannot be read"))
        elif sealed and not gap and not seals.entry_holds(entry, previous):
            told.breaks.append(_entry(FindingCode.ENTRY_EDITED, entry.number, "has not the seal of its contents"))
        else:
            _tell(told, seals, entry)
        newest, previous = entry.number, entry.seal
    if head is not None and newest < head.mark.entries:
        told.breaks.append(_gap(newest + 1, head.mark.entries))
    elif sealed and head is not None and previous != head.journal and not told.breaks:
        told.breaks.append(_entry(FindingCode.ENTRY_EDITED, newest, "is not the one that the head ends with"))
    if noted is not None:
        words = f"entry {noted[0]} is not the one that was noted: an older or another state was put in its place"
        told.breaks.append(Finding(code=FindingCode.EARLIER_HEAD_UNKNOWN, number=noted[0], explanation=words))
    return told


def _tell(told: JournalReplay, seals: Seals, entry: JournalEntry) -> None:
    if entry.month is not None:
        told.closed = entry.month
    for row in entry.before:
        began = told.rows.get(row.sequence)
        if began is None or began.seal != seals.row(evolve(row, end=None, ended_by=None)):
            words = f"entry {entry.number} ended another row than the one that had started"
            told.changed.append(_row(FindingCode.ROW_CHANGED_BEFORE_END, row, words))
        told.rows[row.sequence] = _as_told(seals, row)
    for row in entry.after:
        told.rows[row.sequence] = _as_told(seals, row)


def _as_told(seals: Seals, row: Row[Any]) -> TableRow:
    return TableRow(row.table, row.key, seals.row(row), row.start, row.end)


def _row(code: FindingCode, row: Row[Any], explanation: str) -> Finding:
    return Finding(code=code, table=str(row.table), key=row.key, number=row.sequence, explanation=explanation)


def _entry(code: FindingCode, number: int, problem: str) -> Finding:
    return Finding(code=code, number=number, explanation=f"journal entry {number} {problem}")


def _gap(first: int, last: int) -> Finding:
    missing = f"journal entry {first} is" if first == last else f"journal entries {first} to {last} are"
    return Finding(code=FindingCode.ENTRY_MISSING, number=first, explanation=f"{missing} missing")
