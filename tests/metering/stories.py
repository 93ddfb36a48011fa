"""Stories of metering for hypothesis: what may happen to an installation, in the form of `tests.metering.oracle`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

import superlicense as sl
from tests.metering.oracle import Happening, Oracle, Terms, bounds

MICROSECOND = timedelta(microseconds=1)
BEGINNING = datetime(2026, 10, 20, 9, 13, tzinfo=UTC)  # so that clocks change on the way
ZONES = ("UTC", "Europe/Copenhagen", "America/St_Johns", "Pacific/Kiritimati")
KINDS = {
    "mails": ("counter", "sum"),
    "chats": ("counter", "sum"),
    "disk": ("gauge", "last"),
    "peak": ("gauge", "peak"),
    "mean": ("gauge", "mean_of_daily_peaks"),
}
STEPS = (timedelta(0), MICROSECOND, timedelta(minutes=7), timedelta(hours=5), timedelta(days=3), timedelta(days=19))
BACK = (
    timedelta(0),
    MICROSECOND,
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=11),
    timedelta(days=33),
    -timedelta(minutes=5),
    -timedelta(minutes=5, microseconds=1),
)


@dataclass
class Story:
    """An installation, and what happens to it.

    Attributes:
        zone: Name of its zone.
        meters: Terms by code, as the oracle has them.
        user_count: Policy.
        levels: Policy.
        happenings: What happens, in order.
    """

    zone: str
    meters: dict[str, Terms]
    user_count: str
    levels: tuple[int, ...]
    happenings: list[Happening]

    def oracle(self) -> Oracle:
        """Return an oracle that has seen nothing yet."""
        return Oracle(ZoneInfo(self.zone), self.meters, self.user_count, self.levels)

    def nouns(self) -> tuple[sl.Meter, ...]:
        """Return the meters as the library has them."""
        return tuple(meter(terms) for terms in self.meters.values())


def meter(terms: Terms) -> sl.Meter:
    """Return the noun of a meter."""
    return sl.Meter(
        code=terms["code"],
        unit="unit",
        kind=sl.MeterKind(terms["kind"]),
        aggregation=sl.Aggregation(terms["aggregation"]),
        included=terms["included"],
        included_per_user=terms["included_per_user"],
        block_size=terms["block_size"],
        price_per_block=terms["price"],
        currency="DKK",
    )


def event(report: dict[str, Any]) -> sl.UsageEvent:
    """Return the event of a report."""
    return sl.UsageEvent(**report)


@st.composite
def terms(draw: st.DrawFn, code: str) -> Terms:
    """Draw the terms of a meter."""
    kind, aggregation = KINDS[code]
    return {
        "code": code,
        "kind": kind,
        "aggregation": aggregation,
        "included": draw(st.sampled_from([0, 0, 1, 100, 1000])),
        "included_per_user": draw(st.sampled_from([0, 1, 50])),
        "block_size": draw(st.sampled_from([1, 7, 100])),
        "price": Decimal(draw(st.sampled_from(["0", "0.335", "12", "0.005"]))),
    }


@st.composite
def stories(draw: st.DrawFn, most: int = 14) -> Story:
    """Draw a story of at most so many happenings."""
    zone = draw(st.sampled_from(ZONES))
    codes = draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=3, unique=True))
    now = BEGINNING
    edges = [
        edge + step
        for month in ("2026-10", "2026-11", "2026-12")
        for edge in bounds(month, ZoneInfo(zone))
        for step in (-MICROSECOND, timedelta(0), MICROSECOND)
    ]
    sent: list[dict[str, Any]] = []
    happenings: list[Happening] = []
    for _ in range(draw(st.integers(1, most))):
        now += draw(st.sampled_from(STEPS))
        what = draw(st.sampled_from(["batch", "batch", "batch", "users", "close", "check"]))
        if what == "batch":
            reports = [draw(_report(now, codes, edges, sent)) for _ in range(draw(st.integers(1, 4)))]
            happenings.append((what, now, reports))
        elif what == "users":
            bought = draw(st.sampled_from([None, 0, 10]))
            happenings.append((what, now, draw(st.integers(0, 12)), bought))
        elif what == "check":
            happenings.append((what, now))
        else:
            month = draw(st.sampled_from(["2026-09", "2026-10", "2026-10", "2026-11", "2026-12"]))
            happenings.append((what, now, month))
    return Story(
        zone=zone,
        meters={code: draw(terms(code)) for code in codes},
        user_count=draw(st.sampled_from(["highest", "at_close", "bought"])),
        levels=draw(st.sampled_from([(50, 80, 100, 120), (100,), (1, 50, 1000), ()])),
        happenings=happenings,
    )


@st.composite
def _report(
    draw: st.DrawFn, now: datetime, codes: list[str], edges: list[datetime], sent: list[dict[str, Any]]
) -> dict[str, Any]:
    """Draw a new report, one that was sent before, or a correction."""
    what = draw(st.sampled_from(["new", "new", "new", "again", "correction"]))
    if what == "again" and sent:
        return draw(st.sampled_from(sent))
    at = draw(st.sampled_from([now - back for back in BACK] + [edge for edge in edges if edge <= now]))
    report = {
        "source": draw(st.sampled_from("ab")),
        "id": str(len(sent) if draw(st.integers(0, 9)) else draw(st.integers(0, 3))),
        "meter": draw(st.sampled_from(codes)),
        "quantity": draw(st.sampled_from([0, 1, 50, 99, 100, 101, 1000, 2500])),
        "at": at,
        "corrects": None,
    }
    if what == "correction" and sent:
        original = draw(st.sampled_from(sent))
        report |= {"corrects": original["id"]}
        # Most corrections are right, some name another source, meter or instant.
        same = ("source", "meter", "at")
        report |= {name: original[name] for name in same if draw(st.integers(0, 9))}
    elif draw(st.integers(0, 19)) == 0:
        report |= {"corrects": "nothing"} if draw(st.booleans()) else {"meter": "unheard of"}
    sent.append(report)
    return report
