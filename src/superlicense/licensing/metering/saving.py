"""Saving: changed meter months are stored together with the crossings of the levels that they reach.

A crossing is recorded in the transaction that caused it, by the block that has
locked the head.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageWriter
from superlicense.model.meter_month import MeterMonth, MeterMonthKey, UsageHead, UsageMonth
from superlicense.model.month import Month
from superlicense.model.usage import Crossing, CrossingCause

__all__ = ["save_with_crossings"]


def save_with_crossings(  # noqa: PLR0913 - what is saved, where, when and why
    totals: MeterTotals,
    usage: UsageWriter,
    head: UsageHead,
    changed: Iterable[MeterMonth],
    *,
    months: Mapping[Month, UsageMonth],
    at: datetime,
    causes: Mapping[MeterMonthKey, CrossingCause] | None = None,
) -> UsageHead:
    """Save *changed* meter months, and record the levels that they have reached.

    Args:
        totals: The meters.
        usage: Where they are stored.
        head: The head, which is locked.
        changed: Open meter months.
        months: The users of their months.
        at: When they changed.
        causes: What changed them, where that is not their threshold.

    Returns:
        The head as it is stored now.
    """
    crossings: list[Crossing] = []
    saved = []
    for one in changed:
        cause = (
            CrossingCause.THRESHOLD if causes is None else causes.get((one.month, one.meter), CrossingCause.THRESHOLD)
        )
        found = totals.crossings(one, months.get(one.month), at, cause)
        crossings += found
        saved.append(one._replace(alerted_levels=_with(one.alerted_levels, found)) if found else one)
    usage.save_meter_months(saved)
    if crossings:
        usage.add_crossings(list(enumerate(crossings, start=head.crossing_count + 1)))
        head = head._replace(crossing_count=head.crossing_count + len(crossings))
        usage.save_head(head)
    return head


def _with(levels: tuple[int, ...], crossings: Iterable[Crossing]) -> tuple[int, ...]:
    return tuple(sorted({*levels, *(one.level for one in crossings)}))
