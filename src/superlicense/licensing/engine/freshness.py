"""Freshness: how old the facts of a snapshot are, and how long they may be used.

Rule 1: age counts from the beginning of the newest look that succeeded, by the
host's clock: what was committed later is not in it.

Rule 2: within `Policy.max_staleness` facts are fresh. After it, and while the
store cannot be read, they are the last known ones until the end of
`Policy.stale_grace`. Nothing but a look that succeeds renews it: it ends by the
host's clock or by the monotonic one, whichever comes first.

Rule 3: only an outage has a grace. A store that answers something else than
facts (tampered, of a newer version, no rights) is believed.

All times are in nanoseconds.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, NamedTuple

from superlicense.errors import StoreBusyError, StoreUnavailableError, StoreUnusableError
from superlicense.licensing.clock import FAR_PAST, ClockReading

__all__ = ["Failure", "Freshness"]

_MICROSECOND: Final = timedelta(microseconds=1)
_SECOND: Final = 10**9
# Two clocks are never read at the same instant, and a clock may be adjusted a little.
_SKEW: Final = _SECOND // 10
# So many times within the bound a question checks whether a look has ended.
_CHECKS: Final = 8


class Failure(NamedTuple):
    """A look that failed.

    Attributes:
        error: What it raised.
        at: When that was.
    """

    error: Exception
    at: ClockReading

    @property
    def is_outage(self) -> bool:
        """Whether the store could not be read, and may be readable when it is asked again."""
        return isinstance(self.error, StoreBusyError | StoreUnavailableError) and not isinstance(
            self.error, StoreUnusableError
        )


class Freshness:
    """How old the facts of one snapshot are; changed only under the lock of its state.

    Attributes:
        looked: The beginning of the newest look that succeeded.
        failure: The newest look that failed, if none has succeeded since.
    """

    __slots__ = ("_expired", "_grace", "_is_trusted", "_stale", "failure", "looked")

    def __init__(self, looked: ClockReading, *, stale: timedelta, grace: timedelta) -> None:
        """Begin with facts as of *looked* that are fresh for *stale*, and may be used for *grace* after it."""
        self.looked = looked
        self.failure: Failure | None = None
        self._stale = stale // _MICROSECOND * 1000
        self._grace = grace // _MICROSECOND * 1000
        self._expired: int | None = None
        self._is_trusted = True

    @property
    def half(self) -> int:
        """When the next look should begin, by the host's clock."""
        return self.looked.clock + self._stale // 2

    @property
    def end(self) -> int:
        """First nanosecond at which the facts are too old, by the host's clock."""
        return self.looked.clock + self._stale

    def is_fresh(self, clock: int) -> bool:
        """Return whether the facts may be used without a look when the host's clock reads *clock*.

        A clock that is turned back before the look does not show how old it is.
        """
        return self._expired is None and self.looked.clock <= clock < self.end

    def is_due(self, at: ClockReading) -> bool:
        """Return whether a look makes sense at *at*.

        One that has just failed is not repeated at once, unless the facts were fresh
        then and are too old now.
        """
        if self.failure is None:
            return True
        failed = self.failure.at
        if at.monotonic >= failed.monotonic + self._pause or failed.clock < self.end <= at.clock:
            return True
        return not failed.clock <= at.clock < failed.clock + self._pause

    def attention(self, clock: int) -> int:
        """Return when the next question has to check more than its snapshot, as of *clock*."""
        if self._expired is not None:
            return FAR_PAST
        if clock < self.half:
            return self.half
        # A look is on its way, and what it shows may have to be read before the end.
        soon = clock + self._stale // _CHECKS
        return min(self.end, soon if self.failure is None else self.failure.at.clock + self._pause)

    def grace_until(self, at: ClockReading) -> int | None:
        """Return when the grace ends, by the host's clock; `None` if it is over at *at*, or there is none."""
        if not self._is_trusted or not self._grace:
            return None
        end = self.end + self._grace
        left = min(end - at.clock, self.looked.monotonic + self._stale + self._grace - at.monotonic)
        if left <= 0:
            return None
        return end if at.clock + left > end - _SKEW else at.clock + left

    @property
    def _pause(self) -> int:
        """How long no look follows one that has failed."""
        return min(self._stale // 2, _SECOND)

    # Changes

    def confirm(self, looked: ClockReading) -> None:
        """Count the facts as those of *looked*: a look that began then has succeeded."""
        if looked.monotonic >= self.looked.monotonic:
            self.looked = looked
        if self._expired is None or looked.monotonic > self._expired:
            self._expired = None
            self._is_trusted = True
        self.failure = None

    def fail(self, error: Exception, at: ClockReading) -> None:
        """Note that a look failed."""
        self.failure = Failure(error, at)

    def expire(self, monotonic: int, *, is_trusted: bool = True) -> None:
        """Let only a look that begins after *monotonic* make the facts fresh again.

        Facts that are not trusted have no grace either.
        """
        self._expired = monotonic
        self._is_trusted = self._is_trusted and is_trusted
