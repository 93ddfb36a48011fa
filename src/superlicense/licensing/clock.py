"""The clock: the one place that reads time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from superlicense.errors import InvalidValueError, WriteOutOfOrderError
from superlicense.model.world import World

__all__ = [
    "CLOCK_ROLLBACK",
    "FAR_FUTURE",
    "FAR_PAST",
    "Clock",
    "ClockReading",
    "InstallationClock",
    "elapsed_ns",
    "from_nanoseconds",
    "nanoseconds",
    "ticks_of",
    "to_utc",
    "utc_now",
]

Clock = Callable[[], datetime]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LAST: Final = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
# Bounds for comparisons on the hot path; no instant of the library lies beyond.
FAR_PAST: Final = -(10**21)
FAR_FUTURE: Final = 10**21
# documents.md, "Clock": a clock further back than this counts as turned back.
CLOCK_ROLLBACK: Final = timedelta(hours=24)


def utc_now() -> datetime:
    """Read the system clock."""
    return datetime.now(UTC)


def elapsed_ns() -> int:
    """Read the monotonic clock, in nanoseconds."""
    return time.monotonic_ns()


def nanoseconds(at: datetime) -> int:
    """Return *at* in nanoseconds since 1970, exact: instants have microseconds."""
    return (at - _EPOCH) // _MICROSECOND * 1000


def from_nanoseconds(ticks: int) -> datetime:
    """Return the instant of *ticks* nanoseconds since 1970, truncated to the microsecond; the last one there is."""
    return _EPOCH + min(ticks // 1000, _LAST) * _MICROSECOND


def ticks_of(clock: Clock) -> Callable[[], int]:
    """Return a function that reads *clock* in nanoseconds since 1970.

    The system clock returns them without a `datetime` in between, in a fifth of the
    time.
    """
    if clock is utc_now:
        return time.time_ns
    return lambda: nanoseconds(to_utc(clock(), "clock"))


def to_utc(at: object, path: str = "at") -> datetime:
    """Return *at* in UTC.

    Raises:
        InvalidValueError: it is naive, or not a datetime.
    """
    if type(at) is datetime and at.tzinfo is UTC:
        return at
    if not isinstance(at, datetime) or at.utcoffset() is None:
        raise InvalidValueError(path, at, "must be a datetime with a time zone")
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise InvalidValueError(path, at, "must lie in the years 1 to 9999 of UTC") from error


class ClockReading(NamedTuple):
    """One reading of two clocks, in nanoseconds.

    Attributes:
        clock: The host's, since 1970.
        monotonic: The one of the machine, which nobody sets.
    """

    clock: int
    monotonic: int


class InstallationClock:
    """The host's clock with the floor under it: now is never before what is recorded.

    Attributes:
        ticks: Reads the clock in nanoseconds since 1970, without the floor.

    Source: documents.md, "Clock".
    """

    __slots__ = ("_clock", "ticks")

    def __init__(self, clock: Clock) -> None:
        """Read *clock*."""
        self._clock = clock
        self.ticks = ticks_of(clock)

    def read(self) -> datetime:
        """Read the clock, without the floor.

        Raises:
            InvalidValueError: it returned a naive datetime.
        """
        return to_utc(self._clock(), "clock")

    def reading(self) -> ClockReading:
        """Read the clock, without the floor, and the monotonic one."""
        return ClockReading(self.ticks(), elapsed_ns())

    def now(self, world: World) -> datetime:
        """Return the clock's reading, or the newest instant that *world* knows if that is later."""
        now, known = self.read(), world.known_at()
        return now if known is None or known <= now else known

    def instant_of(self, world: World, asked: datetime | None) -> datetime:
        """Return the instant of a write to *world*: *asked*, or now if it is `None`.

        Raises:
            WriteOutOfOrderError: *asked* lies before what is recorded, or after now.
        """
        now = self.now(world)
        if asked is None:
            return now
        earliest = min(asked, now) if world.recorded_at is None else world.recorded_at
        if not earliest <= asked <= now:
            raise WriteOutOfOrderError(asked, earliest=earliest, latest=now)
        return asked

    def is_rolled_back(self, world: World) -> bool:
        """Return whether the clock reads more than 24 hours before what *world* knows."""
        known = world.known_at()
        return known is not None and to_utc(self._clock(), "clock") < known - CLOCK_ROLLBACK
