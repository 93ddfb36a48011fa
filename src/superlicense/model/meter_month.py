"""Books: usage as stores keep it: accepted events, and what each meter keeps of each month.

Named tuples, because a recording makes one for every event.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from superlicense.model.month import Month
from superlicense.model.usage import UsageEvent

__all__ = ["MeterMonth", "MeterMonthKey", "UsageEventKey", "UsageHead", "UsageRow"]

UsageEventKey = tuple[str, str]
"""Source and id of an event."""

MeterMonthKey = tuple[Month, str]
"""Month and code of the meter."""


class UsageRow(NamedTuple):
    """An accepted event, as it is kept.

    Attributes:
        event: The event.
        month: The month that it was used in.
        counted_in: The month whose books count it: the same, or where that was
            closed already the earliest open one.
        position: Position among what those books count; it only grows, with gaps.
        recorded_at: When it was accepted.
        recorded_by: Who recorded it.
        seal: Made by the front door, kept by stores, opaque to them.
    """

    event: UsageEvent
    month: Month
    counted_in: Month
    position: int
    recorded_at: datetime
    recorded_by: str
    seal: bytes | None = None


class MeterMonth(NamedTuple):
    """What one meter keeps of one month.

    Attributes:
        month: The month.
        meter: Code of the meter.
        starts_at: First instant of the month.
        ends_at: First instant that is no longer of it.
        users: Users of the newest instant that is known, in the month or before.
        users_at: Since when there are so many; `None` if there never was another number.
        peak: Most users of the month so far.
        peak_at: Since when there were so many.
        bought: Users that were bought; `None` where nothing limits them.
        event_count: How many events these books count.
        last_position: Highest position of any of them, 0 for none.
        total: What the events of the month come to; of a gauge, what is used of it.
        alerted_levels: Levels that were crossed, rising.
        closed: Whether they are closed.
        recorded_at: When the newest event was accepted; `None` while there is none.
        state: What else the front door keeps; opaque to stores.
        seal: Made by the front door, kept by stores, opaque to them.
    """

    month: Month
    meter: str
    starts_at: datetime
    ends_at: datetime
    users: int
    users_at: datetime | None
    peak: int
    peak_at: datetime | None
    bought: int | None
    event_count: int = 0
    last_position: int = 0
    total: int = 0
    alerted_levels: tuple[int, ...] = ()
    closed: bool = False
    recorded_at: datetime | None = None
    state: str = ""
    seal: bytes | None = None


class UsageHead(NamedTuple):
    """What is kept once for an installation.

    Attributes:
        closed_through: Newest month that is closed; `None` for none.
        crossing_count: How many crossings were recorded.
        seal: Made by the front door, kept by stores, opaque to them.
    """

    closed_through: Month | None = None
    crossing_count: int = 0
    seal: bytes | None = None
