"""The stored form of every noun, and what formats share: the only home of both.

Rule 1: what is read equals what was written, to the microsecond, with what an
imported package said besides (``unmodeled``), which is not part of equality.

Rule 2: a record is JSON in ASCII with sorted keys, so that every text column can
hold it, even control characters, and equal nouns have equal records. An instant
has a fixed width and ends in ``Z``, so that its texts sort as instants do.

Rule 3: what a noun consists of is a table, field by field. A field at its
default is not written, and a missing field has its default, so that a later
version can add one without touching what is stored. Everything else is strict:
a record that lacks a required field, has an unknown one or cannot be read is an
error that names the place.
"""

from superlicense.codec.entry_record import EntryRecord, RowStep
from superlicense.codec.nouns import LATER_KINDS, dump_noun, form_of, load_noun
from superlicense.codec.record import (
    FORM,
    SALT_BYTES,
    CorruptRecordError,
    NewerRecordError,
    PersonalText,
    Record,
    personal_texts,
)
from superlicense.codec.records import RecordFieldsError, read_instant
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
    "FORM",
    "LATER_KINDS",
    "METER_MONTH",
    "SALT_BYTES",
    "USAGE_HEAD",
    "USAGE_MONTH",
    "USAGE_ROW",
    "CorruptRecordError",
    "EntryRecord",
    "NewerRecordError",
    "PersonalText",
    "Record",
    "RecordFieldsError",
    "RowStep",
    "StoredMeterMonth",
    "StoredUsageHead",
    "StoredUsageMonth",
    "UsageRecord",
    "dump_noun",
    "form_of",
    "load_noun",
    "load_statement",
    "personal_texts",
    "read_instant",
    "record_instant",
]
