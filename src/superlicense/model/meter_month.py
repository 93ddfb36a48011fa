"""Meter months: the usage of an installation, as it is stored.

Accepted events, one `MeterMonth` for each meter and month with its total, one
`UsageMonth` for each month with its users, and one `UsageHead`. Named tuples,
because a recording makes one for every event.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from superlicense.model.meter import Meter
from superlicense.model.month import Month
from superlicense.model.policy import UserCount
from superlicense.model.usage import UsageEvent

__all__ = ["MeterMonth", "MeterMonthKey", "UsageHead", "UsageMonth", "UsageRow"]

MeterMonthKey = tuple[Month, str]
"""Month and code of the meter."""


class UsageRow(NamedTuple):
    """An accepted event, as it is stored.

    Attributes:
        event: The event.
        month: The month in which it was used.
        counted_in: The month whose meter month counts it: the same, or the
            earliest open one where that was closed already.
        position: Position among the events that its meter month counts; it only
            grows, with gaps.
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


class UsageMonth(NamedTuple):
    """The users of one month, on which the thresholds of all its meters depend.

    Attributes:
        month: The month.
        starts_at: First instant of the month.
        ends_at: First instant after the month.
        users: Users at the newest known instant, in the month or before.
        users_at: Since when there are that many; `None` if the number never changed.
        peak: Peak users of the month so far.
        peak_at: Since when there were that many.
        bought: Users bought; `None` where the license is unrestricted.
        closed: Whether the month is closed.
        zone: Name of the zone of the month.
        user_count: How its users are counted; `None` while no instance with terms has
            touched the month.
        per_user: Whether the threshold of any of its meters depends on its users.
    """

    month: Month
    starts_at: datetime
    ends_at: datetime
    users: int = 0
    users_at: datetime | None = None
    peak: int = 0
    peak_at: datetime | None = None
    bought: int | None = None
    closed: bool = False
    zone: str = ""
    user_count: UserCount | None = None
    per_user: bool = False


class MeterMonth(NamedTuple):
    """The total of one meter in one month.

    Attributes:
        month: The month.
        meter: Code of the meter.
        event_count: How many events are counted here.
        last_position: Highest position of any of them, 0 for none.
        total: Usage of the month: the sum of a counter, the aggregate of a gauge.
        alerted_levels: Levels whose crossing was recorded, rising.
        closed: Whether the month is closed.
        recorded_at: When the newest event was accepted; `None` while there is none.
        state: What else is computed with in the month, as text.
        terms: The meter on whose terms the month is billed; `None` while no instance
            with terms has touched the month.
    """

    month: Month
    meter: str
    event_count: int = 0
    last_position: int = 0
    total: int = 0
    alerted_levels: tuple[int, ...] = ()
    closed: bool = False
    recorded_at: datetime | None = None
    state: str = ""
    terms: Meter | None = None


class UsageHead(NamedTuple):
    """What is stored once for each installation.

    Attributes:
        closed_through: Newest closed month; `None` for none.
        crossing_count: How many crossings were recorded.
        adjusted: Closed months whose totals late events have changed, each with a month
            that has counted some of these and holds the new totals.
    """

    closed_through: Month | None = None
    crossing_count: int = 0
    adjusted: tuple[tuple[Month, Month], ...] = ()
