"""The stored form of every noun, and what formats share: the only home of both.

Rule 1: what is read equals what was written, to the microsecond, with what an
imported package said besides (``unmodeled``), which is not part of equality.

Rule 2: a record is JSON in ASCII with sorted keys, so that every text column can
hold it, even control characters, and equal nouns have equal records. An instant
has a fixed width and ends in ``Z``, so that its texts sort as instants do.

Rule 3: what a noun consists of is a table, field by field. A field at its
default is not written, and a missing field has its default, so that a later
version can add one without touching what is stored. Everything else is strict:
a record that lacks a required field, has an unknown one or cannot be read is
`StoreUnavailableError`, and the error names the place.
"""

from superlicense.codec.nouns import ENTRY, ROW, dump_noun, load_noun
from superlicense.codec.records import Record, RecordFieldsError, read_instant
from superlicense.codec.statements import load_statement
from superlicense.codec.stored_usage import (
    METER_MONTH,
    USAGE_HEAD,
    USAGE_MONTH,
    StoredMeterMonth,
    StoredUsageHead,
    StoredUsageMonth,
    UsageRecord,
)
from superlicense.codec.usage import CROSSING, USAGE_ROW
from superlicense.model.instants import record_instant

__all__ = [
    "CROSSING",
    "ENTRY",
    "METER_MONTH",
    "ROW",
    "USAGE_HEAD",
    "USAGE_MONTH",
    "USAGE_ROW",
    "Record",
    "RecordFieldsError",
    "StoredMeterMonth",
    "StoredUsageHead",
    "StoredUsageMonth",
    "UsageRecord",
    "dump_noun",
    "load_noun",
    "load_statement",
    "read_instant",
    "record_instant",
]
