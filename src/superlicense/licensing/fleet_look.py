"""The look of a fleet: the revisions of all its open installations, in one statement.

Rule 1: there is one look at a time. Who comes meanwhile joins only a look that
begins after they came, and an answer is as old as the beginning of its look.

Rule 2: one installation's failure is no other's. What the statement does not tell
is asked alone, by whoever asks about that installation next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock

from superlicense.licensing.fleet_member import Confirm, FleetMember
from superlicense.ports import Revision, RevisionsStore, Store

__all__ = ["FleetLook"]

Members = Callable[[], Sequence[tuple[str, Confirm, FleetMember]]]


class FleetLook:
    """Looks at the revisions of all members at once."""

    __slots__ = ("_begun", "_behind", "_counting", "_is_together", "_members", "_store", "_ticks", "_turn")

    def __init__(self, store: Store, members: Members, ticks: Callable[[], int]) -> None:
        """Look at *store* for *members*.

        Args:
            store: Where the installations are.
            members: Returns those that are open, each with its key in the store.
            ticks: Reads the clock in nanoseconds since 1970.
        """
        self._store = store
        self._members = members
        self._ticks = ticks
        self._counting = Lock()
        self._turn = Lock()
        self._begun = 0
        self._behind: Sequence[FleetMember] = ()
        # Until the store is found to tell nothing without a view: then everyone looks alone.
        self._is_together = isinstance(store, RevisionsStore)

    def __call__(self) -> None:
        """Look for one of the members, or join a look that begins from now on.

        Raises:
            StoreError: the store cannot be read.
        """
        if self._is_together:
            self.behind()

    def behind(self) -> Sequence[FleetMember]:
        """Look, or join a look that begins from now on.

        Returns:
            The members whose revision is another than they know, or that could not
            be asked about together.

        Raises:
            StoreError: the store cannot be read.
        """
        with self._counting:
            next_look = self._begun + 1
        with self._turn:
            # Others may have waited for the same turn, and one of them has looked for all.
            if self._begun < next_look:
                with self._counting:
                    self._begun = next_look
                self._behind = self._look()
            return self._behind

    def _look(self) -> Sequence[FleetMember]:
        members = self._members()
        checked_ns = self._ticks()
        found: Mapping[str, Revision] = {}
        if isinstance(self._store, RevisionsStore):
            found = self._store.revisions([key for key, _, _ in members])
            self._is_together = bool(found) or not members
        revision_of = found.get
        return [member for key, confirm, member in members if not confirm(revision_of(key), checked_ns)]
