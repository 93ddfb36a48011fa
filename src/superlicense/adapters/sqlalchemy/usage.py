"""Usage in the database: one transaction's sight of one installation's usage.

The statements that carry many events go to the driver itself, inside the
transaction of SQLAlchemy, whose own way of sending many rows costs two to three
times as much (performance, "Metering").
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from superlicense.adapters.sqlalchemy.failures import translated_errors
from superlicense.adapters.sqlalchemy.rows import micros
from superlicense.adapters.sqlalchemy.streams import stream
from superlicense.adapters.sqlalchemy.usage_rows import (
    books_of,
    books_values,
    crossing_of,
    event_values,
    month_of,
    row_of,
)
from superlicense.adapters.sqlalchemy.usage_statements import UsageStatements
from superlicense.errors import ConflictError
from superlicense.model.meter_month import EventKey, MeterMonth, MeterMonthKey, UsageHead, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import Crossing

__all__ = ["SqlUsage"]

_EARLIEST, _LATEST = "", "9999-99"
_ANY_NUMBER: Final = 2**62


class SqlUsage:
    """The usage of one installation, in a transaction that is somebody else's to end."""

    def __init__(self, connection: Connection, statements: UsageStatements, installation: str) -> None:
        """Look at the usage of *installation*."""
        self._connection = connection
        self._sql = statements
        self._key = installation
        self._on_postgres = statements.dialect == "postgresql"

    def _all(self, statement: str, *values: object) -> Sequence[Any]:
        with translated_errors():
            return self._connection.exec_driver_sql(statement, (self._key, *values)).all()

    def _stream(self, statement: str, *values: object) -> Iterator[Any]:
        return stream(self._connection, statement, (self._key, *values))

    def _pairs(self, pairs: Iterable[tuple[str, str]]) -> tuple[object, ...]:
        """Give *pairs* as parameters of the statement that looks for them."""
        ordered = sorted(pairs)
        if self._on_postgres:
            return [one for one, _ in ordered], [other for _, other in ordered]
        return (json.dumps(ordered),)

    def head(self) -> UsageHead:
        """Give the head."""
        return _head(self._all(self._sql.head))

    def take_head(self) -> UsageHead:
        """Take the head; where there is none yet, make it first."""
        taken = list(self._all(self._sql.take_head))
        if not taken:
            with translated_errors():
                self._connection.exec_driver_sql(self._sql.begin_head, (self._key,))
            taken = list(self._all(self._sql.take_head))
        return _head(taken)

    def save_head(self, head: UsageHead) -> None:
        """Replace the head."""
        through = None if head.closed_through is None else str(head.closed_through)
        with translated_errors():
            self._connection.exec_driver_sql(self._sql.save_head, (through, head.crossings, head.seal, self._key))

    def books(self, *, since: Month | None = None, until: Month | None = None) -> tuple[MeterMonth, ...]:
        """Give the books of the months from *since* to *until*."""
        first = _EARLIEST if since is None else str(since)
        last = _LATEST if until is None else str(until)
        return tuple(map(books_of, self._all(self._sql.books, first, last)))

    def books_before(self, month: Month) -> tuple[MeterMonth, ...]:
        """Give the newest books of each meter before *month*."""
        return tuple(map(books_of, self._all(self._sql.books_before, self._key, str(month))))

    def take(self, keys: Iterable[MeterMonthKey]) -> Mapping[MeterMonthKey, MeterMonth]:
        """Take those of the books that there are."""
        pairs = self._pairs((str(month), meter) for month, meter in keys)
        found = map(books_of, self._all(self._sql.take, *pairs))
        return {(books.month, books.meter): books for books in found}

    def take_since(self, month: Month) -> tuple[MeterMonth, ...]:
        """Take all books of *month* and later."""
        return tuple(map(books_of, self._all(self._sql.take_since, str(month))))

    def open(self, books: Sequence[MeterMonth]) -> None:
        """Keep new books."""
        if books:
            with translated_errors():
                rows = [(self._key, *books_values(one)) for one in books]
                self._connection.exec_driver_sql(self._sql.open, rows)

    def save(self, books: Sequence[MeterMonth]) -> None:
        """Replace books."""
        if not books:
            return
        rows = []
        for one in books:
            month, meter, _, _, *changing = books_values(one)
            rows.append((month, meter, *changing))
        values: Any = [(*changing, self._key, month, meter) for month, meter, *changing in rows]
        if self._on_postgres:
            values = (*map(list, zip(*rows, strict=True)), self._key)
        with translated_errors():
            saved = self._connection.exec_driver_sql(self._sql.save, values)
        if saved.rowcount != len(rows):
            raise ConflictError(f"books are closed or missing among those of {', '.join(one.meter for one in books)}")

    def find(self, keys: Iterable[EventKey]) -> Mapping[EventKey, UsageRow]:
        """Give the accepted events that have one of *keys*."""
        found = map(row_of, self._all(self._sql.find, *self._pairs(keys)))
        return {(row.event.source, row.event.id): row for row in found}

    def corrections(self, originals: Iterable[EventKey]) -> tuple[UsageRow, ...]:
        """Give what corrects one of *originals*."""
        return tuple(map(row_of, self._all(self._sql.corrections, *self._pairs(originals))))

    def events(self, *, month: Month | None = None, meter: str | None = None) -> Iterator[UsageRow]:
        """Stream what was used."""
        if month is None:
            found = self._stream(self._sql.events) if meter is None else self._stream(self._sql.events_of_meter, meter)
        elif meter is None:
            found = self._stream(self._sql.events_of_month, str(month))
        else:
            found = self._stream(self._sql.events_of_both, meter, str(month))
        return map(row_of, found)

    def keep(self, rows: Sequence[UsageRow]) -> bool:
        """Keep those of *rows* that are new, in the order of source and id."""
        if not rows:
            return True
        values = sorted(event_values(self._key, rows))
        with translated_errors():
            cursor = self._connection.connection.cursor()
            try:
                if self._on_postgres:
                    _, *columns = zip(*values, strict=True)
                    cursor.execute(self._sql.keep, [self._key, *map(list, columns)])
                else:
                    cursor.executemany(self._sql.keep, values)
                kept: int = cursor.rowcount
            finally:
                cursor.close()
        return kept == len(rows)

    def cross(self, crossings: Sequence[tuple[int, Crossing]]) -> None:
        """Keep crossings."""
        for number, one in crossings:
            values = (number, one.id, one.meter, str(one.month), one.level, micros(one.at), str(one.cause))
            with translated_errors():
                self._connection.exec_driver_sql(self._sql.cross, (self._key, *values))

    def crossings(self, *, after: int = 0, most: int | None = None) -> tuple[tuple[int, Crossing], ...]:
        """Give crossings with their numbers."""
        found = self._all(self._sql.crossings, after, _ANY_NUMBER if most is None else most)
        return tuple(map(crossing_of, found))

    def crossing_number(self, id_: str) -> int | None:
        """Give the number of a crossing."""
        found = self._all(self._sql.crossing_number, id_)
        return found[0][0] if found else None

    def freeze(self, month: Month, statement: bytes) -> None:
        """Keep the statement of *month*."""
        with translated_errors():
            self._connection.exec_driver_sql(self._sql.freeze, (self._key, str(month), statement))

    def statement(self, month: Month) -> bytes | None:
        """Give the statement of *month*."""
        found = self._all(self._sql.statement, str(month))
        return bytes(found[0][0]) if found else None


def _head(found: Sequence[Any]) -> UsageHead:
    if not found:
        return UsageHead()
    through, crossings, seal = found[0]
    return UsageHead(None if through is None else month_of(through), crossings, seal)
