"""Aligned columns.

Tables of rich are not used, because they truncate wide cells and pad each line
with spaces to its end. Only the width of characters comes from rich.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from rich.cells import cell_len

__all__ = ["aligned"]

_GAP: Final = "   "


def aligned(rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> list[str]:
    """Return *rows* as lines with aligned columns.

    >>> aligned([("Licens", "I brug"), ("Udløb", "1")], right={1})
    ['Licens   I brug', 'Udløb         1']

    Args:
        rows: Cells; the same number in each row.
        right: Indexes of right-aligned columns, starting at 0.
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
