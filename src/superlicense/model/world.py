"""The world: the complete state of one installation at one revision.

Rule 1: every licensing rule is a pure function of (world, question, at). Gate,
preview, screens and simulation differ only in the world they pass in.

Rule 2: a world keeps running rows, not only their nouns, so that a row can be
ended without reading it again.

Rule 3: a world never changes; `superlicense.rules.world_update` makes the next
one, which shares all unchanged parts.
"""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from attrs import field, fields, frozen

from superlicense.model.clock_rebase import ClockRebase
from superlicense.model.consumed import Consumed
from superlicense.model.event import SystemEvent
from superlicense.model.identity import Identity
from superlicense.model.layered import Layered
from superlicense.model.license import LicenseName
from superlicense.model.package import InstalledPackage
from superlicense.model.policy import Policy
from superlicense.model.row import Row, Table
from superlicense.model.seat import Assignment
from superlicense.model.site import Installation, Site
from superlicense.model.trust import TrustRoot
from superlicense.model.user import Forgotten, User

__all__ = ["NotRefreshed", "TamperedRecord", "World"]

TamperedRecord = tuple[Table | str, str]
"""A table and a key; or ``"installation"`` or ``"head"`` and an empty key."""


class NotRefreshed(NamedTuple):
    """Since when facts could not be refreshed, because the store cannot be read.

    Attributes:
        since: As of when the facts are.
        until: First instant at which they are no longer used.
    """

    since: datetime
    until: datetime


@frozen(kw_only=True)
class World:
    """The state of one installation.

    Attributes:
        installation: The installation.
        policy: The host's policy.
        packages: Packages in force, by owner in lower case.
        waiting: Packages waiting for an administrator, by owner in lower case.
        newest_issues: Newest package ever installed, by owner, serial number and
            whether it was unsigned: every owner and serial number has a series of
            issues, signed and unsigned packages two.
        roots: Accepted trust roots, by version.
        trusted: Roots reached by signatures from the pinned one, as parsed from
            their documents; they override the rows of *roots*.
        users: Users by id, retired ones included.
        sites: Saved sites by id.
        assignments: Running assignments by holder, in the order they started.
        events: Running events by id.
        forgotten: Former employees whose personal texts were blanked, by id.
        identities: The identity of the installation, once that has changed; at most one.
        addressed: Newest signed SUPEROFFICE package ever in force, by the serial
            number and the company (as compared) that it was issued to.
        rebases: Corrections of the clock, by number.
        tampered: Records that were tampered with.
        implies: What the holder of a license consumes, by license: its own row,
            then those it grants. Derived from *packages* and kept up to date with
            them, because every seat count uses it.
        seats: Number of distinct holders that consume a license, by name.
            Derived from *packages* and *assignments* and kept up to date with
            them, because counting takes time proportional to the assignments.
        stands_for: How many holders a holder counts for, where one stands for others
            who are alike; empty but in worlds made only to try something
            (`superlicense.rules.answers.crowds`).
        clock_rolled_back: Whether the clock is more than 24 hours earlier than
            the latest record.
        not_refreshed: Since when the facts are the last known ones, and until when
            they are used; `None` while the store can be read.
        recorded_at: Latest instant on record, since the newest correction of the
            clock if there is one; `None` if there is none.
        issued_at: Latest ``issued_at`` of any signed package ever installed, likewise.
        sequence: Number of rows ever started.
        entries: Number of journal entries ever written.
    """

    installation: Installation
    policy: Policy = field(factory=Policy)
    packages: Layered[str, Row[InstalledPackage]] = field(factory=Layered)
    waiting: Layered[str, Row[InstalledPackage]] = field(factory=Layered)
    newest_issues: Layered[tuple[str, str, bool], InstalledPackage] = field(factory=Layered)
    roots: Layered[str, Row[TrustRoot]] = field(factory=Layered)
    trusted: tuple[TrustRoot, ...] = ()
    users: Layered[str, Row[User]] = field(factory=Layered)
    sites: Layered[str, Row[Site]] = field(factory=Layered)
    assignments: Layered[str, tuple[Row[Assignment], ...]] = field(factory=Layered)
    events: Layered[str, Row[SystemEvent]] = field(factory=Layered)
    forgotten: Layered[str, Row[Forgotten]] = field(factory=Layered)
    identities: Layered[str, Row[Identity]] = field(factory=Layered)
    addressed: Layered[tuple[str, str], Row[InstalledPackage]] = field(factory=Layered)
    rebases: Layered[str, Row[ClockRebase]] = field(factory=Layered)
    tampered: frozenset[TamperedRecord] = frozenset()
    implies: MappingProxyType[str, Consumed] = field(default=MappingProxyType({}))
    seats: MappingProxyType[str, int] = field(default=MappingProxyType({}))
    stands_for: MappingProxyType[str, int] = field(default=MappingProxyType({}))
    clock_rolled_back: bool = False
    not_refreshed: NotRefreshed | None = None
    recorded_at: datetime | None = None
    issued_at: datetime | None = None
    sequence: int = 0
    entries: int = 0

    def package(self, owner: str) -> InstalledPackage | None:
        """Return the package in force of *owner* (lower case), whatever its phase."""
        row = self.packages.get(owner)
        return None if row is None else row.noun

    def user(self, user_id: str) -> User | None:
        """Return the user *user_id*, `None` if unknown."""
        row = self.users.get(user_id)
        return None if row is None else row.noun

    def held_by(self, holder: str) -> tuple[LicenseName, ...]:
        """Return the licenses assigned to *holder*, in the order of assignment."""
        rows = self.assignments.get(holder)
        return tuple([row.noun.license for row in rows]) if rows else ()

    def accepted_roots(self) -> tuple[TrustRoot, ...]:
        """Return all accepted roots, newest first, without rows that were tampered with."""
        roots = {
            row.noun.version: row.noun for key, row in self.roots.items() if (Table.ROOTS, key) not in self.tampered
        }
        roots |= {root.version: root for root in self.trusted}
        return tuple(roots[version] for version in sorted(roots, reverse=True))

    def known_at(self) -> datetime | None:
        """Return the latest known instant: on record, or of a signed document.

        Source: documents.md, "Clock": the lower bound of the clock.
        """
        recorded_at, issued_at = self.recorded_at, self.issued_at
        if recorded_at is None or issued_at is None:
            return issued_at if recorded_at is None else recorded_at
        return max(recorded_at, issued_at)

    def with_fields(self, **changed: object) -> World:
        """Return this world with *changed* fields, as `attrs.evolve` does.

        Every write makes a world, and most of its fields are those of the one before.
        """
        new = World.__new__(World)
        for put, value in zip(_PUTS, _values(self), strict=True):
            put(new, value)
        for name, value in changed.items():
            _PUT[name](new, value)
        return new


# What sets each field, past the guard of a frozen class.
_PUT: Final = MappingProxyType({each.name: getattr(World, each.name).__set__ for each in fields(World)})
_PUTS: Final = tuple(_PUT.values())
_values: Final[attrgetter[tuple[Any, ...]]] = attrgetter(*_PUT)
