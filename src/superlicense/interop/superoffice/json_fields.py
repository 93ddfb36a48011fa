"""JSON fields: a payload read once, its fields taken by name, each of the kind that it must have.

Rule 1: a payload that could be understood in two ways is refused: two keys that
are one, also when they differ only in case, and what is no JSON.

Rule 2: numbers are bounded before they are computed with. One with a point or an
exponent is no whole number; it may stand where nobody looks.

Source: documents.md, "Numbers from outside".
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final, NoReturn

from superlicense.errors import MalformedPrincipalError
from superlicense.errors.base import quoted

__all__ = ["Fields", "decode"]

_LARGEST_BYTES: Final = 2 * 1024 * 1024
_MOST_DIGITS: Final = 28
_DEEPEST: Final = 32


class _Fraction:
    """Stands for a number with a point or an exponent, which no field of ours holds."""


def decode(data: bytes) -> Fields:
    """Read one JSON object in UTF-8, with or without a byte order mark.

    Raises:
        MalformedPrincipalError: it is no such object.
    """
    if len(data) > _LARGEST_BYTES:
        raise MalformedPrincipalError("", f"has more than {_LARGEST_BYTES} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedPrincipalError("", "is no UTF-8") from error
    try:
        value = json.loads(
            text, object_pairs_hook=_unique, parse_int=_bounded, parse_float=_fraction, parse_constant=_no_constant
        )
    except json.JSONDecodeError as error:
        raise MalformedPrincipalError("", f"is no JSON: {error.msg} at character {error.pos}") from error
    except RecursionError as error:
        raise MalformedPrincipalError("", f"nests deeper than {_DEEPEST}") from error
    _check_depth(value)
    return Fields(value, "")


def _unique(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    """Give the fields by name in lower case."""
    fields: dict[str, object] = {}
    for name, value in pairs:
        key = name.lower()
        if key in fields:
            raise MalformedPrincipalError("", f"{quoted(name)} is there twice")
        fields[key] = value
    return fields


def _bounded(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise MalformedPrincipalError("", f"a number has more than {_MOST_DIGITS} digits")
    return int(text)


def _fraction(text: str) -> _Fraction:
    del text
    return _Fraction()


def _no_constant(text: str) -> NoReturn:
    raise MalformedPrincipalError("", f"{text} is no JSON")


def _check_depth(value: object) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > _DEEPEST:
            raise MalformedPrincipalError("", f"nests deeper than {_DEEPEST}")
        below: list[object] = []
        for one in level:
            if isinstance(one, dict):
                below.extend(one.values())
            elif isinstance(one, list):
                below.extend(one)
        level = below


class Fields:
    """An object whose fields are taken by name, in any case; null is as good as left out.

    Attributes:
        path: Where it is in the payload, empty for the whole.
    """

    def __init__(self, value: object, path: str) -> None:
        """Take over the object at *path*.

        Raises:
            MalformedPrincipalError: *value* is no object.
        """
        if not isinstance(value, dict):
            raise MalformedPrincipalError(path, "must be an object")
        self._fields: dict[str, object] = value
        self.path = path

    def refuse(self, name: str, problem: str) -> NoReturn:
        """Refuse the payload because of one field."""
        raise MalformedPrincipalError(f"{self.path}.{name}" if self.path else name, problem)

    def take(self, name: str, kind: type[Any]) -> Any:  # noqa: ANN401 - of the kind asked for, or None
        """Take a field of one kind; `None` where it is left out or null."""
        value = self._fields.get(name.lower())
        if value is not None and type(value) is not kind:
            self.refuse(name, f"must be {_KINDS[kind]}")
        return value

    def objects(self, name: str) -> list[Fields]:
        """Take a list of objects that must be there, counted from 0 in their paths."""
        listed = self.take(name, list)
        if listed is None:
            self.refuse(name, "is missing")
        return [Fields(value, f"{name}[{place}]") for place, value in enumerate(listed)]

    def text(self, name: str) -> str:
        """Take a text, empty where it is left out."""
        return str(self.take(name, str) or "")

    def required(self, name: str) -> str:
        """Take a text that must be there."""
        text = self.text(name)
        if not text:
            self.refuse(name, "is missing")
        return text

    def word(self, name: str) -> str:
        """Take a word that the vendor writes as its name or its number; empty where it is left out."""
        value = self._fields.get(name.lower())
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int):
            self.refuse(name, "must be a name or a number")
        return str(value)


_KINDS: Final = {str: "a text", int: "a whole number", bool: "true or false", list: "a list"}
