"""Recording: the usual batch of reports, judged and booked in one transaction.

Rule 1: the usual batch takes nothing but the books it adds to: open ones, with
new reports that correct nothing and cross no level. Reports are judged before
anything is locked, and stored by one statement.

Rule 2: whatever is not usual is judged again by `superlicense.licensing.metering.locked_recording`,
with the head and all of its books taken. Both ways judge by the same rule, and
what a batch comes to is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from superlicense.licensing.metering.meter_state import read_state, write_state
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.model.meter import MAX_TOTAL
from superlicense.model.meter_month import MeterMonth, MeterMonthKey, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import Receipt, ReceiptStatus, UsageEvent
from superlicense.model.world import World
from superlicense.ports import Usage
from superlicense.rules.metering.gauges import Reading, read
from superlicense.rules.metering.recording import Accepted, Judged, Known, judge, malformed

__all__ = ["Batch", "NeedsHeadLockError", "grouped"]

_NOTHING: Final = Known({}, {}, {})
# Clocks of instances differ; a level may be carried into a month that somebody else has opened by then.
_MONTHS_TURN: Final = timedelta(minutes=10)
_new = tuple.__new__


class NeedsHeadLockError(Exception):
    """The batch needs the head: it leaves the block, so that nothing is kept, and is never seen outside."""


class Batch:
    """Reports that are recorded together.

    Attributes:
        totals: Keeps the books.
        events: The reports, in order.
        now: When they are recorded.
        world: Tells the users of an installation that has no books at all.
    """

    __slots__ = ("_by", "_judged", "events", "now", "totals", "world")

    def __init__(
        self, totals: MeterTotals, events: Sequence[UsageEvent], *, by: str, now: datetime, world: World
    ) -> None:
        """Take *events* in; *by* says who records them."""
        self.totals = totals
        self.events = events
        self.now = now
        self.world = world
        self._by = by
        # Before anything is locked.
        corrects = any(event.corrects is not None for event in events)
        self._judged = None if corrects else self._judge_alone()

    def _judge_alone(self) -> Judged | None:
        """Judge the reports as if nothing were stored; `None` if that may not be the answer."""
        judged = self.judge(_NOTHING)
        if len(judged.accepted) == len(self.events):
            return judged
        # What is refused for its meter or its instant may have been accepted before, or be another one's id.
        if any(one.status is ReceiptStatus.REFUSED and malformed(one.event) is None for one in judged.receipts):
            return None
        return judged

    def judge(self, known: Known) -> Judged:
        """Judge the reports, given what is *known*."""
        return judge(self.events, meters=self.totals.meters, known=known, now=self.now, months=self.totals.months)

    def record_fast(self, usage: Usage) -> tuple[Receipt, ...]:
        """Record by rule 1.

        Raises:
            UnusualError: it is not usual; nothing may be kept.
        """
        judged = self._judged
        if judged is None:
            raise NeedsHeadLockError
        groups = grouped(judged.accepted)
        if not groups:
            return judged.receipts
        books = usage.lock_meter_months(groups)
        counted: list[MeterMonth] = []
        rows: list[UsageRow] = []
        for key, accepted in groups.items():
            before = books.get(key)
            if before is None or before.closed:
                raise NeedsHeadLockError
            counted.append(self._added(before, accepted))
            rows += self.rows(accepted, before, before.month)
        if not usage.add_events(rows):
            raise NeedsHeadLockError
        # Gauges last, because what they show may have to be reckoned from all that is kept.
        usage.save_meter_months([self._read(usage, after, groups[after.month, after.meter]) for after in counted])
        return judged.receipts

    def rows(self, accepted: Iterable[Accepted], books: MeterMonth, month: Month) -> Iterable[UsageRow]:
        """Give what is kept of *accepted*, reports of *month* that *books* count from now on."""
        at = self._recorded_at(books)
        booked, by = books.month, self._by
        # Made as the class itself makes them, at half the price.
        return [
            _new(UsageRow, (one[0], month, booked, place, at, by, None))
            for place, one in enumerate(accepted, start=books.last_position + 1)
        ]

    def counted(self, books: MeterMonth, more: int) -> MeterMonth:
        """Count *more* events in *books*."""
        return books._replace(
            event_count=books.event_count + more,
            last_position=books.last_position + more,
            recorded_at=self._recorded_at(books),
        )

    def _recorded_at(self, books: MeterMonth) -> datetime:
        return self.now if books.recorded_at is None else max(self.now, books.recorded_at)

    def _added(self, before: MeterMonth, accepted: Sequence[Accepted]) -> MeterMonth:
        """Count *accepted* in the books of their month, and add them up if they are of a counter."""
        after = self.counted(before, len(accepted))
        if not self.totals.meters[before.meter].adds:
            if self.now >= before.ends_at - _MONTHS_TURN:
                raise NeedsHeadLockError
            return after
        after = after._replace(total=before.total + sum(one.change for one in accepted))
        if after.total > MAX_TOTAL or self.totals.crosses(after):
            raise NeedsHeadLockError
        return after

    def _read(self, usage: Usage, books: MeterMonth, accepted: Sequence[Accepted]) -> MeterMonth:
        """Read on what is a gauge; its readings are kept already."""
        meter = self.totals.meters[books.meter]
        if meter.adds:
            return books
        details = read_state(books.state)
        level = details.level
        if level is None:  # they were opened for a counter
            raise NeedsHeadLockError
        span = self.totals.span(books.month)
        fresh = sorted(Reading(one.event.at, one.event.source, one.event.id, one.event.quantity) for one in accepted)
        if level.newest is not None and fresh[0][:3] < level.newest:
            # Out of order: reckoned anew from all of the month.
            _, anew, used = next(iter(self.totals.recount(usage, meter, books.month, self.now)))
            details = anew._replace(late=details.late)
        else:
            for reading in fresh:
                level = read(level, reading, span.days)
            details = details._replace(level=level)
            used = self.totals.used(meter, level, books.month, self.now)
        after = books._replace(total=used, state=write_state(details))
        if self.totals.crosses(after):
            raise NeedsHeadLockError
        return after


def grouped(accepted: Iterable[Accepted]) -> dict[MeterMonthKey, list[Accepted]]:
    """Arrange what counts by month and meter."""
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
