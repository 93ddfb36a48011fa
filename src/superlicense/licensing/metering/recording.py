"""Recording, the fast path: a batch of usage events, judged and counted in one transaction.

Rule 1: the fast path locks nothing but the meter months that it adds to. It is
for new originals of open months that cross no level. Events are judged before
anything is locked, and stored by one statement.

Rule 2: any other batch is judged again by
`superlicense.licensing.metering.locked_recording`, with the head and all of its
meter months locked. Both paths judge by the same rule and give the same result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from superlicense.licensing.clock import CLOCK_ROLLBACK
from superlicense.licensing.metering.gauge_recount import recount_gauge
from superlicense.licensing.metering.meter_state import read_state, write_state
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageWriter
from superlicense.model.meter import MAX_TOTAL
from superlicense.model.meter_month import MeterMonth, MeterMonthKey, UsageMonth, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import Receipt, ReceiptStatus, UsageEvent
from superlicense.model.world import World
from superlicense.rules.metering.event_refusals import format_refusal
from superlicense.rules.metering.gauges import Reading, add_reading
from superlicense.rules.metering.recording import Accepted, Judged, RecordedUsage, judge

__all__ = ["Batch", "NeedsHeadLockError", "grouped"]

_NOTHING: Final = RecordedUsage({}, {}, {})
_NO_MONTHS: Final[Mapping[Month, UsageMonth]] = MappingProxyType({})
# Clocks of instances differ; a gauge value may be carried into a month that another instance has opened by then.
_MONTHS_TURN: Final = timedelta(minutes=10)
_new = tuple.__new__


class NeedsHeadLockError(Exception):
    """The batch needs the head locked; raised inside a block so that nothing is stored, and caught outside it."""


class Batch:
    """UsageWriter events that are recorded together.

    Attributes:
        totals: The meters.
        events: The events, in order.
        now: When they are recorded.
        world: The facts, for the users of an installation that has no meter month at all.
    """

    __slots__ = ("_by", "_judged", "events", "now", "totals", "world")

    def __init__(
        self, totals: MeterTotals, events: Sequence[UsageEvent], *, by: str, now: datetime, world: World
    ) -> None:
        """Judge *events*, which are recorded by *by*, as far as that is possible without the store."""
        self.totals = totals
        self.events = events
        self.now = now
        self.world = world
        self._by = by
        corrects = any(event.corrects is not None for event in events)
        self._judged = None if corrects else self._judge_alone()

    def _judge_alone(self) -> Judged | None:
        """Judge the events as if nothing were stored; `None` if that may be the wrong answer."""
        judged = self.judge(_NOTHING)
        if len(judged.accepted) == len(self.events):
            return judged
        # An event that is refused for its meter or instant may be known, or have the id of another one.
        if any(one.status is ReceiptStatus.REFUSED and format_refusal(one.event) is None for one in judged.receipts):
            return None
        return judged

    def judge(self, recorded: RecordedUsage) -> Judged:
        """Judge the events, given what is *recorded*."""
        totals = self.totals
        return judge(self.events, meters=totals.meters, recorded=recorded, now=self.now, months=totals.months)

    def record_fast(self, usage: UsageWriter) -> tuple[Receipt, ...]:
        """Record the batch by rule 1.

        Raises:
            NeedsHeadLockError: rule 1 does not allow it; nothing may be stored.
        """
        judged = self._judged
        if judged is None or self.totals.needs_check(self.now):
            raise NeedsHeadLockError
        groups = grouped(judged.accepted)
        if not groups:
            return judged.receipts
        locked = usage.lock_meter_months(groups)
        months = self._users_of(usage, locked)
        counted: list[MeterMonth] = []
        rows: list[UsageRow] = []
        for key, accepted in groups.items():
            before = locked.get(key)
            if before is None or before.closed or self._waits_or_differs(before):
                raise NeedsHeadLockError
            counted.append(self._added(before, accepted, months.get(before.month)))
            rows += self.rows(accepted, before, before.month)
        if not usage.add_events(rows):
            raise NeedsHeadLockError
        # Gauges last, because they may have to be computed from all stored readings.
        usage.save_meter_months(
            [self._with_readings(usage, one, groups[one.month, one.meter], months.get(one.month)) for one in counted]
        )
        return judged.receipts

    def _waits_or_differs(self, one: MeterMonth) -> bool:
        """Return whether a meter month waits for terms of this instance, or was of another kind when it was opened."""
        if one.terms is None:
            return self.totals.has_terms
        return one.terms.adds is not self.totals.meters[one.meter].adds

    def _users_of(self, usage: UsageWriter, locked: Mapping[MeterMonthKey, MeterMonth]) -> Mapping[Month, UsageMonth]:
        """Return the months of those that are *locked* and whose threshold depends on their users.

        They are read after the lock: a write that moves a threshold locks the
        same meter months, so that it is either seen here or sees this recording.

        Raises:
            NeedsHeadLockError: a month is not open.
        """
        months = [one.month for one in locked.values() if one.terms is not None and one.terms.included_per_user]
        if not months:
            return _NO_MONTHS
        found = {one.month: one for one in usage.months(since=min(months), until=max(months))}
        if not found.keys() >= set(months):
            raise NeedsHeadLockError
        return found

    def rows(self, accepted: Iterable[Accepted], before: MeterMonth, month: Month) -> list[UsageRow]:
        """Return the rows of *accepted*, events of *month* that the meter month *before* counts from now on."""
        at = self._recorded_at(before)
        counted_in, by = before.month, self._by
        # Built as the class itself builds them, at half the price.
        return [
            _new(UsageRow, (one[0], month, counted_in, position, at, by, None))
            for position, one in enumerate(accepted, start=before.last_position + 1)
        ]

    def counted(self, before: MeterMonth, more: int) -> MeterMonth:
        """Return a meter month after it has counted *more* events."""
        return before._replace(
            event_count=before.event_count + more,
            last_position=before.last_position + more,
            recorded_at=self._recorded_at(before),
        )

    def _recorded_at(self, one: MeterMonth) -> datetime:
        known = one.recorded_at
        # An instant that lies further ahead was recorded by a wrong clock.
        return self.now if known is None or known - self.now > CLOCK_ROLLBACK else max(self.now, known)

    def _added(self, before: MeterMonth, accepted: Sequence[Accepted], month: UsageMonth | None) -> MeterMonth:
        """Return a meter month after it has counted *accepted*, with the new total of a counter."""
        after = self.counted(before, len(accepted))
        if not self.totals.meters[before.meter].adds:
            if self.now >= self.totals.span(before.month).end - _MONTHS_TURN:
                raise NeedsHeadLockError
            return after
        after = after._replace(total=before.total + sum(one.change for one in accepted))
        if after.total > MAX_TOTAL or self.totals.new_levels(after, month, self.now):
            raise NeedsHeadLockError
        return after

    def _with_readings(
        self, usage: UsageWriter, one: MeterMonth, accepted: Sequence[Accepted], month: UsageMonth | None
    ) -> MeterMonth:
        """Return the meter month of a gauge after the readings *accepted*, which are stored; others as they are."""
        totals = self.totals
        meter = one.terms or totals.meters[one.meter]
        if meter.adds:
            return one
        state = read_state(one.state)
        gauge = state.gauge
        if gauge is None:  # it was opened when the meter was a counter
            raise NeedsHeadLockError
        fresh = sorted(
            Reading(each.event.at, each.event.source, each.event.id, each.event.quantity) for each in accepted
        )
        if gauge.newest is not None and fresh[0][:3] < gauge.newest:
            recounted = next(recount_gauge(totals, usage, one.meter, one.month, at=self.now, terms_of=lambda _: meter))
            state, used = recounted.state(state), recounted.used
        else:
            days = totals.span(one.month).days
            for reading in fresh:
                gauge = add_reading(gauge, reading, days)
            state, used = state._replace(gauge=gauge), totals.gauge_used(meter, gauge, one.month, self.now)
        after = one._replace(total=used, state=write_state(state))
        if totals.new_levels(after, month, self.now):
            raise NeedsHeadLockError
        return after


def grouped(accepted: Iterable[Accepted]) -> dict[MeterMonthKey, list[Accepted]]:
    """Return *accepted* by month and meter."""
    groups: dict[MeterMonthKey, list[Accepted]] = {}
    last: list[Accepted] = []
    month: Month | None = None
    meter = ""
    for one in accepted:
        event, used_in, _ = one
        if used_in is not month or event.meter != meter:
            month, meter = used_in, event.meter
            last = groups.setdefault((month, meter), [])
        last.append(one)
    return groups
