"""Usage rows: nouns to the columns of the usage tables, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from superlicense.adapters.sqlalchemy.rows import instant, micros
from superlicense.errors import InvalidValueError, StoreUnavailableError
from superlicense.model.meter_month import MeterMonth, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import Crossing, CrossingCause, UsageEvent

__all__ = ["crossing_of", "event_values", "meter_month_of", "meter_month_values", "month_of", "row_of"]


def _micros_or_none(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


def _instant_or_none(value: int | None) -> datetime | None:
    return None if value is None else instant(value)


@lru_cache(maxsize=256)
def month_of(text: str) -> Month:
    """Return the month that *text* names.

    Raises:
        StoreUnavailableError: it is not valid.
    """
    try:
        return Month.parse(text)
    except InvalidValueError as error:
        raise StoreUnavailableError(str(error)) from error


@lru_cache(maxsize=256)
def _text(month: Month) -> str:
    return str(month)


def event_values(installation: str, rows: Iterable[UsageRow]) -> list[tuple[Any, ...]]:
    """Return the columns of events, installation, source and id first.

    Texts of months and instants are kept from row to row, because most of a batch share them.
    """
    values = []
    month = counted_in = recorded_at = None
    month_text = counted_in_text = ""
    recorded = 0
    for row in rows:
        event = row[0]
        if row.month is not month:
            month, month_text = row.month, _text(row.month)
        if row.counted_in is not counted_in:
            counted_in, counted_in_text = row.counted_in, _text(row.counted_in)
        if row.recorded_at is not recorded_at:
            recorded_at, recorded = row.recorded_at, micros(row.recorded_at)
        values.append(
            (
                installation,
                event.source,
                event.id,
                event.meter,
                month_text,
                counted_in_text,
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


def row_of(found: Sequence[Any]) -> UsageRow:
    """Read what `event_values` gave, without the installation.

    Raises:
        StoreUnavailableError: it cannot be read; the error names it.
    """
    try:
        return _event_row(found)
    except StoreUnavailableError as error:
        raise StoreUnavailableError(f"the event {found[0]}/{found[1]} is corrupt: {error.detail}") from error


def _event_row(found: Sequence[Any]) -> UsageRow:
    source, name, meter, month, counted_in, position, quantity, at, corrects, recorded_at, recorded_by, seal = found
    event = UsageEvent(source=source, id=name, meter=meter, quantity=quantity, at=instant(at), corrects=corrects)
    return UsageRow(event, month_of(month), month_of(counted_in), position, instant(recorded_at), recorded_by, seal)


def meter_month_values(one: MeterMonth) -> tuple[Any, ...]:
    """Return the columns of a meter month, month and meter first."""
    return (
        str(one.month),
        one.meter,
        micros(one.starts_at),
        micros(one.ends_at),
        one.users,
        _micros_or_none(one.users_at),
        one.peak,
        _micros_or_none(one.peak_at),
        one.bought,
        one.event_count,
        one.last_position,
        one.total,
        " ".join(map(str, one.alerted_levels)),
        int(one.closed),
        _micros_or_none(one.recorded_at),
        one.state,
        one.seal,
    )


def meter_month_of(found: Sequence[Any]) -> MeterMonth:
    """Return the meter month whose columns `meter_month_values` returned.

    Raises:
        StoreUnavailableError: a value is not valid; the error names the meter month.
    """
    try:
        return _meter_month(found)
    except StoreUnavailableError as error:
        raise StoreUnavailableError(f"the meter month {found[1]}/{found[0]} is corrupt: {error.detail}") from error


def _meter_month(found: Sequence[Any]) -> MeterMonth:
    (
        month, meter, starts_at, ends_at, users, users_at, peak, peak_at, bought,
        event_count, last_position, total, alerted_levels, closed, recorded_at, state, seal,
    ) = found  # fmt: skip
    return MeterMonth(
        month=month_of(month),
        meter=meter,
        starts_at=instant(starts_at),
        ends_at=instant(ends_at),
        users=users,
        users_at=_instant_or_none(users_at),
        peak=peak,
        peak_at=_instant_or_none(peak_at),
        bought=bought,
        event_count=event_count,
        last_position=last_position,
        total=total,
        alerted_levels=_levels(alerted_levels),
        closed=closed == 1,
        recorded_at=_instant_or_none(recorded_at),
        state=state,
        seal=seal,
    )


def _levels(alerted_levels: str) -> tuple[int, ...]:
    try:
        return tuple(map(int, alerted_levels.split()))
    except ValueError as error:
        raise StoreUnavailableError(f"{alerted_levels!r} are not levels") from error


def crossing_of(found: Sequence[Any]) -> tuple[int, Crossing]:
    """Return a crossing with its number.

    Raises:
        StoreUnavailableError: it is not valid.
    """
    number, name, meter, month, level, at, cause = found
    try:
        kept = CrossingCause(cause)
    except ValueError as error:
        raise StoreUnavailableError(f"crossing {number} has no known cause") from error
    return number, Crossing(id=name, meter=meter, month=month_of(month), level=level, at=instant(at), cause=kept)
