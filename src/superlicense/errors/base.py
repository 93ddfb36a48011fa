"""The root of the family, and how a message quotes what was given."""

from __future__ import annotations

_QUOTED_CHARACTERS = 64
_PATH_CHARACTERS = 254


def quoted(value: object) -> str:
    r"""Show *value* in a message: escaped, and at most 64 characters of it.

    >>> quoted("a\nb")
    "'a\\nb'"
    """
    text = value if isinstance(value, str) else repr(value)
    cut = text[:_QUOTED_CHARACTERS]
    shown = ascii(cut) if isinstance(value, str) else cut.encode("unicode_escape").decode("ascii")
    return f"{shown}…" if len(text) > _QUOTED_CHARACTERS else shown


def escaped_path(path: str) -> str:
    r"""Show the *path* of a field, escaped and at most 254 characters long: names in it may come from outside.

    >>> escaped_path("keys.a\nb")
    'keys.a\\nb'
    """
    cut = path[:_PATH_CHARACTERS]
    return cut if cut.isascii() and cut.isprintable() else ascii(cut)[1:-1]


class SuperlicenseError(Exception):
    """Base of the family.

    Attributes:
        code: Stable lower-case word, documented, never reused.
    """

    code: str = "superlicense_error"
