"""Headcount: the users of an instant, and what moves with them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from superlicense.model.meter_month import MeterMonth
from superlicense.model.world import World
from superlicense.rules.metering.users import bought, users_now

__all__ = ["CurrentUsers", "moved", "moved_before", "user_count"]


class CurrentUsers(NamedTuple):
    """The users of an instant.

    Attributes:
        users: Holders of ``superoffice.user``.
        bought: How many were bought; `None` where nothing limits them.
    """

    users: int
    bought: int | None


def user_count(world: World) -> CurrentUsers:
    """Count the users of *world*."""
    return CurrentUsers(users_now(world), bought(world))


def moved(books: MeterMonth, after: CurrentUsers, at: datetime) -> MeterMonth:
    """Move the users of the month that the write is in; its peak never falls."""
    if after.users > books.peak:
        return books._replace(users=after.users, users_at=at, peak=after.users, peak_at=at, bought=after.bought)
    return books._replace(users=after.users, users_at=at, bought=after.bought)


def moved_before(books: MeterMonth, after: CurrentUsers, at: datetime) -> MeterMonth:
    """Move the users that are carried into a month; nothing has been written in it, so they are its peak."""
    return books._replace(
        users=after.users, users_at=at, peak=after.users, peak_at=books.starts_at, bought=after.bought
    )
