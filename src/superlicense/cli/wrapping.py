"""Lines that fit a terminal: broken at spaces, never inside a word.

Rule 1: only what a terminal shows is wrapped. Lines in a pipe or a file stay
whole, so that programs can search them.

Rule 2: a word that is longer than a line stays whole as well. No-break spaces,
as in amounts of money, are part of a word.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from shutil import get_terminal_size
from typing import Final, TextIO

from rich.cells import cell_len

__all__ = ["longest_word", "stderr_lines", "terminal_width", "wrapped"]

_NARROWEST: Final = 40


def terminal_width(stream: TextIO, *, is_terminal: bool | None = None) -> int | None:
    """Return the columns of the terminal that *stream* writes to, at least 40; `None` if it is not a terminal.

    Args:
        stream: Standard output or standard error.
        is_terminal: Whether it is one, where that is known already.
    """
    if not (stream.isatty() if is_terminal is None else is_terminal):
        return None
    return max(get_terminal_size().columns, _NARROWEST)


def longest_word(text: str) -> int:
    """Return the columns of the longest word of *text*, with the indent if it is the first one."""
    indent = len(text) - len(text.lstrip(" "))
    return max((indent + cell_len(word) for word in text.split(" ")), default=0)


def wrapped(text: str, width: int, *, hanging: int = 0) -> list[str]:
    r"""Return *text* as lines of at most *width* columns; later ones are indented like the first, and *hanging* more.

    >>> wrapped("  Held by anna, bo and dora", 16, hanging=2)
    ['  Held by anna,', '    bo and dora']
    """
    return list(_lines(text, width, hanging)) if cell_len(text) > width else [text]


def _lines(text: str, width: int, hanging: int) -> Iterator[str]:
    indent = " " * (len(text) - len(text.lstrip(" ")))
    line = ""
    for word in filter(None, text.split(" ")):
        if not line:
            line = indent + word
        elif cell_len(line) + 1 + cell_len(word) <= width:
            line = f"{line} {word}"
        else:
            yield line
            line = f"{indent}{' ' * hanging}{word}"
    yield line


def stderr_lines(text: str) -> list[str]:
    """Return *text* as lines for standard error."""
    width = terminal_width(sys.stderr)
    return [text] if width is None else wrapped(text, width, hanging=2)
