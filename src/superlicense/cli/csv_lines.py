"""CSV: one object per line below a header of field names, as spreadsheets save it.

Rule 1: a file is CSV if its first line names known fields only. They are
separated by commas, semicolons or tabs.

Rule 2: a cell has the type of its field. An empty cell is a field that is left
out; several values in one cell are separated by ``|``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from superlicense.cli.csv_output import FORMULA_SIGNS
from superlicense.errors import InvalidValueError

__all__ = ["csv_objects", "header_of"]

_DELIMITERS: Final = ",;\t"
_WORDS: Final = MappingProxyType({"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False})
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,28}", re.ASCII)


def header_of(line: bytes, known: Collection[str], needed: Iterable[str]) -> tuple[str, list[str]] | None:
    """Return the delimiter and the names of the header *line*; `None` if it is not the header of a CSV file."""
    try:
        text = line.decode("utf-8").strip()
    except UnicodeDecodeError:
        return None
    for delimiter in _DELIMITERS:
        names = [name.strip().strip('"').strip() for name in text.split(delimiter)]
        if len(set(names)) == len(names) and set(needed) <= set(names) <= set(known):
            return delimiter, names
    return None


class _Lines:
    """Decoded lines for a reader of CSV, which goes on after one that cannot be decoded."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self.number = 1  # the header
        self.row: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            self.row.append(line.decode("utf-8", "backslashreplace"))
            raise InvalidValueError(f"line {self.number}", line, "must be UTF-8") from error
        self.row.append(text)
        return text


def csv_objects(
    lines: Iterable[bytes], delimiter: str, names: list[str], known: Collection[str]
) -> Iterator[tuple[int, dict[str, Any] | InvalidValueError, str]]:
    """Yield the number of each line below the header, its fields or what is wrong with it, and its text.

    Args:
        lines: The lines below the header, in UTF-8.
        delimiter: What separates cells.
        names: The fields, in the order of the header.
        known: All fields, with their types if they are attributes of a noun.
    """
    kinds = {name: str(known[name].type) for name in names} if isinstance(known, Mapping) else {}
    decoded = _Lines(lines)
    rows = csv.reader(decoded, delimiter=delimiter, strict=True)
    while True:
        decoded.row.clear()
        found: dict[str, Any] | InvalidValueError
        try:
            cells = next(rows, None)
            if cells is None:
                return
            found = _fields(cells, names, kinds, decoded.number)
        except csv.Error as error:
            found = InvalidValueError(f"line {decoded.number}", str(error), "must be valid CSV")
        except InvalidValueError as error:
            found = error
        if found:
            yield decoded.number, found, "".join(decoded.row).rstrip("\r\n")


def _fields(cells: list[str], names: list[str], kinds: Mapping[str, str], number: int) -> dict[str, Any]:
    if len(cells) > len(names):
        raise InvalidValueError(f"line {number}", cells[len(names)], "is a cell without a name in the header")
    filled = [(name, _unguarded(cell.strip())) for name, cell in zip(names, cells, strict=False) if cell.strip()]
    return {name: _value(cell, kinds.get(name, "str")) for name, cell in filled}


def _unguarded(cell: str) -> str:
    """Return *cell* without the apostrophe that keeps a spreadsheet from calculating it."""
    return cell[1:] if cell[:1] == "'" and cell[1:].lstrip(" \u00a0'").startswith(tuple(FORMULA_SIGNS)) else cell


def _value(cell: str, kind: str) -> object:
    """Return *cell* as a value of the type *kind*; what is none stays text, which the noun refuses."""
    if kind == "bool":
        return _WORDS.get(cell.lower(), cell)
    if kind == "int" and _INTEGER.fullmatch(cell):
        return int(cell)
    if kind.startswith("tuple"):
        return [part.strip() for part in cell.split("|")]
    return cell
