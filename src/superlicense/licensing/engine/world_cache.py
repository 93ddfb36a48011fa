"""The world cache: the worlds of one installation, present and past, as one instance reads them.

Rule 1: the instance that wrote sees it at once; others see it when they next
look at the revision, at most `Policy.max_staleness` later. A store with a
heartbeat is checked at every question, because that costs nothing.

Rule 2: within that bound no question asks the store or waits for it. Past it, a
question waits for a look (`superlicense.licensing.engine.looking`), and goes on
with the last known facts if the store cannot be read
(`superlicense.licensing.engine.freshness`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from attrs import evolve

from superlicense.errors import StoreUnavailableError
from superlicense.licensing.clock import ClockReading, InstallationClock, from_nanoseconds, to_utc
from superlicense.licensing.engine.freshness import Failure, Freshness
from superlicense.licensing.engine.looking import Looks, LooksInTime
from superlicense.licensing.engine.snapshot import Snapshot
from superlicense.licensing.engine.state import State
from superlicense.licensing.engine.updating import Updater, compiled
from superlicense.licensing.integrity.checks import IntegrityChecks
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.model.policy import Policy
from superlicense.model.site import Installation
from superlicense.model.world import NotRefreshed, World
from superlicense.ports import BoundStore, Reading, Revision, SingleConnection, Store

__all__ = ["WorldCache"]


class _LastKnown(NamedTuple):
    """The last known facts, compiled with the warning that they are not refreshed.

    Attributes:
        world: What they were made of.
        until: When they are no longer used, in nanoseconds of the host's clock.
        snapshot: The facts.
    """

    world: World
    until: int
    snapshot: Snapshot


class WorldCache:
    """The worlds of one installation, present and past, as one instance reads them.

    Attributes:
        state: The snapshot, and what is known of its records.
        checks: Checks what the store shows.
        clock: The clock of the installation.
        updater: Moves the state on.
        looks: Who looks at the store, and when; a fleet sets its own.
    """

    __slots__ = ("_installation", "_last_known", "_past", "_store", "checks", "clock", "looks", "state", "updater")

    def __init__(  # noqa: PLR0913 - what `load` and `bound_to` make differently
        self,
        store: Store,
        installation: Installation,
        *,
        clock: InstallationClock,
        checks: IntegrityChecks,
        state: State,
        patience: timedelta = timedelta(0),
        ahead_of_need: bool = False,
    ) -> None:
        """Read *installation* from *store*.

        Args:
            store: Where it is stored.
            installation: Which one.
            clock: Its clock.
            checks: Checks what *store* shows.
            state: The state to keep up to date.
            patience: How long a question waits for a look at most.
            ahead_of_need: Whether looks have a thread of their own.
        """
        self._store = store
        self._installation = installation
        self._past: tuple[int, Revision, datetime, World] | None = None
        self._last_known: _LastKnown | None = None
        self.clock = clock
        self.checks = checks
        self.state = state
        self.updater = Updater(store, installation, clock=clock, checks=checks, state=state)
        self.looks: LooksInTime = Looks(self.updater.look, patience, ahead_of_need=ahead_of_need)

    @classmethod
    def load(
        cls,
        store: Store,
        installation: Installation,
        *,
        clock: InstallationClock,
        checks: IntegrityChecks,
        policy: Policy,
    ) -> Self:
        """Load *installation* from *store*.

        Args:
            store: Where it is stored.
            installation: Which one.
            clock: Its clock.
            checks: Checks what *store* shows.
            policy: How long facts may be used, and how long a question waits.

        Raises:
            StoreUnavailableError: the store cannot be read.
        """
        heartbeat = store.heartbeat(installation)
        looked = clock.reading()
        with store.reading(installation) as view:
            loaded, revision = checks.load(view), view.revision
        freshness = Freshness(looked, stale=policy.max_staleness, grace=policy.stale_grace)
        state = State(compiled(loaded.world, revision, clock), loaded.integrity, freshness, heartbeat)
        single = isinstance(store, SingleConnection) and store.has_single_connection
        cache = cls(
            store,
            installation,
            clock=clock,
            checks=checks,
            state=state,
            patience=policy.look_patience,
            ahead_of_need=bool(policy.max_staleness) and not single,
        )
        cache.updater.confirm(state.snapshot.revision, looked)
        return cache

    def bound_to(self, store: BoundStore) -> Self:
        """Return a cache of the same world that reads from inside a transaction of the host.

        It starts from the world of this one and goes on independently. It reads
        the revision at every question, because others may commit and the host
        may roll back; where that fails, it answers nothing.
        """
        with self.state.lock:
            checks = self.checks.copy()
            snapshot, integrity = self.state.snapshot, self.state.integrity
        freshness = Freshness(self.clock.reading(), stale=timedelta(0), grace=timedelta(0))
        state = State(compiled(snapshot.world, snapshot.revision, self.clock), integrity, freshness, None)
        state.expire()
        return type(self)(store, self._installation, clock=self.clock, checks=checks, state=state)

    # The present

    def current(self) -> Snapshot:
        """Return a snapshot that is up to date, or the last known one while the store cannot be read.

        Raises:
            StoreError: the store cannot be read, and the facts may no longer be used.
        """
        state = self.state
        snapshot, now_ns = state.snapshot, self.clock.ticks()
        if snapshot.from_ns <= now_ns < snapshot.until_ns and snapshot.revision is state.revision_source.revision:
            return snapshot
        if state.heartbeat is not None:
            self.updater.look_here()
            return state.snapshot
        self.looks.catch_up()
        if not state.freshness.is_fresh(now_ns):
            return self._awaited()
        found = self._dated()
        # After the window was moved on, so that others do not begin one, too.
        if now_ns >= state.freshness.half and state.freshness.is_due(self.clock.reading()):
            self.looks.begin()
        return found

    def refresh(self) -> None:
        """Look at the store now.

        Raises:
            StoreError: the store cannot be read, or does not answer in time.
        """
        if self.state.heartbeat is not None:
            self.updater.look_here()
        elif not self.looks.refresh():
            raise self._overdue()
        elif self.state.freshness.failure is not None:
            raise self._failed()

    def _awaited(self) -> Snapshot:
        """Return the snapshot after a look, or the last known one."""
        freshness, asked = self.state.freshness, self.clock.reading()
        has_looked = False
        while True:
            now = self.clock.reading()
            if freshness.looked.monotonic >= asked.monotonic or freshness.is_fresh(now.clock):
                return self._dated()
            failure = freshness.failure
            if failure is not None and (has_looked or not freshness.is_due(now)):
                found = self._despite(failure, now)
                if found is None:
                    raise failure.error.with_traceback(None)
                return found
            # A look that had begun before the question may show what is too old; the next one begins after it.
            has_ended = self.looks.join()
            has_looked = True
            if not has_ended and freshness.failure is None:
                self.updater.fail(self._overdue())

    def known(self, now: ClockReading) -> Snapshot | None:
        """Return what is known at *now*, without a look; `None` if questions are not answered."""
        self.looks.catch_up()
        failure = self.state.freshness.failure
        if failure is None or self.state.freshness.is_fresh(now.clock):
            return self.state.snapshot
        return self._despite(failure, now)

    def _despite(self, failure: Failure, now: ClockReading) -> Snapshot | None:
        """Return the last known facts after *failure*; `None` if they may not be used."""
        until = self.state.freshness.grace_until(now) if failure.is_outage else None
        return None if until is None else self._last_known_facts(until)

    def _failed(self) -> Exception:
        """Return what the last look has failed with."""
        failure = self.state.freshness.failure
        return self._overdue() if failure is None else failure.error.with_traceback(None)

    @staticmethod
    def _overdue() -> StoreUnavailableError:
        return StoreUnavailableError("no answer within Policy.look_patience")

    def _dated(self) -> Snapshot:
        """Return the snapshot, compiled anew if a date has passed; the store is not asked."""
        state, now_ns = self.state, self.clock.ticks()
        with state.lock:
            if not state.snapshot.holds_at(now_ns):
                state.show(compiled(state.snapshot.world, state.snapshot.revision, self.clock))
            state.set_window(now_ns)
            return state.snapshot

    def _last_known_facts(self, until: int) -> Snapshot:
        """Return the snapshot with the warning that its facts are not refreshed, which are used until *until*."""
        found, snapshot = self._last_known, self.state.snapshot
        world = snapshot.world
        is_same = found is not None and found.world is world and found.until == until
        if found is None or not is_same or not found.snapshot.holds_at(self.clock.ticks()):
            since = from_nanoseconds(self.state.freshness.looked.clock)
            stale = evolve(world, not_refreshed=NotRefreshed(since, from_nanoseconds(until)))
            found = _LastKnown(world, until, compiled(stale, snapshot.revision, self.clock))
            self._last_known = found
        return found.snapshot

    # The past, and what is stored

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
        if world.not_refreshed is not None:
            # The past is in the store, and a question waits for it no longer than its patience.
            raise self._failed()
        return self._past_world(revision, asked), asked

    def _past_world(self, revision: Revision, at: datetime) -> World:
        past, moves = self._past, self.updater.moves
        if past is not None and past[:3] == (moves, revision, at):
            return past[3]
        with self.stored() as view:
            world = self.checks.load_past(view, at)
            self._past = (moves, view.revision, at, world)
        return world

    def stored(self) -> AbstractContextManager[Reading]:
        """Open a consistent view of what is stored."""
        return self._store.reading(self._installation)

    @contextmanager
    def stored_usage(self) -> Iterator[UsageReader]:
        """Open a consistent view of the stored usage."""
        with self.stored() as view:
            yield self.checks.usage_in(view)
