"""Instances compared with a recount: everything that can be asked of the meters of one installation."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

import superlicense as sl
from superlicense.testing import Clock
from tests.stress.recount import Known, Recount
from tests.stress.recount_months import Setup, following


class DifferenceError(AssertionError):
    """An answer that is not that of the recount."""


class ComparedInstances:
    """Instances of one installation, and the recount of what has happened to it."""

    def __init__(self, random: Random, beginning: datetime) -> None:
        """Begin with nothing, at *beginning*."""
        self.random = random
        self.clock = Clock(beginning)
        self.recount = Recount()
        self.setups: dict[str, Setup] = {}
        self.instances: dict[str, sl.Licensing] = {}
        self.told: list[str] = []

    def now(self) -> datetime:
        """Return the present."""
        return self.clock.now

    def tell(self, *what: object) -> None:
        """Note what happens, for the report of a difference."""
        self.told.append(f"{self.now().isoformat()} {' '.join(map(str, what))}")

    def same(self, what: str, found: object, expected: object) -> None:
        """Compare an answer with that of the recount.

        Raises:
            DifferenceError: they are not the same.
        """
        if found != expected:
            raise DifferenceError("\n".join([*self.told, f"{what}: {found}", f"but the recount says {expected}"]))

    def crossed(self, by: str, reached: set[tuple[str, str, int]]) -> None:
        """Compare what has been *reached* with the crossings that are recorded, none of which may be missing."""
        self.same(f"crossings missing after {by}", reached - self._crossings(), set())

    def _crossings(self) -> set[tuple[str, str, int]]:
        return {(one.meter, str(one.month), one.level) for one in self.instances["a"].meters.crossings()}

    def compare(self, *, whole: bool) -> None:
        """Compare everything that can be asked; with *whole* from every instance, screens and the past too."""
        self.recount.note_levels(self.setups["a"], self.now())
        months = sorted({following(f"{self.now():%Y-%m}", by) for by in (-1, 0, 1)} | set(self.recount.months))
        names = list(self.instances)
        if not whole:
            names, months = [self.random.choice(names)], self.random.sample(months, 3)
        for name in names:
            for month in months:
                self._compare_month(name, month, whole=whole)
        self.same("crossings of what was never reached", self._crossings() - self.recount.reached, set())
        if whole:
            self._compare_past()
            self.same("findings", self.instances["b"].verify_store().findings, ())

    def _compare_month(self, name: str, month: str, *, whole: bool) -> None:
        setup, licensing, recount, now = self.setups[name], self.instances[name], self.recount, self.now()
        where = f"of {month} by {name}"
        self.same(f"bounds {where}", licensing.meters.bounds(month), recount.bounds(month, setup.zone))
        if setup.meters is None and (month not in recount.months or None in recount.months[month].terms.values()):
            return  # it shows what it knows of the catalog, on no terms
        if setup.meters is None and recount.months[month].user_count is None:
            return
        usage = licensing.meters.usage(month)
        found = {one.meter: (one.users, one.used, one.threshold, one.overage) for one in usage}
        self.same(f"usage {where}", found, recount.usage(month, setup, now))
        statement = licensing.meters.statement(month)
        lines = [line for line in statement.lines if line.kind is sl.LineKind.USAGE]
        billed = {one.meter: (one.derivation.tally.users, one.used, one.threshold, one.overage) for one in lines}
        self.same(f"usage lines {where}", billed, found)
        if month in recount.months:
            self.same(f"statement {where}", plain(statement), recount.statement(month, setup, now))
            zone = recount.months[month].zone
            self.same(f"zone {where}", statement.time_zone, zone)
        if whole:
            self._compare_screen(licensing, setup, month, found)
            events = sorted((one.source, one.id) for one in licensing.meters.events(month))
            expected = sorted((one.source, one.id) for one in recount.events if one.month == month)
            self.same(f"events {where}", events, expected)
            if recount.bounds(month, setup.zone)[1] <= now:
                self._compare_days(licensing, setup, month)

    def _compare_screen(self, licensing: sl.Licensing, setup: Setup, month: str, usage: dict[str, Any]) -> None:
        screen = licensing.screens.metered_services(month)
        shown = {one.service.code: (one.used, one.threshold, one.overage) for one in screen.services}
        self.same(f"screen of {month}", shown, {code: numbers[1:] for code, numbers in usage.items()})
        bounds = self.recount.bounds(month, setup.zone)
        self.same(f"bounds on the screen of {month}", (screen.starts_at, screen.ends_at), bounds)

    def _compare_days(self, licensing: sl.Licensing, setup: Setup, month: str) -> None:
        days = licensing.meters.days(month)
        for code, terms in self.recount.terms_of(month, setup).items():
            by_day = [one.used for one in days if one.meter == code]
            used = self.recount.used(month, terms, self.now(), setup.zone, Known(through=month))
            if terms.rule == "sum":
                self.same(f"days of {code} in {month}", sum(by_day), used)
            else:
                self.same(f"number of days in {month}", len(by_day), len(self.recount.days(month, setup.zone)))
            if terms.rule == "last":
                self.same(f"the last day of {code} in {month}", by_day[-1], used)

    def _compare_past(self) -> None:
        recorded = sorted({one.recorded_at for one in self.recount.events})
        if not recorded:
            return
        at = self.random.choice(recorded) + self.random.choice([timedelta(0), timedelta(0), timedelta(hours=7)])
        if at >= self.now():
            return
        setup, licensing = self.setups["a"], self.instances["a"]
        for month in self.recount.months:
            usage = licensing.meters.usage(month, at=at)
            found = {one.meter: one.used for one in usage}
            lines = [one for one in licensing.meters.statement(month, at=at).lines if one.kind is sl.LineKind.USAGE]
            self.same(
                f"usage lines of {month} as recorded by {at}",
                {one.meter: (one.used, one.derivation) for one in lines},
                {one.meter: (one.used, one.derivation) for one in usage},
            )
            # A close may be dated back before events that it counts.
            closed = month in self.recount.statements and self.recount.closed_at[month] <= at
            known = Known(through=month) if closed else Known(at, month)
            expected = {
                code: self.recount.used(month, terms, at, setup.zone, known)
                for code, terms in self.recount.terms_of(month, setup).items()
            }
            self.same(f"usage of {month} as recorded by {at}", found, expected)
            if month in self.recount.statements and at >= self.recount.months[month].end:
                users = {one.users for one in usage}
                self.same(
                    f"users of {month} as recorded by {at}", users - {self.recount.statements[month]["users"]}, set()
                )


def plain(statement: sl.Statement) -> dict[str, Any]:
    """Return a statement as the recount writes it."""
    names = ("meter", "used", "threshold", "overage", "amount")
    lines = [
        {name: getattr(line, name) for name in names} | {"kind": str(line.kind), "month": str(line.month)}
        for line in statement.lines
    ]
    return {"users": statement.tally.users, "lines": lines, "total": statement.total}
