"""The gate: may this user log in, view this, edit that?

A question never writes and never raises for a "no". Wherever a user id is
accepted, a `User` is, too: its flags count as given, its licenses are those of
its id, and nothing is stored.
"""

from __future__ import annotations

from datetime import datetime

from superlicense.errors import DeniedError, InvalidValueError
from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.engine.snapshot import feature as decide_feature
from superlicense.licensing.engine.snapshot import find_person
from superlicense.model import fields
from superlicense.model.decision import Access, Client, Decision
from superlicense.model.license import LicenseName
from superlicense.model.user import User
from superlicense.rules.gate import grants, login
from superlicense.rules.packages.waiting import waiting_warnings

__all__ = ["Gate"]


class Gate:
    """The gate of one installation.

    >>> import superlicense as sl
    >>> licensing = sl.Licensing(
    ...     sl.MemoryStore(),
    ...     sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S"),
    ...     trust=None,
    ... )
    >>> decision = licensing.gate.login("anna", sl.Client.WEB)
    >>> decision.allowed, [str(reason.code) for reason in decision.reasons]
    (False, ['no_package', 'unknown_user'])
    """

    __slots__ = ("_engine", "_state", "_ticks")

    def __init__(self, engine: Engine) -> None:
        """Answer from the worlds of *engine*."""
        self._engine = engine
        self._state = engine.worlds.state
        self._ticks = engine.clock.ticks

    def login(
        self,
        user: str | User,
        client: Client,
        *,
        at: datetime | None = None,
        open_sessions: int | None = None,
    ) -> Decision:
        """Decide whether *user* may log in with *client*.

        Args:
            user: Id of a user, or a user as the host knows them.
            client: The client of the login.
            at: The instant; now if `None`.
            open_sessions: Sessions that hold a simultaneous Service license at
                present, 0 or more. With `None` they are not counted, and such a
                license allows the login with a warning. Other clients ignore it.

        Returns:
            The decision, with every reason.

        Raises:
            InvalidValueError: *at* is naive, *open_sessions* negative, *client*
                not a client, *user* neither id nor `User`.
            StoreError: the revision cannot be read.

        Source: design section 6.
        """
        if at is None and open_sessions is None:
            snapshot = self._state.snapshot
            if (
                snapshot.from_ns <= self._ticks() < snapshot.until_ns
                and snapshot.revision is self._state.revision_source.revision
            ):
                try:
                    return snapshot.profiles[user].logins[client]
                except (KeyError, TypeError):
                    pass
        return self._login(user, client, at, open_sessions)

    def _login(self, user: str | User, client: Client, at: datetime | None, open_sessions: int | None) -> Decision:
        known_client = fields.member(Client, "client", client, "must be a Client")
        if open_sessions is not None and (type(open_sessions) is not int or open_sessions < 0):
            raise InvalidValueError("open_sessions", open_sessions, "must be a whole number of 0 or more")
        if at is None and (open_sessions is None or known_client is not Client.SERVICE):
            return self._engine.worlds.current().login(user, known_client)
        world, instant = self._engine.worlds.world_at(at)
        somebody = find_person(world, user)
        return login.login(
            world, somebody, known_client, instant, open_sessions=open_sessions, waiting=waiting_warnings
        )

    def feature(
        self, user: str | User, feature: str, access: Access = Access.VIEW, *, at: datetime | None = None
    ) -> Decision:
        """Decide what *user* may do with *feature*, and whether that grants *access*.

        Args:
            user: Id of a user, or a user as the host knows them.
            feature: The system license that names it.
            access: VIEW or EDIT.
            at: The instant; now if `None`.

        Returns:
            ALLOWED, READ_ONLY (granted if VIEW was asked) or DENIED; an unknown
            feature is DENIED. The login is not decided again.

        Raises:
            InvalidValueError: *at* is naive, *access* not an access, *feature*
                not a string, *user* neither id nor `User`.
            StoreError: the revision cannot be read.

        Source: design section 6, last point.
        """
        if at is None:
            snapshot = self._state.snapshot
            if (
                snapshot.from_ns <= self._ticks() < snapshot.until_ns
                and snapshot.revision is self._state.revision_source.revision
            ):
                try:
                    return snapshot.profiles[user].features[access][feature]
                except (KeyError, TypeError):
                    pass
        return self._feature(user, feature, access, at)

    def _feature(self, user: str | User, feature: str, access: Access, at: datetime | None) -> Decision:
        known_access = fields.member(Access, "access", access, "must be an Access")
        if not isinstance(feature, str):
            raise InvalidValueError("feature", feature, "must be a string")
        if at is None:
            return self._engine.worlds.current().feature(user, feature, known_access)
        world, instant = self._engine.worlds.world_at(at)
        return decide_feature(world, find_person(world, user), feature, known_access, instant)

    def administer(self, user: str | User, *, at: datetime | None = None) -> Decision:
        """Decide whether *user* may reach activation and repair.

        No package, phase, seat, event or other tampering blocks it.
        """
        world, instant = self._engine.worlds.world_at(at)
        return login.administer(world, find_person(world, user), instant)

    def holds(self, user: str | User, license: LicenseName | str, *, at: datetime | None = None) -> bool:
        """Return whether *user* is granted the user license *license*, direct or through a plan.

        False for an unknown license. A stopped partner package grants nothing, a
        stopped SUPEROFFICE package still grants.

        Raises:
            InvalidValueError: *license* is not a license name, or *at* is naive.
        """
        if at is None:
            snapshot = self._engine.worlds.current()
            profile = snapshot.profiles.get(user) if isinstance(user, str) else None  # the short way for a known id
            held = (profile or snapshot.profile(user)).holds
            return LicenseName.parse(license) in held
        world, instant = self._engine.worlds.world_at(at)
        return LicenseName.parse(license) in grants.user_grants(world, find_person(world, user), instant)

    def has_system(self, license: LicenseName | str, *, at: datetime | None = None) -> bool:
        """Return whether the installation is granted the system license *license*.

        Raises:
            InvalidValueError: *license* is not a license name, or *at* is naive.
        """
        world, instant = self._engine.worlds.world_at(at)
        return grants.has_system(world, LicenseName.parse(license), instant)

    def require_login(
        self,
        user: str | User,
        client: Client,
        *,
        at: datetime | None = None,
        open_sessions: int | None = None,
    ) -> Decision:
        """Decide as `login` does, and raise unless it is granted.

        Raises:
            DeniedError: with the decision.
        """
        return _required(self.login(user, client, at=at, open_sessions=open_sessions))

    def require_feature(
        self, user: str | User, feature: str, access: Access = Access.VIEW, *, at: datetime | None = None
    ) -> Decision:
        """Decide as `feature` does, and raise unless it is granted.

        Raises:
            DeniedError: with the decision.
        """
        return _required(self.feature(user, feature, access, at=at))


def _required(decision: Decision) -> Decision:
    if not decision.allowed:
        raise DeniedError(decision)
    return decision
