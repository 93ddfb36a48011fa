"""Codecs of nouns: a noun is a table of its fields, written once, which encodes and decodes.

Rule 1: a *sparse* table leaves out a field at its default and takes the default
for a field that is missing, so that a field with a default can be added without
touching what is stored. Defaults are those of the noun's class.

Rule 2: fields are encoded in the order of their names, so that equal nouns have
equal bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from operator import attrgetter, itemgetter
from typing import Any, Final, NamedTuple, cast

from attrs import NOTHING, AttrsInstance, fields

from superlicense.codec.codecs import Codec, DecodeError, UnknownFieldsError, as_is
from superlicense.errors import InvalidValueError

__all__ = ["noun_codec"]


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
    if isinstance(kind, partial):
        kind = kind.func
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
        kind: Class of the noun; `dict` for an object that stays one; a `partial` of
            the class where some fields are stored elsewhere.
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
    value_of: Callable[[str], Callable[[Any], Any]] = itemgetter if kind is dict else attrgetter

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
    get: Callable[[Any], Any] = (itemgetter if kind is dict else attrgetter)(*attributes)
    # Of one field it returns the value itself.
    values_of: Callable[[Any], tuple[Any, ...]] = get if len(attributes) > 1 else lambda noun: (get(noun),)
    rows = [
        (
            one.name,
            None if one.codec.encode is as_is else one.codec.encode,
            _REQUIRED if callable(one.default) else one.default,
        )
        for one in listed
    ]
    derived = [one for one in listed if callable(one.default)]

    def encode(noun: object) -> dict[str, object]:
        record: dict[str, object] = {}
        name = ""
        try:
            for (name, encode_value, default), value in zip(rows, values_of(noun), strict=True):
                if default is _REQUIRED or default != value:
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
