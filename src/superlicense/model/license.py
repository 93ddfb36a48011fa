"""Module licenses: their names, where they apply, and what a plan grants."""

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

__all__ = ["SUPEROFFICE", "LicenseKind", "LicenseName", "LicenseScope", "ModuleLicense"]

SUPEROFFICE = "superoffice"
"""The reserved owner: the vendor of the CRM system itself."""

_OWNER = re.compile(r"[a-z0-9](?:[a-z0-9 -]*[a-z0-9-])?", re.ASCII | re.IGNORECASE)
_MODULE = re.compile(r"[a-z0-9](?:[a-z0-9 .-]*[a-z0-9.-])?", re.ASCII | re.IGNORECASE)
# The vendor's column ModuleLicense.moduleName holds 239 characters.
_MAX_NAME_LENGTH = 239


def _check_part(path: str, value: object, pattern: re.Pattern[str], allowed: str) -> None:
    if not isinstance(value, str) or len(value) > _MAX_NAME_LENGTH or not pattern.fullmatch(value):
        raise InvalidValueError(path, value, f"must be 1 to {_MAX_NAME_LENGTH} {allowed}")


class LicenseName(str):
    """Name of a module license: its owner and its module.

    A license name *is* its text ``owner.module`` in lower case, so it serves
    as a key, compares with such texts, and two spellings that differ only in
    case are the same name (domain 2.2, "Naming reality"; ADR 2).

    >>> LicenseName("SUPEROFFICE", "ten-sales")
    LicenseName('superoffice', 'ten-sales')
    >>> LicenseName.parse("quote-cal") == LicenseName.parse("SuperOffice.Quote-CAL")
    True

    Attributes:
        owner: Who issues the license; letters, digits, ``-`` and inner space.
        module: Which license; letters, digits, ``-``, ``.`` and inner space.
    """

    __slots__ = ()

    def __new__(cls, owner: str, module: str) -> Self:
        """Make the name of *module* as issued by *owner*.

        Raises:
            InvalidValueError: a part is empty, longer than 239 characters, or
                holds another character than the ones allowed.
        """
        _check_part("owner", owner, _OWNER, "letters, digits, '-' or inner spaces")
        _check_part("module", module, _MODULE, "letters, digits, '-', '.' or inner spaces")
        return super().__new__(cls, f"{owner.lower()}.{module.lower()}")

    @classmethod
    def parse(cls, text: str, *, owner: str = SUPEROFFICE) -> LicenseName:
        """Read ``owner.module``; a text without a dot is a module of *owner*.

        Raises:
            InvalidValueError: *text* is no license name.
        """
        if type(text) is cls:
            return text
        if not isinstance(text, str):
            raise InvalidValueError("license", text, "must be a text 'owner.module'")
        return _parsed(text, owner)

    @property
    def owner(self) -> str:
        """Who issues the license."""
        return str.partition(self, ".")[0]

    @property
    def module(self) -> str:
        """Which license of the owner it is."""
        return str.partition(self, ".")[2]

    def __repr__(self) -> str:
        """Show owner and module."""
        return f"LicenseName({self.owner!r}, {self.module!r})"

    def __str__(self) -> str:
        """Give the plain text ``owner.module``."""
        return str.__str__(self)

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]  # `str` pickles with one argument
        """Pickle and copy by owner and module."""
        return (self.owner, self.module)


@lru_cache(maxsize=1024)  # more names than a package has; callers spell the same few again and again
def _parsed(text: str, owner: str) -> LicenseName:
    first, dot, rest = text.partition(".")
    try:
        return LicenseName(first, rest) if dot else LicenseName(owner, first)
    except InvalidValueError as error:
        raise InvalidValueError("license", text, error.problem) from error


class LicenseScope(StrEnum):
    """Where a license applies.

    Source: vendor enum LicenseType (domain 3): SiteLicense 1 is our SYSTEM,
    SatelliteLicense 2 our SITE, UserLicense 3 our USER.
    """

    SYSTEM = "system"  # the whole installation, no assignment, hidden ones apply too
    SITE = "site"  # one database, assigned; legacy
    USER = "user"  # one user, assigned


class LicenseKind(StrEnum):
    """What role a license plays. Source: vendor column extraFlags (domain 2.2)."""

    MODULE = "module"  # gates something by itself
    PLAN = "plan"  # a user license that grants others (extraFlags 1)
    MARKER = "marker"  # a system license that describes a plan tier (extraFlags 2)


def to_license_name(value: LicenseName | str) -> LicenseName:
    """Read a license name; leave what is none to the validator `license_name`."""
    try:
        return LicenseName.parse(value)
    except InvalidValueError:
        return cast("LicenseName", value)


def to_license_name_or_none(value: LicenseName | str | None) -> LicenseName | None:
    """Do what `to_license_name` does, and let `None` pass."""
    return None if value is None else to_license_name(value)


def license_name(instance: object, attribute: Attribute[Any], value: object) -> None:
    """Refuse what is not the name of a license."""
    del instance
    if type(value) is not LicenseName:
        raise InvalidValueError(attribute.name, value, "must be a license name 'owner.module'")


def _any_case(value: Iterable[str]) -> tuple[LicenseName, ...]:
    """Keep grants as they came; the noun reads them, because it knows the owner."""
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
        name: The license; a text without an owner is one of SUPEROFFICE.
        scope: Whole installation, site or user.
        quantity: How many were bought, 1 to 10^9; also 1 or more when
            *unrestricted*, where it means nothing.
        unrestricted: May be assigned any number of times.
        hidden: Not shown, not assignable by hand; checked all the same.
        description: Display name.
        tooltip: A sentence for people.
        version: Product version that the license was issued for.
        extra_info: Free text of the issuer.
        sort_order: Place in a list, as the issuer gave it.
        prerequisite: License that must be held first, of any owner.
        allowed_user_types: Who may hold it; empty means everybody.
        kind: Module, plan or marker.
        grants: What a plan gives to its holder; names of the same owner, a
            text without an owner included.
        unmodeled: What an imported row said besides, by element path. Not part
            of equality.

    Raises:
        InvalidValueError: a field is out of range; a plan that is no user
            license, a marker that is no system license, grants of something
            that is no plan, or grants of another owner.

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
    sort_order: int = field(default=0, validator=fields.integer(-(10**9), 10**9))
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
        """Read the grants, and check what concerns several fields."""
        if self.kind is LicenseKind.PLAN and self.scope is not LicenseScope.USER:
            raise InvalidValueError("kind", self.kind, "a plan must be a user license")
        if self.kind is LicenseKind.MARKER and self.scope is not LicenseScope.SYSTEM:
            raise InvalidValueError("kind", self.kind, "a marker must be a system license")
        if not self.grants:
            return
        if self.kind is not LicenseKind.PLAN:
            raise InvalidValueError("grants", self.grants, "only a plan grants other licenses")
        object.__setattr__(self, "grants", tuple(self._grant(text) for text in self.grants))
        if len(set(self.grants)) != len(self.grants):
            raise InvalidValueError("grants", self.grants, "must not name a license twice")

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
        """Whether *quantity* is a ceiling."""
        return not self.unrestricted and self.scope is not LicenseScope.SYSTEM
