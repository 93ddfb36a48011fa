"""The gate of a host with hooks, which are called for every decision; see `superlicense.licensing.hooks`."""

from __future__ import annotations

from datetime import datetime

from superlicense.licensing.gate import Gate
from superlicense.licensing.hooks import audited
from superlicense.model.decision import Access, Client, Decision
from superlicense.model.license import LicenseName
from superlicense.model.user import User

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
