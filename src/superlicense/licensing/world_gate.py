"""The gate over worlds: every question about access, of whatever shows a world at an instant.

A question never writes and never raises for a "no". Wherever a user id is
accepted, a `User` is, too: its flags count as given, its licenses are those of
its id, and nothing is stored.

The gate of an installation answers from its snapshot where it can, see
`superlicense.licensing.gate`; that of a hypothesis has nothing but its world.
"""

from __future__ import annotations

from datetime import datetime

from superlicense.errors import DeniedError, InvalidValueError
from superlicense.licensing.arguments import to_access, to_client, to_sessions
from superlicense.licensing.engine.snapshot import feature as decide_feature
from superlicense.licensing.engine.snapshot import find_person
from superlicense.licensing.gate_forecasts import GateForecasts
from superlicense.model.decision import Access, Client, Decision
from superlicense.model.license import LicenseName
from superlicense.model.user import User
from superlicense.rules.gate import grants, login
from superlicense.rules.packages.waiting import waiting_warnings

__all__ = ["WorldGate"]


class WorldGate(GateForecasts):
    """The questions about access."""

    __slots__ = ()

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
        return self._login(user, client, at, open_sessions)

    def _login(self, user: str | User, client: Client, at: datetime | None, open_sessions: int | None) -> Decision:
        known_client, sessions = to_client(client), to_sessions(open_sessions)
        world, instant = self._worlds.world_at(at)
        somebody = find_person(world, user)
        return login.login(world, somebody, known_client, instant, open_sessions=sessions, waiting=waiting_warnings)

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
        return self._feature(user, feature, access, at)

    def _feature(self, user: str | User, feature: str, access: Access, at: datetime | None) -> Decision:
        known_access = to_access(access)
        if not isinstance(feature, str):
            raise InvalidValueError("feature", feature, "must be a string")
        world, instant = self._worlds.world_at(at)
        return decide_feature(world, find_person(world, user), feature, known_access, instant)

    def administer(self, user: str | User, *, at: datetime | None = None) -> Decision:
        """Decide whether *user* may reach activation and repair.

        No package, phase, seat, event or other tampering blocks it.
        """
        world, instant = self._worlds.world_at(at)
        return login.administer(world, find_person(world, user), instant)

    def holds(self, user: str | User, license: LicenseName | str, *, at: datetime | None = None) -> bool:
        """Return whether *user* is granted the user license *license*, direct or through a plan.

        False for an unknown license. A stopped partner package grants nothing, a
        stopped SUPEROFFICE package still grants.

        Raises:
            InvalidValueError: *license* is not a license name, or *at* is naive.
        """
        world, instant = self._worlds.world_at(at)
        return LicenseName.parse(license) in grants.user_grants(world, find_person(world, user), instant)

    def has_system(self, license: LicenseName | str, *, at: datetime | None = None) -> bool:
        """Return whether the installation is granted the system license *license*.

        Raises:
            InvalidValueError: *license* is not a license name, or *at* is naive.
        """
        world, instant = self._worlds.world_at(at)
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
