"""The snapshot: one world, compiled for questions that are asked all the time.

Users who hold the same licenses, and have the same type, switches, site and
events, share a *profile*. The rules decide once for each profile; its decisions
are constants until a date of a package or a change of facts.

Rule 1: a snapshot holds between two dates of packages, because nothing changes
by itself there. Instants are compared in nanoseconds since 1970.

Rule 2: the first user who is asked about represents the whole profile. Key,
decision and user come from one and the same world, so a decision never mixes two
states, and is right for its profile whatever is written meanwhile.

Rule 3: only the pointer from a user to a profile can become wrong. It is set
under the lock, and only if nothing was written since the profile was found.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Any, Final

from superlicense.catalog import module_table
from superlicense.errors import InvalidValueError
from superlicense.licensing.clock import CLOCK_ROLLBACK, FAR_FUTURE, FAR_PAST, nanoseconds
from superlicense.licensing.engine.claims import Claims
from superlicense.licensing.engine.process_lock import ProcessLock
from superlicense.model.decision import Access, Client, Decision
from superlicense.model.license import LicenseName, LicenseScope
from superlicense.model.row import Row, Table
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.ports import Revision
from superlicense.rules.alike import alike, targeted_events
from superlicense.rules.gate import features, login
from superlicense.rules.gate.entitlement import find_row
from superlicense.rules.gate.grants import user_grants
from superlicense.rules.gate.validity import boundaries
from superlicense.rules.packages.waiting import waiting_warnings

__all__ = ["Profile", "Snapshot", "feature", "find_person"]

# More profiles than any installation has; a bound, because hosts may pass `User` objects of any kind.
_MAX_PROFILES = 10_000
_CLOCK_ROLLBACK_NS: Final = CLOCK_ROLLBACK // timedelta(microseconds=1) * 1000


class Profile:
    """The decisions for all users that the rules treat alike.

    Attributes:
        logins: Decision by client.
        features: Decision by access and feature, as the caller spells it.
        holds: Names of the user licenses held.
        claims: Everything they may do, for tokens; `None` until it is asked for.
    """

    __slots__ = ("claims", "features", "holds", "logins")

    def __init__(self, holds: frozenset[str]) -> None:
        """Begin without decisions."""
        self.holds = holds
        self.claims: Claims | None = None
        self.logins: dict[str, Decision] = {}
        self.features: dict[str, dict[str, Decision]] = {access: {} for access in Access}


class Snapshot:
    """A world with the decisions made in it.

    Attributes:
        world: The world.
        revision: The very object that the store returned.
        at: An instant that it holds at; decisions are made for it.
        profiles: Profile by user id, of the users that were asked about.
        starts_ns: First nanosecond it holds, because of dates.
        ends_ns: First nanosecond it no longer holds, because of dates.
        edge_ns: First nanosecond at which the clock does not count as turned back.
        from_ns: First nanosecond it may answer for without another check.
        until_ns: First nanosecond it must be checked again.
    """

    __slots__ = (
        "_lock",
        "_profiles_by_key",
        "_targeted",
        "_unknown",
        "at",
        "edge_ns",
        "ends_ns",
        "from_ns",
        "profiles",
        "revision",
        "starts_ns",
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
        known = world.known_at()
        # Now is never before what is recorded, so a clock that is turned back further reads the same.
        settled = place == 0 or (known is not None and known >= dates[place - 1])
        self.starts_ns = FAR_PAST if settled else nanoseconds(dates[place - 1])
        self.ends_ns = nanoseconds(dates[place]) if place < len(dates) else FAR_FUTURE
        self.edge_ns = _edge_ns(world)
        self.from_ns, self.until_ns = self.window()
        # A `User` may be looked up, and is never found.
        self.profiles: dict[str | User, Profile] = {}
        self._lock = ProcessLock()
        self._profiles_by_key: dict[Hashable, Profile] = {}
        self._targeted = targeted_events(world)
        self._unknown = Profile(frozenset())

    def holds_at(self, clock_ns: int) -> bool:
        """Return whether it holds when the clock reads *clock_ns*.

        No date of a package may lie between then and the instant it was made
        for, and the clock must be turned back, or not, as it was then.
        """
        now_ns = max(clock_ns, self.edge_ns + _CLOCK_ROLLBACK_NS)
        return self.starts_ns <= now_ns < self.ends_ns and (clock_ns < self.edge_ns) is self.world.clock_rolled_back

    def window(self) -> tuple[int, int]:
        """Return from which reading of the clock (inclusive) until which (exclusive) it holds."""
        if self.world.clock_rolled_back:
            return self.starts_ns, min(self.ends_ns, self.edge_ns)
        return max(self.starts_ns, self.edge_ns), self.ends_ns

    def take(self, world: World, revision: Revision, rows: tuple[Row[Any], ...], clock_ns: int) -> bool:
        """Move on to *world*, which *rows* made of the present one, if the rest stays true.

        It does where *rows* concern single users only, and no date of a package
        has passed when the clock reads *clock_ns*.

        Returns:
            Whether it has moved.
        """
        edge_ns = _edge_ns(world)
        if not self.starts_ns <= max(clock_ns, edge_ns + _CLOCK_ROLLBACK_NS) < self.ends_ns:
            return False
        # What an administrator is warned of depends on all seats while a package waits.
        if world.waiting or world.tampered != self.world.tampered or not all(map(self._concerns_one_user, rows)):
            return False
        with self._lock.mine():
            for row in rows:
                self.profiles.pop(row.noun.holder if row.table is Table.ASSIGNMENTS else row.key, None)
            self.world = world
            # Last, because a reader that finds it unchanged trusts the rest.
            self.edge_ns = edge_ns
        self.revision = revision
        return True

    def _concerns_one_user(self, row: Row[Any]) -> bool:
        if row.table is not Table.ASSIGNMENTS:
            return row.table is Table.USERS
        # What a site holds concerns all of its users, and a site may have the id of a user.
        licensed = find_row(self.world, row.noun.license)
        return licensed is not None and licensed.scope is LicenseScope.USER

    def profile(self, user: str | User) -> Profile:
        """Return the profile of *user*."""
        world = self.world
        profile = self._profile(world, find_person(world, user))
        self._point_to(user, profile, world)
        return profile

    def login(self, user: str | User, client: Client) -> Decision:
        """Decide whether *user* may log in with *client*, once for each profile."""
        world = self.world
        person = find_person(world, user)
        profile = self._profile(world, person)
        decision = profile.logins.get(client)
        if decision is None:
            decided = login.login(world, person, client, self.at, waiting=waiting_warnings)
            decision = profile.logins.setdefault(client, decided)
        self._point_to(user, profile, world)
        return decision

    def feature(self, user: str | User, name: str, access: Access) -> Decision:
        """Decide what *user* may do with the feature *name*, once for each profile."""
        world = self.world
        person = find_person(world, user)
        parsed = _parsed(name)
        if parsed is None:
            return features.unknown_feature(world, name, access)
        profile = self._profile(world, person)
        decided = profile.features[access]
        decision = decided.get(parsed)
        if decision is None:
            decision = features.feature(world, person, parsed, access, self.at)
            # Only names of known licenses are kept: names are the caller's and may be anything.
            if find_row(world, parsed) is None and module_table.find(parsed) is None:
                return decision
            decision = decided.setdefault(str(parsed), decision)
        if name == parsed.module:
            decided[parsed.module] = decision
        self._point_to(user, profile, world)
        return decision

    def claims(self, user: str | User) -> Claims:
        """Return everything that *user* may do, made once for each profile."""
        from superlicense.rules.answers.who import abilities  # noqa: PLC0415 - asked rarely, and costs an import

        world = self.world
        person = find_person(world, user)
        profile = self._profile(world, person)
        claims = profile.claims
        if claims is None:
            claims = profile.claims = Claims(abilities(world, person, "", self.at))
        self._point_to(user, profile, world)
        return claims

    def _profile(self, world: World, person: User | None) -> Profile:
        """Find or make the profile of *person* in *world*."""
        if person is None:
            return self._unknown
        key = alike(world, person, self._targeted)
        profile = self._profiles_by_key.get(key)
        if profile is None:
            if len(self._profiles_by_key) >= _MAX_PROFILES:
                self._profiles_by_key.clear()
            profile = self._profiles_by_key.setdefault(key, Profile(user_grants(world, person, self.at)))
        return profile

    def _point_to(self, user: str | User, profile: Profile, world: World) -> None:
        """Point from a known user's id to *profile*, unless something was written since *world*."""
        if isinstance(user, str) and profile is not self._unknown:
            with self._lock.mine():
                if self.world is world:
                    self.profiles[user] = profile


def _edge_ns(world: World) -> int:
    known = world.known_at()
    return FAR_PAST if known is None else nanoseconds(known - CLOCK_ROLLBACK)


def find_person(world: World, user: str | User) -> User | None:
    """Return the user: by id the stored one, `None` if unknown; a `User` as given.

    Raises:
        InvalidValueError: *user* is neither.
    """
    if isinstance(user, str):
        return world.user(user)
    if not isinstance(user, User):
        raise InvalidValueError("user", user, "must be a user id or a User")
    return user


def feature(world: World, person: User | None, name: str, access: Access, at: datetime) -> Decision:
    """Decide on the feature *name*, which may not be a valid name."""
    parsed = _parsed(name)
    if parsed is None:
        return features.unknown_feature(world, name, access)
    return features.feature(world, person, parsed, access, at)


def _parsed(name: str) -> LicenseName | None:
    try:
        return LicenseName.parse(name)
    except InvalidValueError:
        return None
