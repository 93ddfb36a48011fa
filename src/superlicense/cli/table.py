"""Columns under each other.

They are aligned here and not by tables of rich, which cut what is too wide for a
terminal and fill each line with spaces up to its end. Of rich only the width of
letters is asked for, which costs little.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from rich.cells import cell_len

__all__ = ["aligned"]

_GAP: Final = "   "


def aligned(rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> list[str]:
    """Give *rows* as lines with their columns under each other.

    >>> aligned([("Licens", "I brug"), ("Udløb", "1")], right={1})
    ['Licens   I brug', 'Udløb         1']

    Args:
        rows: Texts, equally many in each row.
        right: The columns, counted from 0, that stand to the right.
    """
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = []
        for place, (text, width) in enumerate(zip(row, widths, strict=True)):
            space = " " * (width - cell_len(text))
            cells.append(space + text if place in right else text + space)
        lines.append(_GAP.join(cells).rstrip())
    return lines
