"""Terms difference: where the host's meters and policy are not what the running month is billed on.

Rule 1: what was found last is remembered, so that `Health` names it without
asking the store. Looks find it anew where the month has changed or a while has
passed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from superlicense.errors import StoreError
from superlicense.licensing.metering.month_finding import month_of, months_around
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageReader

__all__ = ["KnownTerms", "differing_terms"]

# What changes rarely is read rarely: two statements more of a look.
_AGAIN_AFTER: Final = timedelta(minutes=1)


def differing_terms(totals: MeterTotals, usage: UsageReader, now: datetime) -> tuple[str, ...]:
    """Return the codes of the meters whose terms in the month of *now* are not the host's, sorted.

    A meter differs where only one of them lists it, where its terms differ, and
    where its threshold depends on users that are counted differently. All of them
    differ where the zone does. An instance without terms differs from nothing.
    """
    month = month_of(totals, usage, now)
    stored = usage.months(since=month, until=month)
    if not totals.has_terms or not stored or stored[0].user_count is None:
        return ()
    known = {one.meter: one.terms for one in usage.meter_months(since=month, until=month)}
    counts_alike = stored[0].user_count is totals.policy.user_count
    if totals.zone_name != stored[0].zone:
        return tuple(sorted(known.keys() | totals.meters.keys()))
    found = []
    for code in sorted(known.keys() | totals.meters.keys()):
        ours, theirs = totals.meters.get(code), known.get(code)
        if ours != theirs or (ours is not None and ours.included_per_user and not counts_alike):
            found.append(code)
    return tuple(found)


class KnownTerms:
    """Which meters differ, as was found last.

    Attributes:
        differing: Their codes.
    """

    __slots__ = ("_again_at", "_totals", "differing")

    def __init__(self, totals: MeterTotals) -> None:
        """Compare with the terms of *totals*."""
        self._totals = totals
        self._again_at: datetime | None = None
        self.differing: tuple[str, ...] = ()

    def find(self, usage: UsageReader, now: datetime) -> tuple[str, ...]:
        """Find them in the stored *usage*, and remember them."""
        self.differing = differing_terms(self._totals, usage, now)
        month_ends_at = months_around(self._totals, usage, [now]).span(now)[1]
        self._again_at = min(now + _AGAIN_AFTER, month_ends_at)
        return self.differing

    def find_in_time(self, usage: UsageReader, now: datetime) -> None:
        """Find them if they were not found lately. Usage that cannot be read has no terms, and stops no look."""
        if not self._totals.has_terms or (self._again_at is not None and now < self._again_at):
            return
        try:
            self.find(usage, now)
        except StoreError:
            self.differing, self._again_at = (), now + _AGAIN_AFTER
