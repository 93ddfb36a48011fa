"""A recount of metering: usage, thresholds and statements from nothing but what happened, by the rules of the design.

It shares no code with the library. It keeps the accepted events, every commit that
changed the users, and the terms and bounds of each month that was touched, and
computes everything else again each time it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from itertools import pairwise
from typing import Any, NamedTuple

from tests.stress.recount_months import Line, RecountedMonths, Setup, Terms, following

LEVELS = (50, 80, 100, 120)


class Known(NamedTuple):
    """Which events count: those recorded by an instant, and on the statements through a month."""

    by: datetime = datetime.max.replace(tzinfo=UTC)
    through: str = "9999-12"


EVERYTHING = Known()


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """An accepted event."""

    source: str
    id: str
    meter: str
    quantity: int
    at: datetime
    corrects: str | None
    month: str
    home: str
    recorded_at: datetime


def half_up(amount: int, parts: int) -> int:
    """Divide, and round half up."""
    with localcontext() as context:
        context.prec = 60
        return int((Decimal(amount) / parts).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass
class Recount(RecountedMonths):
    """What has happened so far, and what follows from it."""

    events: list[Accepted] = field(default_factory=list)
    users: list[tuple[datetime, int, int | None]] = field(default_factory=list)
    reached: set[tuple[str, str, int]] = field(default_factory=set)

    # ---------------------------------------------------------------- events

    def take(self, report: Mapping[str, Any], by: Setup, now: datetime) -> str:
        """Answer a report; an accepted one counts."""
        known = self._find(report["source"], report["id"])
        if known is not None:
            names = ("source", "id", "meter", "quantity", "at", "corrects")
            return "duplicate" if all(getattr(known, name) == report[name] for name in names) else "other_content"
        wrong = self._wrong(report, by, now)
        if wrong is not None:
            return wrong
        month = self.month_of(report["at"], by.zone)
        through = self.closed_through
        if month <= through and report["meter"] not in self.terms_of(month, by):
            return "meter_not_sold"
        home = following(through) if month <= through else month
        self.events.append(Accepted(**report, month=month, home=home, recorded_at=now))
        return "accepted"

    def _wrong(self, report: Mapping[str, Any], by: Setup, now: datetime) -> str | None:
        if report["meter"] not in by.known:
            return "unknown_meter"
        if report["at"] > now + timedelta(minutes=5):
            return "in_future"
        if report["corrects"] is None:
            return None
        original = self._find(report["source"], report["corrects"])
        if original is None:
            return "corrects_unknown"
        if original.corrects is not None:
            return "corrects_correction"
        same = {"meter": original.meter == report["meter"], "instant": original.at == report["at"]}
        return next((f"corrects_other_{what}" for what, is_same in same.items() if not is_same), None)

    def _find(self, source: str, id_: str) -> Accepted | None:
        return next((one for one in self.events if (one.source, one.id) == (source, id_)), None)

    def counted(self, meter: str, known: Known) -> list[Accepted]:
        """Return the originals of a meter with the quantities that count, corrections among them taken in."""
        events = [one for one in self.events if one.meter == meter]
        events = [one for one in events if one.recorded_at <= known.by and one.home <= known.through]
        newest = {(one.source, one.corrects): one.quantity for one in events if one.corrects is not None}
        found = []
        for one in events:
            if one.corrects is None:
                quantity = newest.get((one.source, one.id), one.quantity)
                found.append((replace(one, quantity=quantity), newest.get((one.source, one.id)) == 0))
        return [one for one, canceled in found if not (canceled and self.is_gauge(meter))]

    @staticmethod
    def is_gauge(meter: str) -> bool:
        """Return whether a meter is a gauge, which its name says."""
        return meter in {"storage", "peak", "mean"}

    # ---------------------------------------------------------------- usage

    def used(self, month: str, terms: Terms, now: datetime, zone: str, known: Known = EVERYTHING) -> int:
        """Compute the usage of a month as of *now* from the events that are *known*."""
        start, end = self.bounds(month, zone)
        counted = sorted(self.counted(terms.code, known), key=lambda one: (one.at, one.source, one.id))
        inside = [one for one in counted if one.month == month]
        if terms.rule == "sum":
            return sum(one.quantity for one in inside)
        if terms.rule == "last":
            return self._value(counted, end)
        if terms.rule == "peak":
            return self._peak(counted, start, end)
        until = max([min(now, end), *(one.at for one in inside)])
        days = [*self.days(month, zone), end]
        peaks = [
            self._peak(counted, begins, ends) for begins, ends in pairwise(days) if begins <= until or begins == start
        ]
        return half_up(sum(peaks), len(peaks))

    @staticmethod
    def _value(counted: list[Accepted], before: datetime) -> int:
        return next((one.quantity for one in reversed(counted) if one.at < before), 0)

    def _peak(self, counted: list[Accepted], start: datetime, end: datetime) -> int:
        inside = [one for one in counted if start <= one.at < end]
        carried = [] if any(one.at == start for one in inside) else [self._value(counted, start)]
        return max([*carried, *(one.quantity for one in inside)])

    def users_of(self, month: str, by: Setup, now: datetime) -> int:
        """Count the users of a month: those of its statement, else as its terms say."""
        if month in self.statements:
            return int(self.statements[month]["users"])
        if month <= self.closed_through:
            return 0
        start, end = self.bounds(month, by.zone)
        stored = self.months.get(month)
        policy = (stored and stored.user_count) or by.user_count
        carried = [one for one in self.users if one[0] <= start]
        until = [one for one in self.users if one[0] < end and one[0] <= now]
        if policy == "at_close":
            return until[-1][1] if until else 0
        bought = until[-1][2] if until else None
        if policy == "bought" and bought is not None:
            return bought
        within = [users for at, users, _ in until if at > start]
        return max([*(one[1] for one in carried[-1:]), *within], default=0)

    def usage(self, month: str, by: Setup, now: datetime) -> dict[str, tuple[int, int, int, int]]:
        """Return users, usage, threshold and overage of every meter of a month, by code."""
        found = {}
        users = self.users_of(month, by, now)
        for code, terms in sorted(self.terms_of(month, by).items()):
            used = self.used(month, terms, now, by.zone, Known(through=month))
            threshold = terms.included + terms.per_user * users
            found[code] = (users, used, threshold, max(0, used - threshold))
        return found

    def note_levels(self, by: Setup, now: datetime) -> set[tuple[str, str, int]]:
        """Return the levels that open months have reached, and remember them."""
        found = set()
        for month, one in self.months.items():
            if month <= self.closed_through or one.user_count is None:
                continue
            for code, (_, used, threshold, _) in self.usage(month, by, now).items():
                if one.terms.get(code) is None or not used:
                    continue
                levels = LEVELS if threshold else (100,)
                found |= {(code, month, level) for level in levels if used * 100 >= level * threshold}
        self.reached |= found
        return found

    def depends_on_users(self, meter: str, month: str) -> bool:
        """Return whether the threshold of a meter in a touched month depends on the users."""
        terms = self.months[month].terms.get(meter)
        return terms is not None and terms.per_user > 0

    # ---------------------------------------------------------------- statements

    def close_refusal(self, month: str, by: Setup, now: datetime) -> str | None:
        """Return why a month cannot be closed, whatever its terms."""
        if now < self.bounds(month, by.zone)[1]:
            return "month_not_over"
        through = self.closed_through
        first = following(through) if through else min(self.months, default=month)
        return "month_out_of_order" if month > first or month <= through else None

    def waits(self, month: str) -> bool:
        """Return whether a touched month has usage without terms, or none at all."""
        one = self.months[month]
        counted = {event.meter for event in self.events if event.home == month}
        return one.user_count is None or any(one.terms.get(code) is None for code in counted)

    def statement(self, month: str, by: Setup, now: datetime) -> Line:
        """Return the statement of a touched month: what was frozen, or a draft."""
        if month in self.statements:
            return self.statements[month]
        users = self.users_of(month, by, now)
        terms = self.terms_of(month, by)
        lines = [
            priced(terms[code], month, self.used(month, terms[code], now, by.zone), users) for code in sorted(terms)
        ]
        if month == following(self.closed_through or "0001-12"):
            lines += self._adjustments(by, now)
        total = sum((line["amount"] for line in lines), Decimal("0.00"))
        return {"users": users, "lines": lines, "total": total}

    def _adjustments(self, by: Setup, now: datetime) -> list[Line]:
        """Return what closed months cost now, less what all statements have billed for them."""
        found = []
        # Values of gauges are carried through months that nothing else has touched, too.
        month, months = min([*self.months, *(one.month for one in self.events)]), []
        while month <= self.closed_through:
            months.append(month)
            month = following(month)
        for month, code in [(one, code) for one in months for code in sorted(self.terms_of(one, by))]:
            terms = self.terms_of(month, by)[code]
            lines = [line for one in self.statements.values() for line in one["lines"]]
            billed = sum(line["used"] for line in lines if (line["month"], line["meter"]) == (month, code))
            users = self.users_of(month, by, now)
            before = priced(terms, month, billed, users)
            after = priced(terms, month, self.used(month, terms, now, by.zone), users)
            if after["used"] != before["used"]:
                change = {name: after[name] - before[name] for name in ("used", "overage", "amount")}
                found.append(after | change | {"kind": "adjustment"})
        return found


def priced(terms: Terms, month: str, used: int, users: int) -> Line:
    """Price the usage of a month."""
    threshold = terms.included + terms.per_user * users
    overage = max(0, used - threshold)
    blocks = -(-overage // terms.block)
    with localcontext() as context:
        context.prec = 60
        amount = (blocks * terms.price).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return {
        "kind": "usage",
        "meter": terms.code,
        "month": month,
        "used": used,
        "threshold": threshold,
        "overage": overage,
        "amount": amount,
    }
