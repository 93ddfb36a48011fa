"""An oracle of metering: every answer is computed from the raw list of what happened.

It shares no code with the library, keeps nothing but plain lists and dicts, and
looks at everything each time that something happens. Its input are happenings,
in the order in which they arrive:

    ("batch", now, [report, ...])    reports that are recorded together
    ("users", now, users, bought)    so many users from now on, so many bought (or None)
    ("close", now, "2026-11")        a month that is to be closed
    ("check", now)                   what is due is recorded

A report is a dict with source, id, meter, quantity, at and corrects. A meter is
a dict with code, kind, aggregation, included, included_per_user, block_size,
price and currency. Months are texts, instants aware datetimes in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache
from typing import Any

Report = Mapping[str, Any]
Terms = Mapping[str, Any]
Happening = tuple[Any, ...]


@cache
def midnight(day: date, zone: tzinfo) -> datetime:
    """Find the first second of *day* by watching the clock on the wall, minute by minute and then closer."""
    shows = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - what a wall shows
    look = shows.replace(tzinfo=UTC) - timedelta(hours=30)
    for step in (timedelta(minutes=1), timedelta(seconds=1)):
        while (look + step).astimezone(zone).replace(tzinfo=None) < shows:
            look += step
    return look + timedelta(seconds=1)


def bounds(month: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the first instant of a month, and the first that is no longer of it."""
    first = date.fromisoformat(f"{month}-01")
    return midnight(first, zone), midnight((first + timedelta(days=31)).replace(day=1), zone)


def following(month: str) -> str:
    """Return the next month."""
    return f"{(date.fromisoformat(f'{month}-01') + timedelta(days=31)):%Y-%m}"


