"""Usage as stores keep it: accepted events, and a record per meter and month.

These are named tuples because a recording creates one for every event.
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
    """An accepted event, as stored.

    Attributes:
        event: The event.
        month: The month of the usage.
        counted_in: The month that counts it: *month*, or the earliest open month if
            *month* was closed already.
        position: Position among the events counted in the month; increasing, with
            gaps.
        recorded_at: When it was accepted.
        recorded_by: Who recorded it.
        seal: Seal of the row, opaque to stores.
    """

    event: UsageEvent
    month: Month
    counted_in: Month
    position: int
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
        event_count: Number of events counted.
        last_position: Highest *position* of those events, 0 for none.
        total: Aggregate of the events counted.
        alerted_levels: Levels whose crossing was reported, in increasing order.
        closed: Whether the month is closed.
        recorded_at: When the latest event was accepted; `None` if there is none.
        state: Further state of the meter, opaque to stores.
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
    event_count: int = 0
    last_position: int = 0
    total: int = 0
    alerted_levels: tuple[int, ...] = ()
    closed: bool = False
    recorded_at: datetime | None = None
    state: str = ""
    seal: bytes | None = None


class UsageHead(NamedTuple):
    """The usage record of an installation.

    Attributes:
        closed_through: Latest closed month; `None` for none.
        crossing_count: Number of crossings recorded.
        seal: Seal of the record, opaque to stores.
    """

    closed_through: Month | None = None
    crossing_count: int = 0
    seal: bytes | None = None
