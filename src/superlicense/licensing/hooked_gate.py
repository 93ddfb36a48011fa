"""The gate of a host with hooks, which are called for every decision; see `superlicense.licensing.hooks`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from superlicense.licensing.gate import Gate
from superlicense.licensing.gate_answers import TOKEN_LIFETIME
from superlicense.licensing.hooks import audited
from superlicense.model.decision import Access, Client, Decision
from superlicense.model.license import LicenseName
from superlicense.model.user import User

if TYPE_CHECKING:
    from superlicense.model.explained import Explained
    from superlicense.model.forecast import FirstDenial, Turn
    from superlicense.model.remedy import Remedy
    from superlicense.model.who import Abilities, Who

__all__ = ["HookedGate"]


class HookedGate(Gate):
    """A `Gate` that calls the hooks.

    A class of its own, so that a gate without hooks does not look for any.
    """

    __slots__ = ()

    @audited("gate.login")
    def login(
        self,
        user: str | User,
        client: Client,
        *,
        at: datetime | None = None,
        open_sessions: int | None = None,
    ) -> Decision:
        """Decide as `Gate.login` does."""
        return super().login(user, client, at=at, open_sessions=open_sessions)

    @audited("gate.feature")
    def feature(
        self, user: str | User, feature: str, access: Access = Access.VIEW, *, at: datetime | None = None
    ) -> Decision:
        """Decide as `Gate.feature` does."""
        return super().feature(user, feature, access, at=at)

    @audited("gate.administer")
    def administer(self, user: str | User, *, at: datetime | None = None) -> Decision:
        """Decide as `Gate.administer` does."""
        return super().administer(user, at=at)

    @audited("gate.holds")
    def holds(self, user: str | User, license: LicenseName | str, *, at: datetime | None = None) -> bool:
        """Return what `Gate.holds` returns."""
        return super().holds(user, license, at=at)

    @audited("gate.has_system")
    def has_system(self, license: LicenseName | str, *, at: datetime | None = None) -> bool:
        """Return what `Gate.has_system` returns."""
        return super().has_system(license, at=at)

    @audited("gate.remedies")
    def remedies(  # noqa: PLR0913 - as `Gate.remedies`
        self,
        user: str | User,
        client_or_feature: Client | str,
        access: Access = Access.EDIT,
        *,
        prices: Mapping[str, Decimal] | None = None,
        limit: int = 10,
        language: str = "en",
        at: datetime | None = None,
    ) -> tuple[Remedy, ...]:
        """Return what `Gate.remedies` returns."""
        return super().remedies(user, client_or_feature, access, prices=prices, limit=limit, language=language, at=at)

    @audited("gate.who")
    def who(
        self,
        client_or_feature: Client | str,
        access: Access = Access.VIEW,
        at: datetime | None = None,
        *,
        language: str = "en",
    ) -> Who:
        """Return what `Gate.who` returns."""
        return super().who(client_or_feature, access, at, language=language)

    @audited("gate.abilities")
    def abilities(self, user: str | User, at: datetime | None = None) -> Abilities:
        """Return what `Gate.abilities` returns."""
        return super().abilities(user, at)

    @audited("gate.claims")
    def claims(
        self, user: str | User, ttl: timedelta | int = TOKEN_LIFETIME, *, at: datetime | None = None
    ) -> dict[str, Any]:
        """Return what `Gate.claims` returns."""
        return super().claims(user, ttl, at=at)

    @audited("gate.forecast")
    def forecast(  # noqa: PLR0913 - as `Gate.forecast`
        self,
        user: str | User,
        client_or_feature: Client | str,
        until: datetime,
        *,
        access: Access = Access.VIEW,
        at: datetime | None = None,
        language: str = "en",
    ) -> tuple[Turn, ...]:
        """Return what `Gate.forecast` returns."""
        return super().forecast(user, client_or_feature, until, access=access, at=at, language=language)

    @audited("gate.first_denial")
    def first_denial(self, until: datetime, *, at: datetime | None = None, language: str = "en") -> FirstDenial | None:
        """Return what `Gate.first_denial` returns."""
        return super().first_denial(until, at=at, language=language)

    @audited("gate.explain_change")
    def explain_change(  # noqa: PLR0913 - as `Gate.explain_change`
        self,
        user: str | User,
        client_or_feature: Client | str,
        then: datetime,
        now: datetime | None = None,
        *,
        access: Access = Access.VIEW,
        language: str = "en",
    ) -> Explained:
        """Return what `Gate.explain_change` returns."""
        return super().explain_change(user, client_or_feature, then, now, access=access, language=language)
