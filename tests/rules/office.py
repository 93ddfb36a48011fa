"""An office to try the rules of seats in: one installation, nothing stored, one write a minute.

An `Office` keeps every row that was ever written, so that any test can ask
whether the world it has come to is the one that storage would give back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from attrs import evolve

from superlicense import testing
from superlicense.model.change import ActivatePackage, Assign, Change, PlanMove, Release, SaveUser
from superlicense.model.journal import JournalEntry
from superlicense.model.license import ModuleLicense
from superlicense.model.package import LicensePackage, Validity
from superlicense.model.policy import Policy
from superlicense.model.reason import Reason, ReasonCode
from superlicense.model.row import Row, Table
from superlicense.model.site import Installation
from superlicense.model.world import World
from superlicense.rules.apply import Applied, apply
from superlicense.rules.gate.entitlement import effective
from superlicense.rules.refusing import subject_of
from superlicense.rules.step import Vetoes
from superlicense.rules.world_update import build_world, empty_world
from tests.installation import INSTALLATION, START

MANY = 1000


def system(name: str, **fields: Any) -> ModuleLicense:  # noqa: ANN401 - fields of the noun
    """License a module for the whole installation."""
    return evolve(testing.system_license(name), **fields)


def site(name: str, quantity: int = MANY, **fields: Any) -> ModuleLicense:  # noqa: ANN401 - fields of the noun
    """License a module for a number of sites."""
    return evolve(testing.site_license(name, quantity), **fields)


def module(name: str, quantity: int = MANY, **fields: Any) -> ModuleLicense:  # noqa: ANN401 - fields of the noun
    """License a module for a number of users."""
    return evolve(testing.user_license(name, quantity), **fields)


def hidden(name: str, quantity: int = MANY, **fields: Any) -> ModuleLicense:  # noqa: ANN401 - fields of the noun
    """License a module for users who get it through a plan."""
    return module(name, quantity, hidden=True, **fields)


def plan(name: str, *grants: str, quantity: int = MANY, **fields: Any) -> ModuleLicense:  # noqa: ANN401 - fields of the noun
    """License a plan for a number of users."""
    return evolve(testing.plan(name, quantity, *grants), **fields)


def package(
    *rows: ModuleLicense,
    owner: str = "SUPEROFFICE",
    issue: int | None = 1,
    issued_at: datetime | None = None,
    expires_at: datetime | None = None,
    **fields: Any,  # noqa: ANN401 - fields of the noun
) -> LicensePackage:
    """Write out a package to our installation."""
    given = {"owner": owner, "issue": issue, "issued_at": issued_at, "licenses": rows, **fields}
    return testing.package(validity=Validity(expires_at=expires_at), **given)


def activation(
    written: LicensePackage,
    *,
    unsigned: bool = True,
    releases: Iterable[Release] = (),
    moves: Iterable[PlanMove] = (),
) -> ActivatePackage:
    """Ask to put a package in force; equal packages have equal digests."""
    return ActivatePackage(
        package=written,
        digest=sha256(repr(written).encode()).hexdigest(),
        unsigned=unsigned,
        releases=releases,
        plan_moves=moves,
    )


def person(user_id: str, **fields: Any) -> SaveUser:  # noqa: ANN401 - fields of the noun
    """Ask to save somebody, who may log in unless it is said otherwise."""
    return SaveUser(user=testing.user(user_id, **fields))


def assign(holder: str, name: str) -> Assign:
    """Ask to assign a license."""
    return Assign(license=name, holder=holder)


class Office:
    """One installation, and everything that was ever written of it.

    Attributes:
        world: As it is now.
        at: When the next change is made.
        rows: Every row that was written, in order.
        journal: Every entry that was written.
    """

    def __init__(
        self, *changes: Change, policy: Policy | None = None, installation: Installation = INSTALLATION
    ) -> None:
        self.at = START
        self.rows: list[Row[Any]] = []
        self.journal: list[JournalEntry] = []
        self.world: World = empty_world(installation, policy or Policy())
        self.do(*changes)

    def attempt(self, *changes: Change, vetoes: Vetoes | None = None) -> Applied:
        """See what *changes* would do; nothing is kept."""
        return apply(self.world, changes, self.at, by="admin", vetoes_of=lambda *_: vetoes or {})

    def do(self, *changes: Change, vetoes: Vetoes | None = None) -> Applied:
        """Make *changes*; none of them may be refused."""
        applied = self.attempt(*changes, vetoes=vetoes)
        assert not applied.refusals, applied.refusals
        self.keep(applied)
        return applied

    def keep(self, applied: Applied) -> None:
        """Store what came of an attempt, refused changes left out."""
        self.world = applied.world
        self.rows += applied.rows
        self.journal += applied.entries
        self.at += timedelta(minutes=1)

    def refuses(self, change: Change, vetoes: Vetoes | None = None) -> tuple[Reason, ...]:
        """Make one change that is refused, and give the reasons; nothing may have happened."""
        applied = self.attempt(change, vetoes=vetoes)
        assert (applied.world, applied.rows, applied.entries) == (self.world, (), ())
        (refusal,) = applied.refusals
        assert (refusal.place, refusal.change) == (0, change)
        return unnamed(refusal.reasons, subject_of(self.world, change))

    def holdings(self) -> dict[str, list[str]]:
        """Give what everybody holds who holds something, SUPEROFFICE's licenses by module."""
        return {
            holder: [short(name) for name in self.world.held_by(holder)] for holder in sorted(self.world.assignments)
        }

    def in_use(self) -> dict[str, int]:
        """Give how many seats of each license are in use, as the world counts them."""
        return {short(name): seats for name, seats in sorted(self.world.seats.items())}

    def as_stored(self) -> World:
        """Give the world as a store would give it back that has kept every row."""
        return stored(self.world, self.rows)


def unnamed(reasons: Iterable[Reason], subject: Mapping[str, object]) -> tuple[Reason, ...]:
    """Check that every reason names a user or site, and leave out those that only name the *subject* of the change."""
    found = tuple(reasons)
    assert not subject or all({"holder", "site"} & reason.params.keys() for reason in found)
    return tuple(
        evolve(
            reason,
            params={
                key: value
                for key, value in reason.params.items()
                if key not in subject or subject[key] != value or reason.code is ReasonCode.UNKNOWN_SITE
            },
        )
        for reason in found
    )


def stored(world: World, rows: Iterable[Row[Any]]) -> World:
    """Load from scratch what *rows* made of an installation."""
    latest = {row.sequence: row for row in rows}
    every = sorted(latest.values(), key=lambda row: (row.start, row.sequence))
    bare = evolve(
        empty_world(world.installation, world.policy),
        recorded_at=world.recorded_at,
        sequence=world.sequence,
        entries=world.entries,
    )
    running = (row for table in Table for row in every if row.table is table and row.end is None)
    return build_world(bare, running, (row for row in every if row.table is Table.PACKAGES))


def counted(world: World) -> dict[str, int]:
    """Count the seats in use of every license, holder by holder."""
    return dict(Counter(name for holder in world.assignments for name in effective(world, world.held_by(holder))))


def short(name: str) -> str:
    """Leave out the owner of what is SUPEROFFICE's."""
    return str(name).removeprefix("superoffice.")


def params(reason: Reason) -> Mapping[str, object]:
    """Give a reason as a decision table writes it: its code and what is not `None`."""
    given = {key: list(value) if isinstance(value, tuple) else value for key, value in reason.params.items()}
    return {"code": str(reason.code), **{key: value for key, value in given.items() if value is not None}}
