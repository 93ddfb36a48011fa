"""Sites and the installation: the databases of a customer."""

from __future__ import annotations

import re
from typing import Any

from attrs import Attribute, Factory, evolve, field, frozen

from superlicense.errors import InvalidValueError
from superlicense.model import fields

__all__ = ["CENTRAL", "Installation", "Site", "is_demo_serial"]

CENTRAL = "central"
"""Id of the central database; all others are satellites."""

_SERIAL = re.compile(r"[0-9]{10}", re.ASCII)


def luhn_digit(digits: str) -> int:
    """Compute the Luhn (mod 10) check digit to append to *digits*."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the sum of two decimal digits
    return -total % 10


def serial_number(instance: object, attribute: Attribute[Any], value: object) -> None:
    """Check for ten digits of which the last is the Luhn check digit.

    Source: domain 2.9; all serial numbers found in the sources pass.
    """
    del instance
    if not isinstance(value, str) or not _SERIAL.fullmatch(value):
        raise InvalidValueError(attribute.name, value, "must be a string of 10 digits")
    if luhn_digit(value[:-1]) != int(value[-1]):
        raise InvalidValueError(attribute.name, value, "must end with the check digit of the other digits")


def is_demo_serial(serial_number: str) -> bool:
    """Return whether *serial_number* belongs to a demo installation.

    >>> is_demo_serial("1010000006"), is_demo_serial("1010000014")
    (True, False)

    Source: domain 2.9: five zeros before the check digit.
    """
    return serial_number[4:9] == "00000"


@frozen(kw_only=True)
class Installation:
    """One database of one customer, which all questions are about.

    Attributes:
        serial_number: 10 digits with a Luhn check digit.
        company: The licensed company; packages must be issued to this name,
            which is compared without letter case and Unicode form.
        database_id: UUID of the database, if the serial number has several; in
            lower case.
        database_owner: Owner of this database; the company by default.
        site: The site of this database: ``"central"`` or a satellite's id.
        product_type: Shown as Subscription on the Status tab.
        time_zone: Name of the time zone of calendar months.

    Source: vendor table company (domain 2.6).
    """

    serial_number: str = field(validator=serial_number)
    company: str = field(validator=fields.identifier)
    database_id: str | None = field(default=None, converter=fields.uuid_text, validator=fields.optional(fields.uuid))
    database_owner: str = field(default=Factory(lambda self: self.company, takes_self=True), validator=fields.text)
    site: str = field(default=CENTRAL, validator=fields.identifier)
    product_type: str = field(default="", validator=fields.text)
    time_zone: str = field(default="UTC", validator=fields.identifier)

    @property
    def key(self) -> str:
        """The key of this installation in a store: ``database:<uuid>`` or, without a database id, ``serial:<number>``.

        The two kinds never meet.

        >>> Installation(serial_number="1010000014", company="Nordvik Handel A/S").key
        'serial:1010000014'

        Source: design section 8, "Identity".
        """
        return f"serial:{self.serial_number}" if self.database_id is None else f"database:{self.database_id}"

    def under(self, key: str) -> Installation:
        """Return this installation with the serial number or the database id that makes *key* its `key`."""
        kind, _, name = key.partition(":")
        if key == self.key:
            return self
        if kind == "database":
            return evolve(self, database_id=name)
        return evolve(self, database_id=None, serial_number=name)

    @property
    def is_demo(self) -> bool:
        """Whether the serial number belongs to a demo installation."""
        return is_demo_serial(self.serial_number)


@frozen(kw_only=True)
class Site:
    """A database of the installation: the central one or a satellite.

    Attributes:
        id: The host's id; ``"central"`` is the central database.
        name: Display name.
        company: The company that owns the satellite.

    Source: vendor table satellite (domain 2.5).
    """

    id: str = field(validator=fields.identifier)
    name: str = field(validator=fields.text)
    company: str = field(default="", validator=fields.text)

    @property
    def is_central(self) -> bool:
        """Whether this is the central database."""
        return self.id == CENTRAL
