"""Authors: who makes a write."""

from __future__ import annotations

from typing import Final

from superlicense.errors import InvalidValueError

__all__ = ["check_author"]

# As long as an id of the model may be.
_LONGEST_AUTHOR: Final = 254


def check_author(by: object) -> None:
    """Refuse an author that is not a name.

    Raises:
        InvalidValueError: *by* is not a printable string of 1 to 254 characters
            without space around it.
    """
    if not isinstance(by, str) or not 1 <= len(by) <= _LONGEST_AUTHOR:
        raise InvalidValueError("by", by, f"must be a string of 1 to {_LONGEST_AUTHOR} characters")
    if not by.isprintable() or by != by.strip():
        raise InvalidValueError("by", by, "must be printable, without space around it")
