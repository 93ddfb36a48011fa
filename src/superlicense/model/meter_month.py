"""Books: usage as stores keep it: accepted events, and what each meter keeps of each month.

Named tuples, because a recording makes one for every event.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from superlicense.model.month import Month
from superlicense.model.usage import UsageEvent

__all__ = ["EventKey", "MeterMonth", "MeterMonthKey", "UsageHead", "UsageRow"]

EventKey = tuple[str, str]
"""Source and id of an event."""

MeterMonthKey = tuple[Month, str]
"""Month and code of the meter."""


class UsageRow(NamedTuple):
    """An accepted event, as it is kept.

    Attributes:
        event: The event.
        month: The month that it was used in.
        booked: The month whose books count it: the same, or where that was
            closed already the earliest open one.
        place: Place among what those books count; it only grows, with gaps.
        recorded_at: When it was accepted.
        recorded_by: Who recorded it.
        seal: Made by the front door, kept by stores, opaque to them.
    """

    event: UsageEvent
    month: Month
    booked: Month
    place: int
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
        events: How many events these books count.
        places: Highest place of any of them, 0 for none.
        total: What the events of the month come to; of a gauge, what is used of it.
        told: Levels that were crossed, rising.
        closed: Whether they are closed.
        recorded_at: When the newest event was accepted; `None` while there is none.
        details: What else the front door keeps; opaque to stores.
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
    events: int = 0
    places: int = 0
    total: int = 0
    told: tuple[int, ...] = ()
    closed: bool = False
    recorded_at: datetime | None = None
    details: str = ""
    seal: bytes | None = None


class UsageHead(NamedTuple):
    """What is kept once for an installation.

    Attributes:
        closed_through: Newest month that is closed; `None` for none.
        crossings: How many crossings were recorded.
        seal: Made by the front door, kept by stores, opaque to them.
    """

    closed_through: Month | None = None
    crossings: int = 0
    seal: bytes | None = None
