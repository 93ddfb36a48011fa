"""The ledger: applies changes to what it sees, and commits them.

Rule 1: the store's lock comes first, the ledger's own after it, so that two
threads never wait for each other. The host's veto is asked under the store's
lock alone, so it may ask the gate.

Rule 2: what is written is judged in the newest world, inside the transaction;
where another writer came in between, it is judged again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from threading import get_ident
from time import monotonic
from typing import Final

from attrs import evolve

from superlicense.errors import (
    ConflictError,
    StoreBusyError,
    StoreError,
    TamperedStoreError,
    WriteOutOfOrderError,
    refusal,
)
from superlicense.licensing.clock import Clock, instant
from superlicense.licensing.engine.vetoes import Proposal, check_author, vetoes_of
from superlicense.licensing.engine.world_cache import WorldCache
from superlicense.licensing.integrity.audit import noted_head
from superlicense.licensing.integrity.checks import IntegrityChecks, Known
from superlicense.licensing.integrity.seals import Seals
from superlicense.licensing.integrity.usage_seals import SealedUsage, SealedUsageReading
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.user_count import CurrentUsers, user_count
from superlicense.logs import logger
from superlicense.model.journal import JournalEntry
from superlicense.model.license import LicenseName
from superlicense.model.month import Month
from superlicense.model.policy import Policy
from superlicense.model.preview import MeterEffect
from superlicense.model.site import Installation
from superlicense.model.world import World
from superlicense.ports import BoundStore, Hook, Reading, Revision, SeatVeto, Store, Usage, UsageReading, Writing
from superlicense.rules.apply import Applied, apply

__all__ = ["ExtraWrite", "Writer"]

_log: Final = logger("meters")

ExtraWrite = Callable[[Writing, World, datetime], Iterable[JournalEntry]]
"""Writes what is no change, given the world and the instant of the write, and
gives the entries for the journal."""


class Writer(WorldCache):
    """The sight of an installation, and the right to write to it.

    Attributes:
        hooks: What is told of every call.
        totals: Keeps the books of what is metered.
        veto: The host's say in a release.
    """

    __slots__ = ("_retries", "_writers", "hooks", "totals", "veto")

    def __init__(  # noqa: PLR0913 - what the front door was given
        self,
        store: Store,
        installation: Installation,
        *,
        clock: Clock,
        policy: Policy,
        checks: IntegrityChecks,
        seat_veto: SeatVeto | None = None,
        hooks: tuple[Hook, ...] = (),
        totals: MeterTotals,
    ) -> None:
        """Load *installation* from *store*.

        Raises:
            StoreUnavailableError: the store cannot be read.
        """
        super().__init__(store, installation, clock=clock, policy=policy, checks=checks)
        self.hooks = hooks
        self.totals = totals
        self.veto = seat_veto
        # Threads that are inside a write of this ledger, and may be in the host's code.
        self._writers: dict[int, Writing] = {}
        self._retries = True

    def enter_transaction(self, store: BoundStore) -> None:
        """Leave the ledger that this one is a copy of; inside the host's transaction conflicts are the host's."""
        super().enter_transaction(store)
        self._writers = {}
        self._retries = False

    def write(
        self, propose: Proposal, *, by: str, at: datetime | None = None, extra_write: ExtraWrite | None = None
    ) -> Applied:
        """Carry out what *propose* gives, all or nothing.

        Args:
            propose: Gives the changes.
            by: Who writes.
            at: When; now if `None`.
            extra_write: Writes what is no change in the same transaction.

        Raises:
            RefusedError: some change may not be made; with every reason.
            InvalidValueError: *by* names nobody, or *at* is naive.
            WriteOutOfOrderError: *at* lies before what is on record or after now.
            StoreBusyError: others kept the store for longer than
                `Policy.write_patience`.
            ConflictError: this thread is writing already.
            StoreError: the store failed, and nothing has changed.
        """
        check_author(by)
        asked = None if at is None else instant(at)
        if get_ident() in self._writers:
            raise ConflictError("this thread is writing already")
        patience = self.policy.write_patience
        deadline = monotonic() + patience.total_seconds()
        while patience >= timedelta(0):
            applied = self._attempt(propose, by=by, at=asked, patience=patience, extra_write=extra_write)
            if applied is not None:
                return applied
            patience = timedelta(seconds=deadline - monotonic())
        raise StoreBusyError("other writers were always faster")

    def _attempt(
        self, propose: Proposal, *, by: str, at: datetime | None, patience: timedelta, extra_write: ExtraWrite | None
    ) -> Applied | None:
        """Write once; `None` if another writer came in between, and nothing was written."""
        began: Revision | None = None
        try:
            with self._store.writing(self.installation, patience=patience) as view:
                began = view.revision
                world, applied, known = self._written(view, propose, by=by, at=at, extra_write=extra_write)
                committed_ns = self.ticks()
        except StoreError as error:
            self._expire()
            if isinstance(error, ConflictError) and began is not None:
                if self._overtaken(began):
                    if self._retries:
                        return None
                else:
                    self._reload()
            raise
        if applied.rows:
            with self._lock:
                # Another thread may have read our commit already, and more.
                if self.snapshot.world is world:
                    written, self._known = self._checks.written(applied.world, known, applied.rows)
                    self._move(written, view.revision, applied.rows)
                    self._checked(view.revision, committed_ns)
        return applied

    def _written(
        self, view: Writing, propose: Proposal, *, by: str, at: datetime | None, extra_write: ExtraWrite | None
    ) -> tuple[World, Applied, Known]:
        """Judge what *propose* gives and write what comes of it.

        Returns:
            The world it was judged in, what came of it, and what is known of
            the store's records then.
        """
        with self._lock:
            # No snapshot is newer than a view that writes.
            self._catch_up(view, known=self.snapshot.revision, checked_ns=self.ticks())
            world, known = self.snapshot.world, self._known
        self._checks.check_writable(known)
        self._writers[get_ident()] = view
        try:
            moment = self._moment(world, at)
            applied = apply(world, propose(world, moment), moment, by=by, vetoes_of=vetoes_of(self.veto))
        finally:
            self._writers.pop(get_ident(), None)
        if applied.refusals:
            raise refusal(reason for refused in applied.refusals for reason in refused.reasons)
        before, after = user_count(world), user_count(applied.world)
        if before != after:
            self._move_users(view, before, after, moment)
        if extra_write is not None:
            applied = evolve(applied, entries=(*applied.entries, *extra_write(view, applied.world, moment)))
        return world, applied, self._keep(view, known, applied)

    def _move_users(self, view: Writing, before: CurrentUsers, after: CurrentUsers, at: datetime) -> None:
        """Let the books know that users have come or gone; turning a login off has to work whatever they say."""
        try:
            self.totals.move(self.usage_of(view), before, after, at)
        except TamperedStoreError as error:
            _log.warning("no threshold was moved: %s", error)

    def _keep(self, view: Writing, known: Known, applied: Applied) -> Known:
        """Write *applied* with its seals, if there are any, and give what is known then."""
        rows, entries, made = self._checks.sealed(view, known, applied)
        for row in rows:
            if row.end is None:
                view.facts.start(row)
            else:
                view.facts.end(row)
        for entry in entries:
            view.journal.append(entry)
        if made.written is not None and entries:
            view.keep_head(made.written)
        return made

    def _overtaken(self, began: Revision) -> bool:
        """Say whether somebody has committed since *began*."""
        with self._store.reading(self.installation) as view:
            return view.revision != began

    def _moment(self, world: World, asked: datetime | None) -> datetime:
        now = self.now(world)
        if asked is None:
            return now
        earliest = min(asked, now) if world.recorded_at is None else world.recorded_at
        if not earliest <= asked <= now:
            raise WriteOutOfOrderError(asked, earliest=earliest, latest=now)
        return asked

    def may_release(self, holder: str, license: LicenseName) -> bool:
        """Say whether the host lets *holder* give up *license*."""
        return self.veto is None or not self.veto(holder, license)

    def threshold_effects(self, world: World, now: datetime) -> Callable[[World], tuple[MeterEffect, ...]]:
        """Give what says which thresholds of the month that runs another world would move.

        Inside a write the books are taken, so that what is said is still true
        when it is carried out.
        """

        def effects(other: World) -> tuple[MeterEffect, ...]:
            before, after = user_count(world), user_count(other)
            if before == after:
                return ()
            writing = self._writers.get(get_ident())
            if writing is not None:
                usage = self.usage_of(writing)
                usage.lock_head()
                usage.lock_meter_months_since(Month.of(now, self.totals.zone))
                return self.totals.effects(usage, before, after, now)
            with self.stored() as view:
                return self.totals.effects(self.usage_in(view), before, after, now)

        return effects

    def head_in_view(self) -> str | None:
        """Give the sealed head of what a write has seen, in a form to be noted; `None` without a seal key."""
        return noted_head(self._known.head)

    def usage_in(self, view: Reading) -> UsageReading:
        """Give the usage that *view* shows; with a seal key only what has the right seals."""
        seals = self._checks.seals
        return view.usage if seals is None else SealedUsageReading(view.usage, seals)

    def usage_of(self, view: Writing) -> Usage:
        """Give the usage of *view* to write, with seals where there is a key."""
        seals = self._checks.seals
        return view.usage if seals is None else SealedUsage(view.usage, seals)

    def recording(self, patience: timedelta) -> AbstractContextManager[Usage]:
        """Open the usage to record.

        Raises:
            TamperedStoreError: the store is sealed, and there is no seal key.
        """
        self._checks.check_recordable(self._known)
        block = self._store.recording(self.installation, patience=patience)
        seals = self._checks.seals
        return block if seals is None else _sealed(block, seals)


@contextmanager
def _sealed(block: AbstractContextManager[Usage], seals: Seals) -> Iterator[Usage]:
    with block as usage:
        yield SealedUsage(usage, seals)
