"""Rows and entries: the columns of the licensing tables as what the ports hand over, and back.

A record is not read here. Values that no column of ours can hold, which only a
damaged database has, are errors of ours.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection

from superlicense.adapters.sqlalchemy.columns import micros, read_micros
from superlicense.codec import CorruptRecordError, EntryRecord, Record
from superlicense.errors import StoreUnavailableError, StoreUnusableError
from superlicense.ports import StoredEntry, StoredRow

__all__ = ["blank_text", "check_head", "read_entry", "read_row", "row_values", "several"]

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_NONE: Final = type(None)
_ROW: Final = (
    int,
    str,
    str,
    int,
    str,
    (int, _NONE),
    (str, _NONE),
    int,
    str,
    (str, _NONE),
    (bytes, _NONE),
    (bytes, _NONE),
)
_HEAD: Final = (int, str, (int, _NONE), int, int, int, int, (bytes, _NONE), (str, _NONE), (int, _NONE))
_ENTRY: Final = (int, int, str, str, str, (bytes, _NONE))


def _fits(wanted: tuple[type | tuple[type, ...], ...]) -> Callable[[tuple[type, ...]], bool]:
    """Return what tells whether columns of some types are of the *wanted* ones; there are few combinations."""

    @cache
    def fits(found: tuple[type, ...]) -> bool:
        return all(map(issubclass, found, wanted))

    return fits


def _check(fits: Callable[[tuple[type, ...]], bool], found: Sequence[Any], what: str) -> None:
    if not fits(tuple(map(type, found))):
        raise StoreUnusableError(f"the {what} {found[0]!r} is corrupt")


_is_row, _is_head, _is_entry = _fits(_ROW), _fits(_HEAD), _fits(_ENTRY)


def several(connection: Connection, values: Iterable[str | int]) -> object:
    """Return *values* as one parameter of a statement on *connection*."""
    return list(values) if connection.dialect.name == "postgresql" else json.dumps(list(values))


def check_head(found: Sequence[Any]) -> Sequence[Any]:
    """Return the columns of an installation, if they are of their types.

    Raises:
        StoreUnavailableError: they are not.
    """
    _check(_is_head, found, "revision")
    return found


def row_values(row: StoredRow, step: int) -> tuple[object, ...]:
    """Return the columns of *row*, which starts in *step*."""
    record = row.record
    return (
        row.sequence,
        str(row.table),
        row.key,
        micros(row.start),
        row.started_by,
        step,
        record.form,
        record.text,
        record.personal_text,
        row.document,
        row.seal,
    )


def read_row(found: Sequence[Any]) -> StoredRow:
    """Return the row of these columns.

    Raises:
        StoreUnavailableError: a value is of a type that no row has.
    """
    _check(_is_row, found, "row")
    sequence, table, key, started_at, started_by, ended_at, ended_by, form, text, personal, document, seal = found
    return StoredRow(
        table,
        key,
        _nearest(started_at),
        started_by,
        sequence,
        Record(table, text=text, form=form, personal_text=personal),
        None if ended_at is None else _nearest(ended_at),
        ended_by,
        document,
        seal,
    )


def _nearest(value: int) -> datetime:
    """Return the instant that *value* encodes; beyond the calendar, whose seal cannot hold, the nearest one."""
    try:
        return read_micros(value)
    except StoreUnavailableError:
        return _LAST if value > 0 else _FIRST


def read_entry(found: Sequence[Any]) -> StoredEntry:
    """Return the entry of these columns.

    Raises:
        StoreUnavailableError: a value is of a type that no entry has.
    """
    _check(_is_entry, found, "journal entry")
    number, at, by, kind, text, seal = found
    return StoredEntry(number, _nearest(at), by, kind, EntryRecord(text), seal)


def blank_text(table: str, form: int, text: str, personal: str) -> str | None:
    """Return the column of blanked personal texts; `None` where nobody can read what is there."""
    try:
        return Record(table, text=text, form=form, personal_text=personal).blanked().personal_text
    except CorruptRecordError:
        return None
