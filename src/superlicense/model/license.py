"""Module licenses: names, scopes, kinds, and the grants of plans."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Any, Self, cast

from attrs import Attribute, field, frozen

from superlicense.errors import InvalidValueError
from superlicense.model import fields
from superlicense.model.frozen_map import FrozenMap
from superlicense.model.user import UserType

__all__ = ["MAX_SORT_ORDER", "SUPEROFFICE", "LicenseKind", "LicenseName", "LicenseScope", "ModuleLicense"]

SUPEROFFICE = "superoffice"
"""The reserved owner: the vendor of the CRM system itself."""

_OWNER = re.compile(r"[a-z0-9](?:[a-z0-9 -]*[a-z0-9-])?", re.ASCII | re.IGNORECASE)
_MODULE = re.compile(r"[a-z0-9](?:[a-z0-9 .-]*[a-z0-9.-])?", re.ASCII | re.IGNORECASE)
# The vendor's column ModuleLicense.moduleName holds 239 characters.
_MAX_NAME_LENGTH = 239
MAX_SORT_ORDER = 10**9


def _check_part(path: str, value: object, pattern: re.Pattern[str], allowed: str) -> None:
    if not isinstance(value, str) or len(value) > _MAX_NAME_LENGTH or not pattern.fullmatch(value):
        raise InvalidValueError(path, value, f"must be 1 to {_MAX_NAME_LENGTH} {allowed}")


class LicenseName(str):
    """Name of a module license: its owner and its module.

    A license name is a `str`: ``owner.module`` in lower case. It can be used as
    a key and compared with strings, and two spellings that differ only in case
    are the same name (domain 2.2, "Naming reality"; ADR 2).

    >>> LicenseName("SUPEROFFICE", "ten-sales")
    LicenseName('superoffice', 'ten-sales')
    >>> LicenseName.parse("quote-cal") == LicenseName.parse("SuperOffice.Quote-CAL")
    True

    Attributes:
        owner: Issuer of the license; letters, digits, ``-`` and inner spaces.
        module: The module; letters, digits, ``-``, ``.`` and inner spaces.
    """

    __slots__ = ()

    def __new__(cls, owner: str, module: str) -> Self:
        """Create the name of *module* issued by *owner*.

        Raises:
            InvalidValueError: a part is empty, longer than 239 characters, or
                contains a character that is not allowed.
        """
        _check_part("owner", owner, _OWNER, "letters, digits, '-' or inner spaces")
        _check_part("module", module, _MODULE, "letters, digits, '-', '.' or inner spaces")
        return super().__new__(cls, f"{owner.lower()}.{module.lower()}")

    @classmethod
    def parse(cls, text: str, *, owner: str = SUPEROFFICE) -> LicenseName:
        """Parse ``owner.module``; a string without a dot is a module of *owner*.

        Raises:
            InvalidValueError: *text* is not a license name.
        """
        if type(text) is cls:
            return text
        if not isinstance(text, str):
            raise InvalidValueError("license", text, "must be a string 'owner.module'")
        return _parsed(text, owner)

    @property
    def owner(self) -> str:
        """The issuer of the license."""
        return str.partition(self, ".")[0]

    @property
    def module(self) -> str:
        """The module of the owner."""
        return str.partition(self, ".")[2]

    def __repr__(self) -> str:
        """Return the constructor call."""
        return f"LicenseName({self.owner!r}, {self.module!r})"

    def __str__(self) -> str:
        """Return the plain string ``owner.module``."""
        return str.__str__(self)

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # `str` pickles with one argument
        """Pickle and copy by owner and module."""
        return (self.owner, self.module)


@lru_cache(maxsize=1024)  # more names than a package has; callers repeat a few spellings
def _parsed(text: str, owner: str) -> LicenseName:
    first, dot, rest = text.partition(".")
    try:
        return LicenseName(first, rest) if dot else LicenseName(owner, first)
    except InvalidValueError as error:
        raise InvalidValueError("license", text, error.problem) from error


class LicenseScope(StrEnum):
    """Where a license applies.

    Source: vendor enum LicenseType (domain 3): SiteLicense 1 is SYSTEM here,
    SatelliteLicense 2 is SITE, UserLicense 3 is USER.
    """

    SYSTEM = "system"  # the whole installation, no assignment, hidden ones apply too
    SITE = "site"  # one database, assigned; legacy
    USER = "user"  # one user, assigned


class LicenseKind(StrEnum):
    """The role of a license. Source: vendor column extraFlags (domain 2.2)."""

    MODULE = "module"  # unlocks a module
    PLAN = "plan"  # a user license that grants others (extraFlags 1)
    MARKER = "marker"  # a system license that describes a plan tier (extraFlags 2)


def to_license_name(value: LicenseName | str) -> LicenseName:
    """Convert to a license name; leave an invalid one to the validator `license_name`."""
    try:
        return LicenseName.parse(value)
    except InvalidValueError:
        return cast("LicenseName", value)


def to_license_name_or_none(value: LicenseName | str | None) -> LicenseName | None:
    """Convert as `to_license_name` does, or return `None`."""
    return None if value is None else to_license_name(value)


def license_name(instance: object, attribute: Attribute[Any], value: object) -> None:
    """Check for a `LicenseName`."""
    del instance
    if type(value) is not LicenseName:
        raise InvalidValueError(attribute.name, value, "must be a license name 'owner.module'")


def _any_case(value: Iterable[str]) -> tuple[LicenseName, ...]:
    """Keep grants as given; the class parses them, because it knows the owner."""
    return cast("tuple[LicenseName, ...]", (value,) if isinstance(value, str) else tuple(value))


def _user_types(value: Iterable[UserType]) -> frozenset[UserType]:
    return frozenset(value)


@frozen(kw_only=True)
class ModuleLicense:
    """One licensed module, as a row of a license package.

    >>> sales = ModuleLicense(name="ten-sales", scope=LicenseScope.USER, quantity=10,
    ...                       kind=LicenseKind.PLAN, grants=("user", "web", "t2"))
    >>> sales.grants[0]
    LicenseName('superoffice', 'user')

    Attributes:
        name: The license; a string without an owner names one of SUPEROFFICE.
        scope: Whole installation, site or user.
        quantity: Number of seats bought, 1 to 10^9; ignored, but still 1 or
            more, if *unrestricted*.
        unrestricted: Whether it may be assigned any number of times.
        hidden: Whether it is left out of screens and cannot be assigned by
            hand; it is checked and counted like any other.
        description: Display name.
        tooltip: A sentence for the user interface.
        version: Product version that the license was issued for.
        extra_info: Free text from the issuer.
        sort_order: Position in a list, as given by the issuer.
        prerequisite: License of any owner that must be held first.
        allowed_user_types: User types that may hold it; empty means all.
        kind: Module, plan or marker.
        grants: Licenses that a plan grants its holder; names of the same owner,
            which a string may leave out.
        unmodeled: Further content of an imported row, by element path. Not part
            of equality.

    Raises:
        InvalidValueError: a field is out of range, a plan is not a user
            license, a marker is not a system license, a license other than a
            plan has grants, or a grant is of another owner.

    Source: vendor table ModuleLicense (domain 2.2).
    """

    name: LicenseName = field(converter=to_license_name, validator=license_name)
    scope: LicenseScope = field(validator=fields.instance_of(LicenseScope))
    quantity: int = field(default=1, validator=fields.integer(1, fields.MAX_QUANTITY))
    unrestricted: bool = field(default=False, validator=fields.instance_of(bool))
    hidden: bool = field(default=False, validator=fields.instance_of(bool))
    description: str = field(default="", validator=fields.text)
    tooltip: str = field(default="", validator=fields.text)
    version: str = field(default="", validator=fields.text)
    extra_info: str = field(default="", validator=fields.text)
    sort_order: int = field(default=0, validator=fields.integer(-MAX_SORT_ORDER, MAX_SORT_ORDER))
    prerequisite: LicenseName | None = field(
        default=None, converter=to_license_name_or_none, validator=fields.optional(license_name)
    )
    allowed_user_types: frozenset[UserType] = field(
        default=frozenset(), converter=_user_types, validator=fields.each_instance_of(UserType)
    )
    kind: LicenseKind = field(default=LicenseKind.MODULE, validator=fields.instance_of(LicenseKind))
    grants: tuple[LicenseName, ...] = field(default=(), converter=_any_case)
    unmodeled: FrozenMap[str] = field(
        factory=FrozenMap, converter=fields.mapping, validator=fields.str_to_str, eq=False, repr=False
    )

    def __attrs_post_init__(self) -> None:
        """Parse the grants and check the fields against each other."""
        if self.kind is LicenseKind.PLAN and self.scope is not LicenseScope.USER:
            raise InvalidValueError("kind", self.kind, "a plan must be a user license")
        if self.kind is LicenseKind.MARKER and self.scope is not LicenseScope.SYSTEM:
            raise InvalidValueError("kind", self.kind, "a marker must be a system license")
        if not self.grants:
            return
        if self.kind is not LicenseKind.PLAN:
            raise InvalidValueError("grants", self.grants, "must be empty unless the license is a plan")
        object.__setattr__(self, "grants", tuple(self._grant(text) for text in self.grants))
        if len(set(self.grants)) != len(self.grants):
            raise InvalidValueError("grants", self.grants, "must not contain duplicates")

    def _grant(self, text: str) -> LicenseName:
        owner = self.name.owner
        try:
            name = LicenseName.parse(text, owner=owner)
        except InvalidValueError as error:
            raise InvalidValueError("grants", text, error.problem) from error
        if name.owner != owner:
            raise InvalidValueError("grants", text, f"must be a license of {owner}")
        return name

    @property
    def restricted(self) -> bool:
        """Whether *quantity* limits the number of holders."""
        return not self.unrestricted and self.scope is not LicenseScope.SYSTEM
