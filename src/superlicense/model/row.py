"""Rows: a noun that held from one instant until another, as stores keep it.

Rule 1: facts end, they are not deleted; a changed user is the end of one row
and the start of the next (design, law 7).

Rule 2: at most one row of a table and key runs at any instant, and rows are
ordered by (start, sequence).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from attrs import evolve, frozen

from superlicense.model.event import SystemEvent
from superlicense.model.package import InstalledPackage
from superlicense.model.seat import Assignment
from superlicense.model.site import Site
from superlicense.model.trust import TrustRoot
from superlicense.model.user import User

__all__ = ["Noun", "Row", "Table", "Unreadable", "assignment_key"]

Noun = InstalledPackage | TrustRoot | User | Site | Assignment | SystemEvent
N_co = TypeVar("N_co", InstalledPackage, TrustRoot, User, Site, Assignment, SystemEvent, Noun, covariant=True)


class Table(StrEnum):
    """What a row is about, and what its key is."""

    PACKAGES = "packages"  # a package in force; owner in lower case
    WAITING_PACKAGES = "waiting_packages"  # one kept for an administrator; owner in lower case
    ROOTS = "roots"  # an accepted trust root; its version
    USERS = "users"  # a user; the id
    SITES = "sites"  # a site; the id
    ASSIGNMENTS = "assignments"  # a held license; `assignment_key`
    EVENTS = "events"  # a system event; the id


@frozen(kw_only=True)
class Row(Generic[N_co]):
    """One stored fact.

    Attributes:
        table: What it is about.
        key: Which one of those.
        noun: The fact itself, as it was when it started; an `Unreadable` where
            a store cannot read it any more.
        start: First instant at which it holds.
        started_by: Who started it.
        sequence: Place in the order of all rows of the installation, from 1.
        end: First instant at which it no longer holds; `None` while it runs.
        ended_by: Who ended it.
        document: Bytes that the noun was read from, for packages and roots.
        seal: Made by the front door, kept by stores, opaque to them.
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
    seal: bytes | None = None

    def ended(self, *, at: datetime, by: str) -> Row[N_co]:
        """Give this row as it is once it has ended."""
        return evolve(self, end=at, ended_by=by)

    def holds_at(self, at: datetime) -> bool:
        """Say whether the fact holds at *at*; its end is excluded."""
        return self.start <= at and (self.end is None or at < self.end)

    @property
    def instant(self) -> datetime:
        """The newest instant that the row records."""
        return self.start if self.end is None else self.end


@frozen
class Unreadable:
    """What a store gives in the place of a noun that it cannot read.

    Never written. Whoever can tell what has become of the record (it is sealed)
    goes on without it; everybody else takes it for a store that cannot be read.

    Attributes:
        problem: What is wrong with the record, in English.
    """

    problem: str


def assignment_key(license: str, holder: str) -> str:
    """Give the key of the row that says *holder* holds *license*.

    The two are parted by a line feed, which neither can contain.
    """
    return f"{holder}\n{license}"
