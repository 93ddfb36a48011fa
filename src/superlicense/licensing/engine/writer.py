"""The writer: judges changes in the newest world and commits what they do.

A write goes forward, in four steps of one transaction: bring the world up to
date, judge, write rows and entries, show the new world
(`docs/explanation/how-a-write-goes.md`).

Rule 1: the store's lock comes first, the lock of the state after it, so that two
threads never wait for each other. The host's veto is asked under the store's
lock alone, so it may ask the gate.

Rule 2: what is written is judged in the newest world, inside the transaction;
where another writer committed first, it is judged again.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from threading import get_ident
from time import monotonic
from typing import Final

from attrs import evolve

from superlicense.errors import (
    ConflictError,
    StoreBusyError,
    StoreError,
    SuperlicenseError,
    TamperedStoreError,
    WriteOutOfOrderError,
    refusal,
)
from superlicense.licensing.clock import to_utc
from superlicense.licensing.engine.author import check_author
from superlicense.licensing.engine.keeping_aliases import keep_aliases
from superlicense.licensing.engine.open_write import ExtraWrite, OpenWrite, Proposal, Request
from superlicense.licensing.engine.rebasing import ClockCorrection, correct_clock
from superlicense.licensing.engine.vetoes import vetoes_of
from superlicense.licensing.engine.world_cache import WorldCache
from superlicense.licensing.integrity.integrity_state import CheckedWorld
from superlicense.licensing.integrity.sealed_write import SealedWrite, sealed_write
from superlicense.licensing.loading import record_maker
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageWriter
from superlicense.licensing.metering.user_count import user_count
from superlicense.licensing.metering.user_moves import check_month_open, move_users
from superlicense.logs import logger
from superlicense.model.change import Change
from superlicense.model.row import Table
from superlicense.model.site import Installation
from superlicense.model.world import World
from superlicense.ports import HolderVeto, Revision, Store, Writing
from superlicense.rules.apply import Applied, apply
from superlicense.rules.packages.rebasing import is_behind

__all__ = ["Writer"]

_log: Final = logger("meters")


class Writer:
    """Writes to one installation."""

    __slots__ = (
        "_checks",
        "_installation",
        "_patience",
        "_retries",
        "_store",
        "_totals",
        "_veto",
        "_worlds",
        "_writing",
    )

    def __init__(  # noqa: PLR0913 - what a write depends on, by keyword
        self,
        store: Store,
        installation: Installation,
        *,
        worlds: WorldCache,
        totals: MeterTotals,
        veto: HolderVeto | None,
        patience: timedelta,
        retries: bool = True,
    ) -> None:
        """Write to *installation* in *store*.

        Args:
            store: Where it is stored.
            installation: Which one.
            worlds: Shows what is stored, and what was written.
            totals: Moves thresholds when users come and go.
            veto: The host's objections to releases.
            patience: How long lock waits and retries of one write may take.
            retries: Whether a conflict is tried again; inside a transaction of
                the host conflicts are the host's.
        """
        self._store = store
        self._installation = installation
        self._worlds = worlds
        self._checks = worlds.checks
        self._totals = totals
        self._veto = veto
        self._patience = patience
        self._retries = retries
        # Threads that are inside a write, and may be in the host's code.
        self._writing: set[int] = set()

    def write(self, changes: Sequence[Change], *, by: str, at: datetime | None = None) -> Applied:
        """Carry out *changes*, all or nothing; see `propose`."""
        return self.propose(lambda _: changes, by=by, at=at)

    def propose(
        self, proposal: Proposal, *, by: str, at: datetime | None = None, extra_write: ExtraWrite | None = None
    ) -> Applied:
        """Carry out the changes that *proposal* returns, all or nothing.

        Args:
            proposal: Returns the changes, given the newest world.
            by: The author of the write.
            at: The instant of the write; now if `None`.
            extra_write: Writes what is not a change in the same transaction.

        Raises:
            RefusedError: a change is refused; with every reason.
            InvalidValueError: *by* is not a name, or *at* is naive.
            WriteOutOfOrderError: *at* lies before what is recorded or after now, or
                inside a closed month.
            StoreBusyError: other writers held the store for longer than
                `Policy.write_patience`.
            ConflictError: this thread is writing already.
            StoreError: the store failed, and nothing has changed.
        """
        check_author(by)
        asked = None if at is None else to_utc(at)
        if get_ident() in self._writing:
            raise ConflictError("this thread is writing already")
        request = Request(proposal, by, asked, extra_write)
        patience = self._patience
        deadline = monotonic() + patience.total_seconds()
        while patience >= timedelta(0):
            applied = self._attempt(request, patience)
            if applied is not None:
                return applied
            patience = timedelta(seconds=deadline - monotonic())
        raise StoreBusyError("other writers always committed first")

    def _attempt(self, request: Request, patience: timedelta) -> Applied | None:
        """Write once; `None` if another writer committed first, and nothing was written."""
        worlds = self._worlds
        began: Revision | None = None
        try:
            with self._store.writing(self._installation, patience=patience) as view:
                began = view.revision
                base = worlds.updater.bring_up_to_date(view)
                self._checks.check_writable(base.integrity)
                applied = self._judge(view, base, request)
                written = self._write_records(view, base, applied)
                committed = worlds.clock.reading()
            if applied.rows:
                worlds.updater.show(base.world, applied, written.integrity, view.revision, committed)
        except StoreError as error:
            worlds.state.expire()
            if isinstance(error, ConflictError) and began is not None:
                if self._is_overtaken(began):
                    if self._retries:
                        return None
                else:
                    worlds.state.reload()
            raise
        except SuperlicenseError:
            raise
        except BaseException:
            # An interrupt may come after the commit, or while the world moves on.
            self._writing.discard(get_ident())
            worlds.state.reload()
            raise
        return applied

    def _judge(self, view: Writing, base: CheckedWorld, request: Request) -> Applied:
        """Apply the proposal to the world of *base*, and move the thresholds that depend on its users.

        Raises:
            RefusedError: a change is refused.
        """
        thread = get_ident()
        try:
            self._writing.add(thread)
            write = self._opened(view, base, request)
            changes = self._proposed(write, request)
            applied = apply(
                write.world,
                changes,
                write.now,
                by=request.by,
                vetoes_of=vetoes_of(self._veto),
                record_of=record_maker(view.form),
            )
        finally:
            self._writing.discard(thread)
        if applied.refusals:
            raise refusal(reason for refused in applied.refusals for reason in refused.reasons)
        keep_aliases(view, applied)
        correction = write.correction
        if correction is not None:
            rows, entries = (correction.row, *applied.rows), (correction.entry, *applied.entries)
            applied = evolve(applied, rows=rows, entries=entries)
        before, after = user_count(base.world), user_count(applied.world)
        # After a correction, users who came or left later than it count in its month.
        moved = before != after or correction is not None
        if moved or (request.at is not None and applied.rows):
            try:
                usage = write.usage()
                if request.at is not None:
                    check_month_open(usage, request.at, latest=self._worlds.clock.now(write.world))
                if moved:
                    move_users(self._totals, usage, before, after, write.now)
            except TamperedStoreError as error:
                # Turning a login off has to work whatever the totals say.
                _log.warning("no threshold was moved: %s", error)
        self._totals.dated_back(write.now)
        if request.extra_write is None:
            return applied
        return evolve(applied, entries=(*applied.entries, *request.extra_write(write)))

    def _opened(self, view: Writing, base: CheckedWorld, request: Request) -> OpenWrite:
        """Open the write of *request*, as of its instant.

        Raises:
            WriteOutOfOrderError: the instant is out of order, and the clock is not to be corrected.
        """
        clock, world = self._worlds.clock, base.world

        def correct(floor: World) -> ClockCorrection:
            until = clock.now(world)
            at = clock.instant_of(floor, request.at)
            return correct_clock(view, floor, until=until, at=at, by=request.by, record_of=record_maker(view.form))

        try:
            now = clock.instant_of(world, request.at)
        except WriteOutOfOrderError:
            if not is_behind(world, clock.read()):
                raise
            now = clock.now(world)  # `_proposed` refuses it, unless the clock is corrected
        return OpenWrite(view, self._checks, base, now, correct)

    def _proposed(self, write: OpenWrite, request: Request) -> tuple[Change, ...]:
        """Return the changes of *request*, which may correct the clock.

        Raises:
            WriteOutOfOrderError: its instant is out of order.
        """
        world = write.world

        def check_order() -> None:
            if write.correction is None:
                self._worlds.clock.instant_of(world, request.at)

        try:
            changes = tuple(request.proposal(write))
        except SuperlicenseError:
            check_order()
            raise
        check_order()
        return changes

    def _write_records(self, view: Writing, base: CheckedWorld, applied: Applied) -> SealedWrite:
        """Write the rows and entries of *applied*, with seals where there is a seal key."""
        written = sealed_write(self._checks.seals, base.integrity, applied, view)
        facts, journal = view.facts, view.journal
        for row in written.rows:
            if row.end is None:
                facts.start(row)
            else:
                facts.end(row)
        for row in written.rows:
            if row.table == Table.FORGOTTEN and row.end is None:
                facts.blank(row.key)
        for entry, subjects in written.entries:
            journal.append(entry, subjects)
        if written.head is not None:
            view.keep_head(written.head)
        return written

    def _is_overtaken(self, began: Revision) -> bool:
        """Return whether another writer has committed since *began*."""
        with self._worlds.stored() as view:
            return view.revision != began

    def recording(self, patience: timedelta) -> AbstractContextManager[UsageWriter]:
        """Open the usage to record.

        Raises:
            TamperedStoreError: the store is sealed, and there is no seal key.
        """
        self._checks.check_recordable(self._worlds.state.integrity)
        return self._checks.usage_to_record(self._store.recording(self._installation, patience=patience))
