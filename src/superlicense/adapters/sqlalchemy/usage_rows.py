"""Usage rows: the columns of the usage tables from nouns, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from superlicense.adapters.sqlalchemy.columns import (
    CROSSINGS,
    micros,
    month_text,
    read_micros,
    read_month,
)
from superlicense.codec import StoredMeterMonth, StoredUsageMonth
from superlicense.errors import InvalidValueError, StoreUnavailableError, StoreUnusableError
from superlicense.model.meter_month import UsageRow
from superlicense.model.usage import Crossing, UsageEvent

__all__ = ["event_values", "read_crossing", "read_event", "read_meter_month", "read_month_row"]


def event_values(installation: str, rows: Iterable[UsageRow]) -> list[tuple[Any, ...]]:
    """Return the columns of events, installation, source and id first.

    Texts of months and instants are kept from row to row, because most of a batch share them.
    """
    values = []
    month = counted_in = recorded_at = None
    first = second = ""
    recorded = 0
    for row in rows:
        event = row[0]
        if row.month is not month:
            month, first = row.month, month_text(row.month)
        if row.counted_in is not counted_in:
            counted_in, second = row.counted_in, month_text(row.counted_in)
        if row.recorded_at is not recorded_at:
            recorded_at, recorded = row.recorded_at, micros(row.recorded_at)
        values.append(
            (
                installation,
                event.source,
                event.id,
                event.meter,
                first,
                second,
                row.position,
                event.quantity,
                micros(event.at),
                event.corrects,
                recorded,
                row.recorded_by,
                row.seal,
            )
        )
    return values


def read_event(found: Sequence[Any]) -> UsageRow:
    """Read what `event_values` gave, without the installation.

    Raises:
        StoreUnavailableError: it cannot be read; the error names it.
    """
    try:
        return _read_event(found)
    except (StoreUnavailableError, InvalidValueError, TypeError) as error:
        problem = error.detail if isinstance(error, StoreUnavailableError) else str(error)
        raise StoreUnusableError(f"the event {found[0]}/{found[1]} is corrupt: {problem}") from error


def _read_event(found: Sequence[Any]) -> UsageRow:
    source, name, meter, month, counted_in, position, quantity, at, corrects, recorded_at, recorded_by, seal = found
    event = UsageEvent(source=source, id=name, meter=meter, quantity=quantity, at=read_micros(at), corrects=corrects)
    return UsageRow(
        event, read_month(month), read_month(counted_in), position, read_micros(recorded_at), recorded_by, seal
    )


def read_month_row(found: Sequence[Any]) -> StoredUsageMonth:
    """Return a month from its columns.

    Raises:
        StoreUnavailableError: a value is not valid; the error names the month.
    """
    month, closed, text, seal = found
    try:
        return StoredUsageMonth.of_text(read_month(month), closed=closed == 1, text=text, seal=seal)
    except StoreUnavailableError as error:
        raise StoreUnusableError(f"the month {month} is corrupt: {error.detail}") from error


def read_meter_month(found: Sequence[Any]) -> StoredMeterMonth:
    """Return a meter month from its columns.

    Raises:
        StoreUnavailableError: a value is not valid; the error names the meter month.
    """
    month, meter, closed, text, seal = found
    try:
        return StoredMeterMonth.of_text(read_month(month), meter, closed=closed == 1, text=text, seal=seal)
    except StoreUnavailableError as error:
        raise StoreUnusableError(f"the meter month {meter}/{month} is corrupt: {error.detail}") from error


def read_crossing(found: Sequence[Any]) -> tuple[int, Crossing]:
    """Return a crossing with its number from its columns.

    Raises:
        StoreUnavailableError: a value is not valid; the error names the crossing.
    """
    try:
        fields = CROSSINGS.read(found)
    except StoreUnavailableError as error:
        raise StoreUnusableError(f"the crossing {found[0]} is corrupt: {error.detail}") from error
    return fields.pop("number"), Crossing(**fields)
