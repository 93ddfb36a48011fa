"""The vendor's words and numbers, in ours.

Rule 1: numbers that arrive as text are bounded before they are computed with.

Rule 2: a problem is raised as `WordError`; the caller, which knows the path, makes the
error of the document of it.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from superlicense.errors import InvalidValueError
from superlicense.errors.base import quoted
from superlicense.logs import logger
from superlicense.model.fields import MAX_QUANTITY
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope
from superlicense.model.user import UserType

__all__ = [
    "MAX_QUANTITY",
    "WordError",
    "boolean",
    "bounded",
    "grants_of",
    "integer",
    "kind_of",
    "quantity",
    "scope_of",
    "user_type_of",
    "user_types_of",
]

_log = logger("interop")

_VENDORS_MAX_QUANTITY: Final = 2**32 - 1
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,28}", re.ASCII)
_SCOPES: Final = MappingProxyType(
    {
        "sitelicense": LicenseScope.SYSTEM,
        "1": LicenseScope.SYSTEM,
        "satellitelicense": LicenseScope.SITE,
        "2": LicenseScope.SITE,
        "userlicense": LicenseScope.USER,
        "3": LicenseScope.USER,
        # One note of the vendor says 4; every other source says 3 (domain 0.5, 17.2).
        "4": LicenseScope.USER,
    }
)
_USER_TYPES: Final = MappingProxyType(
    {
        "internalassociate": UserType.INTERNAL,
        "1": UserType.INTERNAL,
        "resourceassociate": UserType.RESOURCE,
        "2": UserType.RESOURCE,
        "externalassociate": UserType.EXTERNAL,
        "3": UserType.EXTERNAL,
        "anonymousassociate": UserType.ANONYMOUS,
        "4": UserType.ANONYMOUS,
        "systemassociate": UserType.SYSTEM,
        "5": UserType.SYSTEM,
    }
)
_ANY_USER: Final = frozenset({"unknown", "0", ""})


class WordError(Exception):
    """A word or number that means nothing here."""


def integer(text: str) -> int:
    """Read a whole number of at most 28 digits."""
    if not _INTEGER.fullmatch(text):
        message = "must be a whole number of at most 28 digits"
        raise WordError(message)
    return int(text)


def quantity(text: str) -> int:
    """Read a quantity of the vendor: 0 to 2^32-1, the range of its column. Source: domain 2.2."""
    number = integer(text)
    if not 0 <= number <= _VENDORS_MAX_QUANTITY:
        message = f"must be 0 to {_VENDORS_MAX_QUANTITY}"
        raise WordError(message)
    return number


def bounded(number: int) -> tuple[int, bool]:
    """Return a quantity of the vendor as one of ours, and whether it was larger than ours can be (ADR 47)."""
    return min(number, MAX_QUANTITY), number > MAX_QUANTITY


def boolean(text: str) -> bool:
    """Read ``true`` or ``false``, or ``1`` or ``0`` (XML Schema)."""
    try:
        return {"true": True, "1": True, "false": False, "0": False}[text.lower()]
    except KeyError:
        message = "must be true or false"
        raise WordError(message) from None


def scope_of(text: str) -> LicenseScope:
    """Read a LicenseType by name or number. Source: domain 3."""
    scope = _SCOPES.get(text.lower())
    if scope is None:
        message = "must be SiteLicense, SatelliteLicense or UserLicense"
        raise WordError(message)
    if text == "4":
        _log.warning("the license type 4 is read as UserLicense")
    return scope


def kind_of(flags: int, scope: LicenseScope) -> LicenseKind:
    """Read a license's extraFlags; flags that mean nothing at *scope* leave it a module. Source: domain 2.2."""
    if (flags, scope) == (1, LicenseScope.USER):
        return LicenseKind.PLAN
    if (flags, scope) == (2, LicenseScope.SYSTEM):
        return LicenseKind.MARKER
    return LicenseKind.MODULE


def user_type_of(text: str) -> UserType:
    """Read one UserType by name or number. Source: domain 6."""
    kind = _USER_TYPES.get(text.lower())
    if kind is None:
        message = "must be a UserType such as InternalAssociate"
        raise WordError(message)
    return kind


def user_types_of(text: str) -> frozenset[UserType]:
    """Read an AllowedUserType: one or several types; Unknown or nothing means everybody."""
    words = [word for word in re.split(r"[\s,|]+", text.strip()) if word.lower() not in _ANY_USER]
    return frozenset(user_type_of(word) for word in words)


def grants_of(extra_info: str, *, owner: str, modules: frozenset[str] = frozenset()) -> tuple[LicenseName, ...]:
    """Read the licenses that a plan grants, each once: ``set=a,b,c``; nothing grants nothing.

    Names that the package lacks are kept. Another command is an error (domain
    17.13).

    Args:
        extra_info: The plan's ExtraInfo.
        owner: Who issues the plan; a name without an owner is one of theirs.
        modules: Modules of the package in lower case; they may hold dots.
    """
    text = extra_info.strip()
    if not text:
        return ()
    command, sign, names = text.partition("=")
    if not sign or command.strip().lower() != "set":
        message = "must be a plan's set=…"
        raise WordError(message)
    grants: dict[LicenseName, None] = {}
    for name in filter(None, (part.strip() for part in names.split(","))):
        try:
            whole = name.lower() in modules
            grants[LicenseName(owner, name) if whole else LicenseName.parse(name, owner=owner)] = None
        except InvalidValueError as error:
            message = f"grants {quoted(name)}: {error.problem}"
            raise WordError(message) from error
    return tuple(grants)
