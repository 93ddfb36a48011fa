"""The identity of an installation: who it is licensed as, now and before.

Rule 1: without a stored identity the installation has the names that its package in
force was issued to. The first change of serial number or company stores one.

Rule 2: an identity names those that it has succeeded and when, so that instances
and packages with a former one can go on for a while.

Source: design section 8, "Identity"; ADR 39.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Protocol

from attrs import field, frozen

from superlicense.model import fields
from superlicense.model.caseless import caseless
from superlicense.model.site import Installation, serial_number

__all__ = ["IDENTITY_KEY", "FormerIdentity", "Identity", "Licensee", "is_same", "names_of"]

IDENTITY_KEY: Final = "installation"
"""The key of the row of the identity; an installation has one."""


class Licensee(Protocol):
    """What has the three names of an identity: an installation, an identity, a package."""

    @property
    def serial_number(self) -> str:
        """The serial number."""

    @property
    def company(self) -> str:
        """The licensed company."""

    @property
    def database_id(self) -> str | None:
        """The database id, `None` for none."""


def names_of(licensee: Licensee) -> tuple[str, str, str | None]:
    """Return the names of *licensee* as they are compared."""
    return (licensee.serial_number, caseless(licensee.company), licensee.database_id)


def is_same(one: Licensee, other: Licensee) -> bool:
    """Return whether *one* and *other* have the same names; letter case and Unicode form of a company do not count."""
    return names_of(one) == names_of(other)


@frozen(kw_only=True)
class FormerIdentity:
    """An identity that an installation had.

    Attributes:
        serial_number: The serial number.
        company: The licensed company.
        database_id: The database id, if it had one.
        until: First instant at which it was another.
    """

    serial_number: str = field(validator=serial_number)
    company: str = field(validator=fields.identifier)
    database_id: str | None = field(default=None, validator=fields.optional(fields.uuid))
    until: datetime = field(converter=fields.utc_required, validator=fields.aware)


def _all_former(value: Iterable[FormerIdentity]) -> tuple[FormerIdentity, ...]:
    return tuple(value)


@frozen(kw_only=True)
class Identity:
    """Who an installation is licensed as, since its row started.

    Attributes:
        serial_number: The serial number.
        company: The licensed company.
        database_id: The database id, if it has one.
        former: The identities that it had before and does not have again, oldest
            first. Only those that a package in force was issued to.
    """

    serial_number: str = field(validator=serial_number)
    company: str = field(validator=fields.identifier)
    database_id: str | None = field(default=None, validator=fields.optional(fields.uuid))
    former: tuple[FormerIdentity, ...] = field(
        default=(), converter=_all_former, validator=fields.each_instance_of(FormerIdentity)
    )

    @property
    def key(self) -> str:
        """The key that an installation of this identity has in a store."""
        named = Installation(serial_number=self.serial_number, company=self.company, database_id=self.database_id)
        return named.key
