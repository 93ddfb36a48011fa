"""Text output of commands: styled on a terminal, plain lines in a pipe.

Whatever is written is escaped (`superlicense.cli.escaping`), so that a name from
outside cannot move the cursor or set the title of a terminal.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Sequence
from io import TextIOWrapper
from typing import Final

from rich.console import Console
from rich.text import Text

from superlicense.cli.escaping import escaped
from superlicense.cli.table import aligned

__all__ = ["Output"]

_YES: Final = "✓"
_NO: Final = "✗"


class Output:
    """Standard output of a command.

    Styles are for terminals; pipes get none, nor does a terminal with ``NO_COLOR``
    set. Characters that the encoding of the stream lacks become ``?``; the marks
    have ASCII substitutes.

    Attributes:
        yes: The mark for yes: a tick.
        no: The mark for no: a cross.
    """

    def __init__(self) -> None:
        """Wrap the current standard output."""
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")
        self._console = Console(
            highlight=False,
            emoji=False,
            markup=False,
            soft_wrap=True,
            color_system=None if os.environ.get("NO_COLOR") else "auto",
        )
        self.yes, self.no = (_YES, _NO) if self._can_write(_YES + _NO) else ("+", "-")
        self._blank = True

    def _can_write(self, text: str) -> bool:
        try:
            text.encode(self._console.encoding)
        except UnicodeEncodeError:
            return False
        return True

    def line(self, text: str = "", style: str = "") -> None:
        """Write one line."""
        self._console.print(Text(escaped(text), style))
        self._blank = not text

    def heading(self, text: str) -> None:
        """Write a heading, after a blank line."""
        if not self._blank:
            self.line()
        self.line(text, "bold")

    def table(self, rows: Sequence[Sequence[str]], *, right: Collection[int] = (), indent: str = "  ") -> None:
        """Write *rows* with aligned columns; *right* are the indexes of right-aligned ones."""
        cells = [tuple(map(escaped, row)) for row in rows]
        for line in aligned(cells, right=right):
            self.line(f"{indent}{line}")

    def answer(self, text: str, *, granted: bool, depth: int = 0) -> None:
        """Write one line that begins with a mark, indented by *depth* levels."""
        mark, style = (self.yes, "green") if granted else (self.no, "red")
        self._console.print(Text.assemble("  " * (depth + 1), (mark, style), " ", escaped(text)))
        self._blank = False
