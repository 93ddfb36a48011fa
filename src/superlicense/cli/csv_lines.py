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


def csv_objects(
    lines: Iterable[bytes], delimiter: str, names: list[str], known: Collection[str]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the fields of each line below the header, with the number of the line.

    Args:
        lines: The lines below the header, in UTF-8.
        delimiter: What separates cells.
        names: The fields, in the order of the header.
        known: All fields, with their types if they are attributes of a noun.

    Raises:
        InvalidValueError: A line is not UTF-8, or not CSV; the path names it.
    """
    kinds = {name: str(known[name].type) for name in names} if isinstance(known, Mapping) else {}
    rows = csv.reader(_decoded(lines), delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(rows, None)
        except csv.Error as error:
            raise InvalidValueError(f"line {rows.line_num + 1}", str(error), "must be valid CSV") from error
        if cells is None:
            return
        number = rows.line_num + 1
        if len(cells) > len(names):
            raise InvalidValueError(f"line {number}", cells[len(names)], "is a cell without a name in the header")
        filled = [(name, _unguarded(cell.strip())) for name, cell in zip(names, cells, strict=False) if cell.strip()]
        if filled:
            yield number, {name: _value(cell, kinds.get(name, "str")) for name, cell in filled}


def _decoded(lines: Iterable[bytes]) -> Iterator[str]:
    for number, line in enumerate(lines, start=2):
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InvalidValueError(f"line {number}", line, "must be UTF-8") from error


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
