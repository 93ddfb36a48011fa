"""Sight: what one instance sees of an installation, and how it stays true.

Rule 1: whoever wrote sees it at once; others see it at their next check of the
revision, at most `Policy.max_staleness` later. A store with a heartbeat is
checked at every question, because that costs nothing.

Rule 2: a snapshot only moves on. A view that was opened before somebody moved
it may show less; it is dropped, and another one opened.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from copy import copy
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Self

from attrs import evolve

from superlicense.errors import InvalidValueError
from superlicense.licensing.clock import CLOCK_ROLLBACK, FAR_PAST, Clock, instant, ticks_of
from superlicense.licensing.engine.snapshot import Snapshot
from superlicense.licensing.integrity.audit import noted_head, verify
from superlicense.licensing.integrity.checks import IntegrityChecks, Known, Seen
from superlicense.licensing.integrity.documents import Documents
from superlicense.model.policy import Policy
from superlicense.model.row import Row
from superlicense.model.site import Installation
from superlicense.model.store_report import StoreReport
from superlicense.model.world import World
from superlicense.ports import BoundStore, Heartbeat, JoiningStore, Reading, Revision, Store

__all__ = ["WorldCache"]

_MICROSECOND = timedelta(microseconds=1)


class WorldCache:
    """One installation in one store, with a snapshot of it.

    Attributes:
        installation: Whose licenses these are.
        policy: The host's choices.
        snapshot: The newest snapshot that this instance has.
        pulse: Its ``revision`` is the snapshot's own while nothing was written.
        ticks: Reads the clock in nanoseconds since 1970.
    """

    __slots__ = (
        "_checks",
        "_clock",
        "_heartbeat",
        "_joined",
        "_known",
        "_lock",
        "_past",
        "_stale_ns",
        "_store",
        "installation",
        "policy",
        "revision_source",
        "snapshot",
        "ticks",
    )

    def __init__(
        self, store: Store, installation: Installation, *, clock: Clock, policy: Policy, checks: IntegrityChecks
    ) -> None:
        """Load *installation* from *store*.

        Raises:
            StoreUnavailableError: the store cannot be read.
        """
        self._store: Store = store
        self._clock = clock
        self._checks = checks
        self._lock = Lock()
        self._past: tuple[Revision, datetime, World] | None = None
        self._stale_ns = policy.max_staleness // _MICROSECOND * 1000
        self._heartbeat = store.heartbeat(installation)
        self.installation = installation
        self.policy = policy
        self.ticks = ticks_of(clock)
        checked_ns = self.ticks()
        with store.reading(installation) as view:
            world, self._known = checks.present(view)
            self._show(world, view.revision)
        self._checked(self.snapshot.revision, checked_ns)

    def bound_to(self, connection: object) -> Self:
        """Give a sight from inside the host's transaction on *connection*.

        It starts from the world that this one sees, goes on by itself, and gives
        nothing back. It asks the store at every question, because others may
        commit, and the host may roll back.

        Raises:
            InvalidValueError: the store cannot take part in transactions, or
                not in this one.
        """
        if not isinstance(self._store, JoiningStore):
            raise InvalidValueError("store", type(self._store).__name__, "must be one that joins transactions")
        store = self._store.bound_to(connection)
        with self._lock:
            bound = copy(self)
            bound.enter_transaction(store)
        return bound

    def enter_transaction(self, store: BoundStore) -> None:
        """Leave the sight that this one is a copy of, whose lock is held, and look at *store* from here on."""
        world, revision = self.snapshot.world, self.snapshot.revision
        self._store = self._joined = store
        self._lock = Lock()
        self._heartbeat = None
        self._past = None
        self._stale_ns = 0
        self._checks = self._checks.copy()
        self._show(world, revision)
        self._expire()

    def close(self) -> None:
        """Let go of the host's transaction that this sight is inside of."""
        self._joined.close()

    def _show(self, world: World, revision: Revision) -> None:
        """Begin a new snapshot; the ledger's lock is held, or nobody else is there yet."""
        known = world.known_at()
        rolled_back = known is not None and instant(self._clock(), "clock") < known - CLOCK_ROLLBACK
        self.snapshot = Snapshot(evolve(world, clock_rolled_back=rolled_back), revision, self.now(world))
        # Without a heartbeat it is its own; for how long, its window says.
        self.revision_source: Heartbeat = self._heartbeat or self.snapshot

    def _checked(self, revision: Revision, checked_ns: int) -> None:
        """Note that *revision* was the newest at *checked_ns*; the ledger's lock is held."""
        snapshot = self.snapshot
        from_ns, until_ns = snapshot.window()
        if self._heartbeat is not None:
            snapshot.revision = revision
            snapshot.from_ns, snapshot.until_ns = from_ns, until_ns
        else:
            # A clock that is turned back before the check says nothing about how old it is.
            snapshot.from_ns = max(from_ns, checked_ns)
            snapshot.until_ns = min(until_ns, checked_ns + self._stale_ns)

    def now(self, world: World) -> datetime:
        """Give now: the clock, but never before what is on record."""
        now = instant(self._clock(), "clock")
        for known in (world.recorded_at, world.issued_at):
            if known is not None and known > now:
                now = known
        return now

    def fresh(self) -> Snapshot:
        """Give a snapshot that is true now, reading what others have written.

        Raises:
            StoreError: the store cannot say whether anything has changed.
        """
        snapshot, now_ns = self.snapshot, self.ticks()
        if snapshot.from_ns <= now_ns < snapshot.until_ns and snapshot.revision is self.revision_source.revision:
            return snapshot
        while True:
            known, checked_ns = self.snapshot.revision, self.ticks()
            with self._store.reading(self.installation) as view, self._lock:
                if self._catch_up(view, known=known, checked_ns=checked_ns):
                    return self.snapshot

    def _catch_up(self, view: Reading, *, known: Revision, checked_ns: int) -> bool:
        """Bring the snapshot to the revision of *view*; the ledger's lock is held.

        Args:
            view: What the store shows.
            known: Revision of the snapshot before *view* was opened.
            checked_ns: When that was.

        Returns:
            False if somebody has moved the snapshot since, further than *view*.
        """
        snapshot = self.snapshot
        if view.revision != snapshot.revision or not self._checks.agrees(view, self._known):
            rows = self._checks.missed(view, snapshot.revision)
            followed = None
            if rows is not None:
                followed = self._checks.followed(view, Seen(snapshot.world, self._known), rows)
            if rows is not None and followed is not None:
                self._known = followed.known
                self._move(followed.world, view.revision, rows)
            elif snapshot.revision == known:
                world, self._known = self._checks.present(view)
                self._show(world, view.revision)
            else:
                return False
        held = self.snapshot.holds_at(self.now(self.snapshot.world))
        if not held or not self.snapshot.fits_clock(self.ticks()):
            self._show(self.snapshot.world, view.revision)
        self._checked(view.revision, checked_ns)
        return True

    def _move(self, world: World, revision: Revision, rows: tuple[Row[Any], ...]) -> None:
        """Move the snapshot on to *world*; the ledger's lock is held."""
        if self.snapshot.can_take(world, rows) and self.snapshot.holds_at(self.now(world)):
            self.snapshot.take(world, revision, rows)
        else:
            self._show(world, revision)

    def seen(self, at: datetime | None) -> tuple[World, datetime]:
        """Give the world as of *at*, and *at* itself; `None` is now.

        The past shows the facts of that instant under today's policy; the
        future shows today's, as if nothing more was written.

        Raises:
            InvalidValueError: *at* is naive, or no datetime.
            StoreError: the store cannot be read.
        """
        asked = None if at is None else instant(at)
        snapshot = self.fresh()
        world, revision = snapshot.world, snapshot.revision
        if asked is None:
            return world, self.now(world)
        if world.recorded_at is None or asked >= world.recorded_at:
            # The floor is under the clock, not under an instant that is asked about.
            return (evolve(world, clock_rolled_back=False) if world.clock_rolled_back else world), asked
        return self._world_at(revision, asked), asked

    def _world_at(self, revision: Revision, at: datetime) -> World:
        past = self._past
        if past is not None and past[:2] == (revision, at):
            return past[2]
        with self._store.reading(self.installation) as view:
            world = self._checks.past(view, at)
            self._past = (view.revision, at, world)
        return world

    def revision(self) -> Revision:
        """Give the revision of what is true now."""
        return self.fresh().revision

    def _expire(self) -> None:
        """Ask the store at the next question: a commit that failed may have been made all the same."""
        with self._lock:
            self.snapshot.until_ns = FAR_PAST

    def _reload(self) -> None:
        """Read everything anew at the next question: what is stored is not what this instance has seen."""
        with self._lock:
            self._known = Known()
            self.snapshot.revision = Revision(-1, "")

    def noted_head(self) -> str | None:
        """Give the head as it is now, to be noted elsewhere."""
        self.fresh()
        return noted_head(self._known.head)

    def verified(self, earlier_head: str | None) -> StoreReport:
        """Verify everything that is stored; see `superlicense.licensing.integrity.audit`."""
        return verify(self._store, self.installation, self._checks, earlier_head)

    def documents(self, world: World, now: datetime) -> Documents:
        """Begin to verify documents for *world* at *now*.

        Raises:
            NoTrustRootError: no root is pinned.
        """
        return Documents(self._checks.stored_documents.trust, world, now, instant(self._clock(), "clock"))

    def stored(self) -> AbstractContextManager[Reading]:
        """Open a consistent view of what is stored."""
        return self._store.reading(self.installation)
