"""Usage: events, books, crossings and the head as text, for stores that keep text."""

from __future__ import annotations

from typing import Final

from superlicense.codec.forms import (
    BYTES_OR_NONE,
    FLAG,
    INSTANT,
    INSTANT_OR_NONE,
    MONTH,
    TEXT,
    TEXT_OR_NONE,
    WHOLE,
    WHOLE_OR_NONE,
    decoded,
    each,
    encoded,
    maybe,
    noun_codec,
    word,
)
from superlicense.model.meter_month import MeterMonth, UsageHead, UsageRow
from superlicense.model.usage import Crossing, CrossingCause, UsageEvent

__all__ = [
    "dump_books",
    "dump_crossing",
    "dump_usage_head",
    "dump_usage_row",
    "load_books",
    "load_crossing",
    "load_usage_head",
    "load_usage_row",
]

_EVENT: Final = noun_codec(
    UsageEvent, (TEXT, "source id meter"), (WHOLE, "quantity"), (INSTANT, "at"), (TEXT_OR_NONE, "corrects")
)
_ROW: Final = noun_codec(
    UsageRow,
    (_EVENT, "event"),
    (MONTH, "month booked"),
    (WHOLE, "place"),
    (INSTANT, "recorded_at"),
    (TEXT, "recorded_by"),
    (BYTES_OR_NONE, "seal"),
)
_BOOKS: Final = noun_codec(
    MeterMonth,
    (MONTH, "month"),
    (TEXT, "meter details"),
    (INSTANT, "starts_at ends_at"),
    (INSTANT_OR_NONE, "users_at peak_at recorded_at"),
    (WHOLE, "users peak events places total"),
    (WHOLE_OR_NONE, "bought"),
    (each(WHOLE), "told"),
    (FLAG, "closed"),
    (BYTES_OR_NONE, "seal"),
)
_CROSSING: Final = noun_codec(
    Crossing, (TEXT, "id meter"), (MONTH, "month"), (WHOLE, "level"), (INSTANT, "at"), (word(CrossingCause), "cause")
)
_HEAD: Final = noun_codec(UsageHead, (maybe(MONTH), "closed_through"), (WHOLE, "crossings"), (BYTES_OR_NONE, "seal"))


def dump_usage_row(row: UsageRow) -> str:
    """Write an accepted event."""
    return encoded(_ROW.dump(row))


def load_usage_row(text: str) -> UsageRow:
    """Read what `dump_usage_row` wrote.

    Raises:
        StoreUnavailableError: it did not write that.
    """
    row: UsageRow = _ROW.load(decoded(text), "")
    return row


def dump_books(books: MeterMonth) -> str:
    """Write the books of a meter and month."""
    return encoded(_BOOKS.dump(books))


def load_books(text: str) -> MeterMonth:
    """Read what `dump_books` wrote.

    Raises:
        StoreUnavailableError: it did not write that.
    """
    books: MeterMonth = _BOOKS.load(decoded(text), "")
    return books


def dump_crossing(crossing: Crossing) -> str:
    """Write a crossing."""
    return encoded(_CROSSING.dump(crossing))


def load_crossing(text: str) -> Crossing:
    """Read what `dump_crossing` wrote.

    Raises:
        StoreUnavailableError: it did not write that.
    """
    crossing: Crossing = _CROSSING.load(decoded(text), "")
    return crossing


def dump_usage_head(head: UsageHead) -> str:
    """Write the head of the usage."""
    return encoded(_HEAD.dump(head))


def load_usage_head(text: str) -> UsageHead:
    """Read what `dump_usage_head` wrote.

    Raises:
        StoreUnavailableError: it did not write that.
    """
    head: UsageHead = _HEAD.load(decoded(text), "")
    return head
