"""Recording, the locked path: a batch of usage events, with the head and all of its meter months locked.

It is taken where a month has to be opened, an event is already stored, corrects
another or is late for a closed month, or a level is crossed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from superlicense.errors import ConflictError
from superlicense.licensing.metering.closed_month import closed_terms
from superlicense.licensing.metering.gauge_recount import recount_gauge
from superlicense.licensing.metering.meter_state import MonthTotal, latest_total, read_state, write_state
from superlicense.licensing.metering.month_finding import month_of, months_around
from superlicense.licensing.metering.opening import first_open, month_with_users, open_month
from superlicense.licensing.metering.recording import Batch, grouped
from superlicense.licensing.metering.saving import due_levels, save_with_crossings
from superlicense.licensing.metering.usage_access import UsageWriter
from superlicense.licensing.metering.user_count import user_count
from superlicense.model.meter import Meter
from superlicense.model.meter_month import MeterMonth, MeterMonthKey, UsageHead, UsageMonth, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import CrossingCause, Receipt, UsageEvent, UsageEventKey
from superlicense.rules.metering.closing import counting_month
from superlicense.rules.metering.event_refusals import format_refusal, time_refusal
from superlicense.rules.metering.recording import Accepted, Judged, RecordedUsage

__all__ = ["LockedRecording"]


class LockedRecording:
    """One batch, while it is recorded in one transaction."""

    __slots__ = (
        "_adjusted",
        "_batch",
        "_calendar",
        "_changed",
        "_checks",
        "_closed_terms",
        "_counted_in",
        "_due",
        "_head",
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
        valid = self._valid_events()
        self._calendar = months_around(self._totals, usage, [event.at for event in valid])
        self._wanted = {(self._calendar.span(event.at)[2], event.meter) for event in valid}
        self._counted_in = {month: counting_month(month, self._head.closed_through) for month, _ in self._wanted}
        self._changed: dict[MeterMonthKey, MeterMonth] = {}
        # Once a day, whatever is due in any open month.
        self._checks = self._totals.needs_check(batch.now)
        since = min(self._counted_in.values(), default=None)
        if self._checks:
            since = first_open(self._head)
        locked = () if since is None else usage.lock_meter_months_since(since)
        self._locked: dict[MeterMonthKey, MeterMonth] = {(one.month, one.meter): one for one in locked}
        stored = () if since is None else usage.months(since=since)
        self._months: dict[Month, UsageMonth] = {one.month: one for one in stored}
        self._due: dict[MeterMonthKey, tuple[int, ...]] = {}
        self._find_due(locked)
        self._closed_terms: dict[Month, Mapping[str, Meter]] = {}
        # Closed months whose totals this batch changes, each with the month that counts it.
        self._adjusted: set[tuple[Month, Month]] = set()

    def _valid_events(self) -> list[UsageEvent]:
        """Return all events that may count."""
        meters, now = self._totals.meters, self._batch.now
        return [
            event
            for event in self._batch.events
            if format_refusal(event) is None and event.meter in meters and time_refusal(event, now) is None
        ]

    def run(self) -> tuple[Receipt, ...]:
        """Judge the events, and count the accepted ones.

        Raises:
            ConflictError: another recording has stored one of them meanwhile; the
                batch is to be tried again.
        """
        judged = self._judge()
        groups = grouped(judged.accepted)
        self._open(groups)
        rows: list[UsageRow] = []
        for key, accepted in groups.items():
            rows += self._count(key, accepted)
        if rows and not self._usage.add_events(rows):
            raise ConflictError("one of the events was recorded meanwhile")
        gauges = [key for key in sorted(groups) if not self._is_counter(key)]
        for code in sorted({code for _, code in gauges}):
            # Once, from the first month on.
            self._recount(
                code, {month: [one.event for one in groups[month, code]] for month, of in gauges if of == code}
            )
        causes = {key: _cause(groups, key) for key in self._changed}
        changed = [self._changed[key] for key in sorted(self._changed)]
        save_with_crossings(
            self._totals,
            self._usage,
            self._head_with_adjusted(),
            changed,
            months=self._months,
            at=self._batch.now,
            causes=causes,
            due=self._due,
        )
        self._note_check()
        return judged.receipts

    def _note_check(self) -> None:
        """Note that nothing is due for the rest of the day, if that was checked."""
        if self._checks and not self._due:
            now = self._batch.now
            # It may be untouched: usage may only have come late.
            self._totals.checked(now, self._month(month_of(self._totals, self._usage, now)))

    def _head_with_adjusted(self) -> UsageHead:
        """Save and return the head with the closed months whose totals have changed."""
        adjusted = tuple(sorted(self._adjusted.union(self._head.adjusted)))
        if adjusted != self._head.adjusted:
            self._head = self._head._replace(adjusted=adjusted)
            self._usage.save_head(self._head)
        return self._head

    def _find_due(self, meter_months: Iterable[MeterMonth]) -> None:
        """Note what time alone has reached in *meter_months*, so that it is reported."""
        totals, now = self._totals, self._batch.now
        known = [one for one in meter_months if not one.closed]
        due = due_levels(totals, known, self._months, now)
        self._due |= due
        self._changed |= {
            key: one._replace(total=totals.used(one, self._months[one.month], now))
            for one in known
            if (key := (one.month, one.meter)) in due
        }

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
                terms={key: self._terms(key) for key in self._wanted},
            ),
            self._calendar,
        )

    def _used(self, key: MeterMonthKey) -> int:
        """Return the usage of a meter in a month, late events included."""
        if self._counted_in[key[0]] != key[0]:
            total = latest_total(self._usage, self._head, key)
            return 0 if total is None else total.used
        one = self._locked.get(key)
        return 0 if one is None else one.total

    def _terms(self, key: MeterMonthKey) -> Meter | None:
        """Return the terms of a meter in a month; `None` if it was not sold in that month, which is closed."""
        month, code = key
        if self._counted_in.get(month, month) != month or month < first_open(self._head):
            if month not in self._closed_terms:
                self._closed_terms[month] = closed_terms(self._usage, month)
            return self._closed_terms[month].get(code)
        one = self._changed.get(key) or self._locked.get(key)
        return self._totals.meters.get(code) if one is None else self._totals.terms(one)

    def _is_counter(self, key: MeterMonthKey) -> bool:
        terms = self._terms(key)
        return terms is not None and terms.adds

    def _open(self, keys: Iterable[MeterMonthKey]) -> None:
        """Open the months that count *keys*, where they are not open for all meters."""
        recorded: dict[Month, set[str]] = {}
        for month, code in keys:
            recorded.setdefault(self._counted_in[month], set()).add(code)
        for month in sorted(recorded):
            found, opened = open_month(
                self._totals,
                self._usage,
                month,
                user_count(self._batch.world),
                at=self._batch.now,
                recorded=recorded[month],
            )
            self._months |= found
            self._locked.update({(one.month, one.meter): one for one in opened})
            self._changed.update({(one.month, one.meter): one for one in opened})
            self._find_due(opened)

    def _latest(self, key: MeterMonthKey) -> MeterMonth:
        """Return a meter month with the changes so far."""
        return self._changed.get(key) or self._locked[key]

    def _count(self, key: MeterMonthKey, accepted: Sequence[Accepted]) -> list[UsageRow]:
        """Count *accepted*, events of the month and meter *key*, and return their rows."""
        month, code = key
        home = (self._counted_in[month], code)
        before = self._latest(home)
        after = self._batch.counted(before, len(accepted))
        if self._is_counter(key):
            used = self._used(key) + sum(one.change for one in accepted)
            after = after._replace(total=used) if key == home else self._with_late(after, month, MonthTotal(used))
        self._changed[home] = after
        return self._batch.rows(accepted, before, month)

    def _recount(self, code: str, new: Mapping[Month, Sequence[UsageEvent]]) -> None:
        """Compute a gauge again after *new* events; totals of closed months are stored where the first is counted."""
        home = (self._counted_in[min(new)], code)
        for one in recount_gauge(
            self._totals,
            self._usage,
            code,
            new,
            at=self._batch.now,
            terms_of=lambda month: self._terms((month, code)),
            month_of=self._month,
        ):
            key = (one.month, code)
            if one.month < home[0]:
                total = MonthTotal(one.used, one.gauge.value)
                self._changed[home] = self._with_late(self._latest(home), one.month, total)
            elif key in self._locked:
                kept = self._latest(key)
                state = one.state(read_state(kept.state))
                self._changed[key] = kept._replace(total=one.used, state=write_state(state))

    def _month(self, month: Month) -> UsageMonth:
        """Return a month that is stored, or was closed with a later one."""
        found = self._months.get(month)
        if found is None:
            users = user_count(self._batch.world)
            found = self._months[month] = month_with_users(self._totals, self._usage, month, users)
        return found

    def _with_late(self, one: MeterMonth, month: Month, total: MonthTotal) -> MeterMonth:
        """Return a meter month that stores the *total* of a closed *month*."""
        self._adjusted.add((month, one.month))
        return one._replace(state=write_state(read_state(one.state).with_late(month, total)))


def _cause(groups: Mapping[MeterMonthKey, Sequence[Accepted]], key: MeterMonthKey) -> CrossingCause:
    """Return what has changed the meter month *key*: its own events, else those of the months carried into it.

    A meter month that was only opened has no events; what it reaches was due, or was carried into it.
    """
    month, code = key
    own = groups.get(key) or [
        one for (of, meter), those in groups.items() if meter == code and of < month for one in those
    ]
    return CrossingCause.CORRECTION if own and all(one.event.corrects for one in own) else CrossingCause.USAGE
