"""Known instant: the newest one that was recorded before this run, by which a wrong clock is recognized.

What this run records itself proves nothing, because it has the same clock. The
time that has passed since then is measured by a clock that nobody sets.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from superlicense.errors import TamperedStoreError
from superlicense.licensing.engine.world_cache import WorldCache
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.model.month import Month

__all__ = ["KnownInstant"]

_LAST: Final = Month(9998, 12)


class KnownInstant:
    """The newest instant that was recorded before this run."""

    __slots__ = ("_is_complete", "_newest", "_rebases", "_since", "_worlds")

    def __init__(self, worlds: WorldCache) -> None:
        """Start with the facts that *worlds* has loaded."""
        self._worlds = worlds
        self._newest = worlds.state.snapshot.world.recorded_at
        self._rebases = worlds.state.snapshot.world.rebases
        self._since = monotonic()
        self._is_complete = False

    def complete(self) -> None:
        """Look at the stored usage, once, before this run records any; and whether the clock was corrected since."""
        rebases = self._worlds.state.snapshot.world.rebases
        if len(rebases) > len(self._rebases):
            self._newest = max(rebases.values(), key=lambda row: row.sequence).start
            self._since = monotonic()
            self._is_complete = True
        self._rebases = rebases
        if self._is_complete:
            return
        try:
            with self._worlds.stored() as view:
                recorded = newest_usage(self._worlds.checks.usage_in(view))
        except TamperedStoreError:
            recorded = None
        if recorded is not None and recorded > self._worlds.clock.read():
            recorded = None  # a wrong clock has recorded it
        known = [at for at in (self._newest, recorded) if at is not None]
        self._newest = max(known, default=None)
        self._is_complete = True

    def now_at_least(self) -> datetime | None:
        """Return the known instant plus the time since then; `None` if nothing was recorded."""
        return None if self._newest is None else self._newest + timedelta(seconds=int(monotonic() - self._since))


def newest_usage(usage: UsageReader) -> datetime | None:
    """Return when the newest event of the newest month with events was accepted."""
    month = usage.month_before(_LAST)
    while month is not None:
        rows = usage.meter_months(since=month.month, until=month.month)
        found = max((one.recorded_at for one in rows if one.recorded_at is not None), default=None)
        if found is not None:
            return found
        month = usage.month_before(month.month)
    return None
