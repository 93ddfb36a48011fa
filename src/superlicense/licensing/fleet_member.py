"""A member of a fleet: the licensing of one installation, which a look at all of them keeps up to date."""

from __future__ import annotations

from superlicense.licensing.clock import ClockReading
from superlicense.licensing.engine.looking import Looks
from superlicense.licensing.engine.updating import Updater
from superlicense.licensing.front import Licensing
from superlicense.ports import Revision

__all__ = ["FleetMember", "MemberLooks"]


class MemberLooks:
    """The looks at one installation: with all others, and alone to read what was written.

    Attributes:
        key: Key of the installation in the store.
        is_behind: Whether a look at all has shown that something was written, or
            could not tell.
        alone: The looks at this one alone.
    """

    __slots__ = ("_stays_alone", "_together", "_told", "_updater", "alone", "is_behind", "key")

    def __init__(self, key: str, updater: Updater, alone: Looks, together: Looks) -> None:
        """Look by *together* where that can do, else by *alone*."""
        self.key = key
        self.is_behind = False
        self._stays_alone = False
        # How often a look at all has come to this one.
        self._told = 0
        self._updater = updater
        self.alone = alone
        self._together = together

    def begin(self) -> None:
        """Begin a look, and do not wait for it."""
        (self._reading() if self.is_behind else self._together).begin()

    def join(self) -> bool:
        """Look, or wait for the look that is running; return whether it has ended."""
        told = self._told
        has_ended = self.is_behind or self._together.join()
        # It was let go, or opened, while the others were looked at.
        is_left_out = has_ended and self._told == told
        return has_ended and (not (self.is_behind or is_left_out) or self._reading().join())

    def refresh(self) -> bool:
        """Look, by a look that begins after the call; return whether it has ended."""
        has_ended = self.is_behind or self._together.refresh()
        return has_ended and (not self.is_behind or self._reading().refresh())

    def _reading(self) -> Looks:
        """Return the looks that read what was written; the next one after it is with the others again."""
        self.is_behind = self._stays_alone
        return self.alone

    # Told by the look at all

    def confirm(self, revision: Revision | None, looked: ClockReading) -> None:
        """Accept *revision*, the newest at *looked*, as the present one; `None` if that is not known."""
        self.is_behind = self._stays_alone or not self._updater.confirm(revision, looked)
        self._told += 1

    def stay_alone(self) -> None:
        """Look alone from now on, because a look at all tells nothing."""
        self._stays_alone = self.is_behind = True

    def fail(self, error: Exception) -> None:
        """Note that a look at all has failed with *error*."""
        self._updater.fail(error)
        self._told += 1


class FleetMember(Licensing):
    """The licensing of one installation of a `superlicense.Fleet`.

    Let go, it is like any other: it looks at its own revision by itself.

    Attributes:
        looks: How it looks with the others; `None` if it looks alone.
    """

    looks: MemberLooks | None = None

    def join(self, together: Looks) -> None:
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
