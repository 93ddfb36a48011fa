"""Columns: what each table holds, column by column. Every table and statement is made from these lists.

Every table begins with the column ``installation``, which is not listed. Instants
are whole microseconds since 1970, so that they keep their precision and sort.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Text
from sqlalchemy.types import TypeEngine

from superlicense.errors import InvalidValueError, StoreUnusableError
from superlicense.model.month import Month
from superlicense.model.usage import CrossingCause

__all__ = [
    "CROSSINGS",
    "INSTALLATIONS",
    "JOURNAL",
    "JOURNAL_SUBJECTS",
    "METER_MONTHS",
    "NUMBER",
    "REVISIONS",
    "ROWS",
    "STATEMENTS",
    "USAGE_EVENTS",
    "USAGE_HEADS",
    "USAGE_MONTHS",
    "Columns",
    "micros",
    "month_text",
    "read_micros",
    "read_month",
]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Return *at* as the tables hold it: whole microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def read_micros(value: int) -> datetime:
    """Return the instant whose `micros` is *value*.

    Raises:
        StoreUnavailableError: it lies beyond the calendar.
    """
    try:
        return _EPOCH + value * _MICROSECOND
    except OverflowError as error:
        raise StoreUnusableError(f"{value} is not an instant") from error


@lru_cache(maxsize=256)
def month_text(month: Month) -> str:
    """Return *month* as ``YYYY-MM``."""
    return str(month)


@lru_cache(maxsize=256)
def read_month(text: str) -> Month:
    """Return the month that *text* names.

    Raises:
        StoreUnavailableError: it is not valid.
    """
    try:
        return Month.parse(text)
    except InvalidValueError as error:
        raise StoreUnusableError(str(error)) from error


def _read_cause(text: str) -> CrossingCause:
    try:
        return CrossingCause(text)
    except ValueError as error:
        raise StoreUnusableError(f"{text!r} is not a cause of a crossing") from error


def _same(value: object) -> object:
    return value


class _Kind(NamedTuple):
    """One kind of column: its types, and how its values are written and read."""

    type: TypeEngine[Any]
    array: str
    python: Callable[..., object]
    write: Callable[[Any], object] = _same
    read: Callable[[Any], object] = _same
    optional: bool = False


_TEXT: Final = _Kind(Text(), "text[]", str)
# STRICT tables of SQLite have INTEGER, which has 64 bits there.
NUMBER: Final = BigInteger().with_variant(Integer(), "sqlite")
_NUMBER: Final = _Kind(NUMBER, "bigint[]", int)
_BYTES: Final = _Kind(LargeBinary(), "bytea[]", bytes)
_INSTANT: Final = _NUMBER._replace(write=micros, read=read_micros)
_MONTH: Final = _TEXT._replace(write=month_text, read=read_month)
_FLAG: Final = _NUMBER._replace(write=int, read=lambda value: value == 1)
_RECORD: Final = _TEXT._replace(write=lambda record: record.text)
_CAUSE: Final = _TEXT._replace(write=str, read=_read_cause)


def _or_none(kind: _Kind) -> _Kind:
    """Return the kind of columns that may be NULL."""
    write, read = kind.write, kind.read
    return kind._replace(
        write=write if write is _same else lambda value: None if value is None else write(value),
        read=read if read is _same else lambda value: None if value is None else read(value),
        optional=True,
    )


class Columns:
    """The columns of one table, or some of them, in order."""

    __slots__ = ("_kinds",)

    def __init__(self, *listed: tuple[_Kind, str]) -> None:
        """List columns: each kind with the names of those that have it."""
        self._kinds = {name: kind for kind, names in listed for name in names.split()}

    def without(self, names: str) -> Columns:
        """Return the columns but for *names*."""
        return Columns(*((kind, name) for name, kind in self._kinds.items() if name not in names.split()))

    def __str__(self) -> str:
        """Return the names, separated by commas."""
        return ", ".join(self._kinds)

    def of(self, alias: str) -> str:
        """Return the names, those of the table *alias*."""
        return ", ".join(f"{alias}.{name}" for name in self._kinds)

    def assigned(self) -> str:
        """Return an assignment of a parameter to each column."""
        return ", ".join(f"{name} = ?" for name in self._kinds)

    def parameters(self) -> str:
        """Return a parameter for each column."""
        return ", ".join("?" * len(self._kinds))

    def arrays(self) -> str:
        """Return the columns of many rows at once, as PostgreSQL takes them: an array for each column."""
        return f"unnest({', '.join(f'?::{kind.array}' for kind in self._kinds.values())})"

    def definitions(self) -> Iterator[Column[Any]]:
        """Return the columns of the table, the installation first."""
        yield Column("installation", Text, nullable=False)
        for name, kind in self._kinds.items():
            yield Column(name, kind.type, nullable=kind.optional)

    def write(self, noun: object) -> tuple[Any, ...]:
        """Return the values of *noun*, whose attributes are named as the columns are."""
        return tuple([kind.write(getattr(noun, name)) for name, kind in self._kinds.items()])

    def read(self, found: Sequence[Any]) -> dict[str, Any]:
        """Return the values of a row by the names of their columns.

        Raises:
            StoreUnavailableError: a value is not valid.
        """
        values = {}
        for (name, kind), value in zip(self._kinds.items(), found, strict=True):
            if type(value) is not kind.python and not (value is None and kind.optional):
                raise StoreUnusableError(f"{name} is of a wrong type")
            values[name] = kind.read(value)
        return values

    def many(self, nouns: Iterable[object]) -> list[list[Any]]:
        """Return the values of *nouns*, one list for each column."""
        return [list(column) for column in zip(*map(self.write, nouns), strict=True)]


INSTALLATIONS: Final = Columns(
    (_NUMBER, "number"),
    (_TEXT, "token"),
    (_or_none(_NUMBER), "recorded_at"),
    (_NUMBER, "sequence entries steps known_from"),
    (_or_none(_BYTES), "head"),
    (_or_none(_TEXT), "alias_of"),
)
REVISIONS: Final = Columns((_NUMBER, "number"), (_TEXT, "token"), (_NUMBER, "steps sequence"))
ROWS: Final = Columns(
    (_NUMBER, "sequence"),
    (_TEXT, "table_name key"),
    (_NUMBER, "started_at"),
    (_TEXT, "started_by"),
    (_NUMBER, "started_step"),
    (_or_none(_NUMBER), "ended_at"),
    (_or_none(_TEXT), "ended_by"),
    (_or_none(_NUMBER), "ended_step"),
    (_NUMBER, "form"),
    (_TEXT, "record"),
    (_or_none(_TEXT), "personal"),
    (_or_none(_BYTES), "document seal"),
)
JOURNAL: Final = Columns((_NUMBER, "number at"), (_TEXT, "by kind record"), (_or_none(_BYTES), "seal"))
JOURNAL_SUBJECTS: Final = Columns((_TEXT, "holder license"), (_NUMBER, "number"))
# Of these three the columns are compared or searched; what else there is, is in the record.
USAGE_HEADS: Final = Columns((_RECORD, "record"), (_or_none(_BYTES), "seal"))
USAGE_MONTHS: Final = Columns((_MONTH, "month"), (_FLAG, "closed"), (_RECORD, "record"), (_or_none(_BYTES), "seal"))
METER_MONTHS: Final = Columns(
    (_MONTH, "month"), (_TEXT, "meter"), (_FLAG, "closed"), (_RECORD, "record"), (_or_none(_BYTES), "seal")
)
USAGE_EVENTS: Final = Columns(
    (_TEXT, "source id meter"),
    (_MONTH, "month counted_in"),
    (_NUMBER, "position quantity"),
    (_INSTANT, "at"),
    (_or_none(_TEXT), "corrects"),
    (_INSTANT, "recorded_at"),
    (_TEXT, "recorded_by"),
    (_or_none(_BYTES), "seal"),
)
CROSSINGS: Final = Columns(
    (_NUMBER, "number"),
    (_TEXT, "id meter"),
    (_MONTH, "month"),
    (_NUMBER, "level"),
    (_INSTANT, "at"),
    (_CAUSE, "cause"),
)
STATEMENTS: Final = Columns((_MONTH, "month"), (_BYTES, "statement"))
