"""JSON Lines: one object per line, with line numbers in errors."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final, NamedTuple

from superlicense.codec.strict_json import JsonReader
from superlicense.errors import InvalidValueError, MalformedJsonError

__all__ = ["Line", "read_objects"]

# Receipts report numbers that are out of range.
_READER: Final = JsonReader(MalformedJsonError, depth=32, fraction=float)
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"  # written by Windows before UTF-8


class Line(NamedTuple):
    """One object of a file.

    Attributes:
        number: Line number, starting at 1.
        place: The line as messages name it.
        fields: The object.
    """

    number: int
    place: str
    fields: dict[str, Any]


def read_objects(file: Iterable[bytes], what: str, *, known: Collection[str], needed: Iterable[str]) -> Iterator[Line]:
    """Yield the object on each non-empty line of *file*.

    Args:
        file: Lines of UTF-8.
        what: What a line describes, for messages.
        known: All allowed fields.
        needed: The required fields.

    Raises:
        InvalidValueError: A line is not such an object; the path names the line.
    """
    for number, line in enumerate(file, start=1):
        text = line.removeprefix(_BYTE_ORDER_MARK).strip()
        if not text:
            continue
        place = f"line {number}"
        fields = _object(place, text, what)
        for name in fields:
            if name not in known:
                raise InvalidValueError(place, name, f"is not a field of a {what}")
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
