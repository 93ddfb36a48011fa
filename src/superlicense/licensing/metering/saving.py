"""Saving: changed meter months are stored together with the crossings of the levels that they reach.

A crossing is recorded in the transaction that caused it, by the block that has
locked the head. A level that was due already, because time alone has moved a
gauge, has another cause than those that the transaction reaches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageWriter
from superlicense.model.meter_month import MeterMonth, MeterMonthKey, UsageHead, UsageMonth
from superlicense.model.month import Month
from superlicense.model.usage import Crossing, CrossingCause
from superlicense.rules.metering.crossings import new_crossings

__all__ = ["due_levels", "save_with_crossings"]

_NONE_DUE: Final[Mapping[MeterMonthKey, tuple[int, ...]]] = MappingProxyType({})


def due_levels(
    totals: MeterTotals, meter_months: Iterable[MeterMonth], months: Mapping[Month, UsageMonth], at: datetime
) -> dict[MeterMonthKey, tuple[int, ...]]:
    """Return the levels that time alone has reached as of *at*, by meter month.

    Args:
        totals: The meters.
        meter_months: Open meter months, before anything is done to them.
        months: Their months, likewise.
        at: As of when.
    """
    found = {}
    for one in meter_months:
        month = months.get(one.month)
        levels = () if month is None else totals.new_levels(one, month, at)
        if levels:
            found[one.month, one.meter] = levels
    return found


def save_with_crossings(  # noqa: PLR0913 - what is saved, where, when and why
    totals: MeterTotals,
    usage: UsageWriter,
    head: UsageHead,
    changed: Iterable[MeterMonth],
    *,
    months: Mapping[Month, UsageMonth],
    at: datetime,
    causes: Mapping[MeterMonthKey, CrossingCause] | None = None,
    due: Mapping[MeterMonthKey, tuple[int, ...]] = _NONE_DUE,
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
        due: Levels that time alone had reached before; see `due_levels`.

    Returns:
        The head as it is stored now.
    """
    crossings: list[Crossing] = []
    saved = []
    for one in changed:
        key = (one.month, one.meter)
        cause = CrossingCause.THRESHOLD if causes is None else causes.get(key, CrossingCause.THRESHOLD)
        found = totals.new_levels(one, months[one.month], at)
        if found:
            crossings += new_crossings(
                one.meter,
                one.month,
                used=totals.used(one, months[one.month], at),
                threshold=totals.threshold(one, months[one.month]),
                levels=totals.policy.crossing_levels,
                alerted=one.alerted_levels,
                at=at,
                cause=cause,
                due=due.get(key, ()),
            )
        saved.append(one._replace(alerted_levels=tuple(sorted({*one.alerted_levels, *found}))) if found else one)
    usage.save_meter_months(saved)
    if crossings:
        usage.add_crossings(list(enumerate(crossings, start=head.crossing_count + 1)))
        head = head._replace(crossing_count=head.crossing_count + len(crossings))
        usage.save_head(head)
    return head
