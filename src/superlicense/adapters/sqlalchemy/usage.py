"""Usage in the database: the usage of one installation, as one transaction sees it.

The statements that carry many events go to the driver itself, inside the
transaction of SQLAlchemy, because its own way of sending many rows costs two to three times
as much (performance, "Metering").
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from superlicense.adapters.sqlalchemy.columns import (
    CROSSINGS,
    METER_MONTHS,
    USAGE_HEADS,
    USAGE_MONTHS,
    micros,
    month_text,
)
from superlicense.adapters.sqlalchemy.failures import translated_errors
from superlicense.adapters.sqlalchemy.streams import stream
from superlicense.adapters.sqlalchemy.usage_rows import (
    event_values,
    read_crossing,
    read_event,
    read_meter_month,
    read_month_row,
)
from superlicense.adapters.sqlalchemy.usage_statements import ALIAS_RECORD, CHANGING, UsageStatements
from superlicense.codec import StoredMeterMonth, StoredUsageHead, StoredUsageMonth
from superlicense.errors import ConflictError
from superlicense.model.meter_month import MeterMonthKey, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import Crossing, UsageEventKey

__all__ = ["SqlUsage"]

_EARLIEST, _LATEST = "", "9999-99"
_ANY_NUMBER: Final = 2**62
_CROSSING: Final = CROSSINGS.without("number")


class SqlUsage:
    """The usage of one installation, in a transaction that the caller ends."""

    def __init__(
        self,
        connection: Connection,
        statements: UsageStatements,
        installation: str,
        *,
        reading: Callable[[], AbstractContextManager[None]] = translated_errors,
    ) -> None:
        """Read and write the usage of *installation*.

        Args:
            connection: In the transaction.
            statements: What is sent.
            installation: Whose usage.
            reading: Makes what translates the errors of reading.
        """
        self._reading = reading
        self._connection = connection
        self._sql = statements
        self._key = self.key = installation
        self._on_postgres = statements.dialect == "postgresql"

    def _all(self, statement: str, *values: object) -> Sequence[Any]:
        with self._reading():
            return self._connection.exec_driver_sql(statement, (self._key, *values)).all()

    def _stream(self, statement: str, *values: object) -> Iterator[Any]:
        with self._reading():
            yield from stream(self._connection, statement, (self._key, *values))

    def _pairs(self, pairs: Iterable[tuple[str, str]]) -> tuple[object, ...]:
        """Return *pairs* as parameters of a statement that searches for them."""
        ordered = sorted(pairs)
        if self._on_postgres:
            return [one for one, _ in ordered], [other for _, other in ordered]
        return (json.dumps(ordered),)

    def head(self) -> StoredUsageHead:
        """Return the head."""
        return _head(self._all(self._sql.head))

    def lock_head(self) -> StoredUsageHead:
        """Lock the head; where there is none yet, insert it first."""
        locked = list(self._all(self._sql.lock_head))
        if not locked:
            with translated_errors():
                self._connection.exec_driver_sql(self._sql.insert_head, (self._key,))
            locked = list(self._all(self._sql.lock_head))
        return _head(locked)

    def save_head(self, head: StoredUsageHead) -> None:
        """Replace the head."""
        with translated_errors():
            self._connection.exec_driver_sql(self._sql.save_head, (*USAGE_HEADS.write(head), self._key))

    def months(self, *, since: Month | None = None, until: Month | None = None) -> tuple[StoredUsageMonth, ...]:
        """Return the months from *since* to *until*."""
        return tuple(map(read_month_row, self._all(self._sql.months, *_bounds(since, until))))

    def month_before(self, month: Month) -> StoredUsageMonth | None:
        """Return the newest stored month before *month*."""
        found = self._all(self._sql.month_before, month_text(month))
        return read_month_row(found[0]) if found else None

    def add_months(self, months: Sequence[StoredUsageMonth]) -> None:
        """Add new months."""
        if months:
            with translated_errors():
                rows = [(self._key, *USAGE_MONTHS.write(one)) for one in months]
                self._connection.exec_driver_sql(self._sql.add_months, rows)

    def save_months(self, months: Sequence[StoredUsageMonth]) -> None:
        """Replace months."""
        for one in months:
            month, *changing = USAGE_MONTHS.write(one)
            with translated_errors():
                saved = self._connection.exec_driver_sql(self._sql.save_month, (*changing, self._key, month))
            if saved.rowcount != 1:
                raise ConflictError(f"{one.month} is closed or missing")

    def meter_months(self, *, since: Month | None = None, until: Month | None = None) -> tuple[StoredMeterMonth, ...]:
        """Return the meter months from *since* to *until*."""
        return tuple(map(read_meter_month, self._all(self._sql.meter_months, *_bounds(since, until))))

    def meter_month_before(self, month: Month, meter: str) -> StoredMeterMonth | None:
        """Return the newest stored meter month of *meter* before *month*."""
        found = self._all(self._sql.meter_month_before, meter, month_text(month))
        return read_meter_month(found[0]) if found else None

    def lock_meter_months(self, keys: Iterable[MeterMonthKey]) -> Mapping[MeterMonthKey, StoredMeterMonth]:
        """Lock those of the meter months that there are."""
        pairs = self._pairs((str(month), meter) for month, meter in keys)
        found = map(read_meter_month, self._all(self._sql.lock_meter_months, *pairs))
        return {(one.month, one.meter): one for one in found}

    def lock_meter_months_since(self, month: Month) -> tuple[StoredMeterMonth, ...]:
        """Lock all meter months of *month* and later."""
        return tuple(map(read_meter_month, self._all(self._sql.lock_meter_months_since, str(month))))

    def add_meter_months(self, meter_months: Sequence[StoredMeterMonth]) -> None:
        """Add new meter months."""
        if meter_months:
            with translated_errors():
                rows = [(self._key, *METER_MONTHS.write(one)) for one in meter_months]
                self._connection.exec_driver_sql(self._sql.add_meter_months, rows)

    def save_meter_months(self, meter_months: Sequence[StoredMeterMonth]) -> None:
        """Replace meter months."""
        if not meter_months:
            return
        values: Any
        if self._on_postgres:
            values = (*METER_MONTHS.many(meter_months), self._key)
        else:
            values = [(*CHANGING.write(one), self._key, month_text(one.month), one.meter) for one in meter_months]
        with translated_errors():
            saved = self._connection.exec_driver_sql(self._sql.save_meter_months, values)
        if saved.rowcount != len(meter_months):
            raise ConflictError(f"a meter month of {', '.join(one.meter for one in meter_months)} is closed or missing")

    def find_events(self, keys: Iterable[UsageEventKey]) -> Mapping[UsageEventKey, UsageRow]:
        """Return the accepted events that have one of *keys*."""
        found = map(read_event, self._all(self._sql.find_events, *self._pairs(keys)))
        return {(row.event.source, row.event.id): row for row in found}

    def corrections(self, originals: Iterable[UsageEventKey]) -> tuple[UsageRow, ...]:
        """Return the corrections of *originals*."""
        return tuple(map(read_event, self._all(self._sql.corrections, *self._pairs(originals))))

    def events(self, *, month: Month | None = None, meter: str | None = None) -> Iterator[UsageRow]:
        """Stream accepted events."""
        if month is None:
            found = self._stream(self._sql.events) if meter is None else self._stream(self._sql.events_of_meter, meter)
        elif meter is None:
            found = self._stream(self._sql.events_of_month, str(month))
        else:
            found = self._stream(self._sql.events_of_both, meter, str(month))
        return map(read_event, found)

    def some_events(
        self,
        month: Month,
        meter: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        recorded_after: datetime | None = None,
    ) -> Iterator[UsageRow]:
        """Stream some of the events of *meter* in *month*."""
        return map(
            read_event,
            self._stream(
                self._sql.some_events,
                meter,
                str(month),
                -_ANY_NUMBER if recorded_after is None else micros(recorded_after),
                -_ANY_NUMBER if since is None else micros(since),
                _ANY_NUMBER if until is None else micros(until),
            ),
        )

    def add_events(self, rows: Sequence[UsageRow]) -> bool:
        """Add those of *rows* that are new, in the order of source and id, so that no two recordings deadlock."""
        if not rows:
            return True
        values = sorted(event_values(self._key, rows))
        with translated_errors():
            cursor = self._connection.connection.cursor()
            try:
                if self._on_postgres:
                    _, *columns = zip(*values, strict=True)
                    cursor.execute(self._sql.add_events, [self._key, *map(list, columns)])
                else:
                    cursor.executemany(self._sql.add_events, values)
                added: int = cursor.rowcount
            finally:
                cursor.close()
        return added == len(rows)

    def add_crossings(self, crossings: Sequence[tuple[int, Crossing]]) -> None:
        """Add crossings."""
        for number, one in crossings:
            values = (self._key, number, *_CROSSING.write(one))
            with translated_errors():
                self._connection.exec_driver_sql(self._sql.add_crossings, values)

    def crossings(self, *, after: int = 0, most: int | None = None) -> tuple[tuple[int, Crossing], ...]:
        """Return crossings with their numbers."""
        found = self._all(self._sql.crossings, after, _ANY_NUMBER if most is None else most)
        return tuple(map(read_crossing, found))

    def crossing_number(self, id_: str) -> int | None:
        """Return the number of a crossing."""
        found = self._all(self._sql.crossing_number, id_)
        return found[0][0] if found else None

    def add_statement(self, month: Month, statement: bytes) -> None:
        """Add the statement of *month*."""
        with translated_errors():
            self._connection.exec_driver_sql(self._sql.add_statement, (self._key, str(month), statement))

    def statement(self, month: Month) -> bytes | None:
        """Return the statement of *month*."""
        found = self._all(self._sql.statement, str(month))
        return bytes(found[0][0]) if found else None


def _bounds(since: Month | None, until: Month | None) -> tuple[str, str]:
    """Return the first and the last month as the tables hold them."""
    return _EARLIEST if since is None else month_text(since), _LATEST if until is None else month_text(until)


def _head(found: Sequence[Any]) -> StoredUsageHead:
    if found and found[0][0] == ALIAS_RECORD:
        raise ConflictError("the installation has become an alias of another one")
    return StoredUsageHead.of_text(*found[0]) if found else StoredUsageHead()
