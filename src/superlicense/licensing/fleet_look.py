"""The look of a fleet: the revisions of all its open installations, in one statement.

Rule 1: a look reads no facts. A member whose revision has changed reads them by a
look of its own, when it is next asked about; so nobody waits for the load of another.

Rule 2: one installation's failure stops none of the others. What the statement does
not tell is asked alone. Only where the store cannot be read at all, all have the same failure.

Rule 3: a look touches no member. It leaves one `Sighting` for all, and each accepts
it when it is next asked about; so a look costs as much as its statement.

When a look begins, and who waits for it, is the business of
`superlicense.licensing.engine.looking`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import NamedTuple

from superlicense.errors import StoreOutdatedError, StoreUnusableError
from superlicense.licensing.clock import ClockReading, InstallationClock
from superlicense.licensing.engine.looking import Looks
from superlicense.licensing.engine.process_lock import ProcessLock
from superlicense.licensing.engine.updating import Updater
from superlicense.ports import Revision, RevisionsStore

__all__ = ["FleetLook", "MemberLooks", "Sighting"]


class Sighting(NamedTuple):
    """What one look has shown, for all members that were open when it began.

    Attributes:
        looked: When it began.
        ended: When it ended.
        asked: The keys of those members.
        found: Their revisions; a member without one is asked alone.
        error: What the look has failed with.
        tells: Whether the store tells revisions without opening a view.
    """

    looked: ClockReading
    ended: ClockReading
    asked: frozenset[str]
    found: Mapping[str, Revision]
    error: Exception | None
    tells: bool


class FleetLook:
    """Looks at the revisions of all members at once.

    Attributes:
        looks: Who looks, and when.
        latest: What the newest look has shown.
    """

    __slots__ = ("_changed", "_clock", "_keys", "_lock", "_store", "latest", "looks")

    def __init__(
        self,
        store: RevisionsStore,
        keys: Callable[[], frozenset[str]],
        *,
        clock: InstallationClock,
        patience: timedelta,
    ) -> None:
        """Look at *store* for members.

        Args:
            store: Where the installations are.
            keys: Returns the keys of those that are open, and look with the others.
            clock: Their clock.
            patience: How long a question waits for a look at most.
        """
        self._store = store
        self._keys = keys
        self._clock = clock
        self._lock = ProcessLock()
        self._changed: set[str] = set()
        self.latest: Sighting | None = None
        self.looks = Looks(self._look, patience)

    @property
    def tells(self) -> bool:
        """Whether the store tells any revision without opening a view."""
        return self.latest is None or self.latest.tells

    def _look(self) -> None:
        """Look, and leave what came of it."""
        asked, looked, error = self._keys(), self._clock.reading(), None
        found: Mapping[str, Revision] = {}
        tells = True
        try:
            found = self._store.revisions(asked)
            tells = bool(found) or not asked
        except (StoreUnusableError, StoreOutdatedError):
            pass  # What one installation has may be damaged, or taken away: each finds out by itself.
        except Exception as failed:  # noqa: BLE001 - whatever a store raises is raised by the questions that need it
            error = failed
        before = self.latest
        known = {} if before is None else before.found
        if error is None and (found != known or len(found) < len(asked)):
            with self._lock.mine():
                self._changed.update(key for key in asked if key not in found or found[key] != known.get(key))
        elif error is not None:
            found = known
        self.latest = Sighting(looked, self._clock.reading(), asked, found, error, tells)

    def take_changed(self) -> set[str]:
        """Return the keys of members that may have something to read since they were last returned."""
        with self._lock.mine():
            changed, self._changed = self._changed, set()
        return changed

    def put_back(self, keys: set[str]) -> None:
        """Return *keys* the next time as well, because their members could not be read."""
        with self._lock.mine():
            self._changed |= keys


class MemberLooks:
    """The looks at one installation: with all others, and alone to read what was written.

    Attributes:
        key: Key of the installation in the store.
        is_behind: Whether a look at all has shown that something was written, or
            could not tell.
        alone: The looks at this one alone.
    """

    __slots__ = ("_seen", "_stays_alone", "_together", "_updater", "alone", "is_behind", "key")

    def __init__(self, key: str, updater: Updater, alone: Looks, together: FleetLook) -> None:
        """Look by *together* where that can do, else by *alone*."""
        self.key = key
        self.is_behind = False
        self._stays_alone = False
        self._seen: Sighting | None = None
        self._updater = updater
        self.alone = alone
        self._together = together

    def catch_up(self) -> None:
        """Accept what the newest look at all has shown."""
        sighting = self._together.latest
        if sighting is None or sighting is self._seen or self.key not in sighting.asked:
            return
        self._seen = sighting
        if not sighting.tells:
            self._stays_alone = self.is_behind = True
        elif not self._updater.is_newer(sighting.looked):
            pass  # It was written to, or has looked alone, since that look began.
        elif sighting.error is not None:
            self._updater.fail(sighting.error, sighting.ended)
        else:
            confirmed = self._updater.confirm(sighting.found.get(self.key), sighting.looked)
            self.is_behind = self._stays_alone or not confirmed

    def has_more(self, changed: Collection[str]) -> bool:
        """Return whether there is something to read, if it is one of those that have *changed* or looks alone."""
        if self._stays_alone or self.key in changed:
            self.catch_up()
        return self.is_behind

    def begin(self) -> None:
        """Begin a look, and do not wait for it."""
        (self._reading() if self.is_behind else self._together.looks).begin()

    def join(self) -> bool:
        """Look, or wait for the look that is running; return whether it has ended."""
        seen = self._seen
        has_ended = self.is_behind or self._together.looks.join()
        self.catch_up()
        # It was let go, or opened, while the others were looked at.
        is_left_out = has_ended and self._seen is seen
        return has_ended and (not (self.is_behind or is_left_out) or self._reading().join())

    def refresh(self) -> bool:
        """Look, by a look that begins after the call; return whether it has ended."""
        has_ended = self.is_behind or self._together.looks.refresh()
        self.catch_up()
        return has_ended and (not self.is_behind or self._reading().refresh())

    def _reading(self) -> Looks:
        """Return the looks that read what was written; the next one after it is with the others again."""
        self.is_behind = self._stays_alone
        return self.alone
