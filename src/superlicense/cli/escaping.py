"""Text that is safe to print: names from outside cannot control a terminal.

Rule 1: everything that the program prints goes through one of these functions:
names that hosts supply, and the contents of documents that nobody has verified.

Rule 2: control characters (ESC, C0, C1, DEL), characters that change the
direction of text, and lone surrogates are shown as escapes. Letters and spaces
of every script are kept.
"""

from __future__ import annotations

import json
import sys
from typing import Final
from unicodedata import category

import click

__all__ = ["escaped", "escaped_json", "say"]

_SPACE: Final = "Zs"


def _is_safe(letter: str) -> bool:
    return letter.isprintable() or category(letter) == _SPACE


def escaped(text: str) -> str:
    r"""Return *text* on one line that changes nothing but what is shown.

    >>> escaped("Ærø\x1b[2J\u202e")
    'Ærø\\x1b[2J\\u202e'
    """
    if text.isprintable():
        return text
    return "".join(letter if _is_safe(letter) else letter.encode("unicode_escape").decode("ascii") for letter in text)


def escaped_json(text: str) -> str:
    r"""Return the JSON *text* with the same value, safe to print.

    >>> escaped_json('{"name": "\x9b2J"}')
    '{"name": "\\u009b2J"}'
    """
    # Outside of strings JSON has line breaks and tabs only; inside they are escaped already.
    if text.isprintable():
        return text
    return "".join(letter if _is_safe(letter) or letter in "\n\t\r" else json.dumps(letter)[1:-1] for letter in text)


def say(text: str, *, err: bool = False) -> None:
    """Print *text*, escaped, as one line, by default to standard output.

    What the encoding of the stream lacks becomes ``?``. On standard error, which
    carries sentences and no data, the line is wrapped if a terminal shows it.
    """
    stream = sys.stderr if err else sys.stdout
    encoding = getattr(stream, "encoding", None) or "utf-8"
    shown = escaped(text).encode(encoding, "replace").decode(encoding)
    lines = [shown]
    if err and stream.isatty():
        from superlicense.cli.wrapping import stderr_lines  # noqa: PLC0415 - only terminals need rich

        lines = stderr_lines(shown)
    for line in lines:
        click.echo(line, err=err)
