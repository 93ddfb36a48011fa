"""Stand-ins: what goes in the place of a row that nobody can read any more.

A row whose noun is gone is named as tampered, and still has to be ended before
another can start in its place. Its stand-in says as little as its key does and
grants nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from attrs import evolve

from superlicense.errors import InvalidValueError
from superlicense.model.event import EventKind, SystemEvent
from superlicense.model.license import LicenseName
from superlicense.model.package import InstalledPackage, LicensePackage
from superlicense.model.row import Noun, Row, Table, assignment_key
from superlicense.model.seat import Assignment
from superlicense.model.site import Site
from superlicense.model.trust import TrustRoot
from superlicense.model.user import User

__all__ = ["key_of", "stand_in"]

_UNKNOWN: Final = "unreadable"


def key_of(noun: Noun) -> str:
    """Give the key that the row of *noun* has to have."""
    match noun:
        case InstalledPackage():
            return noun.package.owner_key
        case TrustRoot():
            return str(noun.version)
        case Assignment():
            return assignment_key(noun.license, noun.holder)
        case _:
            return noun.id


def _package(key: str, start: datetime) -> InstalledPackage:
    package = LicensePackage(owner=key, company=_UNKNOWN, serial_number="0000000000")
    return InstalledPackage(package=package, digest=_UNKNOWN, installed_at=start, installed_by=_UNKNOWN)


def _assignment(key: str, start: datetime) -> Assignment:
    holder, _, license_name = key.partition("\n")
    return Assignment(license=LicenseName.parse(license_name), holder=holder, start=start)


_STAND_INS: Final = MappingProxyType[Table, Callable[[str, datetime], Noun]](
    {
        Table.PACKAGES: _package,
        Table.WAITING_PACKAGES: _package,
        # Nothing is read of a root but its document; see `superlicense.licensing.integrity.stored_documents`.
        Table.ROOTS: lambda key, start: TrustRoot(version=int(key), expires_at=start, accepted_at=start),
        Table.USERS: lambda key, _: User(id=key),
        Table.SITES: lambda key, _: Site(id=key, name=key),
        Table.ASSIGNMENTS: _assignment,
        Table.EVENTS: lambda key, start: SystemEvent(id=key, kind=EventKind.MESSAGE_OF_THE_DAY, started_at=start),
    }
)


def stand_in(row: Row[Any]) -> Row[Any] | None:
    """Give *row*, which is unreadable, with a noun that its key makes; `None` if the key is as bad."""
    try:
        return evolve(row, noun=_STAND_INS[row.table](row.key, row.start))
    except (InvalidValueError, ValueError):
        return None
