"""The journal replay: which rows must be stored, and whether the chain of entries is complete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from superlicense.codec import CorruptRecordError, NewerRecordError
from superlicense.document.seal import is_seal
from superlicense.errors import StoreNewerError
from superlicense.licensing.integrity.seals import Head, Seals
from superlicense.model.journal import EntryKind
from superlicense.model.month import Month
from superlicense.model.store_report import Finding, FindingCode
from superlicense.ports import Reading, StoredEntry

__all__ = ["JournalReplay", "Step", "TableRow", "replay_journal"]


class TableRow(NamedTuple):
    """A row as the journal records it.

    Attributes:
        table: Its table.
        key: Its key.
        digest: The digest of it as it is now.
        began: The digest of it as it started.
        start: First instant at which it holds.
        end: First instant at which it no longer holds.
    """

    table: str
    key: str
    digest: str
    began: str
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
        is_read: Whether all of it was read.
        steps: The rows of every entry, in order.
        terms: The digests of the terms that were set last, by month.
    """

    __slots__ = ("breaks", "closed", "entries", "is_read", "rows", "steps", "terms")

    def __init__(self) -> None:
        """Begin without entries."""
        self.rows: dict[int, TableRow] = {}
        self.entries = 0
        self.is_read = False
        self.closed: Month | None = None
        self.breaks: list[Finding] = []
        self.steps: list[Step] = []
        self.terms: dict[Month, Mapping[str, str]] = {}

    def note(self, entry: StoredEntry) -> None:
        """Note what *entry* did besides starting and ending rows."""
        month = entry.record.month
        if entry.kind == EntryKind.CLOCK_REBASED:
            self._correct_clock(entry.at)
        elif entry.kind == EntryKind.CLOSE_MONTH:
            self.closed = month
        elif entry.kind == EntryKind.SET_TERMS and month is not None:
            self.terms[month] = entry.record.terms

    def _correct_clock(self, at: datetime) -> None:
        """Let what claims a later instant than *at*, when the clock was corrected, be of that instant."""
        self.steps = [step._replace(at=min(step.at, at)) for step in self.steps]
        for sequence, row in self.rows.items():
            end = row.end if row.end is None else min(row.end, at)
            if row.start > at or end != row.end:
                self.rows[sequence] = row._replace(start=min(row.start, at), end=end)

    @property
    def is_complete(self) -> bool:
        """Whether what the journal does not record was not written."""
        return self.is_read and not self.breaks


def replay_journal(
    view: Reading, seals: Seals, head: Head | None, *, sealed: bool = True, noted: tuple[int, bytes] | None = None
) -> JournalReplay:
    """Replay the journal of *view*.

    Args:
        view: What is stored.
        seals: Makes the seals that entries have to have.
        head: How far the journal has to go, and the seal that it ends with;
            `None` if that is unknown.
        sealed: Whether the seals of entries are checked.
        noted: Number and seal of an entry that the journal has to contain.

    Raises:
        StoreNewerError: an entry with the right seal can only be a newer version's.
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
        holds = not sealed or gap or seals.entry_holds(entry, previous)
        replay.breaks += _add(replay, entry, holds=holds, sealed=sealed and not gap)
        newest, previous = entry.number, entry.seal
    if head is not None and newest < head.mark.entries:
        replay.breaks.append(_gap(newest + 1, head.mark.entries))
    elif sealed and head is not None and previous != head.journal and not replay.breaks:
        replay.breaks.append(_entry(FindingCode.ENTRY_EDITED, newest, "is not the last entry of the head"))
    if noted is not None:
        words = f"entry {noted[0]} is not the one that was noted: an older or another state was restored"
        replay.breaks.append(Finding(code=FindingCode.EARLIER_HEAD_UNKNOWN, number=noted[0], explanation=words))
    replay.is_read = True
    return replay


def _add(replay: JournalReplay, entry: StoredEntry, *, holds: bool, sealed: bool) -> Iterator[Finding]:
    """Add what *entry* did, unless it is broken: then yield how."""
    try:
        steps, digests = entry.record.steps, entry.record.digests
    except CorruptRecordError as error:
        yield _entry(FindingCode.ENTRY_UNREADABLE, entry.number, f"cannot be read: {error.problem}")
        return
    except NewerRecordError as error:
        if holds and sealed:
            raise StoreNewerError(f"journal entry {entry.number}") from error
        yield _entry(FindingCode.ENTRY_UNREADABLE, entry.number, "has fields that this version does not know")
        return
    if not holds:
        yield _entry(FindingCode.ENTRY_EDITED, entry.number, "has a seal that does not match")
        return
    replay.note(entry)
    ended, started = (tuple([step.sequence for step in steps if step.ended is end]) for end in (True, False))
    replay.steps.append(Step(entry.at, ended, started))
    for step, digest in zip(steps, digests, strict=True):
        if not step.ended:
            replay.rows[step.sequence] = TableRow(step.table, step.key, digest, digest, entry.at, None)
            continue
        began = replay.rows.get(step.sequence)
        if began is None:
            yield _entry(FindingCode.ENTRY_EDITED, entry.number, f"ends row {step.sequence}, which no entry started")
        else:
            replay.rows[step.sequence] = began._replace(digest=digest, end=entry.at)


def _entry(code: FindingCode, number: int, problem: str) -> Finding:
    return Finding(code=code, number=number, explanation=f"journal entry {number} {problem}")


def _gap(first: int, last: int) -> Finding:
    missing = f"journal entry {first} is" if first == last else f"journal entries {first} to {last} are"
    return Finding(code=FindingCode.ENTRY_MISSING, number=first, explanation=f"{missing} missing")
