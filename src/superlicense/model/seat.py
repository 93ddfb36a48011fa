"""Seats: who holds which license, and how many are in use."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import field, frozen

from superlicense.errors import InvalidValueError
from superlicense.model import fields
from superlicense.model.license import LicenseName, license_name, to_license_name
from superlicense.model.plain_data import PlainNoun

__all__ = ["Assignment", "SeatUsage"]


@frozen(kw_only=True)
class Assignment(PlainNoun):
    """One license, held by one user or site from *start* until *end*.

    Attributes:
        license: The license.
        holder: Id of a user; of a site for a site license.
        start: First instant it is held.
        end: First instant it is no longer held; `None` while it runs.
        assigned_by: Who assigned it.
        ended_by: Who ended it.
        comment: A remark made with the assignment.

    Source: vendor tables LicenseAssocLink and LicenseSatlLink (domain 2.3, 2.4).
    """

    license: LicenseName = field(converter=to_license_name, validator=license_name)
    holder: str = field(validator=fields.identifier)
    start: datetime = field(converter=fields.utc_required, validator=fields.aware)
    end: datetime | None = field(default=None, converter=fields.utc, validator=fields.optional(fields.aware))
    assigned_by: str = field(default="host", validator=fields.identifier)
    ended_by: str | None = field(default=None, validator=fields.optional(fields.identifier))
    comment: str = field(default="", validator=fields.text)

    def __attrs_post_init__(self) -> None:
        """Check the order of the instants."""
        if self.end is not None and self.end < self.start:
            raise InvalidValueError("end", self.end, "must not be before start")


def _holders(value: Iterable[str]) -> tuple[str, ...]:
    return tuple(value)


@frozen(kw_only=True)
class SeatUsage(PlainNoun):
    """The seats of a license: how many are in use, and by which holders.

    Attributes:
        license: The license.
        in_use: Number of distinct holders, directly or through a plan.
        total: Number of seats bought; `None` if unrestricted.
        free: *total* minus *in_use*, 0 or more in every committed state; `None`
            if unrestricted.
        holders: Ids of the holders, sorted.
    """

    license: LicenseName
    in_use: int
    total: int | None
    free: int | None
    holders: tuple[str, ...] = field(converter=_holders)
