"""Journal entries with the rows that they name, which are stored once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from superlicense.codec import CorruptRecordError, NewerRecordError
from superlicense.errors import StoreNewerError, StoreUnusableError
from superlicense.licensing.loading import readable
from superlicense.model.journal import EntryKind, JournalEntry
from superlicense.model.row import Row
from superlicense.ports import Facts, StoredEntry, StoredRow

__all__ = ["resolved"]


def resolved(entries: Sequence[StoredEntry], facts: Facts) -> tuple[JournalEntry, ...]:
    """Return *entries* with their rows: those that ended as they are after it, those that started as they were then.

    Raises:
        StoreNewerError: only a newer version can have written an entry or a row of it.
        StoreUnavailableError: an entry cannot be read, or a row of it is missing.
    """
    named = {step.sequence for entry in entries for step in _known(entry).record.steps}
    rows = facts.rows(named)
    return tuple([_entry(entry, rows) for entry in entries])


def _known(entry: StoredEntry) -> StoredEntry:
    """Return *entry* if its record can be read."""
    try:
        entry.record.steps  # noqa: B018 - it is read here
    except NewerRecordError as error:
        raise StoreNewerError(f"journal entry {entry.number}") from error
    except CorruptRecordError as error:
        raise StoreUnusableError(f"journal entry {entry.number} cannot be read: {error.problem}") from error
    return entry


def _entry(entry: StoredEntry, rows: Mapping[int, StoredRow]) -> JournalEntry:
    before: list[Row[Any]] = []
    after: list[Row[Any]] = []
    for step in entry.record.steps:
        row = rows.get(step.sequence)
        if row is None or (step.ended and row.end is None):
            raise StoreUnusableError(f"journal entry {entry.number} cannot be read: row {step.sequence} is missing")
        if step.ended:
            before.append(readable(row))
        else:
            after.append(readable(row.started()))
    try:
        kind: EntryKind | str = EntryKind(entry.kind)
    except ValueError:
        kind = entry.kind
    return JournalEntry(
        number=entry.number,
        at=entry.at,
        by=entry.by,
        kind=kind,
        month=entry.record.month,
        before=tuple(before),
        after=tuple(after),
    )
