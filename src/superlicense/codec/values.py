"""Values: the codecs of the kinds of values that nouns have."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Final

from superlicense.codec.codecs import Codec, DecodeError, as_is, each, entries, maybe, parsed, plain
from superlicense.model.instants import document_instant, record_instant
from superlicense.model.license import LicenseName
from superlicense.model.month import Month

__all__ = [
    "BYTES_OR_NONE",
    "DOCUMENT_INSTANT",
    "DOCUMENT_INSTANT_OR_NONE",
    "FLAG",
    "INSTANT",
    "INSTANT_OR_NONE",
    "INTEGER",
    "INTEGER_OR_NONE",
    "MONEY",
    "MONEY_BY_TEXT",
    "MONTH",
    "NAME",
    "TEXT",
    "TEXTS",
    "TEXTS_BY_TEXT",
    "TEXT_OR_NONE",
]

_RECORD_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_DOCUMENT_INSTANT: Final = re.compile(r"2[01]\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_DOCUMENT_YEARS: Final = range(2000, 2200)
# More digits than any amount has: 2^63 blocks at the dearest price.
_MONEY: Final = re.compile(r"-?(0|[1-9]\d{0,79})(\.\d{1,9})?", re.ASCII)


def _instant_parser(pattern: re.Pattern[str]) -> Callable[[str], datetime]:
    def parse(text: str) -> datetime:
        if not pattern.fullmatch(text):
            raise ValueError
        return datetime.fromisoformat(text)

    return parse


def _encode_document_instant(at: datetime) -> str:
    if at.year not in _DOCUMENT_YEARS or at.microsecond:
        raise DecodeError(f"{at.isoformat()} is not a whole second of the years 2000 to 2199")
    return document_instant(at)


def _parse_money(text: str) -> Decimal:
    if not _MONEY.fullmatch(text):
        raise ValueError
    return Decimal(text)


TEXT: Final = plain(str, "a string")
INTEGER: Final = plain(int, "an integer")
FLAG: Final = plain(bool, "true or false")
INSTANT: Final = parsed(
    _instant_parser(_RECORD_INSTANT), record_instant, "must be an instant YYYY-MM-DDTHH:MM:SS.ffffffZ"
)
INSTANT_OR_NONE: Final = maybe(INSTANT)
DOCUMENT_INSTANT: Final = parsed(
    _instant_parser(_DOCUMENT_INSTANT),
    _encode_document_instant,
    "must be an instant YYYY-MM-DDTHH:MM:SSZ of the years 2000 to 2199",
)
DOCUMENT_INSTANT_OR_NONE: Final = maybe(DOCUMENT_INSTANT)
MONEY: Final = parsed(_parse_money, "{:f}".format, "must be an amount in digits")
MONTH: Final = parsed(Month.parse)
NAME: Final = parsed(LicenseName.parse, as_is)
BYTES_OR_NONE: Final = maybe(
    parsed(lambda text: b64decode(text, validate=True), lambda value: b64encode(value).decode(), "must be base64")
)
TEXT_OR_NONE: Final = maybe(TEXT)
INTEGER_OR_NONE: Final = maybe(INTEGER)
TEXTS: Final = each(TEXT)
MONEY_BY_TEXT: Final = entries(MONEY)


def _decode_pairs(value: object) -> dict[str, str]:
    pairs = each(TEXTS).decode(value)
    found = {pair[0]: pair[1] for pair in pairs if len(pair) == 2}  # noqa: PLR2004 - a name and its text
    if len(found) != len(pairs):
        raise DecodeError("must be a list of distinct names with their texts")
    return found


# A list of pairs: the order is kept, whatever becomes of the order of an object.
TEXTS_BY_TEXT: Final = Codec(lambda value: [[name, text] for name, text in value.items()], _decode_pairs)
