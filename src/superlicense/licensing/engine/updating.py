"""Updating: moves the state of one instance on to what the store shows, and to what was written.

Rule 1: a snapshot only moves forward. A view that was opened before another
thread moved it may show less; it is dropped, and another one opened.

Rule 2: the store is read without the lock of the state, upon a `Base`; the lock
is taken for the move alone. So no question waits for a thread that reads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from attrs import evolve

from superlicense.errors import SuperlicenseError
from superlicense.licensing.clock import FAR_PAST, ClockReading, InstallationClock
from superlicense.licensing.engine.snapshot import Snapshot
from superlicense.licensing.engine.state import Base, State
from superlicense.licensing.integrity.checks import IntegrityChecks
from superlicense.licensing.integrity.integrity_state import CheckedWorld, IntegrityState
from superlicense.logs import logger
from superlicense.model.row import Row
from superlicense.model.site import Installation
from superlicense.model.world import World
from superlicense.ports import Reading, Revision, Store, Writing
from superlicense.rules.apply import Applied

__all__ = ["Updater", "compiled"]

_log: Final = logger("store")


class Updater:
    """Keeps the state of one instance up to date with its store.

    Attributes:
        also_find: What else a look reads of the view that it opens.
        moves: How often the world has changed, so that what was made of an
            earlier one is recognized.
    """

    __slots__ = ("_checks", "_clock", "_installation", "_state", "_store", "also_find", "moves")

    def __init__(
        self,
        store: Store,
        installation: Installation,
        *,
        clock: InstallationClock,
        checks: IntegrityChecks,
        state: State,
    ) -> None:
        """Keep *state* up to date with *installation* in *store*."""
        self._store = store
        self._installation = installation
        self._clock = clock
        self._checks = checks
        self._state = state
        self.also_find: Callable[[Reading], None] | None = None
        self.moves = 0

    # Looking

    def look(self) -> None:
        """Look at the store, and record what came of it instead of raising it."""
        try:
            self.look_here()
        except Exception as error:  # noqa: BLE001 - whatever a store raises is raised by the questions that need it
            self.fail(error)

    def look_here(self) -> None:
        """Look at the store on this thread.

        Raises:
            StoreError: the store cannot be read.
        """
        state = self._state
        try:
            while True:
                base, looked = state.base(), self._clock.reading()
                with self._store.reading(self._installation) as view:
                    if self._catch_up(view, base, looked):
                        if self.also_find is not None and state.heartbeat is None:
                            self.also_find(view)
                        return
        except Exception:
            raise
        except BaseException:
            # An interrupt may come while the world moves on.
            state.reload()
            raise

    def confirm(self, revision: Revision | None, looked: ClockReading) -> bool:
        """Count a look at *looked* that has found *revision*, `None` for an unknown one; false if it has to be read."""
        with self._state.lock:
            if revision is None or self._state.snapshot.revision != revision:
                return False
            self._confirm(revision, looked)
            return True

    def is_newer(self, looked: ClockReading) -> bool:
        """Return whether a look that began at *looked* may show what this instance does not know."""
        return looked.monotonic >= self._state.freshness.looked.monotonic

    def fail(self, error: Exception, at: ClockReading | None = None) -> None:
        """Note that a look has failed with *error*, now or *at* an earlier instant."""
        state, at = self._state, at or self._clock.reading()
        with state.lock:
            known = state.freshness.failure
            state.freshness.fail(error, at)
            state.set_window(at.clock)
        if known is None or type(known.error) is not type(error):
            code = error.code if isinstance(error, SuperlicenseError) else type(error).__name__
            _log.warning("the store cannot be read: %s", code)

    # Writing

    def bring_up_to_date(self, view: Writing) -> CheckedWorld:
        """Bring the state up to date with *view*, which holds the store's lock, and return it.

        Raises:
            StoreError: the store cannot be read.
        """
        while True:
            base, looked = self._state.base(), self._clock.reading()
            if self._catch_up(view, base, looked):
                return self._state.base().checked

    def show(
        self, base: World, applied: Applied, integrity: IntegrityState, revision: Revision, committed: ClockReading
    ) -> None:
        """Show what was committed.

        Args:
            base: The world that it was judged in.
            applied: What was written.
            integrity: What is known of the records now.
            revision: The revision that the commit made.
            committed: When it was newest, for sure.
        """
        state = self._state
        with state.lock:
            if state.snapshot.world is base:
                written = self._checks.follow_documents(applied.world, integrity, applied.rows)
                self._move(written, revision, applied.rows, committed.clock)
                self._confirm(revision, committed)
            elif state.snapshot.revision != revision:
                # Another thread has moved it: by this commit and more, or without it. The next question looks.
                state.freshness.expire(committed.monotonic)
                state.snapshot.until_ns = FAR_PAST

    # Moving

    def _catch_up(self, view: Reading, base: Base, looked: ClockReading) -> bool:
        """Bring the state from *base* to the revision of *view*, which was opened after *looked*.

        Returns:
            False if another thread has moved the state since.
        """
        state, checked = self._state, base.checked
        if view.revision == base.revision and self._checks.matches(view, checked.integrity):
            with state.lock:
                if not state.is_at(base):
                    return False
                self._confirm(view.revision, looked)
                return True
        rows = self._checks.rows_since(view, base.revision)
        followed = None if rows is None else self._checks.follow(view, checked, rows)
        loaded = self._checks.load(view) if followed is None else followed.checked
        with state.lock:
            if not state.is_at(base):
                return False
            if followed is None:
                self.moves += 1
                state.integrity = loaded.integrity
                # It may have become an alias of another installation.
                state.heartbeat = self._store.heartbeat(self._installation)
                state.show(compiled(loaded.world, view.revision, self._clock))
            else:
                self._move(loaded, view.revision, followed.rows, looked.clock)
            self._confirm(view.revision, looked)
            return True

    def _move(self, checked: CheckedWorld, revision: Revision, rows: tuple[Row[Any], ...], clock_ns: int) -> None:
        """Move the snapshot on to the world that *rows* led to; the lock is held."""
        state = self._state
        # What was read of the past may hold personal texts that were blanked since.
        self.moves += 1
        state.integrity = checked.integrity
        if not state.snapshot.take(checked.world, revision, rows, clock_ns):
            state.show(compiled(checked.world, revision, self._clock))

    def _confirm(self, revision: Revision, looked: ClockReading) -> None:
        """Let the snapshot answer from *looked* on, when *revision* was the newest; the lock is held."""
        state = self._state
        if state.freshness.failure is not None:
            _log.info("the store can be read again")
        state.freshness.confirm(looked)
        if not state.snapshot.holds_at(looked.clock):
            state.show(compiled(state.snapshot.world, revision, self._clock))
        if state.heartbeat is not None:
            state.snapshot.revision = revision
        state.set_window(looked.clock)


def compiled(world: World, revision: Revision, clock: InstallationClock) -> Snapshot:
    """Compile *world* for the time around now."""
    rolled_back = clock.is_rolled_back(world)
    same = world.clock_rolled_back is rolled_back
    return Snapshot(world if same else evolve(world, clock_rolled_back=rolled_back), revision, clock.now(world))
