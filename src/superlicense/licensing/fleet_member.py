"""A member of a fleet: the licensing of one installation, which a look at all of them keeps up to date."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from superlicense.licensing.front import Licensing
from superlicense.ports import Revision

__all__ = ["Confirm", "FleetMember"]

Confirm = Callable[[Revision | None, int], bool]
"""Lets a member answer on if a revision, the newest when the clock read so, is the one it knows."""


class FleetMember(Licensing):
    """The licensing of one installation of a `superlicense.Fleet`.

    Let go, it is like any other: it looks at its own revision by itself.
    """

    def join(self, shared_look: Callable[[], Any]) -> None:
        """Ask *shared_look* from now on where this one would look at the store."""
        self._engine.worlds.shared_look = shared_look

    @property
    def confirm(self) -> Confirm:
        """What a look calls; see `superlicense.licensing.engine.world_cache.WorldCache.confirm`."""
        return self._engine.worlds.confirm

    def let_go(self) -> None:
        """Look alone from now on."""
        self._engine.worlds.shared_look = None

    def catch_up(self) -> None:
        """Read what others have written.

        Raises:
            StoreError: it cannot be read.
        """
        self._engine.worlds.look()
