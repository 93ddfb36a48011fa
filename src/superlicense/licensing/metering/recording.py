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
from typing import Final

from superlicense.licensing.clock import CLOCK_ROLLBACK
from superlicense.licensing.metering.gauge_recount import days_with
from superlicense.licensing.metering.meter_state import read_state, write_state
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageWriter
from superlicense.model.meter import MAX_TOTAL
from superlicense.model.meter_month import MeterMonth, MeterMonthKey, UsageMonth, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import Receipt, ReceiptStatus, UsageEvent
from superlicense.model.world import World
from superlicense.rules.metering.calendar import Months
from superlicense.rules.metering.event_refusals import format_refusal
from superlicense.rules.metering.recording import Accepted, Judged, RecordedUsage, judge

__all__ = ["Batch", "NeedsHeadLockError", "grouped"]

_NOTHING: Final = RecordedUsage({}, {}, {})
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

    def judge(self, recorded: RecordedUsage, months: Months | None = None) -> Judged:
        """Judge the events, given what is *recorded* and the stored *months*; as far as they are known if `None`."""
        totals = self.totals
        return judge(
            self.events,
            meters=totals.meters,
            recorded=recorded,
            now=self.now,
            months=totals.months if months is None else months,
        )

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
        following = self._following(groups)
        locked = usage.lock_meter_months([*groups, *following])
        if not locked.keys().isdisjoint(following):
            raise NeedsHeadLockError
        months = self._months_of(usage, groups, locked)
        counted: list[MeterMonth] = []
        rows: list[UsageRow] = []
        for key, accepted in groups.items():
            before = locked.get(key)
            if before is None or before.closed or self._waits_or_differs(before):
                raise NeedsHeadLockError
            counted.append(self._added(before, accepted, months[before.month]))
            rows += self.rows(accepted, before, before.month)
        if not usage.add_events(rows):
            raise NeedsHeadLockError
        usage.save_meter_months(
            [self._with_readings(usage, one, groups[one.month, one.meter], months[one.month]) for one in counted]
        )
        return judged.receipts

    def _following(self, keys: Iterable[MeterMonthKey]) -> list[MeterMonthKey]:
        """Return the months after those of gauges, into which their values are carried if they are open already."""
        return [(month.next(), code) for month, code in keys if not self.totals.meters[code].adds]

    def _waits_or_differs(self, one: MeterMonth) -> bool:
        """Return whether a meter month waits for terms of this instance, or was of another kind when it was opened."""
        if one.terms is None:
            return self.totals.has_terms
        return one.terms.adds is not self.totals.meters[one.meter].adds

    def _months_of(
        self,
        usage: UsageWriter,
        groups: Mapping[MeterMonthKey, Sequence[Accepted]],
        locked: Mapping[MeterMonthKey, MeterMonth],
    ) -> Mapping[Month, UsageMonth]:
        """Return the months of *groups*: their bounds, and their users where a threshold depends on these.

        Users are read after the lock: a write that moves a threshold locks the
        same meter months, so that it is either seen here or sees this recording.
        Bounds do not change, and are read once a month and process.

        Raises:
            NeedsHeadLockError: a month is not open, or has other bounds than were
                known when its events were judged.
        """
        totals, found, read = self.totals, {}, []
        for month, _ in groups:
            known = totals.known(month)
            if known is None:
                read.append(month)
            else:
                found[month] = known
        learns = bool(read)
        read += [one.month for one in locked.values() if one.terms is not None and one.terms.included_per_user]
        if read:
            found |= {one.month: one for one in usage.months(since=min(read), until=max(read))}
        if not found.keys() >= {month for month, _ in groups}:
            raise NeedsHeadLockError
        if learns:
            totals.learn(found.values())
            for (month, _), accepted in groups.items():
                starts, ends = found[month].starts_at, found[month].ends_at
                if not all(starts <= one.event.at < ends for one in accepted):
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

    def _added(self, before: MeterMonth, accepted: Sequence[Accepted], month: UsageMonth) -> MeterMonth:
        """Return a meter month after it has counted *accepted*, with the new total of a counter."""
        after = self.counted(before, len(accepted))
        if not self.totals.meters[before.meter].adds:
            if self.now >= month.ends_at - _MONTHS_TURN:
                raise NeedsHeadLockError
            return after
        after = after._replace(total=before.total + sum(one.change for one in accepted))
        if after.total > MAX_TOTAL or self.totals.new_levels(after, month, self.now):
            raise NeedsHeadLockError
        return after

    def _with_readings(
        self, usage: UsageWriter, one: MeterMonth, accepted: Sequence[Accepted], month: UsageMonth
    ) -> MeterMonth:
        """Return the meter month of a gauge after the readings *accepted*, which are stored; others as they are."""
        totals = self.totals
        meter = one.terms or totals.meters[one.meter]
        if meter.adds:
            return one
        state = read_state(one.state)
        if state.days is None:  # it was opened when the meter was a counter
            raise NeedsHeadLockError
        span = totals.span(month)
        days = days_with(usage, state.days, (each.event for each in accepted), span, (one.month, one.meter))
        after = one._replace(state=write_state(state._replace(days=days)))
        after = after._replace(total=totals.used(after, month, self.now))
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
