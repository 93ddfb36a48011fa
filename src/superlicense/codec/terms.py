"""Terms: a meter, as it is stored with each month that is billed on it."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from superlicense.codec.codecs import maybe, parsed, word
from superlicense.codec.noun_codec import noun_codec
from superlicense.codec.records import RecordCodec
from superlicense.codec.values import INTEGER, MONEY, TEXT
from superlicense.model.meter import Aggregation, Meter, MeterKind

__all__ = ["METER_RECORD", "TERMS"]

METER_RECORD: Final[RecordCodec[Meter]] = RecordCodec(
    noun_codec(
        Meter,
        (TEXT, "code unit currency"),
        (word(MeterKind), "kind"),
        (word(Aggregation), "aggregation"),
        (INTEGER, "included included_per_user block_size"),
        (MONEY, "price_per_block"),
    )
)


@lru_cache(maxsize=256)
def _terms_of(text: str) -> Meter:
    """Return the terms that are stored as *text*; the meter months of years share a few of them."""
    return METER_RECORD.loads(text)


TERMS: Final = maybe(parsed(_terms_of, METER_RECORD.dumps))
"""A meter as text, or `None`."""
