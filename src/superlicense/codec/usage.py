"""Usage: events, meter months, crossings and the head as text, for stores that keep text."""

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
    "dump_crossing",
    "dump_meter_month",
    "dump_usage_head",
    "dump_usage_row",
    "load_crossing",
    "load_meter_month",
    "load_usage_head",
    "load_usage_row",
]

_EVENT: Final = noun_codec(
    UsageEvent, (TEXT, "source id meter"), (WHOLE, "quantity"), (INSTANT, "at"), (TEXT_OR_NONE, "corrects")
)
_ROW: Final = noun_codec(
    UsageRow,
    (_EVENT, "event"),
    (MONTH, "month counted_in"),
    (WHOLE, "position"),
    (INSTANT, "recorded_at"),
    (TEXT, "recorded_by"),
    (BYTES_OR_NONE, "seal"),
)
_METER_MONTH: Final = noun_codec(
    MeterMonth,
    (MONTH, "month"),
    (TEXT, "meter state"),
    (INSTANT, "starts_at ends_at"),
    (INSTANT_OR_NONE, "users_at peak_at recorded_at"),
    (WHOLE, "users peak event_count last_position total"),
    (WHOLE_OR_NONE, "bought"),
    (each(WHOLE), "alerted_levels"),
    (FLAG, "closed"),
    (BYTES_OR_NONE, "seal"),
)
_CROSSING: Final = noun_codec(
    Crossing, (TEXT, "id meter"), (MONTH, "month"), (WHOLE, "level"), (INSTANT, "at"), (word(CrossingCause), "cause")
)
_HEAD: Final = noun_codec(
    UsageHead, (maybe(MONTH), "closed_through"), (WHOLE, "crossing_count"), (BYTES_OR_NONE, "seal")
)


def dump_usage_row(row: UsageRow) -> str:
    """Return an accepted event as text."""
    return encoded(_ROW.dump(row))


def load_usage_row(text: str) -> UsageRow:
    """Read what `dump_usage_row` returned.

    Raises:
        StoreUnavailableError: *text* is not such a record.
    """
    row: UsageRow = _ROW.load(decoded(text), "")
    return row


def dump_meter_month(meter_month: MeterMonth) -> str:
    """Return a meter month as text."""
    return encoded(_METER_MONTH.dump(meter_month))


def load_meter_month(text: str) -> MeterMonth:
    """Read what `dump_meter_month` returned.

    Raises:
        StoreUnavailableError: *text* is not such a record.
    """
    meter_month: MeterMonth = _METER_MONTH.load(decoded(text), "")
    return meter_month


def dump_crossing(crossing: Crossing) -> str:
    """Return a crossing as text."""
    return encoded(_CROSSING.dump(crossing))


def load_crossing(text: str) -> Crossing:
    """Read what `dump_crossing` returned.

    Raises:
        StoreUnavailableError: *text* is not such a record.
    """
    crossing: Crossing = _CROSSING.load(decoded(text), "")
    return crossing


def dump_usage_head(head: UsageHead) -> str:
    """Return the head of the usage as text."""
    return encoded(_HEAD.dump(head))


def load_usage_head(text: str) -> UsageHead:
    """Read what `dump_usage_head` returned.

    Raises:
        StoreUnavailableError: *text* is not such a record.
    """
    head: UsageHead = _HEAD.load(decoded(text), "")
    return head
