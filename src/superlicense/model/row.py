"""Rows: a noun that holds from one instant until another, as stores keep it.

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
    """The kind of fact that a row records, and its key."""

    PACKAGES = "packages"  # a package in force; owner in lower case
    WAITING_PACKAGES = "waiting_packages"  # a package that waits for an administrator; owner in lower case
    ROOTS = "roots"  # an accepted trust root; its version
    USERS = "users"  # a user; the id
    SITES = "sites"  # a site; the id
    ASSIGNMENTS = "assignments"  # a held license; `assignment_key`
    EVENTS = "events"  # a system event; the id


@frozen(kw_only=True)
class Row(Generic[N_co]):
    """One stored fact.

    Attributes:
        table: The kind of fact.
        key: The key in that table.
        noun: The fact itself, as it was when it started; an `Unreadable` where
            a store can no longer read it.
        start: First instant at which it holds.
        started_by: Id of the user or job that started it.
        sequence: Position in the order of all rows of the installation, from 1.
        end: First instant at which it no longer holds; `None` while it runs.
        ended_by: Id of the user or job that ended it.
        document: Bytes that the noun was read from, for packages and roots.
        seal: Made by the facade, stored unchanged and opaque to stores.
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
        """Return this row as it is once it has ended."""
        return evolve(self, end=at, ended_by=by)

    def holds_at(self, at: datetime) -> bool:
        """Return whether the fact holds at *at*; its end is excluded."""
        return self.start <= at and (self.end is None or at < self.end)

    @property
    def instant(self) -> datetime:
        """The newest instant that the row records."""
        return self.start if self.end is None else self.end


@frozen
class Unreadable:
    """What a store returns in place of a noun that it cannot read.

    Never written. Where records are sealed, the record is named as tampered and the
    others are read; elsewhere the store counts as unreadable.

    Attributes:
        problem: What is wrong with the record, in English.
    """

    problem: str


def assignment_key(license: str, holder: str) -> str:
    """Return the key of the row that assigns *license* to *holder*.

    The two are separated by a line feed, which neither can contain.
    """
    return f"{holder}\n{license}"
