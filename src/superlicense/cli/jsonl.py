"""Lines of JSON: an object a line, and where one is none, its number."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final, NamedTuple

from superlicense.codec.strict_json import JsonReader
from superlicense.errors import InvalidValueError, MalformedJsonError

__all__ = ["Line", "read_objects"]

# Which numbers are good is for the receipts to say.
_READER: Final = JsonReader(MalformedJsonError, depth=32, fraction=float)
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"  # what Windows puts before UTF-8


class Line(NamedTuple):
    """One object of a file.

    Attributes:
        number: Its line, the first being 1.
        place: What messages call the line.
        fields: The object.
    """

    number: int
    place: str
    fields: dict[str, Any]


def read_objects(file: Iterable[bytes], what: str, *, known: Collection[str], needed: Iterable[str]) -> Iterator[Line]:
    """Read an object from each line of *file* that is not empty.

    Args:
        file: Lines of UTF-8.
        what: What a line describes, for messages.
        known: Every field that there is.
        needed: Fields that must be there.

    Raises:
        InvalidValueError: a line is none; with its number.
    """
    for number, line in enumerate(file, start=1):
        text = line.removeprefix(_BYTE_ORDER_MARK).strip()
        if not text:
            continue
        place = f"line {number}"
        fields = _object(place, text, what)
        for name in fields:
            if name not in known:
                raise InvalidValueError(place, name, f"is no field of a {what}")
        for name in needed:
            if name not in fields:
                raise InvalidValueError(f"{place}.{name}", None, "is missing")
        yield Line(number, place, fields)


def _object(place: str, line: bytes, what: str) -> dict[str, Any]:
    try:
        return _READER.read_object(line)
    except MalformedJsonError as error:
        text = line.decode("utf-8", "backslashreplace")
        raise InvalidValueError(place, text, f"must be a JSON object with the fields of a {what}") from error