@dataclass
class Oracle:
    """What follows from everything that has happened so far.

    Attributes:
        zone: The installation's.
        meters: Terms by code.
        user_count: ``highest``, ``at_close`` or ``bought``.
        levels: Per cent whose crossing is recorded.
        receipts: Status and code of every report, in order.
        accepted: Accepted reports, in order.
        crossings: Meter, month, level, instant and cause, in order.
        statements: Frozen statements by month.
        refused_closes: Months that could not be closed, and why.
    """

    zone: tzinfo
    meters: Mapping[str, Terms]
    user_count: str = "highest"
    levels: tuple[int, ...] = (50, 80, 100, 120)
    receipts: list[tuple[str, str | None]] = field(default_factory=list)
    accepted: list[Report] = field(default_factory=list)
    crossings: list[tuple[str, str, int, datetime, str]] = field(default_factory=list)
    statements: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused_closes: list[tuple[str, str]] = field(default_factory=list)
    users: list[tuple[datetime, int, int | None]] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    spans: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)

    def happens(self, happening: Happening) -> None:
        """Apply one more happening."""
        kind, now, *rest = happening
        if kind == "batch":
            new = [report for report in rest[0] if self.take(report, now)]
            for month in sorted({self.month_of(report["at"]) for report in new}):
                self.touch(month)
            kept = self.accepted
            self.accepted = kept[: len(kept) - len(new)]
            due = self.due(now)
            self.accepted = kept
            self.tell(now, due, lambda meter, month: self.cause(new, meter, month))
        elif kind == "users":
            self.touch(self.month_of(now))
            due = self.due(now)
            self.users.append((now, *rest))
            self.tell(now, due, lambda _meter, _month: "threshold")
        elif kind == "check":
            self.touch(self.month_of(now))
            self.tell(now, self.due(now), lambda _meter, _month: "never")
        else:
            self.close(rest[0], now)

    def cause(self, new: list[Report], meter: str, month: str) -> str:
        """Return what changed a meter in a month: reports of that month, else those of the months before."""
        ours = [report for report in new if report["meter"] == meter]
        own = [report for report in ours if self.month_of(report["at"]) == month]
        moved = own or [report for report in ours if self.month_of(report["at"]) < month]
        return "correction" if moved and all(report["corrects"] for report in moved) else "usage"

    def touch(self, month: str) -> None:
        """Note that a month is used, with the untouched ones between; late usage touches the month that counts it."""
        newest = max(self.statements, default="")
        if month <= newest:
            self.touched.add(month)
            month = following(newest)
        self.touched.add(month)
        between = min(self.touched)
        while between < max(self.touched):
            between = following(between)
            self.touched.add(between)

    # ------------------------------------------------------------- reports

    def take(self, report: Report, now: datetime) -> bool:
        """Answer a report; say whether it counts."""
        same_key = [one for one in self.accepted if (one["source"], one["id"]) == (report["source"], report["id"])]
        if same_key:
            same = same_key[0] == report
            self.receipts.append(("duplicate", None) if same else ("conflict", "other_content"))
            return False
        wrong = self.wrong(report, now)
        self.receipts.append(("accepted", None) if wrong is None else ("refused", wrong))
        if wrong is None:
            self.accepted.append(report)
        return wrong is None

    def wrong(self, report: Report, now: datetime) -> str | None:
        """Return why a well-formed report does not count."""
        if report["meter"] not in self.meters:
            return "unknown_meter"
        if report["at"] - now > timedelta(minutes=5):
            return "in_future"
        return None if report["corrects"] is None else self.wrong_correction(report)

    def wrong_correction(self, report: Report) -> str | None:
        """Return why a report corrects nothing."""
        named = [one for one in self.accepted if one["source"] == report["source"] and one["id"] == report["corrects"]]
        if not named:
            return "corrects_unknown"
        if named[0]["corrects"] is not None:
            return "corrects_correction"
        if named[0]["meter"] != report["meter"]:
            return "corrects_other_meter"
        return None if named[0]["at"] == report["at"] else "corrects_other_instant"

    # ------------------------------------------------------------- usage

    def span(self, month: str) -> tuple[datetime, datetime]:
        """Return the bounds of a month, found once."""
        if month not in self.spans:
            self.spans[month] = bounds(month, self.zone)
        return self.spans[month]

    def month_of(self, at: datetime) -> str:
        """Find the month of an instant by looking at this one, the one before and the one after."""
        near = {f"{at + timedelta(days=days):%Y-%m}" for days in (-3, 0, 3)}
        return next(month for month in near if self.span(month)[0] <= at < self.span(month)[1])

    def counted(self, meter: str) -> list[tuple[datetime, str, str, int]]:
        """Return what counts of each original: instant, source, id and quantity; gauges forget what was canceled."""
        found = []
        for one in self.accepted:
            if one["meter"] == meter and one["corrects"] is None:
                corrections = [
                    other["quantity"]
                    for other in self.accepted
                    if (other["source"], other["corrects"]) == (one["source"], one["id"])
                ]
                quantity = [one["quantity"], *corrections][-1]
                canceled = bool(corrections) and quantity == 0
                if not (canceled and self.meters[meter]["kind"] == "gauge"):
                    found.append((one["at"], one["source"], one["id"], quantity))
        return sorted(found)

    def shown(self, month: str, meter: str, now: datetime) -> int:
        """Return the usage that a month is shown with: that of its statement once it is closed."""
        if month > max(self.statements, default=""):
            return self.used(month, meter, now)
        lines = self.statements.get(month, {"lines": []})["lines"]
        return sum(line["used"] for line in lines if (line["month"], line["meter"]) == (month, meter))

    def used(self, month: str, meter: str, now: datetime) -> int:
        """Compute the usage of a month from all reports."""
        start, end = self.span(month)
        counted = self.counted(meter)
        inside = [one for one in counted if start <= one[0] < end]
        if self.meters[meter]["kind"] == "counter":
            return sum(one[3] for one in inside)
        until = min(end, max([now, *(one[0] for one in inside)]))
        rule = self.meters[meter]["aggregation"]
        if rule == "last":
            return self.level_before(counted, end)
        if rule == "peak":
            return self.peak(counted, start, end)
        peaks: list[int] = []
        day = date.fromisoformat(f"{month}-01")
        while f"{day:%Y-%m}" == month:
            begins, ends = midnight(day, self.zone), midnight(day + timedelta(days=1), self.zone)
            if begins < ends and (begins <= until or not peaks):
                peaks.append(self.peak(counted, begins, ends))
            day += timedelta(days=1)
        with localcontext() as context:
            context.prec = 60
            return int((Decimal(sum(peaks)) / len(peaks)).quantize(Decimal(1), ROUND_HALF_UP))

    def level_before(self, counted: list[tuple[datetime, str, str, int]], at: datetime) -> int:
        """Return the level just before an instant."""
        return next((one[3] for one in reversed(counted) if one[0] < at), 0)

    def peak(self, counted: list[tuple[datetime, str, str, int]], start: datetime, end: datetime) -> int:
        """Return the highest level of a span: what holds at its start, and what was read in it."""
        inside = [one for one in counted if start <= one[0] < end]
        replaced = any(one[0] == start for one in inside)
        return max([one[3] for one in inside] + ([] if replaced else [self.level_before(counted, start)]))

    # ------------------------------------------------------------- users and thresholds

    def users_of(self, month: str, now: datetime) -> int:
        """Count the users of a month's threshold."""
        start, end = self.span(month)
        at_start = [users for at, users, _ in self.users if at <= start]
        within = [users for at, users, _ in self.users if start < at < end]
        at_end = [(users, bought) for at, users, bought in self.users if at <= now and at < end]
        if self.user_count == "at_close":
            return at_end[-1][0] if at_end else 0
        if self.user_count == "bought" and at_end and at_end[-1][1] is not None:
            return at_end[-1][1]
        return max([*at_start[-1:], *within], default=0)

    def threshold(self, month: str, meter: str, now: datetime) -> int:
        """Return what a month includes."""
        terms = self.meters[meter]
        return int(terms["included"] + terms["included_per_user"] * self.users_of(month, now))

    def due(self, now: datetime) -> list[tuple[str, str, int]]:
        """Return every level that an open month has reached and that is not recorded yet: meter, month and level."""
        found = []
        recorded = {one[:3] for one in self.crossings}
        for month in sorted(self.touched - self.closed()):
            for meter in sorted(self.meters):
                used, threshold = self.used(month, meter, now), self.threshold(month, meter, now)
                found += [
                    (meter, month, level)
                    for level in (self.levels if threshold else (100,))
                    if used and used * 100 >= level * threshold
                ]
        return [one for one in found if one not in recorded]

    def tell(self, now: datetime, due: list[tuple[str, str, int]], cause: Any) -> None:  # noqa: ANN401 - a function
        """Record what is reached now; what was *due* before was reached by time alone."""
        for meter, month, level in self.due(now):
            why = "time" if (meter, month, level) in due else cause(meter, month)
            self.crossings.append((meter, month, level, now, why))

    # ------------------------------------------------------------- statements

    def closed(self) -> set[str]:
        """Name the months that are closed; with a month, all before it are."""
        return {month for month in self.touched if month <= max(self.statements, default="")}

    def close(self, month: str, now: datetime) -> None:
        """Freeze the statement of a month, if it may be."""
        if month in self.statements:
            return
        newest = max(self.statements, default=None)
        first = following(newest) if newest else min(self.touched, default=None)
        if now < self.span(month)[1]:
            self.refused_closes.append((month, "month_not_over"))
        elif first is not None and (month > first or month <= (newest or "")):
            self.refused_closes.append((month, "month_out_of_order"))
        else:
            # Crossings by a carried value in a month without usage are recorded now at the latest.
            self.touched.add(month)
            self.tell(now, self.due(now), lambda _meter, _month: "never")
            self.statements[month] = self.statement(month, now)

    def statement(self, month: str, now: datetime) -> dict[str, Any]:
        """Return the statement of the earliest open month."""
        users = self.users_of(month, now)
        lines = [
            self.priced(self.meters[meter], users, month, meter, self.used(month, meter, now))
            for meter in sorted(self.meters)
        ]
        late = sorted(
            {(self.month_of(one["at"]), one["meter"]) for one in self.accepted}
            | {(one, meter) for one in self.statements for meter in self.meters}
        )
        for service, meter in late:
            if service < month and self.statements:
                lines += self.adjusted(service, meter, now)
        total = sum((line["amount"] for line in lines), Decimal("0.00"))
        return {"month": month, "users": users, "lines": lines, "total": total}

    def adjusted(self, service: str, meter: str, now: datetime) -> Iterable[dict[str, Any]]:
        """Return the change of a closed month since all earlier lines."""
        before = [
            line
            for statement in self.statements.values()
            for line in statement["lines"]
            if (line["month"], line["meter"]) == (service, meter)
        ]
        # A month that was closed with a later one had no users.
        users = self.statements[service]["users"] if service in self.statements else 0
        now_priced = self.priced(self.meters[meter], users, service, meter, self.used(service, meter, now))
        change = {
            name: now_priced[name] - sum(line[name] for line in before)
            for name in ("used", "overage", "blocks", "amount")
        }
        return [now_priced | change | {"kind": "adjustment"}] if change["used"] else []

    def priced(self, terms: Terms, users: int, month: str, meter: str, used: int) -> dict[str, Any]:
        """Price what was used."""
        threshold = terms["included"] + terms["included_per_user"] * users
        overage = used - threshold if used > threshold else 0
        blocks, rest = divmod(overage, terms["block_size"])
        blocks += 1 if rest else 0
        with localcontext() as context:
            context.prec = 60
            amount = (blocks * terms["price"]).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return {
            "kind": "usage",
            "meter": meter,
            "month": month,
            "used": used,
            "threshold": threshold,
            "overage": overage,
            "blocks": blocks,
            "amount": amount,
        }
