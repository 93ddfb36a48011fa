"""The world: everything known of one installation at one revision.

Rule 1: every licensing rule is a pure function of (world, question, at). Gate,
preview, screens and simulation differ only in the world they pass in.

Rule 2: a world keeps running rows, not just their nouns, so that a change that
ends a row has all of it.

Rule 3: a world never changes; `superlicense.rules.world_update` makes the next one
and shares what it does not touch.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from attrs import field, frozen

from superlicense.model.event import SystemEvent
from superlicense.model.layered import Layered
from superlicense.model.license import LicenseName, ModuleLicense
from superlicense.model.package import InstalledPackage
from superlicense.model.policy import Policy
from superlicense.model.row import Row, Table
from superlicense.model.seat import Assignment
from superlicense.model.site import Installation, Site
from superlicense.model.trust import TrustRoot
from superlicense.model.user import User

__all__ = ["TamperedRecord", "World"]

TamperedRecord = tuple[Table | str, str]
"""A table and key; or ``"installation"`` or ``"head"`` and an empty key."""


@frozen(kw_only=True)
class World:
    """What is known of one installation.

    Attributes:
        installation: The installation.
        policy: The host's choices.
        packages: Package in force, by owner in lower case.
        waiting: Package that waits for an administrator, by owner in lower case.
        newest_issues: Newest package ever installed, by owner and whether it
            was unsigned (signed and unsigned ones are two series).
        roots: Accepted trust roots, by version.
        trusted: The roots that signatures lead to from the pinned one, as their
            documents define them; their rows do not count.
        users: Users by id, retired ones included.
        sites: Saved sites by id.
        assignments: Running assignments by holder, in the order they started.
        events: Running events by id.
        tampered: Records that were tampered with.
        implies: The licenses that the holder of a license consumes, by name: its
            own row first, then those it grants; by name of every license in
            force. Derived from packages and kept up to date with them, because
            every seat is counted by it.
        seats: Number of distinct holders that consume a license, by its name;
            derived from packages and assignments and kept up to date with
            them, because the cost of counting grows with the seats.
        clock_rolled_back: The clock is more than 24 hours before the newest known
            instant.
        recorded_at: Newest instant on record; `None` while there is none.
        issued_at: Newest ``issued_at`` of a signed package ever installed.
        sequence: Number of rows ever started.
        entries: Number of journal entries ever written.
    """

    installation: Installation
    policy: Policy = field(factory=Policy)
    packages: Layered[str, Row[InstalledPackage]] = field(factory=Layered)
    waiting: Layered[str, Row[InstalledPackage]] = field(factory=Layered)
    newest_issues: Layered[tuple[str, bool], InstalledPackage] = field(factory=Layered)
    roots: Layered[str, Row[TrustRoot]] = field(factory=Layered)
    trusted: tuple[TrustRoot, ...] = ()
    users: Layered[str, Row[User]] = field(factory=Layered)
    sites: Layered[str, Row[Site]] = field(factory=Layered)
    assignments: Layered[str, tuple[Row[Assignment], ...]] = field(factory=Layered)
    events: Layered[str, Row[SystemEvent]] = field(factory=Layered)
    tampered: frozenset[TamperedRecord] = frozenset()
    implies: MappingProxyType[str, Mapping[str, ModuleLicense]] = field(default=MappingProxyType({}))
    seats: MappingProxyType[str, int] = field(default=MappingProxyType({}))
    clock_rolled_back: bool = False
    recorded_at: datetime | None = None
    issued_at: datetime | None = None
    sequence: int = 0
    entries: int = 0

    def package(self, owner: str) -> InstalledPackage | None:
        """Return the package in force of *owner* (lower case), whatever its state."""
        row = self.packages.get(owner)
        return None if row is None else row.noun

    def user(self, user_id: str) -> User | None:
        """Return the user *user_id*, `None` if there is no such user."""
        row = self.users.get(user_id)
        return None if row is None else row.noun

    def held_by(self, holder: str) -> tuple[LicenseName, ...]:
        """Return the licenses assigned to *holder*, in the order of their start."""
        return tuple([row.noun.license for row in self.assignments.get(holder, ())])

    def accepted_roots(self) -> tuple[TrustRoot, ...]:
        """Return every accepted root, the pinned one included, newest first, without forged ones."""
        roots = {
            row.noun.version: row.noun for key, row in self.roots.items() if (Table.ROOTS, key) not in self.tampered
        }
        roots |= {root.version: root for root in self.trusted}
        return tuple(roots[version] for version in sorted(roots, reverse=True))

    def known_at(self) -> datetime | None:
        """Return the newest known instant: on record, or of a signed document.

        Source: documents.md, "Clock": the floor under the clock.
        """
        return max((at for at in (self.recorded_at, self.issued_at) if at is not None), default=None)
