"""The look of a fleet: the revisions of all its open installations, in one statement.

Rule 1: a look reads no facts. A member whose revision has changed reads them by a
look of its own, when it is next asked about; so nobody waits for the load of another.

Rule 2: one installation's failure stops none of the others. What the statement does
not tell is asked alone. Only where the store cannot be read at all, all have the same failure.

When a look begins, and who waits for it, is the business of
`superlicense.licensing.engine.looking`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from superlicense.errors import StoreOutdatedError, StoreUnusableError
from superlicense.licensing.clock import InstallationClock
from superlicense.licensing.engine.looking import Looks
from superlicense.licensing.fleet_member import MemberLooks
from superlicense.ports import RevisionsStore

__all__ = ["FleetLook"]


class FleetLook:
    """Looks at the revisions of all members at once.

    Attributes:
        looks: Who looks, and when.
        error: What the newest look has failed with; `None` if it has succeeded.
        tells: Whether the store tells any revision without opening a view.
    """

    __slots__ = ("_clock", "_members", "_store", "error", "looks", "tells")

    def __init__(
        self,
        store: RevisionsStore,
        members: Callable[[], Sequence[MemberLooks]],
        *,
        clock: InstallationClock,
        patience: timedelta,
    ) -> None:
        """Look at *store* for *members*.

        Args:
            store: Where the installations are.
            members: Returns those that are open, and look with the others.
            clock: Their clock.
            patience: How long a question waits for a look at most.
        """
        self._store = store
        self._members = members
        self._clock = clock
        self.error: Exception | None = None
        self.tells = True
        self.looks = Looks(self._look, patience)

    def _look(self) -> None:
        """Look, and record what came of it with each member."""
        members, looked = self._members(), self._clock.reading()
        try:
            found = self._store.revisions([member.key for member in members])
        except (StoreUnusableError, StoreOutdatedError):
            # What one installation has may be damaged, or taken away: each finds out by itself.
            found = {}
        except Exception as error:  # noqa: BLE001 - whatever a store raises is raised by the questions that need it
            self.error = error
            for member in members:
                member.fail(error)
            return
        else:
            self.tells = bool(found) or not members
        self.error = None
        for member in members if self.tells else ():
            member.confirm(found.get(member.key), looked)
        for member in () if self.tells else members:
            member.stay_alone()
