"""Sealing a write: rows and entries with their seals, and the head that counts them.

Rule: a row that was named as tampered keeps its wrong seal when it ends. Nothing
that this instance writes makes a wrong record right.

Source: documents.md, "Seals on stored rows".
"""

from __future__ import annotations

from typing import Any, NamedTuple

from attrs import evolve

from superlicense.licensing.integrity.integrity_state import IntegrityState
from superlicense.licensing.integrity.seals import Head, Seals
from superlicense.licensing.integrity.tampered_records import named_after, records_of
from superlicense.model.journal import JournalEntry
from superlicense.model.row import Row
from superlicense.ports import Count, Mark, Writing
from superlicense.rules.apply import Applied

__all__ = ["SealedWrite", "sealed_write"]


class SealedWrite(NamedTuple):
    """What is to be written, and what is known of the records once it is.

    Attributes:
        rows: Rows that started and ended, in order.
        entries: Entries of the journal, in order.
        head: The new head; `None` where nothing is sealed or nothing is written.
        integrity: What is known of the records afterwards.
    """

    rows: tuple[Row[Any], ...]
    entries: tuple[JournalEntry, ...]
    head: bytes | None
    integrity: IntegrityState


def sealed_write(seals: Seals | None, integrity: IntegrityState, applied: Applied, view: Writing) -> SealedWrite:
    """Return the rows and entries of *applied* with their seals, and the head that goes with them.

    Args:
        seals: Makes the seals; `None` without a seal key.
        integrity: What is known of the stored records; the head is right.
        applied: What is to be written.
        view: Where it is written; it names the next revision.
    """
    head = integrity.head
    if seals is None or head is None or not applied.entries:
        return SealedWrite(applied.rows, applied.entries, None, integrity)
    counts, named = dict(head.counts), integrity.sealed
    rows, row_seals = [], {}
    for row in applied.rows:
        ever, ended = counts[row.table]
        counts[row.table] = Count(ever + (row.end is None), ended + (row.end is not None))
        row_seals[id(row)] = seal = seals.row(row)
        is_wrong = row.end is not None and not named.isdisjoint(records_of(row))
        rows.append(row if is_wrong else evolve(row, seal=seal))
        named = named_after(named, (row,), set())
    newest = head.journal
    entries = []
    for entry in applied.entries:
        newest = seals.entry(entry, newest, (row_seals[id(row)] for row in (*entry.before, *entry.after)))
        entries.append(
            evolve(entry, before=_without_seals(entry.before), after=_without_seals(entry.after), seal=newest)
        )
    mark = Mark(applied.world.recorded_at, applied.world.sequence, head.mark.entries + len(entries))
    made = Head(view.next_revision, mark, counts, newest)
    written = seals.head(made)
    known = IntegrityState(written, made, mark, named, integrity.documents)
    return SealedWrite(tuple(rows), tuple(entries), written, known)


def _without_seals(rows: tuple[Row[Any], ...]) -> tuple[Row[Any], ...]:
    return tuple(row if row.seal is None else evolve(row, seal=None) for row in rows)
