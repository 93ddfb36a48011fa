"""Rows of usage: nouns as the tables have them, and back."""

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

__all__ = ["books_of", "books_values", "crossing_of", "event_values", "month_of", "row_of"]


def _micros_or_none(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


def _instant_or_none(value: int | None) -> datetime | None:
    return None if value is None else instant(value)


@lru_cache(maxsize=256)
def month_of(text: str) -> Month:
    """Read a month.

    Raises:
        StoreUnavailableError: it is none.
    """
    try:
        return Month.parse(text)
    except InvalidValueError as error:
        raise StoreUnavailableError(str(error)) from error


@lru_cache(maxsize=256)
def _text(month: Month) -> str:
    return str(month)


def event_values(installation: str, rows: Iterable[UsageRow]) -> list[tuple[Any, ...]]:
    """Give the columns of events, installation, source and id first; most of a batch have one month and instant."""
    values = []
    month = booked = recorded_at = None
    month_text = booked_text = ""
    recorded = 0
    for row in rows:
        event = row[0]
        if row.month is not month:
            month, month_text = row.month, _text(row.month)
        if row.booked is not booked:
            booked, booked_text = row.booked, _text(row.booked)
        if row.recorded_at is not recorded_at:
            recorded_at, recorded = row.recorded_at, micros(row.recorded_at)
        values.append(
            (
                installation,
                event.source,
                event.id,
                event.meter,
                month_text,
                booked_text,
                row.place,
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
    source, name, meter, month, booked, place, quantity, at, corrects, recorded_at, recorded_by, seal = found
    event = UsageEvent(source=source, id=name, meter=meter, quantity=quantity, at=instant(at), corrects=corrects)
    return UsageRow(event, month_of(month), month_of(booked), place, instant(recorded_at), recorded_by, seal)


def books_values(books: MeterMonth) -> tuple[Any, ...]:
    """Give the columns of books, month and meter first."""
    return (
        str(books.month),
        books.meter,
        micros(books.starts_at),
        micros(books.ends_at),
        books.users,
        _micros_or_none(books.users_at),
        books.peak,
        _micros_or_none(books.peak_at),
        books.bought,
        books.events,
        books.places,
        books.total,
        " ".join(map(str, books.told)),
        int(books.closed),
        _micros_or_none(books.recorded_at),
        books.details,
        books.seal,
    )


def books_of(found: Sequence[Any]) -> MeterMonth:
    """Read what `books_values` gave.

    Raises:
        StoreUnavailableError: they cannot be read; the error names them.
    """
    try:
        return _books(found)
    except StoreUnavailableError as error:
        raise StoreUnavailableError(f"the books {found[1]}/{found[0]} are corrupt: {error.detail}") from error


def _books(found: Sequence[Any]) -> MeterMonth:
    (
        month, meter, starts_at, ends_at, users, users_at, peak, peak_at, bought,
        events, places, total, told, closed, recorded_at, details, seal,
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
        events=events,
        places=places,
        total=total,
        told=_levels(told),
        closed=closed == 1,
        recorded_at=_instant_or_none(recorded_at),
        details=details,
        seal=seal,
    )


def _levels(told: str) -> tuple[int, ...]:
    try:
        return tuple(map(int, told.split()))
    except ValueError as error:
        raise StoreUnavailableError(f"{told!r} are no levels") from error


def crossing_of(found: Sequence[Any]) -> tuple[int, Crossing]:
    """Read a crossing with its number.

    Raises:
        StoreUnavailableError: it is none.
    """
    number, name, meter, month, level, at, cause = found
    try:
        kept = CrossingCause(cause)
    except ValueError as error:
        raise StoreUnavailableError(f"crossing {number} has no known cause") from error
    return number, Crossing(id=name, meter=meter, month=month_of(month), level=level, at=instant(at), cause=kept)
