"""Rows and entries: the columns of the licensing tables as nouns.

What can no longer be read is marked as such, and hides nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import evolve

from superlicense.adapters.sqlalchemy.columns import read_micros
from superlicense.codec import ENTRY, load_noun
from superlicense.errors import StoreUnavailableError
from superlicense.model.journal import EntryKind, JournalEntry
from superlicense.model.row import Noun, Row, Table, Unreadable
from superlicense.model.seat import Assignment
from superlicense.ports import holder_of

__all__ = ["as_started", "read_entry", "read_row", "subjects_of"]

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def read_row(found: Sequence[Any]) -> Row[Any]:
    """Read a row; its noun is `Unreadable` if its record is not valid.

    Raises:
        StoreUnavailableError: its table is unknown.
    """
    sequence, kind, key, started_at, started_by, ended_at, ended_by, noun, document, seal = found
    try:
        table = Table(kind)
    except ValueError as error:
        raise StoreUnavailableError(f"row {sequence} is of an unknown kind") from error
    fact: Noun | Unreadable
    try:
        fact, start, end = (
            load_noun(table, noun),
            read_micros(started_at),
            None if ended_at is None else read_micros(ended_at),
        )
    except StoreUnavailableError as error:
        # A caller that can explain it goes on without it.
        fact, start = Unreadable(error.detail), _nearest(started_at)
        end = None if ended_at is None else _nearest(ended_at)
    made: Row[Any] = Row(
        table=table,
        key=key,
        noun=fact,
        start=start,
        started_by=started_by,
        sequence=sequence,
        end=end,
        ended_by=ended_by,
        document=document,
        seal=seal,
    )
    return made


def _nearest(value: int) -> datetime:
    try:
        return read_micros(value)
    except StoreUnavailableError:
        return _LAST if value > 0 else _FIRST


def read_entry(number: int, at: int, text: str, seal: bytes | None) -> JournalEntry:
    """Read a journal entry; the kind of one that cannot be read is `EntryKind.UNREADABLE`."""
    # Where the text differs from the columns, the columns count: entries are found by them.
    try:
        return evolve(ENTRY.loads(text), number=number, at=read_micros(at), seal=seal)
    except StoreUnavailableError:
        return JournalEntry(number=number, at=_nearest(at), by="", kind=EntryKind.UNREADABLE, seal=seal)


def as_started(row: Row[Any]) -> Row[Any]:
    """Return *row* as it was when it started; its seal of that time is not kept."""
    if row.end is None:
        return row
    return Row(
        table=row.table,
        key=row.key,
        noun=row.noun,
        start=row.start,
        started_by=row.started_by,
        sequence=row.sequence,
        document=row.document,
    )


def subjects_of(entry: JournalEntry) -> set[tuple[str, str]]:
    """Return the holders and licenses that *entry* is about; an empty string stands for none."""
    return {
        (holder, str(row.noun.license) if isinstance(row.noun, Assignment) else "")
        for row in (*entry.before, *entry.after)
        for holder in [holder_of(row)]
        if holder is not None
    }
