"""A member of a fleet: the licensing of one installation, which a look at all of them keeps up to date."""

from __future__ import annotations

from superlicense.licensing.engine.looking import Looks
from superlicense.licensing.fleet_look import FleetLook, MemberLooks
from superlicense.licensing.front import Licensing

__all__ = ["FleetMember"]


class FleetMember(Licensing):
    """The licensing of one installation of a `superlicense.Fleet`.

    Let go, it is like any other: it looks at its own revision by itself.

    Attributes:
        looks: How it looks with the others; `None` if it looks alone.
    """

    looks: MemberLooks | None = None

    def join(self, together: FleetLook) -> None:
        """Look with the others from now on, if that saves anything.

        It does not where a heartbeat shows every commit, and where the store is asked
        at every question, or by the threads that ask.
        """
        worlds = self._engine.worlds
        alone = worlds.looks
        if worlds.state.heartbeat is None and isinstance(alone, Looks) and alone.ahead_of_need:
            self.looks = MemberLooks(self.installation.key, worlds.updater, alone, together)
            worlds.looks = self.looks

    def let_go(self) -> None:
        """Look alone from now on."""
        if self.looks is not None:
            self._engine.worlds.looks = self.looks.alone
            self.looks = None
