"""Rows: facts with a start and an end.

Rule 1: facts end, they are not deleted; changing a user ends one row and starts
the next (design, law 7).

Rule 2: at most one row of a table and key runs at any instant, and rows are
ordered by (start, sequence).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Generic, TypeVar

from attrs import field, frozen

from superlicense.model.clock_rebase import ClockRebase
from superlicense.model.event import SystemEvent
from superlicense.model.identity import Identity
from superlicense.model.package import InstalledPackage
from superlicense.model.seat import Assignment
from superlicense.model.site import Site
from superlicense.model.trust import TrustRoot
from superlicense.model.user import Forgotten, User

__all__ = ["TABLES", "Noun", "Row", "Table", "assignment_key"]

Noun = InstalledPackage | TrustRoot | User | Site | Assignment | SystemEvent | Forgotten | Identity | ClockRebase
N_co = TypeVar(
    "N_co",
    InstalledPackage,
    TrustRoot,
    User,
    Site,
    Assignment,
    SystemEvent,
    Forgotten,
    Identity,
    ClockRebase,
    Noun,
    covariant=True,
)


class Table(StrEnum):
    """The tables, with the key of their rows."""

    PACKAGES = "packages"  # a package in force; owner in lower case
    WAITING_PACKAGES = "waiting_packages"  # a package waiting for an administrator; owner in lower case
    ROOTS = "roots"  # an accepted trust root; its version
    USERS = "users"  # a user; the id
    SITES = "sites"  # a site; the id
    ASSIGNMENTS = "assignments"  # an assigned license; `assignment_key`
    EVENTS = "events"  # a system event; the id
    FORGOTTEN = "forgotten"  # a user whose personal texts were blanked, until a rehire; the id
    IDENTITIES = "identities"  # who the installation is licensed as, once that has changed; "installation"
    CLOCK_REBASES = "clock_rebases"  # a correction of the clock; its number


TABLES: Final = MappingProxyType({str(table): table for table in Table})
"""The tables by their text; as ``Table(text)``, which costs five times as much, for rows that are loaded."""


@frozen(kw_only=True)
class Row(Generic[N_co]):
    """One stored fact.

    Attributes:
        table: The table.
        key: The key in the table.
        noun: The fact, as it was at its start.
        start: First instant at which it holds.
        started_by: Who started it.
        sequence: Position among all rows of the installation, from 1.
        end: First instant at which it no longer holds; `None` while it runs.
        ended_by: Who ended it.
        document: Bytes that the noun was parsed from, for packages and roots.
        record: What is stored of the noun, opaque to rules; `None` in a world that
            was not made by the front door. It is not part of equality.
    """

    table: Table
    key: str
    noun: N_co
    start: datetime
    started_by: str
    sequence: int
    end: datetime | None = None
    ended_by: str | None = None
    document: bytes | None = None
    record: object = field(default=None, eq=False, repr=False, metadata={"is_data": False})

    def ended(self, *, at: datetime, by: str) -> Row[N_co]:
        """Return this row with its end set."""
        return Row(
            table=self.table,
            key=self.key,
            noun=self.noun,
            start=self.start,
            started_by=self.started_by,
            sequence=self.sequence,
            end=at,
            ended_by=by,
            document=self.document,
            record=self.record,
        )

    def holds_at(self, at: datetime) -> bool:
        """Return whether the fact holds at *at*; its end is exclusive."""
        return self.start <= at and (self.end is None or at < self.end)

    @property
    def instant(self) -> datetime:
        """The latest instant in the row: its end, or its start while it runs."""
        return self.start if self.end is None else self.end


def assignment_key(license: str, holder: str) -> str:
    """Return the key of the row that assigns *license* to *holder*.

    The two are separated by a line feed, which neither can contain.
    """
    return f"{holder}\n{license}"
