"""Seat use: seats that are held for nothing, and licenses that are nearly used up.

Source: design section 11.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import frozen

from superlicense.model.license import LicenseName
from superlicense.model.plain_data import PlainNoun

__all__ = ["IdleUser", "LowLicense", "RedundantSeat", "SeatState"]


class SeatState(StrEnum):
    """Whether seats of a license are left."""

    AVAILABLE = "available"  # more than a tenth of them
    LOW = "low"  # at most a tenth of them
    USED_UP = "used_up"  # none


@frozen(kw_only=True)
class IdleUser(PlainNoun):
    """A user who holds licenses and has not logged in for long.

    Attributes:
        user: Id of the user.
        last_login: When the user last logged in, as the host knows it; `None` for never.
        licenses: What is assigned to the user, in the order of assignment.
    """

    user: str
    last_login: datetime | None
    licenses: tuple[LicenseName, ...]


@frozen(kw_only=True)
class RedundantSeat(PlainNoun):
    """A license whose release would take nothing from its holder.

    Attributes:
        holder: Id of the user.
        license: The license that could be released.
        covered_by: What the user holds that gives the same, in the order of assignment.
    """

    holder: str
    license: LicenseName
    covered_by: tuple[LicenseName, ...]


@frozen(kw_only=True)
class LowLicense(PlainNoun):
    """A license of which few seats are left.

    Attributes:
        license: The license.
        in_use: Number of distinct holders.
        total: Number of seats bought.
        free: Seats that are left, 0 if there are none.
    """

    license: LicenseName
    in_use: int
    total: int
    free: int
