"""Terms difference: where the host's meters and policy are not what the running month is billed on."""

from __future__ import annotations

from datetime import datetime

from superlicense.licensing.metering.month_finding import month_of
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageReader

__all__ = ["differing_terms"]


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
