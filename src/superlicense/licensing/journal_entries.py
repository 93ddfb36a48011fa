"""Journal entries with the rows that they name, which are stored once.

With a seal key a row is shown only if it is the one that the entry names by its
digest, and its seal holds. One tampered row hides no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from superlicense.codec import CorruptRecordError, NewerRecordError, RowStep
from superlicense.errors import StoreNewerError, StoreUnusableError, TamperedStoreError
from superlicense.licensing.integrity.row_bytes import digest_of, row_bytes, row_digest
from superlicense.licensing.integrity.row_filters import blanked_rightly, forgotten_until
from superlicense.licensing.integrity.seals import Seals
from superlicense.licensing.loading import readable
from superlicense.model.journal import EntryKind, JournalEntry
from superlicense.model.row import Row
from superlicense.ports import Journal, Reading, StoredEntry, StoredRow

__all__ = ["resolved"]


class _RowCheck(Protocol):
    """Returns whether a row is the one that a step names, with the digest of it."""

    def __call__(self, row: StoredRow, step: RowStep, digest: str) -> bool: ...


def resolved(entries: Sequence[StoredEntry], view: Reading, seals: Seals | None) -> tuple[JournalEntry, ...]:
    """Return *entries* with their rows: those that ended as they are after it, those that started as they were then.

    Args:
        entries: Entries of *view*.
        view: What is stored.
        seals: Checks seals; `None` without a seal key.

    Raises:
        StoreNewerError: only a newer version can have written an entry or a row of it.
        StoreUnavailableError: an entry cannot be read, or a row of it is missing.
        TamperedStoreError: an entry has fields that no version has written.
    """
    named = {step.sequence for entry in entries for step in _known(entry, view.journal, seals).record.steps}
    rows = view.facts.rows(named)
    check = None if seals is None else _check(seals, rows, forgotten_until(view, seals))
    return tuple([_entry(entry, rows, check) for entry in entries])


def _known(entry: StoredEntry, journal: Journal, seals: Seals | None) -> StoredEntry:
    """Return *entry* if its record can be read."""
    try:
        entry.record.steps  # noqa: B018 - it is read here
    except NewerRecordError as error:
        if seals is not None:
            before = next(journal.entries(after=entry.number - 2), None) if entry.number > 1 else None
            if not seals.entry_holds(entry, None if before is None else before.seal):
                raise TamperedStoreError(f"journal entry {entry.number}; see verify_store") from error
        raise StoreNewerError(f"journal entry {entry.number}") from error
    except CorruptRecordError as error:
        raise StoreUnusableError(f"journal entry {entry.number} cannot be read: {error.problem}") from error
    return entry


def _check(seals: Seals, rows: Mapping[int, StoredRow], forgotten: Mapping[str, int]) -> _RowCheck:
    """Return what checks *rows*; each seal is made once."""
    digests: Final = {
        sequence: digest_of(written)
        for sequence, row in rows.items()
        if seals.holds(row, written := row_bytes(row)) and blanked_rightly(row, forgotten)
    }

    def is_named(row: StoredRow, step: RowStep, digest: str) -> bool:
        if row.sequence not in digests:
            return False
        as_it_is = step.ended or row.end is None
        return digest == (digests[row.sequence] if as_it_is else row_digest(row.started()))

    return is_named


def _entry(entry: StoredEntry, rows: Mapping[int, StoredRow], check: _RowCheck | None) -> JournalEntry:
    before: list[Row[Any]] = []
    after: list[Row[Any]] = []
    tampered: list[int] = []
    for step, digest in zip(entry.record.steps, entry.record.digests, strict=True):
        row = rows.get(step.sequence)
        is_there = row is not None and (row.end is not None or not step.ended)
        if check is None and not is_there:
            raise StoreUnusableError(f"journal entry {entry.number} cannot be read: row {step.sequence} is missing")
        if row is None or not is_there or (check is not None and not check(row, step, digest)):
            tampered.append(step.sequence)
        elif step.ended:
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
        terms=entry.record.terms,
        before=tuple(before),
        after=tuple(after),
        tampered=tuple(tampered),
    )
