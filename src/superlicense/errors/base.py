"""The root of the family, and how a message quotes what was given."""

from __future__ import annotations

_QUOTED_CHARACTERS = 64


def quoted(value: object) -> str:
    r"""Show *value* in a message: escaped, and at most 64 characters of it.

    >>> quoted("a\nb")
    "'a\\nb'"
    """
    text = value if isinstance(value, str) else repr(value)
    cut = text[:_QUOTED_CHARACTERS]
    shown = ascii(cut) if isinstance(value, str) else cut.encode("unicode_escape").decode("ascii")
    return f"{shown}…" if len(text) > _QUOTED_CHARACTERS else shown


class SuperlicenseError(Exception):
    """Base of the family.

    Attributes:
        code: Stable lower-case word, documented, never reused.
    """

    code: str = "superlicense_error"
