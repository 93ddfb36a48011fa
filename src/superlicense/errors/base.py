"""The base class of all errors, and the quoting of input in messages.

Rule 1: no message fails because of the input that it quotes, whatever type the input has.

Rule 2: a message quotes at most 64 characters of its input. Control characters, and those that
change the direction of text, are escaped.

Source: documents.md, "Errors".
"""

from __future__ import annotations

from collections.abc import Callable

_QUOTED_CHARACTERS = 64
_PATH_CHARACTERS = 254
_PROBLEM_CHARACTERS = 500
# An integer of at most 64 digits; longer ones are not converted, because that is slow or refused.
_QUOTED_BITS = 212


def quoted(value: object) -> str:
    r"""Return *value* for a message, escaped and cut to 64 characters.

    >>> quoted("a\nb")
    "'a\\nb'"
    >>> quoted(1 << 20_000)
    'an integer of 20001 bits'
    """
    text = text_of(value)
    cut = text[:_QUOTED_CHARACTERS]
    escaped = ascii(cut) if issubclass(type(value), str) else cut.encode("unicode_escape").decode("ascii")
    return f"{escaped}…" if len(text) > _QUOTED_CHARACTERS else escaped


def text_of(value: object, convert: Callable[[object], str] = repr) -> str:
    """Return *value* as text of any length: a string as it is, everything else by *convert*.

    >>> text_of("anna"), text_of(None)
    ('anna', 'None')

    An integer that is too long to convert is described, and an object that *convert* fails on
    is named by its type. Subclasses cannot change the result for strings and integers.
    """
    # Not `isinstance`, which an object can answer itself.
    kind = type(value)
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, int) and kind is not bool:
        bits = int.bit_length(value)  # type: ignore[arg-type]  # checked by its type
        return f"an integer of {bits} bits" if bits > _QUOTED_BITS else int.__repr__(value)
    try:
        return str.__str__(convert(value))
    except Exception:  # noqa: BLE001 - the error of the message must not depend on what it quotes
        return f"<{type.__getattribute__(kind, '__name__')}>"


def one_line(text: str, characters: int = _QUOTED_CHARACTERS) -> str:
    r"""Return *text* on one line, with what is not printable escaped, cut to *characters*.

    >>> one_line("Ærø\x1b[2J")
    'Ærø\\x1b[2J'
    """
    cut = text[:characters]
    if not cut.isprintable():
        cut = "".join(
            letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in cut
        )
    return f"{cut}…" if len(text) > characters else cut


def escaped_path(path: str) -> str:
    r"""Return the *path* of a field, which may contain untrusted names, escaped and cut to 254 characters.

    >>> escaped_path("keys.a\nb")
    'keys.a\\nb'
    """
    cut = text_of(path)[:_PATH_CHARACTERS]
    return cut if cut.isascii() and cut.isprintable() else ascii(cut)[1:-1]


def escaped_problem(problem: str) -> str:
    """Return what is wrong, which may repeat what a parser or a driver says, on one line of at most 500 characters."""
    return one_line(text_of(problem), _PROBLEM_CHARACTERS)


class SuperlicenseError(Exception):
    """Base class of all errors of the library.

    Attributes:
        code: Stable lower-case identifier, documented and never reused.
    """

    code: str = "superlicense_error"
