"""CSV output: lists for spreadsheets, with the values that JSON has.

Rule 1: the header names fields and is the same in every language. Codes stay
codes, instants have the form of documents, flags are ``true`` and ``false``, what
is missing is an empty cell, and several values in one cell are separated by
``|``.

Rule 2: no cell starts a formula. A text that a spreadsheet would calculate gets
an apostrophe in front, which readers of `superlicense.cli.csv_lines` take off.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from superlicense.cli.escaping import escaped
from superlicense.messages import LocalizedText
from superlicense.model.plain_data import plain_data

__all__ = ["FORMULA_SIGNS", "CsvTable", "attributes", "cell", "print_csv"]

# The last four are the full-width forms, which spreadsheets read alike.
FORMULA_SIGNS: Final = "=+-@\uff1d\uff0b\uff0d\uff20"

CsvTable = tuple[Sequence[str], Callable[[], Iterable[Sequence[object]]]]
"""The names of the columns, and a function that returns the rows."""


def attributes(objects: Iterable[object], names: Sequence[str]) -> Iterator[tuple[object, ...]]:
    """Yield the attributes *names* of each of *objects*."""
    for one in objects:
        yield tuple(getattr(one, name) for name in names)


def print_csv(table: CsvTable) -> None:
    """Print *table* as CSV with a header; characters that the stream cannot encode become ``?``."""
    columns, rows = table
    encoding = sys.stdout.encoding or "utf-8"
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows():
        writer.writerow([cell(value).encode(encoding, "replace").decode(encoding) for value in row])


def cell(value: object) -> str:
    """Return *value* as a cell.

    >>> [cell(value) for value in ("anna", "=1+1", -2, True, None, ("a", "b"))]
    ['anna', "'=1+1", '-2', 'true', '', 'a|b']
    """
    if isinstance(value, LocalizedText):
        return value.code
    if isinstance(value, (tuple, list)):
        return _guarded("|".join(_text(part) for part in value))
    text = _text(value)
    return text if isinstance(value, (int, Decimal)) else _guarded(text)


def _text(value: object) -> str:
    plain = plain_data(value)
    if plain is None:
        return ""
    return str(plain).lower() if isinstance(plain, bool) else escaped(str(plain))


def _guarded(text: str) -> str:
    return f"'{text}" if text.lstrip(" \u00a0'").startswith(tuple(FORMULA_SIGNS)) else text
