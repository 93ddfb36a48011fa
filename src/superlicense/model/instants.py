"""The text forms of an instant. Every text that a program reads has one of these two.

Documents and JSON output have whole seconds, ``2026-11-28T18:40:00Z``. Records
have microseconds and a fixed width, ``2026-11-28T18:40:00.000000Z``, so that
their texts sort as the instants do and nothing is lost.
"""

from __future__ import annotations

from datetime import UTC, datetime

from superlicense.errors import InvalidValueError

__all__ = ["document_instant", "record_instant"]


def document_instant(at: datetime) -> str:
    """Return *at* as documents and JSON output have it; a fraction of a second is cut off.

    >>> document_instant(datetime(2026, 11, 28, 18, 40, tzinfo=UTC))
    '2026-11-28T18:40:00Z'

    Raises:
        InvalidValueError: *at* is naive.
    """
    return _utc(at).isoformat(timespec="seconds") + "Z"


def record_instant(at: datetime) -> str:
    """Return *at* as records have it.

    >>> record_instant(datetime(2026, 11, 28, 18, 40, tzinfo=UTC))
    '2026-11-28T18:40:00.000000Z'

    Raises:
        InvalidValueError: *at* is naive.
    """
    return _utc(at).isoformat(timespec="microseconds") + "Z"


def _utc(at: datetime) -> datetime:
    """Return *at* in UTC, without its time zone."""
    if at.tzinfo is not UTC:
        if at.utcoffset() is None:
            raise InvalidValueError("at", at, "must be a datetime with a time zone")
        at = at.astimezone(UTC)
    return at.replace(tzinfo=None)
