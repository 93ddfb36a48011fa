"""License packages: the licenses that an owner issued to a company, and their validity."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from attrs import Attribute, field, frozen

from superlicense.errors import InvalidValueError
from superlicense.model import fields
from superlicense.model.frozen_map import FrozenMap
from superlicense.model.license import SUPEROFFICE, LicenseName, ModuleLicense
from superlicense.model.site import serial_number as valid_serial_number

__all__ = ["InstalledPackage", "LicensePackage", "Phase", "Validity", "key_of_owner"]

# 2^53 - 1: the largest integer that every JSON parser keeps exactly (documents.md).
MAX_ISSUE = 2**53 - 1


class Phase(StrEnum):
    """Lifecycle phase of a package. Source: domain 7."""

    VALID = "valid"  # no warning
    WARNING = "warning"  # administrators are warned of the expiry
    GRACE = "grace"  # expired; everything still works
    STOPPED = "stopped"  # access becomes read-only


@frozen(kw_only=True)
class Validity:
    """The dates of a package: aware datetimes, `None` for never.

    Each date is the first instant of the new state: at ``expires_at`` the
    package is expired.

    Attributes:
        warns_at: Start of the warning period.
        expires_at: End of the licensed period and start of the grace period.
        grace_until: End of the grace period; ``expires_at`` if `None`.
        maintenance_until: From this instant on, upgrades are refused; never
            blocks a login.
        next_check_at: When to ask the issuer for a newer package.

    Raises:
        InvalidValueError: a datetime is naive, there is a grace period without
            an expiry, or not ``warns_at <= expires_at <= grace_until``.

    Source: vendor table ModuleOwner (domain 2.1), documents.md "Package".
    """

    warns_at: datetime | None = field(default=None, converter=fields.utc, validator=fields.optional(fields.aware))
    expires_at: datetime | None = field(default=None, converter=fields.utc, validator=fields.optional(fields.aware))
    grace_until: datetime | None = field(default=None, converter=fields.utc, validator=fields.optional(fields.aware))
    maintenance_until: datetime | None = field(
        default=None, converter=fields.utc, validator=fields.optional(fields.aware)
    )
    next_check_at: datetime | None = field(default=None, converter=fields.utc, validator=fields.optional(fields.aware))

    def __attrs_post_init__(self) -> None:
        """Check the order of the dates."""
        if self.grace_until is not None:
            if self.expires_at is None:
                raise InvalidValueError("grace_until", self.grace_until, "requires expires_at")
            if self.grace_until < self.expires_at:
                raise InvalidValueError("grace_until", self.grace_until, "must not be before expires_at")
        if self.warns_at is not None and self.expires_at is not None and self.warns_at > self.expires_at:
            raise InvalidValueError("warns_at", self.warns_at, "must not be after expires_at")

    @property
    def stops_at(self) -> datetime | None:
        """First instant at which the package is stopped; `None` for never."""
        return self.expires_at if self.grace_until is None else self.grace_until


def _licenses(value: Iterable[ModuleLicense]) -> tuple[ModuleLicense, ...]:
    return tuple(value)


def key_of_owner(owner: object) -> str:
    """Return the key that packages of *owner* are stored and compared by: the name in lower case.

    >>> key_of_owner("SUPEROFFICE")
    'superoffice'

    Raises:
        InvalidValueError: *owner* cannot be the name of an owner.
    """
    try:
        return LicenseName(owner, "any").owner  # type: ignore[arg-type]  # the constructor checks the type
    except InvalidValueError as error:
        raise InvalidValueError("owner", owner, error.problem) from error


def _owner(instance: object, attribute: Attribute[Any], value: object) -> None:
    del instance, attribute
    key_of_owner(value)


@frozen(kw_only=True)
class LicensePackage:
    """All licenses that one owner issued to one installation, as one document.

    Attributes:
        owner: Issuer of the licenses, in the issuer's spelling; compared
            case-insensitively.
        company: The company it is issued to; compared without letter case and
            Unicode form.
        serial_number: Serial number of the installation it is issued to.
        owner_description: Display name of the owner.
        database_id: UUID of one database of the serial number; `None` for any.
        issue: Number of the document in its series, 1 to 2^53-1; `None` if the
            source has none.
        issued_at: When it was issued.
        validity: Its dates.
        licenses: Its rows; names are unique and of this owner.
        license_version: Version of the license, in the issuer's words.
        deployment_type: A number of the issuer, kept unchanged.
        product_type: Short name of the product.
        product_description: Display name of the product.
        license_url: Where licenses of this owner are bought or fetched.
        replaces: The serial number that this package's succeeds; `None` for none.
        resets_clock: Whether it corrects a clock that has been wrong.
        unmodeled: Further content of an imported document, by element path. Not
            part of equality.

    Raises:
        InvalidValueError: a field is out of range, two rows have the same name,
            or a row belongs to another owner.

    Source: vendor class LicenseInfo (domain 2.8), documents.md "Package".
    """

    owner: str = field(validator=_owner)
    company: str = field(validator=fields.identifier)
    serial_number: str = field(validator=valid_serial_number)
    owner_description: str = field(default="", validator=fields.text)
    database_id: str | None = field(default=None, converter=fields.uuid_text, validator=fields.optional(fields.uuid))
    issue: int | None = field(default=None, validator=fields.optional(fields.integer(1, MAX_ISSUE)))
    issued_at: datetime | None = field(default=None, converter=fields.utc, validator=fields.optional(fields.aware))
    validity: Validity = field(factory=Validity, validator=fields.instance_of(Validity))
    licenses: tuple[ModuleLicense, ...] = field(default=(), converter=_licenses)
    license_version: str = field(default="", validator=fields.text)
    deployment_type: int | None = field(default=None, validator=fields.optional(fields.integer(-(2**31), 2**31 - 1)))
    product_type: str = field(default="", validator=fields.text)
    product_description: str = field(default="", validator=fields.text)
    license_url: str = field(default="", validator=fields.text)
    replaces: str | None = field(default=None, validator=fields.optional(valid_serial_number))
    resets_clock: bool = field(default=False, validator=fields.instance_of(bool))
    unmodeled: FrozenMap[str] = field(
        factory=FrozenMap, converter=fields.mapping, validator=fields.str_to_str, eq=False, repr=False
    )
    by_name: FrozenMap[ModuleLicense] = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Check the rows and index them by name."""
        rows: dict[str, ModuleLicense] = {}
        for place, row in enumerate(self.licenses):
            if type(row) is not ModuleLicense:
                raise InvalidValueError(f"licenses[{place}]", row, "must be a ModuleLicense")
            if row.name.owner != self.owner_key:
                raise InvalidValueError(f"licenses[{place}].name", row.name, f"must be a license of {self.owner_key}")
            if row.name in rows:
                raise InvalidValueError(f"licenses[{place}].name", row.name, "must be unique")
            rows[str(row.name)] = row
        object.__setattr__(self, "by_name", FrozenMap(rows))

    def find(self, license: LicenseName | str) -> ModuleLicense | None:
        """Return the row of *license*, `None` if missing; a string without an owner names one of this owner."""
        return self.by_name.get(LicenseName.parse(license, owner=self.owner))

    @property
    def owner_key(self) -> str:
        """The owner in lower case: the key that packages are stored and compared by."""
        return self.owner.lower()

    @property
    def is_superoffice(self) -> bool:
        """Whether the owner is the vendor of the CRM system itself."""
        return self.owner_key == SUPEROFFICE


@frozen(kw_only=True)
class InstalledPackage:
    """A package that was installed, and how.

    Attributes:
        package: The package.
        digest: SHA-256 of its canonical bytes, 64 lower-case hex digits.
        signed_by: Ids of the keys with valid signatures; empty if unsigned.
        root_version: Version of the trust root it was verified under; `None` if
            unsigned.
        installed_at: When it was installed.
        installed_by: Who installed it.
        unsigned: Whether it was adopted without a signature.
        waiting: Whether it waits for an administrator and is not in force.
    """

    package: LicensePackage = field(validator=fields.instance_of(LicensePackage))
    digest: str = field(validator=fields.identifier)
    signed_by: tuple[str, ...] = field(default=(), converter=fields.strings, validator=fields.identifiers)
    root_version: int | None = field(default=None, validator=fields.optional(fields.integer(1)))
    installed_at: datetime = field(converter=fields.utc_required, validator=fields.aware)
    installed_by: str = field(validator=fields.identifier)
    unsigned: bool = field(default=False, validator=fields.instance_of(bool))
    waiting: bool = field(default=False, validator=fields.instance_of(bool))
