"""Meters: record usage events, read the usage of a month, and close it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from superlicense.errors import ConflictError, InvalidValueError, StoreBusyError
from superlicense.licensing.clock import to_utc
from superlicense.licensing.closing import Closing
from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.engine.open_write import OpenWrite
from superlicense.licensing.engine.writer import check_author
from superlicense.licensing.hooks import audited
from superlicense.licensing.metering.checking import check_levels
from superlicense.licensing.metering.locked_recording import LockedRecording
from superlicense.licensing.metering.month_reading import MonthReading, read_month, read_month_as_recorded
from superlicense.licensing.metering.recording import Batch, NeedsHeadLockError
from superlicense.licensing.metering.terms_difference import differing_terms
from superlicense.licensing.metering.user_count import user_count
from superlicense.licensing.setting_terms import SettingTerms
from superlicense.model.change import Change
from superlicense.model.meter import Meter
from superlicense.model.month import Month
from superlicense.model.statement import Statement
from superlicense.model.usage import Crossing, MeterUsage, Projection, Receipt, UsageEvent

__all__ = ["Meters"]

_MICROSECOND: Final = timedelta(microseconds=1)
_COUNTABLE: Final = 2**31 - 1  # by every database


class Meters:
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

    __slots__ = ("_engine", "_totals")

    def __init__(self, engine: Engine) -> None:
        """Record in the store of *engine*."""
        self._engine = engine
        self._totals = engine.totals

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
        batch = tuple(events)
        for place, event in enumerate(batch):
            if type(event) is not UsageEvent:
                raise InvalidValueError(f"events[{place}]", event, "must be a UsageEvent")
        check_author(by)
        engine = self._engine
        world = engine.worlds.state.snapshot.world
        recorded = Batch(self._totals, batch, by=by, now=engine.clock.now(world), world=world)
        try:
            with engine.writer.recording(engine.policy.write_patience) as usage:
                return recorded.record_fast(usage)
        except NeedsHeadLockError:
            return self._record_locked(recorded)

    def _record_locked(self, batch: Batch) -> tuple[Receipt, ...]:
        """Record with the head locked; try again where another recording committed first."""
        patience = self._engine.policy.write_patience
        deadline = monotonic() + patience.total_seconds()
        while patience >= timedelta(0):
            try:
                with self._engine.writer.recording(patience) as usage:
                    return LockedRecording(batch, usage).run()
            except ConflictError:
                patience = timedelta(seconds=deadline - monotonic())
        raise StoreBusyError("other recordings always committed first")

    def usage(self, month: Month | str, *, at: datetime | None = None) -> tuple[MeterUsage, ...]:
        """Return the usage of every meter in *month*, late events of a closed month included.

        Args:
            month: Any month, or ``"YYYY-MM"``.
            at: As recorded by then; by now if `None`.

        Returns:
            One for each meter, by code.

        Raises:
            InvalidValueError: *month* is not a month, or *at* is naive.
            StoreError: the store cannot be read.
        """
        return tuple(one.usage() for one in self._readings(_month(month), at))

    def projection(self, month: Month | str, *, at: datetime | None = None) -> tuple[Projection, ...]:
        """Estimate the usage of *month* at its end if it continues as it began; an estimate is never billed.

        Args:
            month: A running month, or ``"YYYY-MM"``.
            at: The instant of the estimate, as recorded by then; now if `None`.

        Returns:
            One for each meter, by code.

        Raises:
            InvalidValueError: *month* is not a month, or *at* is naive.
            StoreError: the store cannot be read.
        """
        return tuple(one.projection() for one in self._readings(_month(month), at))

    def _readings(self, month: Month, at: datetime | None) -> tuple[MonthReading, ...]:
        asked = None if at is None else to_utc(at)
        world = self._engine.worlds.current().world
        now = self._engine.clock.now(world)
        if asked is None or asked >= now:
            with self._engine.worlds.stored() as view:
                return read_month(
                    self._totals, self._engine.checks.usage_in(view), month, asked or now, user_count(world)
                )
        # Facts of the past do not change between the two reads.
        facts, _ = self._engine.worlds.world_at(min(asked, self._totals.span(month).end - _MICROSECOND))
        with self._engine.worlds.stored() as view:
            return read_month_as_recorded(
                self._totals,
                facts=view.facts,
                usage=self._engine.checks.usage_in(view),
                world=facts,
                month=month,
                at=asked,
            )

    def statement(self, month: Month | str) -> Statement:
        """Return the statement of *month*: final if it is closed, else a draft.

        Args:
            month: Any month, or ``"YYYY-MM"``.

        Raises:
            InvalidValueError: *month* is not a month.
            StoreError: the store cannot be read.
        """
        closing = Closing(self._totals, self._engine.installation, _month(month))
        world = self._engine.worlds.current().world
        with self._engine.worlds.stored() as view:
            return closing.read(self._engine.checks.usage_in(view), self._engine.clock.now(world), user_count(world))

    @audited("meters.close", writes=True)
    def close(self, month: Month | str, *, by: str, at: datetime | None = None) -> Statement:
        """Close *month* and make its statement final; later events are adjusted in the next open month.

        A month that is closed already stays as it is, with the same statement.

        Args:
            month: The earliest open month, or ``"YYYY-MM"``.
            by: Who closes it.
            at: When; now if `None`.

        Returns:
            Its statement, which never changes again.

        Raises:
            MonthNotOverError: the month has not ended.
            MonthOutOfOrderError: an earlier month is open.
            InvalidValueError: *month* is not a month, or *by* is not a name.
            StoreError: the store failed; nothing was closed.
        """
        closing = Closing(self._totals, self._engine.installation, _month(month))
        self._engine.writer.propose(_nothing, by=by, at=at, extra_write=closing.extra_write(by))
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
        setting = SettingTerms(self._totals, _month(month), by)
        self._engine.writer.propose(_nothing, by=by, at=at, extra_write=setting.write)
        return setting.terms()

    def terms_differ(self) -> tuple[str, ...]:
        """Return the meters whose terms in the running month are not those that the host passes, sorted by code.

        The month is billed on the terms with which it was first touched, and the
        next one on the host's, unless `set_terms` changes it.

        >>> import superlicense as sl
        >>> licensing = sl.Licensing(
        ...     sl.MemoryStore(),
        ...     sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S"),
        ...     trust=None,
        ... )
        >>> licensing.meters.terms_differ()
        ()

        Raises:
            StoreError: the store cannot be read.
        """
        engine = self._engine
        now = engine.clock.now(engine.worlds.current().world)
        with engine.worlds.stored() as view:
            return differing_terms(self._totals, engine.checks.usage_in(view), now)

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
        world = engine.worlds.current().world
        with engine.writer.recording(engine.policy.write_patience) as usage:
            return check_levels(self._totals, usage, engine.clock.now(world), user_count(world))

    def crossings(
        self, after: str | None = None, *, month: Month | str | None = None, most: int | None = None
    ) -> tuple[Crossing, ...]:
        """Return the crossings of levels, in the order they were recorded.

        Each is recorded in the transaction that caused it, once for its meter,
        month and level, and none is ever inserted before one that was read.

        >>> import superlicense as sl
        >>> licensing = sl.Licensing(
        ...     sl.MemoryStore(),
        ...     sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S"),
        ...     trust=None,
        ... )
        >>> licensing.meters.crossings()
        ()

        Args:
            after: Id of the last one that was read; all from the first if `None`.
            month: Only those of this month.
            most: How many at most; all if `None`.

        Raises:
            InvalidValueError: *after* is not the id of a crossing, *month* is not a month,
                or *most* is not a whole number of 0 or more.
            StoreError: the store cannot be read.
        """
        only = None if month is None else _month(month)
        if after is not None and not _is_printable(after):
            raise InvalidValueError("after", after, "must be the id of a crossing")
        if most is not None and (type(most) is not int or most < 0):
            raise InvalidValueError("most", most, "must be a whole number of at least 0")
        with self._engine.worlds.stored() as view:
            usage = self._engine.checks.usage_in(view)
            number = 0 if after is None else usage.crossing_number(after)
            if number is None:
                raise InvalidValueError("after", after, "must be the id of a crossing")
            bound = None if most is None or only is not None else min(most, _COUNTABLE)
            found = usage.crossings(after=number, most=bound)
            wanted = tuple(one for _, one in found if only in (None, one.month))
            return wanted if most is None else wanted[:most]


def _month(month: Month | str) -> Month:
    if isinstance(month, Month):
        return month
    return Month.parse(month)


def _is_printable(text: object) -> bool:
    return isinstance(text, str) and text.isprintable()


def _nothing(_: OpenWrite) -> Iterator[Change]:
    return iter(())
