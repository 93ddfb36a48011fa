"""Records: how nouns, rows and journal entries look as text, for stores that keep text.

Rule 1: what is read equals what was written, to the microsecond, with what an
imported package said besides (``unmodeled``), which is no part of equality.

Rule 2: a record is JSON in ASCII, so that every text column can hold it, even
control characters; an instant has a fixed width and ends in ``Z``, so that its
texts sort as instants do.

Rule 3: what a noun consists of is written as a table, field by field. Reading
is strict: a record that lacks a field, has another or cannot be read is a store
that cannot be read, and the error names the place.
"""

from superlicense.codec.forms import instant_text, read_instant
from superlicense.codec.nouns import dump_entry, dump_noun, dump_row, load_entry, load_noun, load_row
from superlicense.codec.statements import load_statement
from superlicense.codec.usage import (
    dump_crossing,
    dump_meter_month,
    dump_usage_head,
    dump_usage_row,
    load_crossing,
    load_meter_month,
    load_usage_head,
    load_usage_row,
)

__all__ = [
    "dump_crossing",
    "dump_entry",
    "dump_meter_month",
    "dump_noun",
    "dump_row",
    "dump_usage_head",
    "dump_usage_row",
    "instant_text",
    "load_crossing",
    "load_entry",
    "load_meter_month",
    "load_noun",
    "load_row",
    "load_statement",
    "load_usage_head",
    "load_usage_row",
    "read_instant",
]
