"""The gate: may this user log in, view this, edit that?

Answers about now come from the snapshot, which decides once for all users who
are alike; see `superlicense.licensing.engine.snapshot`. Everything else is
answered from a world, see `superlicense.licensing.world_gate`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from attrs import evolve

from superlicense.licensing.arguments import to_access, to_client, to_seconds, to_sessions
from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.engine.snapshot import find_person
from superlicense.licensing.engine.vetoes import vetoes_of
from superlicense.licensing.gate_answers import TOKEN_LIFETIME, checked_subject, decide
from superlicense.licensing.world_gate import WorldGate
from superlicense.model.decision import Access, Client, Decision
from superlicense.model.license import LicenseName
from superlicense.model.user import User
from superlicense.model.world import World

if TYPE_CHECKING:
    from superlicense.model.explained import Explained

__all__ = ["Gate"]


class Gate(WorldGate):
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
        super().__init__(engine.worlds, vetoes_of(engine.veto), engine.totals.zone)
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
        """Decide as `WorldGate.login` does, from the snapshot."""
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
        known_client, sessions = to_client(client), to_sessions(open_sessions)
        if at is None and (sessions is None or known_client is not Client.SERVICE):
            return self._engine.worlds.current().login(user, known_client)
        return super()._login(user, client, at, open_sessions)

    def feature(
        self, user: str | User, feature: str, access: Access = Access.VIEW, *, at: datetime | None = None
    ) -> Decision:
        """Decide as `WorldGate.feature` does, from the snapshot."""
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
        if at is not None or not isinstance(feature, str):
            return super()._feature(user, feature, access, at)
        return self._engine.worlds.current().feature(user, feature, to_access(access))

    def holds(self, user: str | User, license: LicenseName | str, *, at: datetime | None = None) -> bool:
        """Return what `WorldGate.holds` returns, from the snapshot."""
        if at is not None:
            return super().holds(user, license, at=at)
        snapshot = self._engine.worlds.current()
        profile = snapshot.profiles.get(user) if isinstance(user, str) else None  # the short way for a known id
        held = (profile or snapshot.profile(user)).holds
        return LicenseName.parse(license) in held

    def claims(
        self, user: str | User, ttl: timedelta | int = TOKEN_LIFETIME, *, at: datetime | None = None
    ) -> dict[str, Any]:
        """Return what `WorldGate.claims` returns, from the snapshot."""
        if at is not None:
            return super().claims(user, ttl, at=at)
        seconds = to_seconds("ttl", ttl)
        snapshot = self._engine.worlds.current()
        profile = snapshot.profiles.get(user) if isinstance(user, str) else None
        claims = (None if profile is None else profile.claims) or snapshot.claims(user)
        return claims.token(user if isinstance(user, str) else user.id, self._ticks(), seconds)

    def explain_change(  # noqa: PLR0913 - the question, two instants, and what is chosen about the answer
        self,
        user: str | User,
        client_or_feature: Client | str,
        then: datetime,
        now: datetime | None = None,
        *,
        access: Access = Access.VIEW,
        language: str = "en",
    ) -> Explained:
        """Return why an answer is no longer what it was at *then*, and who changed it.

        Both answers follow today's rules and policy. A condition that differs was
        changed by rows, whose journal entries are returned, or by a date.

        Args:
            user: Id of a user, or a user as the host knows them.
            client_or_feature: A `Client` for a login; any other string is the
                system license that names a feature.
            then: The earlier instant.
            now: The later instant; now if `None`.
            access: The access to the feature.
            language: The language of the words.

        Raises:
            InvalidValueError: an argument is not valid, or *then* is later than *now*.
            TamperedStoreError: an entry was tampered with and cannot be read.
            StoreError: the store cannot be read.

        Source: design section 11.
        """
        # Imported on first use: a service that only asks the gate does not pay for it.
        from superlicense.licensing.explaining import explain_change  # noqa: PLC0415 - see above

        subject, asked = checked_subject(client_or_feature, access)
        words = self._words_in(self._engine.worlds.current().world, language)

        def ask(world: World, at: datetime) -> Decision:
            return decide(world, find_person(world, user), subject, asked, at)

        user_id = user if isinstance(user, str) else user.id
        found = explain_change(self._engine, user_id, ask, then, now)
        return evolve(found, language=language, words_in=words)
