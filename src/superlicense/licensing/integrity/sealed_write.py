"""A write as it is stored: rows and entries with their seals, and the head that counts them.

Rule 1: a row that was named as tampered has no seal once it ends. Nothing that
this instance writes makes a wrong record right.

Rule 2: without a seal key nothing is encoded here: the text of a record and the
digests of an entry are made when a store asks for them.

Source: documents.md, "Seals on stored rows".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from superlicense.codec import LATER_KINDS, EntryRecord, RowStep
from superlicense.errors import StoreOutdatedError
from superlicense.licensing.integrity.integrity_state import IntegrityState
from superlicense.licensing.integrity.row_bytes import digest_of, row_bytes, row_digest
from superlicense.licensing.integrity.seals import Head, Seals
from superlicense.licensing.integrity.tampered_records import named_after, records_of
from superlicense.licensing.loading import stored_row
from superlicense.model.journal import EntryKind, JournalEntry
from superlicense.model.row import Row
from superlicense.ports import Count, Mark, StoredEntry, StoredRow, Subject, Writing, subjects_of
from superlicense.rules.apply import Applied

__all__ = ["SealedWrite", "sealed_write"]

_NO_ROWS: Final = Count(0, 0)
_Entries = tuple[tuple[StoredEntry, set[Subject]], ...]


class SealedWrite(NamedTuple):
    """What is to be written, and what is known of the records once it is.

    Attributes:
        rows: Rows that started and ended, in order.
        entries: Entries of the journal with their subjects, in order.
        head: The new head; `None` where nothing is sealed or nothing is written.
        integrity: What is known of the records afterwards.
    """

    rows: tuple[StoredRow, ...]
    entries: _Entries
    head: bytes | None
    integrity: IntegrityState


def sealed_write(seals: Seals | None, integrity: IntegrityState, applied: Applied, view: Writing) -> SealedWrite:
    """Return the rows and entries of *applied* as they are stored, and the head that goes with them.

    Args:
        seals: Makes the seals; `None` without a seal key.
        integrity: What is known of the stored records; the head is right.
        applied: What is to be written.
        view: Where it is written; it names the next revision.

    Raises:
        StoreOutdatedError: it needs a newer form than that of the store.
    """
    _check_kinds(applied.entries, view)
    head = integrity.head
    if seals is None or head is None or not applied.entries:
        plain = {id(row): stored_row(row) for row in applied.rows}
        entries = _plain_entries(applied, plain)
        # A record that this version does not know has ended, where another row of ours was put in its place.
        known = integrity._replace(sealed=named_after(integrity.sealed, applied.rows, set()))
        return SealedWrite(tuple(plain.values()), entries, None, known)
    counts, named = dict(head.counts), integrity.sealed
    rows, digests = [], {}
    for row in applied.rows:
        ever, ended = counts.get(row.table, _NO_ROWS)
        counts[row.table] = Count(ever + (row.end is None), ended + (row.end is not None))
        stored = stored_row(row)
        written = row_bytes(stored)
        digests[id(row)] = digest_of(written)
        is_wrong = row.end is not None and not named.isdisjoint(records_of(row))
        rows.append(stored if is_wrong else stored._replace(seal=seals.of_bytes(written)))
        named = named_after(named, (row,), set())
    newest = head.journal
    sealed: list[tuple[StoredEntry, set[Subject]]] = []
    for entry in applied.entries:
        moved = _moved(entry)
        record = _record(entry, moved, [digests[id(row)] for row in moved].copy, applied)
        bare = StoredEntry(entry.number, entry.at, entry.by, entry.kind, record)
        newest = seals.entry(bare, newest)
        sealed.append((bare._replace(seal=newest), subjects_of(moved)))
    mark = Mark(applied.world.recorded_at, applied.world.sequence, head.mark.entries + len(sealed))
    made = Head(view.next_revision, mark, counts, newest)
    written_head = seals.head(made)
    state = IntegrityState(written_head, made, mark, named, integrity.documents)
    return SealedWrite(tuple(rows), tuple(sealed), written_head, state)


def _check_kinds(entries: Iterable[JournalEntry], view: Writing) -> None:
    for entry in entries if LATER_KINDS else ():
        if isinstance(entry.kind, EntryKind) and LATER_KINDS.get(entry.kind, 1) > view.form:
            raise StoreOutdatedError(f"an entry {entry.kind} is newer than the store's form {view.form}")


def _plain_entries(applied: Applied, stored: dict[int, StoredRow]) -> _Entries:
    entries = []
    for entry in applied.entries:
        moved = _moved(entry)
        rows = [stored[id(row)] for row in moved]
        record = _record(entry, moved, lambda rows=rows: map(row_digest, rows), applied)  # type: ignore[misc]  # bound now
        entries.append((StoredEntry(entry.number, entry.at, entry.by, entry.kind, record), subjects_of(moved)))
    return tuple(entries)


def _moved(entry: JournalEntry) -> tuple[Row[Any], ...]:
    return (*entry.before, *entry.after)


def _record(
    entry: JournalEntry, moved: Iterable[Row[Any]], digests: Callable[[], Iterable[str]], applied: Applied
) -> EntryRecord:
    floor = applied.world.recorded_at
    steps = map(_step, moved)
    return EntryRecord(steps=steps, digests=digests, floor=floor, month=entry.month, terms=entry.terms)


def _step(row: Row[Any]) -> RowStep:
    if row.end is not None:
        return RowStep(row.sequence, True)  # noqa: FBT003 - of a step
    return RowStep(row.sequence, False, row.table, row.key)  # noqa: FBT003 - of a step
