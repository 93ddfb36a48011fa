"""Aligned columns.

Tables of rich are not used, because they truncate wide cells and pad each line
with spaces to its end. Only the width of characters comes from rich.

Rule 1: where a table is wider than the terminal, texts wrap at spaces inside
their column, the widest columns first. Numbers never wrap, and columns without
any content are left out.

Rule 2: where even that is too wide, the texts of the last column follow below
their rows. Where that does not help, each row is a block of its own with a line
for each column.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import zip_longest
from typing import Final

from rich.cells import cell_len

from superlicense.cli.wrapping import longest_word, wrapped

__all__ = ["aligned"]

_GAP: Final = "   "
_Rows = Sequence[Sequence[str]]


def aligned(rows: _Rows, *, right: Collection[int] = (), width: int | None = None, headed: bool = True) -> list[str]:
    """Return *rows* as lines with aligned columns.

    >>> aligned([("Licens", "I brug"), ("Udløb", "1")], right={1})
    ['Licens   I brug', 'Udløb         1']

    Args:
        rows: Cells; the same number in each row.
        right: Indexes of right-aligned columns, starting at 0.
        width: Columns of the terminal; `None` for lines of any length.
        headed: Whether the first row contains the headings.
    """
    widths = _widths(rows)
    if width is not None and _total(widths) > width:
        filled = [place for place, column in enumerate(zip(*rows, strict=True)) if any(column[headed:])]
        rows = [[row[place] for place in filled] for row in rows]
        right = {new for new, place in enumerate(filled) if place in right}
        widths = _widths(rows)
    if width is not None and _total(widths) > width:
        widths = _fitting(widths, _least(rows, right, headed=headed), width)
        if _total(widths) > width and headed and _can_hang(rows, right, width):
            return list(_hanging(rows, right, width))
        if _total(widths) > width:
            return list(_blocks(rows, width, headed=headed))
    return [line for row in rows for line in _row(row, widths, right)]


def _widths(rows: _Rows) -> list[int]:
    return [max(map(cell_len, column)) for column in zip(*rows, strict=True)]


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _least(rows: _Rows, right: Collection[int], *, headed: bool) -> list[int]:
    """Return how narrow each column may be: its longest word, or its longest number."""
    return [
        max(
            cell_len(cell) if place in right and (row or not headed) else longest_word(cell)
            for row, cell in enumerate(column)
        )
        for place, column in enumerate(zip(*rows, strict=True))
    ]


def _fitting(widths: Sequence[int], least: Sequence[int], width: int) -> list[int]:
    """Return *widths* with the widest columns narrowed until all fit, or are as narrow as they may be."""
    for limit in range(max(widths), 0, -1):
        narrow = [min(one, max(limit, fewest)) for one, fewest in zip(widths, least, strict=True)]
        if _total(narrow) <= width:
            return narrow
    return list(least)


def _row(row: Sequence[str], widths: Sequence[int], right: Collection[int]) -> Iterator[str]:
    cells = [wrapped(text, width) for text, width in zip(row, widths, strict=True)]
    for parts in zip_longest(*cells, fillvalue=""):
        yield _GAP.join(map(_padded, parts, widths, (place in right for place in range(len(widths))))).rstrip()


def _padded(text: str, width: int, right: bool) -> str:  # noqa: FBT001 - of one cell
    space = " " * (width - cell_len(text))
    return space + text if right else text + space


def _can_hang(rows: _Rows, right: Collection[int], width: int) -> bool:
    """Return whether the table fits with the texts of its last column below the rows."""
    last = len(rows[0]) - 1
    short = [row[:last] for row in rows]
    return last > 1 and last not in right and _total(_widths(short)) <= width


def _hanging(rows: _Rows, right: Collection[int], width: int) -> Iterator[str]:
    """Yield each row without its last cell, which follows on lines of its own."""
    short = [row[:-1] for row in rows]
    widths = _widths(short)
    for cells, row in zip(short, rows, strict=True):
        yield from _row(cells, widths, right)
        if row[-1]:
            yield from wrapped(f"      {row[-1]}", width, hanging=2)


def _blocks(rows: _Rows, width: int, *, headed: bool) -> Iterator[str]:
    """Yield each row below the headings as a block: its first cell, then a line for each filled cell."""
    heads, others = (rows[0], rows[1:]) if headed else ([""] * len(rows[0]), rows)
    for place, row in enumerate(others):
        if place and headed:
            yield ""
        filled = [(head, cell) for head, cell in zip(heads, row, strict=True) if cell]
        for column, (head, cell) in enumerate(filled):
            text = f"{head}: {cell.strip()}" if head else cell
            yield from wrapped(f"  {text}" if column else text, width, hanging=2)
