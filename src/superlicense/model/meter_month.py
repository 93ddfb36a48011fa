"""Usage as stores keep it: accepted events, and a record per meter and month.

These are named tuples because a recording creates one for every event.
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
    """An accepted event, as stored.

    Attributes:
        event: The event.
        month: The month of the usage.
        booked: The month that counts it: *month*, or the earliest open month if
            *month* was closed already.
        place: Position among the events counted in the month; increasing, with
            gaps.
        recorded_at: When it was accepted.
        recorded_by: Who recorded it.
        seal: Seal of the row, opaque to stores.
    """

    event: UsageEvent
    month: Month
    booked: Month
    place: int
    recorded_at: datetime
    recorded_by: str
    seal: bytes | None = None


class MeterMonth(NamedTuple):
    """The record of one meter and month.

    Attributes:
        month: The month.
        meter: Code of the meter.
        starts_at: First instant of the month.
        ends_at: First instant after the month.
        users: Number of users at the latest known instant, in the month or
            before.
        users_at: Since when; `None` if the number has never changed.
        peak: Peak number of users in the month so far.
        peak_at: When the peak was reached.
        bought: Number of users bought; `None` if unlimited.
        events: Number of events counted.
        places: Highest *place* of those events, 0 for none.
        total: Aggregate of the events counted.
        told: Levels whose crossing was reported, in increasing order.
        closed: Whether the month is closed.
        recorded_at: When the latest event was accepted; `None` if there is none.
        details: Further state of the meter, opaque to stores.
        seal: Seal of the record, opaque to stores.
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
    """The usage record of an installation.

    Attributes:
        closed_through: Latest closed month; `None` for none.
        crossings: Number of crossings recorded.
        seal: Seal of the record, opaque to stores.
    """

    closed_through: Month | None = None
    crossings: int = 0
    seal: bytes | None = None
