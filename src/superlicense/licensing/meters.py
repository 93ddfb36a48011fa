"""Meters: record usage events, read the usage of a month, and close it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from superlicense.errors import ConflictError, InvalidValueError, StoreBusyError
from superlicense.licensing.closing import Closing
from superlicense.licensing.engine.author import check_author
from superlicense.licensing.engine.open_write import OpenWrite
from superlicense.licensing.hooks import audited
from superlicense.licensing.metering.checking import check_levels
from superlicense.licensing.metering.locked_recording import LockedRecording
from superlicense.licensing.metering.recording import Batch, NeedsHeadLockError
from superlicense.licensing.metering.user_count import user_count
from superlicense.licensing.readable_meters import ReadableMeters
from superlicense.licensing.readable_usage import to_month
from superlicense.licensing.setting_terms import SettingTerms
from superlicense.model.change import Change
from superlicense.model.meter import Meter
from superlicense.model.month import Month
from superlicense.model.statement import Statement
from superlicense.model.usage import Crossing, Receipt, UsageEvent
from superlicense.rules.gate.identity import licensee_of

__all__ = ["Meters"]

_MICROSECOND: Final = timedelta(microseconds=1)
_COUNTABLE: Final = 2**31 - 1  # by every database


class _NotKeptError(Exception):
    """Ends a recording that is only tried; raised inside a block so that nothing is stored, and caught outside it."""

    def __init__(self, receipts: tuple[Receipt, ...]) -> None:
        """Carry the *receipts* out of the block."""
        super().__init__()
        self.receipts = receipts


class Meters(ReadableMeters):
    """The meters of one installation.

    >>> import superlicense as sl
    >>> licensing = sl.Licensing(
    ...     sl.MemoryStore(),
    ...     sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S"),
    ...     trust=None,
    ... )
    >>> sent = sl.UsageEvent(source="mailer", id="mailing-17", meter="mailings", quantity=250, at=sl.utc_now())
    >>> [receipt.status.value for receipt in licensing.meters.record([sent, sent])]
    ['accepted', 'duplicate']
    """

    __slots__ = ()

    @audited("meters.record", writes=True)
    def record(self, events: Iterable[UsageEvent], by: str = "host") -> tuple[Receipt, ...]:
        """Record *events* in one transaction, each exactly once for ever.

        An event that was recorded before does not count again, so a sender in
        doubt sends it again. A refused event does not stop the others. Recording
        does not wait for writers of licensing facts, unless they move a
        threshold.

        Args:
            events: Usage events, in any order; a correction comes after its original.
            by: Who records them.

        Returns:
            A receipt for each event, in the order they were given.

        Raises:
            InvalidValueError: something is not a `UsageEvent`, or *by* is not a name.
            StoreBusyError: other recordings held the locks for longer than
                `Policy.write_patience`.
            StoreError: the store failed; nothing was recorded.
        """
        engine = self._engine
        engine.known.complete()
        recorded = self._batch(events, by)
        try:
            with engine.writer.recording(engine.policy.write_patience) as usage:
                return recorded.record_fast(usage)
        except NeedsHeadLockError:
            return self._record_locked(recorded)

    def try_record(self, events: Iterable[UsageEvent]) -> tuple[Receipt, ...]:
        """Return the receipts that *events* would get, and keep nothing.

        The locks of a recording are taken, so that the answer is that of this instant.

        >>> import superlicense as sl
        >>> licensing = sl.Licensing(
        ...     sl.MemoryStore(),
        ...     sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S"),
        ...     trust=None,
        ... )
        >>> sent = sl.UsageEvent(source="mailer", id="mailing-17", meter="mailings", quantity=250, at=sl.utc_now())
        >>> [licensing.meters.try_record([sent])[0].status.value for _ in range(2)]
        ['accepted', 'accepted']

        Args:
            events: Usage events, as for `record`.

        Raises:
            InvalidValueError: something is not a `UsageEvent`.
            StoreBusyError: other recordings held the locks for too long.
            StoreError: the store failed.
        """
        try:
            return self._record_locked(self._batch(events, "host"), keep=False)
        except _NotKeptError as tried:
            return tried.receipts

    def _batch(self, events: Iterable[UsageEvent], by: str) -> Batch:
        """Return *events* as a batch of now.

        Raises:
            InvalidValueError: something is not a `UsageEvent`, or *by* is not a name.
        """
        batch = tuple(events)
        for place, event in enumerate(batch):
            if type(event) is not UsageEvent:
                raise InvalidValueError(f"events[{place}]", event, "must be a UsageEvent")
        check_author(by)
        world = self._engine.worlds.state.snapshot.world
        return Batch(self._totals, batch, by=by, now=self._engine.clock.read(), world=world)

    def _record_locked(self, batch: Batch, *, keep: bool = True) -> tuple[Receipt, ...]:
        """Record with the head locked; try again where another recording committed first.

        Raises:
            _NotKeptError: nothing is to be kept.
        """
        patience = self._engine.policy.write_patience
        deadline = monotonic() + patience.total_seconds()
        while patience >= timedelta(0):
            try:
                with self._engine.writer.recording(patience) as usage:
                    receipts = LockedRecording(batch, usage).run()
                    if not keep:
                        raise _NotKeptError(receipts)
                    return receipts
            except ConflictError:
                patience = timedelta(seconds=deadline - monotonic())
        raise StoreBusyError("other recordings always committed first")

    @audited("meters.close", writes=True)
    def close(self, month: Month | str, *, by: str, at: datetime | None = None, force: bool = False) -> Statement:
        """Close *month* and make its statement final; later events are adjusted in the next open month.

        A month that is closed already stays as it is, with the same statement.

        Args:
            month: The earliest open month, or ``"YYYY-MM"``.
            by: Who closes it.
            at: When; now if `None`.
            force: Close it although it ends more than 62 days after anything that was
                recorded before this run, which is how a wrong clock looks.

        Returns:
            Its statement, which never changes again.

        Raises:
            MonthNotOverError: the month has not ended.
            MonthOutOfOrderError: an earlier month is open.
            RefusedError: the month has no terms, or it ends too far ahead.
            InvalidValueError: *month* is not a month, or *by* is not a name.
            StoreError: the store failed; nothing was closed.
        """
        closing = Closing(self._totals, licensee_of(self._engine.worlds.state.snapshot.world), to_month(month))
        known = self._engine.known
        known.complete()
        extra_write = closing.extra_write(by, None if force else known.now_at_least(), self._engine.clock)
        self._engine.writer.propose(_nothing, by=by, at=at, extra_write=extra_write)
        return closing.final()

    @audited("meters.set_terms", writes=True)
    def set_terms(self, month: Month | str, *, by: str, at: datetime | None = None) -> tuple[Meter, ...]:
        """Bill an open *month* on the meters and the user count that the host passes today.

        Without this, a month keeps the terms with which it was first touched. Gauges
        are counted again where their aggregation changes, and levels that are
        reached on the new terms are recorded.

        Args:
            month: An open month, or ``"YYYY-MM"``.
            by: Who decides it; the journal names them.
            at: When; now if `None`.

        Returns:
            The terms of the month, by code; a meter that is no longer listed keeps its own.

        Raises:
            RefusedError: the month is closed, or this instance was opened without meters.
            InvalidValueError: *month* is not a month, or *by* is not a name.
            StoreError: the store failed; nothing was changed.
        """
        setting = SettingTerms(self._totals, to_month(month), by)
        self._engine.writer.propose(_nothing, by=by, at=at, extra_write=setting.write)
        return setting.terms()

    @audited("meters.check", writes=True)
    def check(self, *, by: str) -> tuple[Crossing, ...]:
        """Record the levels that time alone has reached, and return their crossings.

        A gauge that is carried into a month may be over its threshold from the
        start, and a mean of daily peaks may rise at the start of a day. Every
        recording and every close of a month records what is due; a host that
        records rarely checks once a day.

        >>> import superlicense as sl
        >>> licensing = sl.Licensing(
        ...     sl.MemoryStore(),
        ...     sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S"),
        ...     trust=None,
        ... )
        >>> licensing.meters.check(by="nightly")
        ()

        Args:
            by: Who checks.

        Raises:
            InvalidValueError: *by* is not a name.
            StoreError: the store failed; nothing was recorded.
        """
        check_author(by)
        engine = self._engine
        engine.known.complete()
        world = engine.worlds.current().world
        with engine.writer.recording(engine.policy.write_patience) as usage:
            return check_levels(self._totals, usage, engine.clock.read(), user_count(world))


def _nothing(_: OpenWrite) -> Iterator[Change]:
    return iter(())
