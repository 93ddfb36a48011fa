"""Seat use: seats that are held for nothing, and licenses that are nearly used up.

Source: design section 11.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from attrs import frozen

from superlicense.model.answer import Answer
from superlicense.model.license import LicenseName
from superlicense.model.plain_data import Phrase, Words

__all__ = ["IdleUser", "LowLicense", "RedundantSeat", "SeatState"]


class SeatState(StrEnum):
    """Whether seats of a license are left."""

    AVAILABLE = "available"  # more than a tenth of them
    LOW = "low"  # at most a tenth of them
    USED_UP = "used_up"  # none


@frozen(kw_only=True)
class IdleUser(Answer):
    """A user who holds licenses and has not logged in for long.

    Attributes:
        user: Id of the user.
        last_login: When the user last logged in, as the host knows it; `None` for never.
        licenses: What is assigned to the user, in the order of assignment.
    """

    has_words: ClassVar[bool] = True

    user: str
    last_login: datetime | None
    licenses: tuple[LicenseName, ...]

    def in_words(self, words: Words | None) -> str:
        """Return its text, its code without *words*."""
        code = "answer_never_logged_in" if self.last_login is None else "answer_idle_since"
        licenses = tuple(str(one) for one in self.licenses)
        return _text(words, code, user=self.user, last_login=self.last_login, licenses=licenses)


@frozen(kw_only=True)
class RedundantSeat(Answer):
    """A license whose release would take nothing from its holder.

    Attributes:
        holder: Id of the user.
        license: The license that could be released.
        covered_by: What the user holds that gives the same, in the order of assignment.
    """

    has_words: ClassVar[bool] = True

    holder: str
    license: LicenseName
    covered_by: tuple[LicenseName, ...]

    def in_words(self, words: Words | None) -> str:
        """Return its text, its code without *words*."""
        held = tuple(str(one) for one in self.covered_by)
        return _text(words, "answer_covered_license", user=self.holder, license=str(self.license), held=held)


@frozen(kw_only=True)
class LowLicense(Answer):
    """A license of which few seats are left.

    Attributes:
        license: The license.
        in_use: Number of distinct holders.
        total: Number of seats bought.
        free: Seats that are left, 0 if there are none.
    """

    has_words: ClassVar[bool] = True

    license: LicenseName
    in_use: int
    total: int
    free: int

    def in_words(self, words: Words | None) -> str:
        """Return its text, its code without *words*."""
        return _text(words, "answer_low_license", license=str(self.license), in_use=self.in_use, total=self.total)


def _text(words: Words | None, code: str, **params: object) -> str:
    return code if words is None else str(words(Phrase(code=code, params=params)))
