"""Tampered records: which records a row belongs to, which are tampered with, and what replaces an unreadable one.

Rule 1: a row is named by its key, and by the key that its noun has; an edit of
either concerns both records.

Rule 2: a record is tampered with while the row that runs has a wrong seal. Once
that row has ended, and a row of ours runs in its place, it is not.

Rule 3: a row that cannot be read is named as tampered, and still has to be ended
before another can start in its place. Its placeholder holds no more than the key
does and grants nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from attrs import evolve

from superlicense.errors import InvalidValueError
from superlicense.licensing.integrity.seals import Head, Seals
from superlicense.model.event import EventKind, SystemEvent
from superlicense.model.license import LicenseName
from superlicense.model.package import InstalledPackage, LicensePackage
from superlicense.model.row import Noun, Row, Table, Unreadable, assignment_key
from superlicense.model.seat import Assignment
from superlicense.model.site import Site
from superlicense.model.trust import TrustRoot
from superlicense.model.user import User
from superlicense.model.world import TamperedRecord, World
from superlicense.ports import Count
from superlicense.rules.world_update import running_row

__all__ = ["SealFilter", "is_continued_by", "named_after", "placeholder", "records_of"]

_UNREADABLE: Final = "unreadable"


class SealFilter:
    """Checks the seals of rows while they are loaded, and collects the records that are tampered with.

    Attributes:
        tampered: The records whose rows have a wrong seal.
        running: The seal of each row that runs, where it has to be compared with
            the journal; else `None`.
    """

    __slots__ = ("_seals", "running", "tampered")

    def __init__(self, seals: Seals, *, collects_running: bool) -> None:
        """Check with *seals*; with *collects_running* collect the rows that run."""
        self._seals = seals
        self.tampered: set[TamperedRecord] = set()
        self.running: dict[tuple[Table, str], bytes | None] | None = {} if collects_running else None

    def running_row(self, row: Row[Any]) -> Row[Any] | None:
        """Return *row* as it counts, and name its records where its seal is wrong."""
        if self.running is not None:
            self.running[row.table, row.key] = row.seal
        if not isinstance(row.noun, Unreadable) and self._seals.holds(row):
            return row
        self.tampered |= records_of(row)
        return placeholder(row) if isinstance(row.noun, Unreadable) else row

    def package_row(self, row: Row[Any]) -> Row[Any] | None:
        """Skip a package of the past whose seal is wrong: no issue number is taken from it."""
        return row if not isinstance(row.noun, Unreadable) and self._seals.holds(row) else None


def records_of(row: Row[Any]) -> set[TamperedRecord]:
    """Return the records that *row* may belong to: by its key, and by its noun."""
    key = row.key if isinstance(row.noun, Unreadable) else _key_of(row.noun)
    return {(row.table, row.key), (row.table, key)}


def _key_of(noun: Noun) -> str:
    """Return the key that the row of *noun* has to have."""
    match noun:
        case InstalledPackage():
            return noun.package.owner_key
        case TrustRoot():
            return str(noun.version)
        case Assignment():
            return assignment_key(noun.license, noun.holder)
        case _:
            return noun.id


def named_after(
    named: frozenset[TamperedRecord], rows: Iterable[Row[Any]], wrong: set[int]
) -> frozenset[TamperedRecord]:
    """Return the tampered records after *rows* were written, given those *named* before.

    Args:
        named: The tampered records before.
        rows: What was written, in order.
        wrong: Sequences of the rows whose seal is wrong.
    """
    if not named and not wrong:
        return named
    found = set(named)
    for row in rows:
        found -= records_of(row)
        if row.end is None and row.sequence in wrong:
            found |= records_of(row)
    return frozenset(found)


def is_continued_by(world: World, before: Head, rows: tuple[Row[Any], ...], after: Head) -> bool:
    """Return whether *rows* are exactly what lies between two heads; *world* is as of the one *before*."""
    counts = dict(before.counts)
    started, ended = before.mark.sequence, set()
    for row in rows:
        ever, ends = counts[row.table]
        if row.end is None:
            counts[row.table] = Count(ever + 1, ends)
            started += 1
            if row.sequence != started:
                return False
            continue
        counts[row.table] = Count(ever, ends + 1)
        running = running_row(world, row.table, row.key)
        ran = row.sequence > before.mark.sequence or (running is not None and running.sequence == row.sequence)
        if row.sequence in ended or not ran:
            return False
        ended.add(row.sequence)
    return (counts, started) == (after.counts, after.mark.sequence)


def _package(key: str, start: datetime) -> InstalledPackage:
    package = LicensePackage(owner=key, company=_UNREADABLE, serial_number="0000000000")
    return InstalledPackage(package=package, digest=_UNREADABLE, installed_at=start, installed_by=_UNREADABLE)


def _assignment(key: str, start: datetime) -> Assignment:
    holder, _, license_name = key.partition("\n")
    return Assignment(license=LicenseName.parse(license_name), holder=holder, start=start)


_PLACEHOLDERS: Final = MappingProxyType[Table, Callable[[str, datetime], Noun]](
    {
        Table.PACKAGES: _package,
        Table.WAITING_PACKAGES: _package,
        # Only the document of a root is read; see `superlicense.licensing.integrity.stored_documents`.
        Table.ROOTS: lambda key, start: TrustRoot(version=int(key), expires_at=start, accepted_at=start),
        Table.USERS: lambda key, _: User(id=key),
        Table.SITES: lambda key, _: Site(id=key, name=key),
        Table.ASSIGNMENTS: _assignment,
        Table.EVENTS: lambda key, start: SystemEvent(id=key, kind=EventKind.MESSAGE_OF_THE_DAY, started_at=start),
    }
)


def placeholder(row: Row[Any]) -> Row[Any] | None:
    """Return *row*, which is unreadable, with a noun made of its key; `None` if the key is invalid, too."""
    try:
        return evolve(row, noun=_PLACEHOLDERS[row.table](row.key, row.start))
    except (InvalidValueError, ValueError):
        return None
