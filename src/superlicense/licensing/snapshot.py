"""The snapshot: one world, compiled for questions that are asked all the time.

Users who hold the same, and have the same type, switches, site and events,
share a *profile*. Its decisions are made by the rules once and are constants
from then on, until a date of a package or a change of facts.

A snapshot holds from ``from_ns`` (inclusive) to ``until_ns`` (exclusive), in
nanoseconds since 1970: between two dates of packages nothing changes by itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from superlicense.errors import InvalidValueError
from superlicense.licensing.clock import FAR_FUTURE, FAR_PAST, nanoseconds
from superlicense.model.decision import Access, Client, Decision
from superlicense.model.event import EventScope
from superlicense.model.fact import Row, Table
from superlicense.model.license import LicenseName
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.ports import Revision
from superlicense.rules import features, login
from superlicense.rules.blocking import reaches, tampering
from superlicense.rules.grants import user_grants
from superlicense.rules.validity import boundaries

__all__ = ["Profile", "Snapshot"]


class Profile:
    """What is decided for all users that are alike to the rules.

    Attributes:
        user: One of them; `None` stands for everybody unknown.
        logins: Decision by client.
        features: Decision by access and feature, as the caller spells it.
        holds: Names of the user licenses held.
    """

    __slots__ = ("features", "holds", "logins", "user")

    def __init__(self, user: User | None, holds: frozenset[str]) -> None:
        """Begin with nothing decided."""
        self.user = user
        self.holds = holds
        self.logins: dict[str, Decision] = {}
        self.features: dict[str, dict[str, Decision]] = {access: {} for access in Access}


class Snapshot:
    """A world with the decisions made of it.

    Attributes:
        world: The world.
        revision: The very object that the store committed.
        at: An instant that it holds at; decisions are made for it.
        profiles: Profile by user id, as far as they have been asked for.
        from_ns: First nanosecond it holds.
        until_ns: First nanosecond it no longer holds, or must be checked again.
        boundary_ns: First nanosecond at which some package changes phase.
    """

    __slots__ = (
        "_kinds",
        "_nobody",
        "_targeted",
        "at",
        "boundary_ns",
        "from_ns",
        "profiles",
        "revision",
        "until_ns",
        "world",
    )

    def __init__(self, world: World, revision: Revision, at: datetime) -> None:
        """Compile *world* for the time around *at*."""
        self.world = world
        self.revision = revision
        self.at = at
        dates = boundaries(world)
        place = bisect_right(dates, at)
        known = max((stamp for stamp in (world.recorded_at, world.issued_at) if stamp is not None), default=None)
        # Now is never before what is on record, so a clock turned back further reads the same.
        settled = place == 0 or (known is not None and known >= dates[place - 1])
        self.from_ns = FAR_PAST if settled else nanoseconds(dates[place - 1])
        self.boundary_ns = nanoseconds(dates[place]) if place < len(dates) else FAR_FUTURE
        self.until_ns = self.boundary_ns
        self.profiles: dict[str, Profile] = {}
        self._kinds: dict[tuple[Any, ...], Profile] = {}
        self._targeted = tuple(
            row.noun for row in world.events.values() if row.noun.scope in (EventScope.GROUP, EventScope.USER)
        )
        self._nobody = Profile(None, frozenset())

    def can_take(self, rows: Iterable[Row[Any]]) -> bool:
        """Say whether *rows* concern single users only, so that the rest stays true."""
        return all(
            row.table is Table.USERS or (row.table is Table.ASSIGNMENTS and row.noun.holder in self.world.users)
            for row in rows
        )

    def take(self, world: World, revision: Revision, rows: Iterable[Row[Any]]) -> None:
        """Move on to *world*, which *rows* made of the present one; see `can_take`."""
        for row in rows:
            self.profiles.pop(row.noun.holder if row.table is Table.ASSIGNMENTS else row.key, None)
        self.world = world
        self.revision = revision

    def profile_of(self, user: str | User) -> Profile:
        """Make or find the profile of *user*; it is the caller who keeps it."""
        person = self.world.user(user) if isinstance(user, str) else user
        if person is None:
            return self._nobody
        key = (
            person.type,
            person.may_log_in,
            person.awaiting_approval,
            person.retired,
            person.administrator,
            person.on_travel,
            person.site,
            tuple(event.id for event in self._targeted if reaches(event, person, self.world.installation)),
            tampering(self.world, person)[0][1],
            self.world.held_by(person.id),
        )
        profile = self._kinds.get(key)
        if profile is None:
            profile = self._kinds.setdefault(key, Profile(person, user_grants(self.world, person, self.at)))
        return profile

    def login(self, profile: Profile, client: Client) -> Decision:
        """Decide once for *profile* whether it may enter with *client*."""
        decision = login.login(self.world, profile.user, client, self.at)
        profile.logins[client] = decision
        return decision

    def feature(self, profile: Profile, name: str, access: Access) -> Decision:
        """Decide once for *profile* how far it may go with the feature *name*."""
        decision = feature(self.world, profile.user, name, access, self.at)
        # Only what somebody sells is kept: names are the caller's and may be anything.
        parsed = decision.asked.subject
        if parsed in self._rows_of(parsed) and name in (parsed, parsed.partition(".")[2]):
            profile.features[access][name] = decision
        return decision

    def _rows_of(self, name: str) -> Iterable[str]:
        installed = self.world.package(name.partition(".")[0])
        return () if installed is None else installed.package.by_name


def feature(world: World, user: User | None, name: str, access: Access, at: datetime) -> Decision:
    """Decide on the feature *name*, which may be no name at all."""
    try:
        parsed = LicenseName.parse(name)
    except InvalidValueError:
        return features.unknown_feature(world, name, access)
    return features.feature(world, user, parsed, access, at)
