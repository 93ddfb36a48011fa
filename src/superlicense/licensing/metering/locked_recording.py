"""Booking: a batch of reports that is not usual, with the head and everything that matters to it taken.

A month is opened, a report was there before, corrects another, comes for a
closed month, or a level is crossed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from superlicense.errors import ConflictError
from superlicense.licensing.metering.meter_state import Standing, known_standings, read_state, write_state
from superlicense.licensing.metering.recording import Batch, grouped
from superlicense.licensing.metering.user_count import user_count
from superlicense.model.meter_month import MeterMonth, MeterMonthKey, UsageEventKey, UsageHead, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import CrossingCause, Receipt
from superlicense.ports import Usage
from superlicense.rules.metering.closing import counting_month
from superlicense.rules.metering.recording import Accepted, Judged, Known, malformed, untimely

__all__ = ["LockedRecording"]


class LockedRecording:
    """One batch, while it is booked in one transaction."""

    __slots__ = (
        "_batch",
        "_booked",
        "_books",
        "_changed",
        "_head",
        "_standings",
        "_totals",
        "_usage",
        "_wanted",
    )

    def __init__(self, batch: Batch, usage: Usage) -> None:
        """Take the head and the books that *batch* may concern.

        Raises:
            StoreError: the store failed.
        """
        self._batch = batch
        self._totals = batch.totals
        self._usage = usage
        self._head: UsageHead = usage.lock_head()
        self._wanted = self._months()
        self._booked = {month: counting_month(month, self._head.closed_through) for month, _ in self._wanted}
        self._changed: dict[MeterMonthKey, MeterMonth] = {}
        taken = usage.lock_meter_months_since(min(self._booked.values())) if self._booked else ()
        self._books: dict[MeterMonthKey, MeterMonth] = {(one.month, one.meter): one for one in taken}
        late = any(month != booked for month, booked in self._booked.items())
        self._standings: Mapping[MeterMonthKey, Standing] = known_standings(usage.meter_months()) if late else {}

    def _months(self) -> set[MeterMonthKey]:
        """Name the months and meters of all reports that may count."""
        totals = self._totals
        return {
            (totals.months.span(event.at)[2], event.meter)
            for event in self._batch.events
            if malformed(event) is None and event.meter in totals.meters and untimely(event, self._batch.now) is None
        }

    def run(self) -> tuple[Receipt, ...]:
        """Judge the reports, and book what counts.

        Raises:
            ConflictError: somebody has kept one of them meanwhile; the batch is
                to be tried again.
        """
        judged = self._judged()
        groups = grouped(judged.accepted)
        self._open({self._booked[month] for month, _ in groups})
        rows: list[UsageRow] = []
        for key, accepted in groups.items():
            rows += self._book(key, accepted)
        if rows and not self._usage.add_events(rows):
            raise ConflictError("one of the reports was recorded meanwhile")
        gauges = [key for key in sorted(groups) if not self._totals.meters[key[1]].adds]
        # From its first month on, each once.
        for code, month in {code: month for month, code in reversed(gauges)}.items():
            self._recount(code, month)
        causes = {key: _cause(groups, key) for key in self._changed}
        changed = [self._changed[key] for key in sorted(self._changed)]
        self._totals.settle(self._usage, self._head, changed, self._batch.now, causes)
        return judged.receipts

    def _open(self, months: Iterable[Month]) -> None:
        """Open the books of *months* that are missing."""
        for month in sorted(months):
            missing = self._totals.missing(self._usage, month, user_count(self._batch.world))
            self._usage.add_meter_months(missing)
            self._books.update({(one.month, one.meter): one for one in missing})
            self._changed.update({(one.month, one.meter): one for one in missing})

    def _judged(self) -> Judged:
        """Judge with everything known that matters."""
        sound = [event for event in self._batch.events if malformed(event) is None]
        originals: set[UsageEventKey] = {
            (event.source, event.corrects) for event in sound if event.corrects is not None
        }
        known = self._usage.find_events(originals.union((event.source, event.id) for event in sound))
        corrections = self._usage.corrections(originals) if originals else ()
        counted = {(row.event.source, row.event.corrects or ""): row.event.quantity for row in corrections}
        totals = {key: self._stands(key).used for key in self._wanted}
        return self._batch.judge(Known({key: row.event for key, row in known.items()}, counted, totals))

    def _stands(self, key: MeterMonthKey) -> Standing:
        """Say what a meter comes to in a month by now, late reports included."""
        stands = self._standings.get(key)
        if stands is not None:
            return stands
        books = self._books.get(key)
        return Standing(0 if books is None else books.total)

    def _latest(self, key: MeterMonthKey) -> MeterMonth:
        """Give books as they are by now."""
        return self._changed.get(key) or self._books[key]

    def _book(self, key: MeterMonthKey, accepted: Sequence[Accepted]) -> list[UsageRow]:
        """Count *accepted*, reports of the month and meter *key*, and give what is kept of them."""
        month, code = key
        home = (self._booked[month], code)
        before = self._latest(home)
        after = self._batch.counted(before, len(accepted))
        if self._totals.meters[code].adds:
            used = self._stands(key).used + sum(one.change for one in accepted)
            after = after._replace(total=used) if key == home else _with_late(after, month, Standing(used))
        self._changed[home] = after
        return list(self._batch.rows(accepted, before, month))

    def _recount(self, code: str, first: Month) -> None:
        """Reckon a gauge anew from *first* on; what closed months come to is noted where *first* is booked."""
        home = (self._booked[first], code)
        for month, details, used in self._totals.recount(
            self._usage, self._totals.meters[code], first, self._batch.now
        ):
            if month < home[0]:
                level = 0 if details.level is None else details.level.level
                self._changed[home] = _with_late(self._latest(home), month, Standing(used, level))
            elif (month, code) in self._books:
                kept = self._latest((month, code))
                late = read_state(kept.state).late
                self._changed[month, code] = kept._replace(total=used, state=write_state(details._replace(late=late)))


def _cause(groups: Mapping[MeterMonthKey, Sequence[Accepted]], key: MeterMonthKey) -> CrossingCause:
    """Say what has moved the books *key*: reports of their own, else those of the months that a level comes from.

    Books that are only opened have no reports; what they reach was carried into them.
    """
    month, code = key
    own = groups.get(key) or [
        one for (of, meter), those in groups.items() if meter == code and of < month for one in those
    ]
    return CrossingCause.CORRECTION if own and all(one.event.corrects for one in own) else CrossingCause.USAGE


def _with_late(books: MeterMonth, month: Month, standing: Standing) -> MeterMonth:
    """Note in *books* what a closed month comes to now."""
    details = read_state(books.state)
    return books._replace(state=write_state(details._replace(late={**details.late, month: standing})))
