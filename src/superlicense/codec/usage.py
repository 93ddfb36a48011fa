"""Usage: the fields of events and crossings."""

from __future__ import annotations

from typing import Final

from superlicense.codec.codecs import word
from superlicense.codec.noun_codec import noun_codec
from superlicense.codec.records import RecordCodec
from superlicense.codec.values import (
    BYTES_OR_NONE,
    INSTANT,
    INTEGER,
    MONTH,
    TEXT,
    TEXT_OR_NONE,
)
from superlicense.model.meter_month import UsageRow
from superlicense.model.usage import Crossing, CrossingCause, UsageEvent

__all__ = ["CROSSING", "USAGE_ROW"]

_EVENT: Final = noun_codec(
    UsageEvent, (TEXT, "source id meter"), (INTEGER, "quantity"), (INSTANT, "at"), (TEXT_OR_NONE, "corrects")
)

USAGE_ROW: Final[RecordCodec[UsageRow]] = RecordCodec(
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

CROSSING: Final[RecordCodec[Crossing]] = RecordCodec(
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
