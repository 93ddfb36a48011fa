"""The clock: the one place that reads time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from superlicense.errors import InvalidValueError

__all__ = [
    "CLOCK_ROLLBACK",
    "FAR_FUTURE",
    "FAR_PAST",
    "Clock",
    "from_nanoseconds",
    "instant",
    "nanoseconds",
    "ticks_of",
    "utc_now",
]

Clock = Callable[[], datetime]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
# Bounds for comparisons on the hot path; no instant of the library lies beyond.
FAR_PAST: Final = -(10**21)
FAR_FUTURE: Final = 10**21
# documents.md, "Clock": a clock further back than this is said to be turned back.
CLOCK_ROLLBACK: Final = timedelta(hours=24)


def utc_now() -> datetime:
    """Read the system clock."""
    return datetime.now(UTC)


def nanoseconds(at: datetime) -> int:
    """Give *at* in nanoseconds since 1970, exact: instants have microseconds."""
    return (at - _EPOCH) // _MICROSECOND * 1000


def from_nanoseconds(ticks: int) -> datetime:
    """Give the instant of *ticks* nanoseconds since 1970, cut to the microsecond."""
    return _EPOCH + ticks // 1000 * _MICROSECOND


def ticks_of(clock: Clock) -> Callable[[], int]:
    """Give a function that reads *clock* in nanoseconds since 1970.

    The system clock gives them without making a `datetime` first, which is a
    fifth of the time.
    """
    if clock is utc_now:
        return time.time_ns
    return lambda: nanoseconds(instant(clock(), "clock"))


def instant(at: object, path: str = "at") -> datetime:
    """Give *at* in UTC.

    Raises:
        InvalidValueError: it is naive, or no datetime.
    """
    if not isinstance(at, datetime) or at.utcoffset() is None:
        raise InvalidValueError(path, at, "must be a datetime with a time zone")
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise InvalidValueError(path, at, "must lie in the years 1 to 9999 of UTC") from error
