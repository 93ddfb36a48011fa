"""Row filters: stored rows as they count in a world, and what replaces one that cannot be read.

Rule 1: the seal of a row is checked over its stored bytes, before its record is
read. What only a newer version can have written is one of ours if its seal
holds; with a wrong seal it is tampered with like any other.

Rule 2: a row that cannot be read is named as tampered, and still has to be ended
before another can start in its place. Its placeholder holds no more than the key
does and grants nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from superlicense.codec import CorruptRecordError, NewerRecordError
from superlicense.errors import InvalidValueError
from superlicense.licensing.integrity.row_bytes import digest_of, row_bytes
from superlicense.licensing.integrity.seals import Seals
from superlicense.licensing.integrity.tampered_records import records_of
from superlicense.licensing.loading import newer, readable, row_of, with_noun
from superlicense.model.clock_rebase import ClockRebase
from superlicense.model.event import EventKind, SystemEvent
from superlicense.model.identity import Identity
from superlicense.model.license import LicenseName
from superlicense.model.package import InstalledPackage, LicensePackage
from superlicense.model.row import Noun, Row, Table
from superlicense.model.seat import Assignment
from superlicense.model.site import Site
from superlicense.model.trust import TrustRoot
from superlicense.model.user import Forgotten, User
from superlicense.model.world import TamperedRecord
from superlicense.ports import Reading, StoredRow

__all__ = ["PlainFilter", "SealFilter", "blanked_rightly", "forgotten_until", "placeholder", "sealed_row"]

_UNREADABLE: Final = "unreadable"


class PlainFilter:
    """Reads rows while they are loaded, without seals, and collects the records that this version does not know.

    Attributes:
        tampered: Those records.
    """

    __slots__ = ("tampered",)

    def __init__(self) -> None:
        """Begin without any."""
        self.tampered: set[TamperedRecord] = set()

    def running_row(self, stored: StoredRow) -> Row[Any] | None:
        """Return *stored* as it counts.

        Raises:
            StoreUnavailableError: no version has written it.
        """
        try:
            return row_of(stored)
        except NewerRecordError:
            self.tampered.add((Table(stored.table), stored.key))
            return placeholder(stored)
        except CorruptRecordError:
            return readable(stored)

    def package_row(self, stored: StoredRow) -> Row[Any] | None:
        """Skip a package of the past that this version does not know.

        Raises:
            StoreUnavailableError: no version has written it.
        """
        try:
            return row_of(stored)
        except NewerRecordError:
            return None
        except CorruptRecordError:
            return readable(stored)


def forgotten_until(view: Reading, seals: Seals | None) -> Mapping[str, int]:
    """Return the newest sequence at which each user was forgotten, by id, rehired ones included.

    Every personal text of theirs below it is blanked, and none above it.
    """
    newest: dict[str, int] = {}
    for row in view.facts.history(Table.FORGOTTEN):
        if seals is None or seals.holds(row):
            newest[row.key] = max(row.sequence, newest.get(row.key, 0))
    return newest


def blanked_rightly(row: StoredRow, forgotten: Mapping[str, int]) -> bool:
    """Return whether the personal texts of *row* are blanked if, and only if, their user was forgotten since.

    They are those of the hashes in its record: `Seals.holds`.
    """
    if row.record.personal_text is None and not row.record.personal:
        return True
    is_blank = all(one.text is None for one in row.record.personal)
    return is_blank is (row.sequence < forgotten.get(row.key.partition("\n")[0], 0))


class SealFilter:
    """Checks the seals of rows while they are loaded, and collects the records that are tampered with.

    Attributes:
        tampered: The records whose rows have a wrong seal.
        running: The digest of each row that runs, where it has to be compared
            with the journal; else `None`.
    """

    __slots__ = ("_forgotten", "_seals", "running", "tampered")

    def __init__(self, seals: Seals, forgotten: Mapping[str, int], *, collects_running: bool) -> None:
        """Check with *seals* and `forgotten_until`; with *collects_running* collect the rows that run."""
        self._seals = seals
        self._forgotten = forgotten
        self.tampered: set[TamperedRecord] = set()
        self.running: dict[tuple[str, str], str] | None = {} if collects_running else None

    def running_row(self, stored: StoredRow) -> Row[Any] | None:
        """Return *stored* as it counts, and name its records where its seal is wrong.

        Raises:
            StoreNewerError: its seal is right, and only a newer version can have written it.
        """
        written = row_bytes(stored)
        if self.running is not None:
            self.running[stored.table, stored.key] = digest_of(written)
        holds = self._seals.holds(stored, written) and blanked_rightly(stored, self._forgotten)
        row = sealed_row(stored, holds=holds)
        if row is None:
            self.tampered.add((Table(stored.table), stored.key))
            return placeholder(stored)
        if not holds:
            self.tampered |= records_of(row)
        return row

    def package_row(self, stored: StoredRow) -> Row[Any] | None:
        """Skip a package of the past whose seal is wrong: no issue number is taken from it.

        Raises:
            StoreNewerError: its seal is right, and only a newer version can have written it.
        """
        return sealed_row(stored, holds=True) if self._seals.holds(stored) else None


def sealed_row(stored: StoredRow, *, holds: bool) -> Row[Any] | None:
    """Return *stored* with its noun, `None` if it cannot be read.

    Args:
        stored: A row as stored.
        holds: Whether its seal is right.

    Raises:
        StoreNewerError: its seal is right, and only a newer version can have written it.
    """
    try:
        return row_of(stored)
    except CorruptRecordError:
        return None
    except NewerRecordError as error:
        if holds:
            raise newer(stored, error) from error
        return None


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
        Table.FORGOTTEN: lambda key, _: Forgotten(id=key),
        # The row is named, which denies everybody, whatever it says.
        Table.IDENTITIES: lambda key, _: Identity(serial_number="0000000000", company=key),
        Table.CLOCK_REBASES: lambda key, start: ClockRebase(id=key, issued_at=start, until=start),
        Table.EVENTS: lambda key, start: SystemEvent(id=key, kind=EventKind.MESSAGE_OF_THE_DAY, started_at=start),
    }
)


def placeholder(stored: StoredRow) -> Row[Any] | None:
    """Return *stored*, which cannot be read, with a noun made of its key; `None` if the key is invalid, too."""
    table = Table(stored.table)
    try:
        noun = _PLACEHOLDERS[table](stored.key, stored.start)
    except (InvalidValueError, ValueError):
        return None
    return with_noun(stored, table, noun)
