"""A reference for metering: the rules put together as plainly as possible, over the list of accepted events."""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import datetime
from typing import Any

import superlicense as sl
from superlicense.codec import load_statement
from superlicense.model.usage import UsageEventKey, UserTally
from superlicense.rules.metering import billing, gauges, users
from superlicense.rules.metering.calendar import Months
from superlicense.rules.metering.closing import close_refusals, counting_month
from superlicense.rules.metering.crossings import FULL, crossing_id, new_crossings
from superlicense.rules.metering.recording import RecordedUsage, judge
from superlicense.rules.metering.thresholds import measure
from tests.metering.oracle import Happening
from tests.metering.stories import Story, event


class Reference:
    """The result of the rules for a story."""

    def __init__(self, story: Story) -> None:
        self.months = Months(story.oracle().zone)
        self.meters = billing.by_code(story.nouns())
        self.policy = sl.Policy(user_count=sl.UserCount(story.user_count), crossing_levels=story.levels)
        self.receipts: list[sl.Receipt] = []
        self.events: dict[UsageEventKey, sl.UsageEvent] = {}
        self.counted: dict[UsageEventKey, int] = {}
        self.totals: dict[tuple[sl.Month, str], int] = {}
        self.crossings: list[sl.Crossing] = []
        self.statements: dict[sl.Month, sl.Statement] = {}
        self.refused_closes: list[tuple[str, str]] = []
        self.users: list[tuple[datetime, int, int | None]] = []
        self.touched: set[sl.Month] = set()

    @property
    def closed_through(self) -> sl.Month | None:
        """The newest closed month."""
        return max(self.statements, default=None)

    def happens(self, happening: Happening) -> None:
        """Apply one more happening."""
        kind, now, *rest = happening
        if kind == "batch":
            self.record([event(report) for report in rest[0]], now)
        elif kind == "users":
            self.touch(self.months.span(now)[2])
            due = self.due(now)
            self.users.append((now, *rest))
            self.report(now, due, lambda _meter, _month: sl.CrossingCause.THRESHOLD)
        elif kind == "check":
            self.touch(self.months.span(now)[2])
            self.report(now, self.due(now), lambda _meter, _month: sl.CrossingCause.USAGE)
        else:
            self.close(sl.Month.parse(rest[0]), now)

    def touch(self, month: sl.Month) -> None:
        """Note that a month is used, with the untouched ones between it and the others."""
        self.touched.add(month)
        between = min(self.touched)
        while between < max(self.touched):
            between = between.next()
            self.touched.add(between)

    def record(self, events: list[sl.UsageEvent], now: datetime) -> None:
        """Record a batch."""
        recorded = RecordedUsage(self.events, self.counted, self.totals)
        judged = judge(events, meters=self.meters, recorded=recorded, now=now, months=self.months)
        self.receipts += judged.receipts
        for month in sorted({month for _, month, _ in judged.accepted}):
            self.touch(counting_month(month, self.closed_through))
            self.touched.add(month)
        due = self.due(now)
        for one, month, change in judged.accepted:
            self.events[one.source, one.id] = one
            if one.corrects is not None:
                self.counted[one.source, one.corrects] = one.quantity
            self.totals[month, one.meter] = self.totals.get((month, one.meter), 0) + change

        def cause(meter: str, month: sl.Month) -> sl.CrossingCause:
            ours = [(of, one) for one, of, _ in judged.accepted if one.meter == meter]
            moved = [one for of, one in ours if of == month] or [one for of, one in ours if of < month]
            corrected = moved and all(one.corrects for one in moved)
            return sl.CrossingCause.CORRECTION if corrected else sl.CrossingCause.USAGE

        self.report(now, due, cause)

    def used(self, month: sl.Month, code: str, now: datetime) -> int:
        """Return the usage of a month."""
        meter = self.meters[code]
        if meter.adds:
            return self.totals.get((month, code), 0)
        start, end = month.start(self.months.zone), month.end(self.months.zone)
        readings = gauges.readings_of(one for one in self.events.values() if one.meter == code)
        carried = [reading.quantity for reading in readings if reading.at < start]
        days = month.days(self.months.zone)
        state = gauges.state_after(
            carried[-1] if carried else 0, [one for one in readings if start <= one.at < end], days
        )
        return state.used(meter.aggregation, days, min(now, end))

    def tally(self, month: sl.Month, now: datetime) -> UserTally:
        """Return the users of a month."""
        start, end = month.start(self.months.zone), month.end(self.months.zone)
        peak, number, bought = users.Peak(0, start), 0, None
        for at, count, seats in self.users:
            if at < end:
                peak = users.Peak(count, start) if at <= start else users.raised(peak, count, at)
                number, bought = count, seats
        return users.count_users(self.policy.user_count, peak=peak, users=number, at=min(now, end), bought=bought)

    def usage(self, month: sl.Month, code: str, now: datetime) -> sl.MeterUsage:
        """Measure a month."""
        return measure(self.meters[code], month, self.used(month, code, now), self.tally(month, now))

    def due(self, now: datetime) -> frozenset[str]:
        """Return the ids of the crossings that are not recorded yet."""
        return frozenset(one.id for one in self.new_crossings(now, (), lambda _meter, _month: sl.CrossingCause.TIME))

    def report(self, now: datetime, due: Container[str], cause: Callable[[str, sl.Month], sl.CrossingCause]) -> None:
        """Record crossings of the levels that open months have reached."""
        self.crossings += self.new_crossings(now, due, cause)

    def new_crossings(
        self, now: datetime, due: Container[str], cause: Callable[[str, sl.Month], sl.CrossingCause]
    ) -> list[sl.Crossing]:
        """Return crossings of the levels that open months have reached."""
        found: list[sl.Crossing] = []
        for month in sorted(one for one in self.touched if counting_month(one, self.closed_through) == one):
            for code in self.meters:
                usage = self.usage(month, code, now)
                alerted = {one.level for one in self.crossings if (one.meter, one.month) == (code, month)}
                found += new_crossings(
                    code,
                    month,
                    used=usage.used,
                    threshold=usage.threshold,
                    levels=self.policy.crossing_levels,
                    alerted=alerted,
                    at=now,
                    cause=cause(code, month),
                    due=[
                        level
                        for level in (*self.policy.crossing_levels, FULL)
                        if crossing_id(code, month, level) in due
                    ],
                )
        return found

    def close(self, month: sl.Month, now: datetime) -> None:
        """Close a month, if it can be closed; its statement is stored as bytes."""
        if month in self.statements:
            return
        reasons = close_refusals(
            month,
            closed_through=self.closed_through,
            first_used=min(self.touched, default=None),
            now=now,
            ends_at=month.end(self.months.zone),
        )
        if reasons:
            self.refused_closes.append((str(month), str(reasons[0].code)))
            return
        self.touched.add(month)
        self.report(now, self.due(now), lambda _meter, _month: sl.CrossingCause.USAGE)
        self.statements[month] = load_statement(self.statement(month, now, closed=True).to_json())

    def statement(self, month: sl.Month, now: datetime, *, closed: bool = False) -> sl.Statement:
        """Return the statement of the earliest open month."""
        before = {*self.statements, *(one for one in self.touched if one < month)} if self.statements else set()
        late = {(one, code): self.used(one, code, now) for one in before for code in self.meters}
        return billing.statement(
            month,
            meters=self.meters,
            used={code: self.used(month, code, now) for code in self.meters},
            tally=self.tally(month, now),
            before=self.statements.values(),
            used_before=late,
            closed=closed,
        )


def plain(statement: sl.Statement) -> dict[str, Any]:
    """Return a statement as the oracle writes it."""
    names = ("kind", "meter", "month", "used", "threshold", "overage", "blocks", "amount")
    lines = [{name: getattr(line, name) for name in names} for line in statement.lines]
    return {
        "month": str(statement.month),
        "users": statement.tally.users,
        "lines": [line | {"kind": str(line["kind"]), "month": str(line["month"])} for line in lines],
        "total": statement.total,
    }
