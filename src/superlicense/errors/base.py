"""The base class of all errors, and the quoting of input in messages."""

from __future__ import annotations

_QUOTED_CHARACTERS = 64
_PATH_CHARACTERS = 254


def quoted(value: object) -> str:
    r"""Return *value* for a message, escaped and cut to 64 characters.

    >>> quoted("a\nb")
    "'a\\nb'"
    """
    text = value if isinstance(value, str) else repr(value)
    cut = text[:_QUOTED_CHARACTERS]
    shown = ascii(cut) if isinstance(value, str) else cut.encode("unicode_escape").decode("ascii")
    return f"{shown}…" if len(text) > _QUOTED_CHARACTERS else shown


def escaped_path(path: str) -> str:
    r"""Return the *path* of a field, which may contain untrusted names, escaped and cut to 254 characters.

    >>> escaped_path("keys.a\nb")
    'keys.a\\nb'
    """
    cut = path[:_PATH_CHARACTERS]
    return cut if cut.isascii() and cut.isprintable() else ascii(cut)[1:-1]


class SuperlicenseError(Exception):
    """Base class of all errors of the library.

    Attributes:
        code: Stable lower-case identifier, documented and never reused.
    """

    code: str = "superlicense_error"
