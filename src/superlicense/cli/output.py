"""How commands write their data: styled at a terminal, plain lines in a pipe."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import Final

from rich.console import Console
from rich.text import Text

__all__ = ["Output"]

_YES: Final = "✓"
_NO: Final = "✗"


class Output:
    """Standard output, as a command writes on it.

    Styles are for terminals. In a pipe there are none, nor where ``NO_COLOR``
    is set. A letter that the encoding of the stream lacks becomes ``?``; the
    marks have a form that every encoding has.

    Attributes:
        yes: The mark of what is so: a tick.
        no: The mark of what is not.
    """

    def __init__(self) -> None:
        """Take standard output as it is now."""
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
        self._console.print(Text(text, style))
        self._blank = not text

    def heading(self, text: str) -> None:
        """Write what the next lines are about, set off from those above."""
        if not self._blank:
            self.line()
        self.line(text, "bold")

    def answer(self, text: str, *, granted: bool, depth: int = 0) -> None:
        """Write one line that begins with a mark, *depth* steps further in."""
        mark, style = (self.yes, "green") if granted else (self.no, "red")
        self._console.print(Text.assemble("  " * (depth + 1), (mark, style), " ", text))
        self._blank = False
