"""The world cache: keeps the state of one instance up to date with the store.

Rule 1: the instance that wrote sees it at once; others see it when they next
check the revision, at most `Policy.max_staleness` later. A store with a
heartbeat is checked at every question, because that costs nothing.

Rule 2: a snapshot only moves forward. A view that was opened before another
thread moved it may show less; it is dropped, and another one opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import Any, Final, Self

from attrs import evolve

from superlicense.licensing.clock import FAR_FUTURE, InstallationClock, to_utc
from superlicense.licensing.engine.snapshot import Snapshot
from superlicense.licensing.engine.state import State
from superlicense.licensing.integrity.checks import IntegrityChecks
from superlicense.licensing.integrity.integrity_state import CheckedWorld, IntegrityState
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.model.row import Row
from superlicense.model.site import Installation
from superlicense.model.world import World
from superlicense.ports import BoundStore, Reading, Revision, Store, Writing
from superlicense.rules.apply import Applied

__all__ = ["WorldCache"]

_MICROSECOND: Final = timedelta(microseconds=1)


class WorldCache:
    """The worlds of one installation, present and past, as one instance reads them.

    Attributes:
        state: The snapshot, and what is known of its records.
        checks: Checks what the store shows.
        clock: The clock of the installation.
        shared_look: Looks at the revisions of all installations of a fleet, and
            confirms those that are as they were; `None` outside a fleet.
    """

    __slots__ = (
        "_installation",
        "_is_behind",
        "_past",
        "_stale_ns",
        "_store",
        "checks",
        "clock",
        "shared_look",
        "state",
    )

    def __init__(  # noqa: PLR0913 - what `load` and `bound_to` make differently
        self,
        store: Store,
        installation: Installation,
        *,
        clock: InstallationClock,
        checks: IntegrityChecks,
        state: State,
        max_staleness: timedelta,
    ) -> None:
        """Read *installation* from *store*.

        Args:
            store: Where it is stored.
            installation: Which one.
            clock: Its clock.
            checks: Checks what *store* shows.
            state: The state to keep up to date.
            max_staleness: How long a snapshot answers before the revision is
                read again.
        """
        self._store = store
        self._installation = installation
        self._past: tuple[Revision, datetime, World] | None = None
        self._stale_ns = max_staleness // _MICROSECOND * 1000
        self.clock = clock
        self.checks = checks
        self.state = state
        self.shared_look: Callable[[], object] | None = None
        self._is_behind = False

    @classmethod
    def load(
        cls,
        store: Store,
        installation: Installation,
        *,
        clock: InstallationClock,
        checks: IntegrityChecks,
        max_staleness: timedelta,
    ) -> Self:
        """Load *installation* from *store*; arguments as of the constructor.

        Raises:
            StoreUnavailableError: the store cannot be read.
        """
        heartbeat = store.heartbeat(installation)
        checked_ns = clock.ticks()
        with store.reading(installation) as view:
            loaded, revision = checks.load(view), view.revision
        state = State(_snapshot(loaded.world, revision, clock), loaded.integrity, heartbeat)
        cache = cls(store, installation, clock=clock, checks=checks, state=state, max_staleness=max_staleness)
        cache._extend_window(revision, checked_ns)
        return cache

    def bound_to(self, store: BoundStore) -> Self:
        """Return a cache of the same world that reads from inside a transaction of the host.

        It starts from the world of this one and goes on independently. It reads
        the revision at every question, because others may commit and the host
        may roll back.
        """
        with self.state.lock:
            checks = self.checks.copy()
            snapshot, integrity = self.state.snapshot, self.state.integrity
        state = State(_snapshot(snapshot.world, snapshot.revision, self.clock), integrity, None)
        state.expire()
        return type(self)(
            store, self._installation, clock=self.clock, checks=checks, state=state, max_staleness=timedelta(0)
        )

    # Bringing the state up to date

    def current(self) -> Snapshot:
        """Return a snapshot that is up to date, reading what others have written.

        Raises:
            StoreError: the revision cannot be read.
        """
        state = self.state
        snapshot, now_ns = state.snapshot, self.clock.ticks()
        if snapshot.from_ns <= now_ns < snapshot.until_ns and snapshot.revision is state.revision_source.revision:
            return snapshot
        if self._is_looked_at_with_others(snapshot, now_ns) and self.shared_look is not None:
            self.shared_look()
            snapshot = state.snapshot
            if snapshot.from_ns <= self.clock.ticks() < snapshot.until_ns:
                return snapshot
        return self.look()

    def _is_looked_at_with_others(self, snapshot: Snapshot, now_ns: int) -> bool:
        """Return whether a look at all members of a fleet can do: if it has not just shown that this one is behind.

        With a bound of zero it would be stale again before the others have been
        looked at.
        """
        return not self._is_behind and self._stale_ns > 0 and self.state.heartbeat is None and snapshot.holds_at(now_ns)

    def look(self) -> Snapshot:
        """Read the revision and what others have written, and return a snapshot that is up to date.

        Raises:
            StoreError: they cannot be read.
        """
        state = self.state
        self._is_behind = False
        try:
            while True:
                before, checked_ns = state.snapshot.revision, self.clock.ticks()
                with self._store.reading(self._installation) as view, state.lock:
                    if self._catch_up(view, before=before, checked_ns=checked_ns):
                        return state.snapshot
        except Exception:
            raise
        except BaseException:
            # An interrupt may come while the world moves on.
            state.reload()
            raise

    def confirm(self, revision: Revision | None, checked_ns: int) -> bool:
        """Let the snapshot answer on if *revision*, the newest when the clock read *checked_ns*, is its own.

        Args:
            revision: The revision; `None` if it could not be read with the others.
            checked_ns: The reading of the clock before it was read.

        Returns:
            Whether it is; else the snapshot has to be brought up to date by `look`.
        """
        state = self.state
        with state.lock:
            snapshot = state.snapshot
            # Hundreds are confirmed at once, so the usual case is short: nothing was written, no date has passed.
            if (
                snapshot.revision == revision
                and snapshot.from_ns <= checked_ns < snapshot.ends_ns
                and not snapshot.world.clock_rolled_back
                and state.heartbeat is None
            ):
                until_ns, ends_ns = checked_ns + self._stale_ns, snapshot.ends_ns
                snapshot.from_ns, snapshot.until_ns = checked_ns, min(ends_ns, until_ns)
                return True
            if snapshot.from_ns == FAR_FUTURE or snapshot.revision != revision or not snapshot.holds_at(checked_ns):
                self._is_behind = True
                return False
            # A later look may have come first.
            if checked_ns >= snapshot.from_ns:
                self._extend_window(snapshot.revision, checked_ns)
            return True

    def bring_up_to_date(self, view: Writing) -> CheckedWorld:
        """Bring the state up to date with *view*, which holds the store's lock, and return it.

        Raises:
            StoreError: the store cannot be read.
        """
        state = self.state
        with state.lock:
            # No snapshot is newer than a view that writes, so this cannot be refused.
            self._catch_up(view, before=state.snapshot.revision, checked_ns=self.clock.ticks())
            return CheckedWorld(state.snapshot.world, state.integrity)

    def show(
        self, base: World, applied: Applied, integrity: IntegrityState, revision: Revision, committed_ns: int
    ) -> None:
        """Show what was committed.

        Args:
            base: The world that it was judged in.
            applied: What was written.
            integrity: What is known of the records now.
            revision: The revision that the commit made.
            committed_ns: When it was newest, for sure.
        """
        state = self.state
        with state.lock:
            self._past = None
            # Another thread may have read this commit already, and more.
            if state.snapshot.world is base:
                written = self.checks.follow_documents(applied.world, integrity, applied.rows)
                self._move(written, revision, applied.rows, committed_ns)
                self._extend_window(revision, committed_ns)

    def _catch_up(self, view: Reading, *, before: Revision, checked_ns: int) -> bool:
        """Bring the state to the revision of *view*; the lock is held.

        Args:
            view: What the store shows.
            before: Revision of the snapshot before *view* was opened.
            checked_ns: When that was.

        Returns:
            False if another thread has moved the snapshot since, further than *view*.
        """
        state = self.state
        snapshot = state.snapshot
        if view.revision != snapshot.revision or not self.checks.matches(view, state.integrity):
            rows = self.checks.rows_since(view, snapshot.revision)
            followed = None
            if rows is not None:
                followed = self.checks.follow(view, CheckedWorld(snapshot.world, state.integrity), rows)
            # A world of the past may hold personal texts that were blanked since.
            self._past = None
            if followed is not None:
                self._move(followed.checked, view.revision, followed.rows, checked_ns)
            elif snapshot.revision == before:
                loaded = self.checks.load(view)
                state.integrity = loaded.integrity
                state.show(_snapshot(loaded.world, view.revision, self.clock))
            else:
                return False
        if not state.snapshot.holds_at(checked_ns):
            state.show(_snapshot(state.snapshot.world, view.revision, self.clock))
        self._extend_window(view.revision, checked_ns)
        return True

    def _move(self, checked: CheckedWorld, revision: Revision, rows: tuple[Row[Any], ...], clock_ns: int) -> None:
        """Move the snapshot on to the world that *rows* led to; the lock is held."""
        state = self.state
        state.integrity = checked.integrity
        if not state.snapshot.take(checked.world, revision, rows, clock_ns):
            state.show(_snapshot(checked.world, revision, self.clock))

    def _extend_window(self, revision: Revision, checked_ns: int) -> None:
        """Let the snapshot answer from *checked_ns* on, when *revision* was the newest; the lock is held."""
        snapshot = self.state.snapshot
        from_ns, until_ns = snapshot.window()
        if self.state.heartbeat is not None:
            snapshot.revision = revision
            snapshot.from_ns, snapshot.until_ns = from_ns, until_ns
        else:
            # A clock that is turned back before the check does not show how old it is.
            snapshot.from_ns = max(from_ns, checked_ns)
            snapshot.until_ns = min(until_ns, checked_ns + self._stale_ns)

    # Reading

    def world_at(self, at: datetime | None) -> tuple[World, datetime]:
        """Return the world as of *at*, and *at* itself; `None` is now.

        The past shows the facts of that instant under today's policy; the
        future shows today's, as if nothing more were written.

        Raises:
            InvalidValueError: *at* is naive, or not a datetime.
            StoreError: the store cannot be read.
        """
        asked = None if at is None else to_utc(at)
        snapshot = self.current()
        world, revision = snapshot.world, snapshot.revision
        if asked is None:
            return world, self.clock.now(world)
        if world.recorded_at is None or asked >= world.recorded_at:
            # The floor applies to the clock, not to an instant that is asked about.
            return (evolve(world, clock_rolled_back=False) if world.clock_rolled_back else world), asked
        return self._past_world(revision, asked), asked

    def _past_world(self, revision: Revision, at: datetime) -> World:
        past = self._past
        if past is not None and past[:2] == (revision, at):
            return past[2]
        with self.stored() as view:
            world = self.checks.load_past(view, at)
            self._past = (view.revision, at, world)
        return world

    def stored(self) -> AbstractContextManager[Reading]:
        """Open a consistent view of what is stored."""
        return self._store.reading(self._installation)

    @contextmanager
    def stored_usage(self) -> Iterator[UsageReader]:
        """Open a consistent view of the stored usage."""
        with self.stored() as view:
            yield self.checks.usage_in(view)


def _snapshot(world: World, revision: Revision, clock: InstallationClock) -> Snapshot:
    """Compile *world* for the time around now."""
    return Snapshot(evolve(world, clock_rolled_back=clock.is_rolled_back(world)), revision, clock.now(world))
