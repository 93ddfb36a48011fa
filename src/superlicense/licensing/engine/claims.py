"""Claims: what a user may do, in the form of a token."""

from __future__ import annotations

from typing import Any, Final

from superlicense.licensing.clock import FAR_FUTURE, nanoseconds
from superlicense.model.who import Abilities

__all__ = ["Claims"]

_SECOND: Final = 10**9  # in nanoseconds


class Claims:
    """The claims that all users who are alike share."""

    __slots__ = ("_clients", "_features", "_until")

    def __init__(self, abilities: Abilities) -> None:
        """Prepare the claims of *abilities*."""
        self._clients = {client: str(outcome) for client, outcome in abilities.clients.items()}
        self._features = {name: str(outcome) for name, outcome in abilities.features.items()}
        until = abilities.valid_until
        self._until = (FAR_FUTURE if until is None else nanoseconds(until)) // _SECOND

    def token(self, user: str, now_ns: int, seconds: int) -> dict[str, Any]:
        """Return the claims of *user*, which hold for *seconds* at most; the dicts are the caller's."""
        return {
            "sub": user,
            "exp": min(now_ns // _SECOND + seconds, self._until),
            "clients": self._clients.copy(),
            "features": self._features.copy(),
        }
