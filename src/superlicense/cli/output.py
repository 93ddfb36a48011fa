"""Text output of commands: styled on a terminal, plain lines in a pipe.

On a terminal, lines are wrapped at spaces (`superlicense.cli.wrapping`).

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
from superlicense.cli.wrapping import terminal_width, wrapped

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
        self._width = terminal_width(sys.stdout, is_terminal=self._console.is_terminal)
        self._blank = True

    def _can_write(self, text: str) -> bool:
        try:
            text.encode(self._console.encoding)
        except UnicodeEncodeError:
            return False
        return True

    def line(self, text: str = "", style: str = "", *, whole: bool = False) -> None:
        """Write one line; *whole* if it is to be copied, and must not be wrapped."""
        shown = escaped(text)
        for part in [shown] if whole or self._width is None else wrapped(shown, self._width, hanging=2):
            self._console.print(Text(part, style))
        self._blank = not text

    def heading(self, text: str) -> None:
        """Write a heading, after a blank line."""
        if not self._blank:
            self.line()
        self.line(text, "bold")

    def table(
        self,
        rows: Sequence[Sequence[str]],
        *,
        right: Collection[int] = (),
        indent: str = "  ",
        headed: bool = True,
    ) -> None:
        """Write *rows* with aligned columns.

        Args:
            rows: Cells; the same number in each row.
            right: The indexes of right-aligned columns.
            indent: What each line begins with.
            headed: Whether the first row contains the headings.
        """
        cells = [tuple(map(escaped, row)) for row in rows]
        width = None if self._width is None else self._width - len(indent)
        for line in aligned(cells, right=right, width=width, headed=headed):
            self.line(f"{indent}{line}" if line else "", whole=True)

    def answer(self, text: str, *, granted: bool, depth: int = 0) -> None:
        """Write one line that begins with a mark, indented by *depth* levels."""
        mark, style = (self.yes, "green") if granted else (self.no, "red")
        indent = "  " * (depth + 1)
        width = None if self._width is None else self._width - len(indent) - 2
        first, *others = [escaped(text)] if width is None else wrapped(escaped(text), width)
        self._console.print(Text.assemble(indent, (mark, style), " ", first))
        for part in others:
            self._console.print(Text(f"{indent}  {part}"))
        self._blank = False
