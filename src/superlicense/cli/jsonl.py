"""Objects in files: JSON Lines, a JSON list, or CSV, with line numbers in errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain
from typing import Any, Final, NamedTuple

from superlicense.cli.csv_lines import csv_objects, header_of
from superlicense.codec.file_bytes import BYTE_ORDER_MARK
from superlicense.codec.strict_json import JsonReader
from superlicense.errors import InvalidValueError, MalformedJsonError

__all__ = ["BadLine", "Line", "ObjectFile", "read_objects"]

# Receipts report numbers that are out of range.
_READER: Final = JsonReader(MalformedJsonError, depth=32, fraction=float)
_CHUNK: Final = 2**20


class Line(NamedTuple):
    """One object of a file.

    Attributes:
        number: Line number, starting at 1; of a JSON list the number of the item.
        place: The line or item as messages name it.
        fields: The object.
        text: The line as it stands in the file.
    """

    number: int
    place: str
    fields: dict[str, Any]
    text: str = ""


class BadLine(NamedTuple):
    """A line that is not such an object.

    Attributes:
        number: As of `Line`.
        error: What is wrong with it; the path names the line.
        text: The line as it stands in the file.
    """

    number: int
    error: InvalidValueError
    text: str


class ObjectFile:
    """The objects in a file: one per line, a JSON list of them, or the lines of a CSV file.

    The first line tells which. A byte order mark and empty lines are ignored.

    Attributes:
        total: The number of lines or items; `None` where it is not known yet.
    """

    def __init__(
        self,
        file: Iterable[bytes],
        what: str,
        *,
        known: Collection[str],
        needed: Iterable[str],
        adapt: Callable[[dict[str, Any]], dict[str, Any]] = lambda fields: fields,
    ) -> None:
        """Read *file*, once.

        Args:
            file: Lines of UTF-8.
            what: What an object describes, for messages.
            known: All allowed fields; CSV cells get the types of attributes of a noun.
            needed: The required fields.
            adapt: Turns an object of another form into one with these fields.
        """
        self.total = _line_count(file)
        self._file = file
        self._what = what
        self._known = known
        self._needed = tuple(needed)
        self._adapt = adapt

    def __iter__(self) -> Iterator[Line | BadLine]:
        """Yield each line or item, also after one that is not such an object."""
        for number, place, fields, text in self._objects(iter(self._file)):
            try:
                if isinstance(fields, InvalidValueError):
                    raise fields
                yield Line(number, place, self._checked(place, fields), text)
            except InvalidValueError as error:
                yield BadLine(number, error, text)

    def _checked(self, place: str, given: dict[str, Any]) -> dict[str, Any]:
        try:
            fields = self._adapt(given)
        except InvalidValueError as error:
            raise error.within(place) from error
        for name in fields:
            if name not in self._known:
                raise InvalidValueError(place, name, f"is not a field of a {self._what}")
        for name in self._needed:
            if name not in fields:
                raise InvalidValueError(f"{place}.{name}", None, "is missing")
        return fields

    def _objects(self, lines: Iterator[bytes]) -> Iterator[tuple[int, str, dict[str, Any] | InvalidValueError, str]]:
        first = next(lines, b"").removeprefix(BYTE_ORDER_MARK)
        if first.lstrip().startswith(b"["):
            yield from self._list(b"".join((first, *lines)))
            return
        header = header_of(first, self._known, self._needed)
        if header is not None:
            for number, fields, text in csv_objects(lines, *header, self._known):
                yield number, f"line {number}", fields, text
            return
        for number, line in enumerate(chain((first,), lines), start=1):
            stripped = line.removeprefix(BYTE_ORDER_MARK).strip()
            if stripped:
                place, shown = f"line {number}", stripped.decode("utf-8", "backslashreplace")
                yield number, place, _object(place, stripped, shown, self._what), shown

    def _list(self, data: bytes) -> Iterator[tuple[int, str, dict[str, Any] | InvalidValueError, str]]:
        try:
            values = _READER.read(data)
        except MalformedJsonError as error:
            wrong = InvalidValueError("line 1", error.problem, f"must begin a JSON list of {self._what}s")
            yield 1, "line 1", wrong, data.decode("utf-8", "backslashreplace")
            return
        self.total = len(values)
        for number, fields in enumerate(values, start=1):
            place, found = f"item {number}", fields
            if not isinstance(fields, dict):
                found = InvalidValueError(place, fields, f"must be an object with the fields of a {self._what}")
            yield number, place, found, json.dumps(fields, ensure_ascii=False)


def read_objects(file: Iterable[bytes], what: str, *, known: Collection[str], needed: Iterable[str]) -> Iterator[Line]:
    """Yield the objects in *file*, as `ObjectFile` reads them, until one is wrong.

    Raises:
        InvalidValueError: A line is not such an object; the path names the line.
    """
    for line in ObjectFile(file, what, known=known, needed=needed):
        if isinstance(line, BadLine):
            raise line.error
        yield line


def _object(place: str, line: bytes, shown: str, what: str) -> dict[str, Any] | InvalidValueError:
    try:
        return _READER.read_object(line)
    except MalformedJsonError:
        return InvalidValueError(place, shown, f"must be a JSON object with the fields of a {what}")


def _line_count(file: Iterable[bytes]) -> int | None:
    """Return the number of lines of *file*; `None` if it can be read only once."""
    seekable = getattr(file, "seekable", None)
    if seekable is None or not seekable():
        return None
    start = file.tell()  # type: ignore[attr-defined]  # it is a file
    count, last = 0, b"\n"
    while chunk := file.read(_CHUNK):  # type: ignore[attr-defined]  # as above
        count, last = count + chunk.count(b"\n"), chunk[-1:]
    file.seek(start)  # type: ignore[attr-defined]  # as above
    return count + (last != b"\n")
