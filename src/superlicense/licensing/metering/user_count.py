"""User count: the current users of an installation, on which its thresholds depend."""

from __future__ import annotations

from typing import NamedTuple

from superlicense.model.world import World
from superlicense.rules.metering.users import bought, users_now

__all__ = ["CurrentUsers", "user_count"]


class CurrentUsers(NamedTuple):
    """The users of an instant.

    Attributes:
        users: Holders of ``superoffice.user``.
        bought: How many were bought; `None` where the license is unrestricted.
    """

    users: int
    bought: int | None


def user_count(world: World) -> CurrentUsers:
    """Return the users of *world*."""
    return CurrentUsers(users_now(world), bought(world))
