"""Usage: the fields of events, meter months, crossings and the head of usage."""

from __future__ import annotations

from typing import Final

from superlicense.codec.codecs import each, maybe, word
from superlicense.codec.noun_codec import noun_codec
from superlicense.codec.records import Record
from superlicense.codec.values import (
    BYTES_OR_NONE,
    FLAG,
    INSTANT,
    INSTANT_OR_NONE,
    INTEGER,
    INTEGER_OR_NONE,
    MONTH,
    TEXT,
    TEXT_OR_NONE,
)
from superlicense.model.meter_month import MeterMonth, UsageHead, UsageRow
from superlicense.model.usage import Crossing, CrossingCause, UsageEvent

__all__ = ["CROSSING", "METER_MONTH", "USAGE_HEAD", "USAGE_ROW"]

_EVENT: Final = noun_codec(
    UsageEvent, (TEXT, "source id meter"), (INTEGER, "quantity"), (INSTANT, "at"), (TEXT_OR_NONE, "corrects")
)

USAGE_ROW: Final[Record[UsageRow]] = Record(
    noun_codec(
        UsageRow,
        (_EVENT, "event"),
        (MONTH, "month counted_in"),
        (INTEGER, "position"),
        (INSTANT, "recorded_at"),
        (TEXT, "recorded_by"),
        (BYTES_OR_NONE, "seal"),
    )
)
"""An accepted event."""

METER_MONTH: Final[Record[MeterMonth]] = Record(
    noun_codec(
        MeterMonth,
        (MONTH, "month"),
        (TEXT, "meter state"),
        (INSTANT, "starts_at ends_at"),
        (INSTANT_OR_NONE, "users_at peak_at recorded_at"),
        (INTEGER, "users peak event_count last_position total"),
        (INTEGER_OR_NONE, "bought"),
        (each(INTEGER), "alerted_levels"),
        (FLAG, "closed"),
        (BYTES_OR_NONE, "seal"),
    )
)
"""What a meter keeps of a month."""

CROSSING: Final[Record[Crossing]] = Record(
    noun_codec(
        Crossing,
        (TEXT, "id meter"),
        (MONTH, "month"),
        (INTEGER, "level"),
        (INSTANT, "at"),
        (word(CrossingCause), "cause"),
    )
)
"""A level of a threshold that was reached."""

USAGE_HEAD: Final[Record[UsageHead]] = Record(
    noun_codec(UsageHead, (maybe(MONTH), "closed_through"), (INTEGER, "crossing_count"), (BYTES_OR_NONE, "seal"))
)
"""What is kept once for the usage of an installation."""
