"""Recording, the locked path: a batch of usage events, with the head and all of its meter months locked.

It is taken where a month has to be opened, an event is already stored, corrects
another or is late for a closed month, or a level is crossed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from superlicense.errors import ConflictError
from superlicense.licensing.metering.gauge_recount import recount_gauge
from superlicense.licensing.metering.meter_state import MonthTotal, latest_totals, read_state, write_state
from superlicense.licensing.metering.opening import open_month
from superlicense.licensing.metering.recording import Batch, grouped
from superlicense.licensing.metering.saving import save_with_crossings
from superlicense.licensing.metering.usage_access import UsageWriter
from superlicense.licensing.metering.user_count import user_count
from superlicense.model.meter_month import MeterMonth, MeterMonthKey, UsageHead, UsageMonth, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import CrossingCause, Receipt, UsageEventKey
from superlicense.rules.metering.closing import counting_month
from superlicense.rules.metering.recording import Accepted, Judged, RecordedUsage, format_refusal, time_refusal

__all__ = ["LockedRecording"]


class LockedRecording:
    """One batch, while it is recorded in one transaction."""

    __slots__ = (
        "_batch",
        "_changed",
        "_counted_in",
        "_head",
        "_latest_totals",
        "_locked",
        "_months",
        "_totals",
        "_usage",
        "_wanted",
    )

    def __init__(self, batch: Batch, usage: UsageWriter) -> None:
        """Lock the head and the meter months that *batch* may concern.

        Raises:
            StoreError: the store failed.
        """
        self._batch = batch
        self._totals = batch.totals
        self._usage = usage
        self._head: UsageHead = usage.lock_head()
        self._wanted = self._meter_months_of_batch()
        self._counted_in = {month: counting_month(month, self._head.closed_through) for month, _ in self._wanted}
        self._changed: dict[MeterMonthKey, MeterMonth] = {}
        locked = usage.lock_meter_months_since(min(self._counted_in.values())) if self._counted_in else ()
        self._locked: dict[MeterMonthKey, MeterMonth] = {(one.month, one.meter): one for one in locked}
        stored = usage.months(since=min(self._counted_in.values())) if self._counted_in else ()
        self._months: dict[Month, UsageMonth] = {one.month: one for one in stored}
        late = any(month != counted_in for month, counted_in in self._counted_in.items())
        self._latest_totals: Mapping[MeterMonthKey, MonthTotal] = latest_totals(usage.meter_months()) if late else {}

    def _meter_months_of_batch(self) -> set[MeterMonthKey]:
        """Return the months and meters of all events that may count."""
        totals, now = self._totals, self._batch.now
        return {
            (totals.months.span(event.at)[2], event.meter)
            for event in self._batch.events
            if format_refusal(event) is None and event.meter in totals.meters and time_refusal(event, now) is None
        }

    def run(self) -> tuple[Receipt, ...]:
        """Judge the events, and count the accepted ones.

        Raises:
            ConflictError: another recording has stored one of them meanwhile; the
                batch is to be tried again.
        """
        judged = self._judge()
        groups = grouped(judged.accepted)
        self._open({self._counted_in[month] for month, _ in groups})
        rows: list[UsageRow] = []
        for key, accepted in groups.items():
            rows += self._count(key, accepted)
        if rows and not self._usage.add_events(rows):
            raise ConflictError("one of the events was recorded meanwhile")
        gauges = [key for key in sorted(groups) if not self._totals.meters[key[1]].adds]
        # Each gauge once, from its first month on.
        for code, month in {code: month for month, code in reversed(gauges)}.items():
            self._recount(code, month)
        causes = {key: _cause(groups, key) for key in self._changed}
        changed = [self._changed[key] for key in sorted(self._changed)]
        save_with_crossings(
            self._totals, self._usage, self._head, changed, months=self._months, at=self._batch.now, causes=causes
        )
        return judged.receipts

    def _judge(self) -> Judged:
        """Judge the events with all stored usage that matters to them."""
        valid = [event for event in self._batch.events if format_refusal(event) is None]
        originals: set[UsageEventKey] = {
            (event.source, event.corrects) for event in valid if event.corrects is not None
        }
        stored = self._usage.find_events(originals.union((event.source, event.id) for event in valid))
        corrections = self._usage.corrections(originals) if originals else ()
        return self._batch.judge(
            RecordedUsage(
                events={key: row.event for key, row in stored.items()},
                counted={(row.event.source, row.event.corrects or ""): row.event.quantity for row in corrections},
                totals={key: self._used(key) for key in self._wanted},
            )
        )

    def _used(self, key: MeterMonthKey) -> int:
        """Return the usage of a meter in a month, late events included."""
        total = self._latest_totals.get(key)
        if total is not None:
            return total.used
        one = self._locked.get(key)
        return 0 if one is None else one.total

    def _open(self, months: Iterable[Month]) -> None:
        """Open those of *months* that are not open for all meters."""
        for month in sorted(months):
            self._months[month], opened = open_month(self._totals, self._usage, month, user_count(self._batch.world))
            self._locked.update({(one.month, one.meter): one for one in opened})
            self._changed.update({(one.month, one.meter): one for one in opened})

    def _latest(self, key: MeterMonthKey) -> MeterMonth:
        """Return a meter month with the changes so far."""
        return self._changed.get(key) or self._locked[key]

    def _count(self, key: MeterMonthKey, accepted: Sequence[Accepted]) -> list[UsageRow]:
        """Count *accepted*, events of the month and meter *key*, and return their rows."""
        month, code = key
        home = (self._counted_in[month], code)
        before = self._latest(home)
        after = self._batch.counted(before, len(accepted))
        if self._totals.meters[code].adds:
            used = self._used(key) + sum(one.change for one in accepted)
            after = after._replace(total=used) if key == home else _with_late(after, month, MonthTotal(used))
        self._changed[home] = after
        return self._batch.rows(accepted, before, month)

    def _recount(self, code: str, first: Month) -> None:
        """Compute a gauge again from *first* on; totals of closed months are stored where *first* is counted."""
        home = (self._counted_in[first], code)
        for one in recount_gauge(self._totals, self._usage, self._totals.meters[code], first, self._batch.now):
            key = (one.month, code)
            if one.month < home[0]:
                total = MonthTotal(one.used, one.gauge.value)
                self._changed[home] = _with_late(self._latest(home), one.month, total)
            elif key in self._locked:
                kept = self._latest(key)
                state = one.state(read_state(kept.state))
                self._changed[key] = kept._replace(total=one.used, state=write_state(state))


def _cause(groups: Mapping[MeterMonthKey, Sequence[Accepted]], key: MeterMonthKey) -> CrossingCause:
    """Return what has changed the meter month *key*: its own events, else those of the months carried into it.

    A meter month that was only opened has no events; whatever it reaches was carried into it.
    """
    month, code = key
    own = groups.get(key) or [
        one for (of, meter), those in groups.items() if meter == code and of < month for one in those
    ]
    return CrossingCause.CORRECTION if own and all(one.event.corrects for one in own) else CrossingCause.USAGE


def _with_late(one: MeterMonth, month: Month, total: MonthTotal) -> MeterMonth:
    """Return a meter month that stores the *total* of a closed *month*."""
    return one._replace(state=write_state(read_state(one.state).with_late(month, total)))
