"""Reports of a story of metering: events that are new, sent again, late, tied, corrected or from the future."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from random import Random
from typing import Any

import superlicense as sl
from tests.stress.metering_compare import ComparedInstances
from tests.stress.metering_draws import BACK, MICROSECOND, ZONES, answers
from tests.stress.recount_months import Setup, first_day, following, midnight


class ReportingInstances(ComparedInstances):
    """Instances that record what is reported to them, and a recount that counts it."""

    def __init__(self, random: Random, beginning: datetime) -> None:
        """Begin with nothing, at *beginning*."""
        super().__init__(random, beginning)
        self.sent: list[dict[str, Any]] = []
        # What time has reached since the instant of a write is due, but another instance may have checked today.
        self.dated_back = False

    def report(self, setup: Setup) -> dict[str, Any]:
        """Draw an event: new, sent before, or a correction; near now, a bound of a month or of a day, or long ago."""
        draw, now = self.random, self.now()
        what = draw.choice(["new"] * 4 + ["again", "correction", "correction"])
        if what == "again" and self.sent:
            return draw.choice(self.sent)
        at = now - draw.choice(BACK)
        if draw.random() < 0.4:
            month = following(f"{now:%Y-%m}", draw.choice([-2, -1, 0, 1]))
            bounds = [*self.recount.bounds(month, setup.zone), *self.recount.days(month, setup.zone)[:3]]
            bounds.append(midnight(first_day(month), draw.choice(ZONES)))
            edge = draw.choice(bounds) + draw.choice([-MICROSECOND, timedelta(0), timedelta(0), MICROSECOND])
            at = edge if edge <= now else at
        elif self.sent and draw.random() < 0.2:
            at = draw.choice(self.sent)["at"]  # a tie
        codes = sorted(setup.known) if setup.meters else ["mailings", "storage"]
        report = {
            "source": draw.choice("xy"),
            "id": str(len(self.sent)) if draw.random() < 0.9 else str(draw.randrange(4)),
            "meter": draw.choice(codes) if draw.random() < 0.97 else "mean",
            "quantity": draw.choice([0, 1, 50, 99, 100, 101, 1000, 2500]),
            "at": at,
            "corrects": None,
        }
        if what == "correction" and self.sent:
            original = draw.choice(self.sent[-6:])
            report |= {"corrects": original["id"]}
            report |= {key: original[key] for key in ("source", "meter", "at") if draw.random() < 0.97}
            report["quantity"] = draw.choice([0, 0, 7, 500])
        if setup.meters is None and report["meter"] not in {"mailings", "storage"}:
            report["meter"] = "mailings"
        self.sent.append(report)
        return report

    def record(self, name: str) -> None:
        """Record a batch."""
        setup = self.setups[name]
        reports = [self.report(setup) for _ in range(self.random.choice([1, 1, 2, 4]))]
        self.tell("record", name, reports)
        found = answers(self.instances[name].meters.record([sl.UsageEvent(**one) for one in reports]))
        self.same("receipts", found, self.counted(reports, setup))
        if "accepted" in found and not self.dated_back:
            self.crossed("a recording", self.recount.note_levels(setup, self.now()))

    def counted(self, reports: list[dict[str, Any]], setup: Setup) -> list[str]:
        """Let the recount record a batch."""
        before = len(self.recount.events)
        # The instant of each is of a month by the bounds that are stored before the batch.
        found = [self.recount.take(one, setup, self.now()) for one in reports]
        new = self.recount.events[before:]
        for month in sorted({one.home for one in new}):
            self.recount.touch(month, setup, sorted({one.meter for one in new if one.home == month}))
        return found

    def try_record(self, name: str) -> None:
        """Ask for the receipts of a batch, and keep nothing."""
        setup = self.setups[name]
        reports = [self.report(setup) for _ in range(2)]
        del self.sent[-1]
        self.tell("try", name, reports)
        kept = copy.deepcopy(self.recount)
        expected = self.counted(reports, setup)
        self.recount = kept
        found = answers(self.instances[name].meters.try_record([sl.UsageEvent(**one) for one in reports]))
        self.same("tried receipts", found, expected)
