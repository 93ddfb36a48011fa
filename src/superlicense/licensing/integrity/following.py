"""Following: what others have written since, checked and added to a world without loading it anew.

Rule 1: with a seal key, rows are added only if they are exactly what lies between
two heads; else everything is loaded, which finds out what is wrong.

Rule 2: without one, a row that this version does not know is named by loading.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from superlicense.codec import CorruptRecordError, NewerRecordError
from superlicense.errors import StoreNewerError
from superlicense.licensing.integrity.integrity_state import CheckedWorld, IntegrityState
from superlicense.licensing.integrity.row_filters import sealed_row
from superlicense.licensing.integrity.seals import Head, Seals
from superlicense.licensing.integrity.tampered_records import is_continued_by, named_after
from superlicense.licensing.loading import follow, readable, row_of
from superlicense.model.row import Row, Table
from superlicense.ports import Reading, StoredRow

__all__ = ["Followed", "check_known", "follow_plain", "follow_sealed", "is_known"]

_TABLES: Final = frozenset(map(str, Table))


class Followed(NamedTuple):
    """A world after what others have written, and the rows that led to it."""

    checked: CheckedWorld
    rows: tuple[Row[Any], ...]


def is_known(table: str) -> bool:
    """Return whether this version has *table*."""
    return table in _TABLES


def check_known(head: Head) -> None:
    """Refuse a head that counts rows of tables that this version does not have.

    Raises:
        StoreNewerError: it does; its seal is right.
    """
    unknown = head.counts.keys() - _TABLES
    if unknown:
        raise StoreNewerError(f"it has rows of {', '.join(sorted(unknown))}")


def follow_plain(view: Reading, before: CheckedWorld, stored: tuple[StoredRow, ...]) -> Followed | None:
    """Add *stored* to the world of *before* without checking seals; `None` if everything has to be loaded.

    Raises:
        StoreUnavailableError: a row cannot be read.
    """
    rows = []
    for row in stored:
        try:
            if is_known(row.table):
                rows.append(row_of(row))
        except NewerRecordError:
            return None
        except CorruptRecordError:
            rows.append(readable(row))
    known = before.integrity
    integrity = known._replace(written=view.head, sealed=named_after(known.sealed, rows, set()))
    return Followed(CheckedWorld(follow(before.world, rows, view.mark), integrity), tuple(rows))


def follow_sealed(
    seals: Seals, written: bytes | None, head: Head, before: CheckedWorld, stored: tuple[StoredRow, ...]
) -> Followed | None:
    """Add *stored*, which leads to *head*, to the world of *before*; `None` if everything has to be loaded.

    Raises:
        StoreNewerError: a row has the right seal, and only a newer version can have written it.
    """
    known = before.integrity
    # In this order every row ends after it has started, whatever order the store returns.
    ordered = sorted(stored, key=lambda row: (row.sequence, row.end is not None))
    newest = {row.sequence: row for row in ordered}
    wrong = {row.sequence for row in newest.values() if not seals.holds(row)}
    rows = []
    for row in ordered:
        read = sealed_row(row, holds=row.sequence not in wrong)
        if read is None:
            return None
        rows.append(read)
    if known.head is None or not is_continued_by(before.world, known.head, tuple(rows), head):
        return None
    named = named_after(known.sealed, rows, wrong)
    state = IntegrityState(written, head, head.mark, named, known.documents)
    return Followed(CheckedWorld(follow(before.world, rows, head.mark), state), tuple(rows))
