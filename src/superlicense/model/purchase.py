"""Purchases and renewals: what an owner would have to issue, to be supposed and never to be applied.

Rule 1: neither is a `superlicense.model.change.Change`. A store takes new
licenses only with a package of their owner, so these can only be part of a
hypothesis or of a remedy.

Source: design section 11.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attrs import Attribute, field, frozen

from superlicense.errors import InvalidValueError
from superlicense.model import fields
from superlicense.model.license import LicenseName, license_name, to_license_name
from superlicense.model.package import key_of_owner

__all__ = ["Purchase", "Renewal"]


@frozen
class Purchase:
    """More seats of a license, or a license that the package in force does not have.

    >>> Purchase("ten-sales", 5)
    Purchase(license=LicenseName('superoffice', 'ten-sales'), quantity=5)

    Attributes:
        license: The license; a string without an owner names one of SUPEROFFICE.
        quantity: Number of seats that are added, 1 to 10^9.
    """

    license: LicenseName = field(converter=to_license_name, validator=license_name)
    quantity: int = field(default=1, validator=fields.integer(1, fields.MAX_QUANTITY))


def _owner(value: str) -> str:
    try:
        return key_of_owner(value)
    except InvalidValueError:
        return value


def _owner_key(instance: object, attribute: Attribute[Any], value: Any) -> None:  # noqa: ANN401 - what it checks
    del instance, attribute
    key_of_owner(value)


@frozen
class Renewal:
    """A package that is valid until another day.

    Attributes:
        owner: Owner of the package, in lower case.
        until: First instant at which it is expired; warnings and grace keep
            their distance to it.
    """

    owner: str = field(converter=_owner, validator=_owner_key)
    until: datetime = field(converter=fields.utc_required, validator=fields.aware)
