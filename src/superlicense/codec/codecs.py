"""Codecs: how each kind of value is encoded as JSON and decoded, and how a noun is made of its fields.

Rule 1: decoding is strict. What is wrong is a `DecodeError` with the path to it,
which the format that is read turns into its own error.

Rule 2: a noun is a table of its fields, written once, which encodes and decodes.
A *sparse* table leaves out a field at its default and takes the default for a
field that is missing, so that a field with a default can be added without
touching what is stored. Defaults are those of the noun's class.

Rule 3: fields are encoded in the order of their names, so that equal nouns have
equal bytes.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter, itemgetter
from typing import Any, Final, NamedTuple, cast

from attrs import NOTHING, AttrsInstance, fields

from superlicense.errors import InvalidValueError
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
    "Codec",
    "DecodeError",
    "UnknownFieldsError",
    "each",
    "entries",
    "maybe",
    "noun_codec",
    "parsed",
    "within",
    "word",
]

_RECORD_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_DOCUMENT_INSTANT: Final = re.compile(r"2[01]\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_DOCUMENT_YEARS: Final = range(2000, 2200)
# More digits than any amount has: 2^63 blocks at the dearest price.
_MONEY: Final = re.compile(r"-?(0|[1-9]\d{0,79})(\.\d{1,9})?", re.ASCII)


class DecodeError(Exception):
    """A value that its codec does not accept; each format turns it into an error of its own.

    Attributes:
        path: Where it is in what is read, empty for the whole.
        problem: What is wrong with it, in English.
    """

    def __init__(self, problem: str, path: str = "") -> None:
        """Start with the path of the value itself; its object or list adds its name."""
        super().__init__(problem)
        self.path = path
        self.problem = problem

    def add(self, name: str) -> None:
        """Put *name* in front of the path: the field or place that holds the value."""
        self.path = within(name, self.path)


class UnknownFieldsError(DecodeError):
    """An object with fields that its table does not have, otherwise correct: perhaps written by a newer version.

    Attributes:
        names: The unknown fields, sorted.
    """

    def __init__(self, names: Iterable[str]) -> None:
        """Name the fields; the path is that of the first."""
        self.names = tuple(sorted(names))
        super().__init__("is unknown", self.names[0])


def within(path: str, name: str) -> str:
    """Return the path of *name* inside *path*; a place in a list begins with ``[``."""
    return f"{path}.{name}" if path and name and name[0] != "[" else path + name


class Codec(NamedTuple):
    """How one kind of value is encoded and decoded.

    Attributes:
        encode: Returns what JSON can hold.
        decode: Reads it, or raises `DecodeError`.
        plain: The type whose values JSON holds as they are; `None` where both
            functions have something to do.
        form: Returns the form that a value needs; `None` where it is always 1.
    """

    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]
    plain: type[object] | None = None
    form: Callable[[Any], int] | None = None


def _same(value: object) -> object:
    return value


def _plain(kind: type[object], expected: str) -> Codec:
    """Return the codec of a type that JSON has itself."""

    def decode(value: object) -> object:
        if type(value) is not kind:
            raise DecodeError(f"must be {expected}")
        return value

    return Codec(_same, decode, kind)


TEXT: Final = _plain(str, "a string")
INTEGER: Final = _plain(int, "an integer")
FLAG: Final = _plain(bool, "true or false")


def maybe(codec: Codec) -> Codec:
    """Return the codec of values that may be `None`."""
    encode, decode, plain, form = codec
    return Codec(
        _same if plain else lambda value: None if value is None else encode(value),
        lambda value: None if value is None else decode(value),
        plain,
        None if form is None else lambda value: 1 if value is None else form(value),
    )


def each(codec: Codec) -> Codec:
    """Return the codec of a tuple; *codec* is that of each item."""
    encode, decode, _, form = codec

    def decode_items(value: object) -> tuple[Any, ...]:
        if type(value) is not list:
            raise DecodeError("must be a list")
        place = 0
        items = []
        try:
            for place, one in enumerate(value):  # noqa: B007 - names the place of the error
                items.append(decode(one))
        except DecodeError as error:
            error.add(f"[{place}]")
            raise
        return tuple(items)

    return Codec(
        lambda value: [encode(one) for one in value],
        decode_items,
        form=None if form is None else lambda value: max(map(form, value), default=1),
    )


def entries(codec: Codec) -> Codec:
    """Return the codec of a mapping whose keys are data; *codec* is that of each value."""
    encode, decode, _, form = codec

    def decode_entries(value: object) -> dict[str, Any]:
        if type(value) is not dict:
            raise DecodeError("must be an object")
        name = ""
        found = {}
        try:
            for name, one in value.items():
                found[name] = decode(one)
        except DecodeError as error:
            error.add(name[:64])
            raise
        return found

    return Codec(
        lambda value: {name: encode(value[name]) for name in sorted(value)},
        decode_entries,
        form=None if form is None else lambda value: max(map(form, value.values()), default=1),
    )


def parsed(parse: Callable[[str], Any], encode: Callable[[Any], str] = str, expected: str = "") -> Codec:
    """Return the codec of values that *parse* reads from a string.

    Args:
        parse: Raises `ValueError` or `InvalidValueError` for what it cannot read.
        encode: The opposite.
        expected: What the value must be, if the error of *parse* does not say it.
    """

    def decode(value: object) -> object:
        if type(value) is not str:
            raise DecodeError("must be a string")
        try:
            return parse(value)
        except InvalidValueError as error:
            raise DecodeError(expected or error.problem) from error
        except ValueError as error:
            raise DecodeError(expected or str(error)) from error

    return Codec(encode, decode)


def word(words: type[StrEnum]) -> Codec:
    """Return the codec of the members of *words*."""
    return parsed(words, expected=f"must be one of {', '.join(words)}")


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
NAME: Final = parsed(LicenseName.parse)
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


class _Empty:
    """The default of a field whose default is an empty collection of a class that compares slowly."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return not other

    __hash__ = None  # type: ignore[assignment]  # equal to objects of many hashes


class _Field(NamedTuple):
    """One field of a noun: its name in JSON, its attribute, its codec, its default and the form that has it."""

    name: str
    attribute: str
    codec: Codec
    default: object
    since: int


_REQUIRED: Final = object()


def _defaults(kind: Callable[..., Any]) -> Mapping[str, object]:
    """Return the defaults of a noun's class by field; a function of the noun where one depends on another field."""
    if hasattr(kind, "_field_defaults"):
        return dict(kind._field_defaults)
    found: dict[str, object] = {}
    for one in fields(cast("type[AttrsInstance]", kind)):
        default: Any = one.default
        takes_self = getattr(default, "takes_self", None)  # only an attrs `Factory` has it
        if takes_self is not None:
            default = default.factory if takes_self else default.factory()
            if isinstance(default, Mapping) and not default:
                default = _Empty()
        if default is not NOTHING:
            found[one.name] = default
    return found


def noun_codec(kind: Callable[..., Any], *table: tuple[Codec, str], sparse: bool = True) -> Codec:
    """Return the codec of a noun.

    Args:
        kind: Class of the noun; `dict` for an object that stays one.
        table: Codecs, each with the names of the fields that have it. A field
            whose name differs from its attribute is written ``attribute:name``;
            one that form 1 does not have, ``name@2``.
        sparse: Whether fields at their default are left out.
    """
    defaults = _defaults(kind) if sparse else {}
    listed = []
    for codec, names in table:
        for text in names.split():
            field, _, since = text.partition("@")
            attribute, _, name = field.rpartition(":")
            default = defaults.get(attribute or name, _REQUIRED)
            listed.append(_Field(name, attribute or name, codec, default, int(since or 1)))
    listed.sort()
    return Codec(_encoder(kind, listed), _decoder(kind, listed), form=_form(kind, listed))


def _form(kind: Callable[..., Any], listed: list[_Field]) -> Callable[[Any], int] | None:
    """Return what tells the form that a noun needs: the newest of the fields that are not at their default."""
    later = [one for one in listed if one.since > 1 or one.codec.form is not None]
    if not later:
        return None
    value_of = itemgetter if kind is dict else attrgetter

    def form(noun: object) -> int:
        needed = 1
        for one in later:
            value = value_of(one.attribute)(noun)
            if value != one.default:
                needed = max(needed, one.since, 1 if one.codec.form is None else one.codec.form(value))
        return needed

    return form


def _encoder(kind: Callable[..., Any], listed: list[_Field]) -> Callable[[Any], dict[str, object]]:
    attributes = [one.attribute for one in listed]
    values_of: Callable[[Any], tuple[Any, ...]] = (itemgetter if kind is dict else attrgetter)(*attributes)
    rows = [
        (one.name, None if one.codec.plain else one.codec.encode, _REQUIRED if callable(one.default) else one.default)
        for one in listed
    ]
    derived = [one for one in listed if callable(one.default)]

    def encode(noun: object) -> dict[str, object]:
        record: dict[str, object] = {}
        name = ""
        try:
            for (name, encode_value, default), value in zip(rows, values_of(noun), strict=True):
                if default != value:
                    record[name] = value if encode_value is None else encode_value(value)
        except DecodeError as error:
            error.add(name)
            raise
        for one in derived:
            if record[one.name] == one.default(noun):  # type: ignore[operator]  # chosen so
                del record[one.name]
        return record

    return encode


def _decoder(kind: Callable[..., Any], listed: list[_Field]) -> Callable[[object], Any]:
    readers = {one.name: (one.attribute, one.codec.plain, one.codec.decode) for one in listed}
    names = {one.attribute: one.name for one in listed}
    required = frozenset(one.name for one in listed if one.default is _REQUIRED)

    def decode(value: object) -> Any:  # noqa: ANN401 - of the kind
        if type(value) is not dict:
            raise DecodeError("must be an object")
        if not readers.keys() >= value.keys():
            raise UnknownFieldsError(value.keys() - readers.keys())
        found = {}
        name = ""
        try:
            for name, one in value.items():
                attribute, plain, decode_value = readers[name]
                found[attribute] = one if type(one) is plain else decode_value(one)
        except DecodeError as error:
            error.add(name)
            raise
        if not required <= value.keys():
            raise DecodeError("is missing", min(required - value.keys()))
        try:
            return kind(**found)
        except InvalidValueError as error:
            first, dot, rest = error.path.partition(".")
            raise DecodeError(error.problem, names.get(first, first) + dot + rest) from error

    return decode
