"""Objects in files: JSON Lines, a JSON list, or CSV, with line numbers in errors."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import Any, Final, NamedTuple

from superlicense.cli.csv_lines import csv_objects, header_of
from superlicense.codec.file_bytes import BYTE_ORDER_MARK
from superlicense.codec.strict_json import JsonReader
from superlicense.errors import InvalidValueError, MalformedJsonError

__all__ = ["Line", "read_objects"]

# Receipts report numbers that are out of range.
_READER: Final = JsonReader(MalformedJsonError, depth=32, fraction=float)


class Line(NamedTuple):
    """One object of a file.

    Attributes:
        number: Line number, starting at 1; of a JSON list the number of the item.
        place: The line or item as messages name it.
        fields: The object.
    """

    number: int
    place: str
    fields: dict[str, Any]


def read_objects(file: Iterable[bytes], what: str, *, known: Collection[str], needed: Iterable[str]) -> Iterator[Line]:
    """Yield the objects in *file*: one per line, a JSON list of them, or the lines of a CSV file.

    The first line tells which. A byte order mark and empty lines are ignored.

    Args:
        file: Lines of UTF-8.
        what: What an object describes, for messages.
        known: All allowed fields; CSV cells get the types of attributes of a noun.
        needed: The required fields.

    Raises:
        InvalidValueError: A line is not such an object; the path names the line.
    """
    needed = tuple(needed)
    for number, place, fields in _objects(iter(file), what, known, needed):
        for name in fields:
            if name not in known:
                raise InvalidValueError(place, name, f"is not a field of a {what}")
        for name in needed:
            if name not in fields:
                raise InvalidValueError(f"{place}.{name}", None, "is missing")
        yield Line(number, place, fields)


def _objects(
    lines: Iterator[bytes], what: str, known: Collection[str], needed: tuple[str, ...]
) -> Iterator[tuple[int, str, dict[str, Any]]]:
    first = next(lines, b"").removeprefix(BYTE_ORDER_MARK)
    if first.lstrip().startswith(b"["):
        yield from _list(b"".join((first, *lines)), what)
        return
    header = header_of(first, known, needed)
    if header is not None:
        for number, fields in csv_objects(lines, *header, known):
            yield number, f"line {number}", fields
        return
    for number, line in enumerate(chain((first,), lines), start=1):
        text = line.removeprefix(BYTE_ORDER_MARK).strip()
        if text:
            place = f"line {number}"
            yield number, place, _object(place, text, what)


def _list(data: bytes, what: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    try:
        values = _READER.read(data)
    except MalformedJsonError as error:
        raise InvalidValueError("line 1", error.problem, f"must begin a JSON list of {what}s") from error
    for number, fields in enumerate(values, start=1):
        if not isinstance(fields, dict):
            raise InvalidValueError(f"item {number}", fields, f"must be an object with the fields of a {what}")
        yield number, f"item {number}", fields


def _object(place: str, line: bytes, what: str) -> dict[str, Any]:
    try:
        return _READER.read_object(line)
    except MalformedJsonError as error:
        text = line.decode("utf-8", "backslashreplace")
        raise InvalidValueError(place, text, f"must be a JSON object with the fields of a {what}") from error
