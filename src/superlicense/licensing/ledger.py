"""The ledger: brings the world up to date, applies changes, commits them.

Rule 1: the store's lock comes first, the ledger's own after it, so that two
threads never wait for each other.

Rule 2: whoever wrote sees it at once; others see it at their next check of the
revision, at most `Policy.max_staleness` later. A store with a heartbeat is
checked at every question, because that costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from attrs import evolve

from superlicense.errors import WriteOutOfOrderError, refusal
from superlicense.licensing.clock import Clock, instant, ticks_of
from superlicense.licensing.snapshot import Profile, Snapshot
from superlicense.model.change import ActivatePackage, Change, ChangePlan, Release
from superlicense.model.fact import Row, Table
from superlicense.model.license import LicenseName
from superlicense.model.policy import Policy
from superlicense.model.site import Installation
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.ports import Heartbeat, Reading, Revision, SeatVeto, Store
from superlicense.rules.changing import Applied, apply
from superlicense.rules.changing_seats import releases_of
from superlicense.rules.replay import absorb, empty, load

__all__ = ["Ledger", "Plan"]

Plan = Callable[[World, datetime], Iterable[Change]]
"""What is to be changed, once the world and the instant of the write are known."""

_MICROSECOND = timedelta(microseconds=1)


class _Pulse:
    """Stands in for the heartbeat of a store that has none: what was read last."""

    __slots__ = ("revision",)

    def __init__(self) -> None:
        self.revision = Revision(-1, "")


class Ledger:
    """One installation in one store, with a snapshot of it.

    Attributes:
        installation: Whose licenses these are.
        policy: The host's choices.
        snapshot: The newest snapshot that this instance has.
        pulse: Its ``revision`` is the snapshot's own while nothing was written.
        ticks: Reads the clock in nanoseconds since 1970.
    """

    __slots__ = (
        "_clock",
        "_lock",
        "_past",
        "_stale_ns",
        "_store",
        "_veto",
        "installation",
        "policy",
        "pulse",
        "snapshot",
        "ticks",
    )

    def __init__(
        self, store: Store, installation: Installation, *, clock: Clock, policy: Policy, seat_veto: SeatVeto | None
    ) -> None:
        """Load *installation* from *store*.

        Raises:
            StoreUnavailableError: the store cannot be read.
        """
        self._store = store
        self._clock = clock
        self._veto = seat_veto
        self._lock = Lock()
        self._past: tuple[Revision, datetime, World] | None = None
        self.installation = installation
        self.policy = policy
        self.ticks = ticks_of(clock)
        heartbeat = store.heartbeat(installation)
        self.pulse: Heartbeat = heartbeat or _Pulse()
        # With a heartbeat nothing ever gets stale between two questions.
        self._stale_ns = None if heartbeat else policy.max_staleness // _MICROSECOND * 1000
        with store.reading(installation) as view:
            self._show(*self._loaded(view))

    def _show(self, world: World, revision: Revision) -> None:
        """Begin a new snapshot; the ledger's lock is held, or nobody else is there yet."""
        self.snapshot = Snapshot(world, revision, self._now(world))
        self._checked(revision)

    def _checked(self, revision: Revision) -> None:
        """Note that *revision* is the newest, as of now."""
        self.snapshot.revision = revision
        if self._stale_ns is not None:
            self.pulse.revision = revision
            self.snapshot.until_ns = min(self.snapshot.boundary_ns, self.ticks() + self._stale_ns)

    def _now(self, world: World) -> datetime:
        """Give now: the clock, but never before what is on record."""
        now = instant(self._clock(), "clock")
        for known in (world.recorded_at, world.issued_at):
            if known is not None and known > now:
                now = known
        return now

    def _loaded(self, view: Reading) -> tuple[World, Revision]:
        world = self._marked(empty(self.installation, self.policy), view)
        running = (row for table in Table for row in view.facts.running(table))
        return load(world, running, view.facts.history(Table.PACKAGES)), view.revision

    @staticmethod
    def _marked(world: World, view: Reading) -> World:
        mark = view.mark
        return evolve(world, recorded_at=mark.recorded_at, sequence=mark.sequence, entries=mark.entries)

    def fresh(self) -> Snapshot:
        """Give a snapshot that is true now, reading what others have written."""
        snapshot, now_ns = self.snapshot, self.ticks()
        if snapshot.revision is self.pulse.revision and snapshot.from_ns <= now_ns < snapshot.until_ns:
            return snapshot
        with self._store.reading(self.installation) as view, self._lock:
            self._catch_up(view)
            return self.snapshot

    def _catch_up(self, view: Reading) -> None:
        """Bring the snapshot to the revision of *view*; the ledger's lock is held."""
        snapshot = self.snapshot
        if view.revision != snapshot.revision:
            rows = view.rows_since(snapshot.revision)
            if rows is None:
                self._show(*self._loaded(view))
                return
            self._move(self._marked(absorb(snapshot.world, rows), view), view.revision, rows)
        self._checked(view.revision)
        if not self.snapshot.from_ns <= self.ticks() < self.snapshot.boundary_ns:
            self._show(self.snapshot.world, view.revision)

    def _move(self, world: World, revision: Revision, rows: tuple[Row[Any], ...]) -> None:
        """Move the snapshot on to *world*; the ledger's lock is held."""
        if self.snapshot.can_take(rows):
            self.snapshot.take(world, revision, rows)
            self._checked(revision)
        else:
            self._show(world, revision)

    def profile(self, snapshot: Snapshot, user: str | User) -> Profile:
        """Give the profile of *user*, and keep it for a known user's id."""
        world = snapshot.world
        profile = snapshot.profile_of(user)
        if isinstance(user, str) and profile.user is not None:
            with self._lock:
                # Somebody may have written since; then the profile is of a past world.
                if snapshot.world is world:
                    snapshot.profiles[user] = profile
        return profile

    def seen(self, at: datetime | None) -> tuple[World, datetime]:
        """Give the world as of *at*, and *at* itself; `None` is now.

        The past shows the facts of that instant under today's policy; the
        future shows today's, as if nothing more was written.
        """
        snapshot = self.fresh()
        if at is None:
            return snapshot.world, self._now(snapshot.world)
        asked = instant(at)
        recorded_at = snapshot.world.recorded_at
        if recorded_at is None or asked >= recorded_at:
            return snapshot.world, asked
        return self._world_at(snapshot.revision, asked), asked

    def _world_at(self, revision: Revision, at: datetime) -> World:
        past = self._past
        if past is not None and past[:2] == (revision, at):
            return past[2]
        with self._store.reading(self.installation) as view:
            running = (row for table in Table for row in view.facts.running_at(table, at))
            ever = (row for row in view.facts.history(Table.PACKAGES) if row.start <= at)
            world = load(empty(self.installation, self.policy), running, ever)
            self._past = (view.revision, at, world)
        return world

    def revision(self) -> Revision:
        """Give the revision of what is true now."""
        return self.fresh().revision

    def write(self, plan: Plan, *, by: str, at: datetime | None = None) -> Applied:
        """Carry out what *plan* asks for, all or nothing.

        Raises:
            RefusedError: some change may not be made; with every reason.
            WriteOutOfOrderError: *at* lies before what is on record or after now.
            StoreError: the store failed, and nothing has changed.
        """
        with self._store.writing(self.installation, patience=self.policy.write_patience) as view:
            with self._lock:
                self._catch_up(view)
                world = self.snapshot.world
            moment = self._moment(world, at)
            changes = list(plan(world, moment))
            applied = apply(world, changes, moment, by=by, vetoes=self._vetoes(world, changes))
            if applied.refusals:
                raise refusal(reason for refused in applied.refusals for reason in refused.reasons)
            for row in applied.rows:
                if row.end is None:
                    view.facts.start(row)
                else:
                    view.facts.end(row)
            for entry in applied.entries:
                view.journal.append(entry)
        if applied.rows:
            with self._lock:
                # Another thread may have read our commit already, and more.
                if self.snapshot.world is world:
                    self._move(applied.world, view.revision, applied.rows)
        return applied

    def _moment(self, world: World, at: datetime | None) -> datetime:
        now = self._now(world)
        if at is None:
            return now
        asked = instant(at)
        earliest = world.recorded_at or asked
        if not earliest <= asked <= now:
            raise WriteOutOfOrderError(asked, earliest=earliest, latest=now)
        return asked

    def _vetoes(self, world: World, changes: list[Change]) -> dict[tuple[str, str], str]:
        """Ask the host about everything that *changes* would release."""
        vetoes: dict[tuple[str, str], str] = {}
        if self._veto is None:
            return vetoes
        for change in changes:
            for holder, license_name in _releases(world, change):
                objection = self._veto(holder, license_name)
                if objection:
                    vetoes[holder, str(license_name)] = str(objection)
        return vetoes

    def stored(self) -> AbstractContextManager[Reading]:
        """Open a consistent view of what is stored."""
        return self._store.reading(self.installation)


def _releases(world: World, change: Change) -> list[tuple[str, LicenseName]]:
    if isinstance(change, Release | ChangePlan):
        return [(change.holder, name) for name in releases_of(world, change)]
    if isinstance(change, ActivatePackage):
        moved = [(move.holder, move.old) for move in change.plan_moves]
        return [*((release.holder, release.license) for release in change.releases), *moved]
    return []
