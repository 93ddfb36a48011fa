"""Codecs: how one kind of value is encoded as JSON and decoded.

Decoding is strict. What is wrong is a `DecodeError` with the path to it, which
the format that is read turns into its own error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, NamedTuple

from superlicense.errors import InvalidValueError

__all__ = [
    "Codec",
    "DecodeError",
    "UnknownFieldsError",
    "as_is",
    "each",
    "entries",
    "maybe",
    "parsed",
    "plain",
    "within",
    "word",
]


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


def as_is(value: object) -> object:
    """Return *value*: JSON has it as it is, or encodes it as the string that it is a subclass of."""
    return value


def plain(kind: type[object], expected: str) -> Codec:
    """Return the codec of a type that JSON has itself."""

    def decode(value: object) -> object:
        if type(value) is not kind:
            raise DecodeError(f"must be {expected}")
        return value

    return Codec(as_is, decode, kind)


def maybe(codec: Codec) -> Codec:
    """Return the codec of values that may be `None`."""
    encode, decode, plain, form = codec
    return Codec(
        as_is if encode is as_is else lambda value: None if value is None else encode(value),
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
        list if encode is as_is else lambda value: [encode(one) for one in value],
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


def parsed(parse: Callable[[str], Any], encode: Callable[[Any], Any] = str, expected: str = "") -> Codec:
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
    return parsed(words, as_is, f"must be one of {', '.join(words)}")
