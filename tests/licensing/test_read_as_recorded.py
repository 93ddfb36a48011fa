"""Everything that meters answer about an earlier instant is what they answered then."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from attrs import evolve

import superlicense as sl
from superlicense import testing
from superlicense.testing import builders
from tests.for_each import for_each

BEGIN = datetime(2026, 10, 5, tzinfo=UTC)
MONTHS = ("2026-10", "2026-11", "2026-12")
METERS = [
    evolve(one, included=50, included_per_user=10, price_per_block=Decimal(2), currency="DKK")
    for one in sl.catalog.meters.STANDARD
]


def opened(clock: builders.Clock, meters: list[sl.Meter] = METERS, seal_key: bytes | None = None) -> sl.Licensing:
    return testing.licensing(
        clock=clock,
        installation=builders.installation(time_zone="Europe/Copenhagen"),
        users=[builders.user(f"u{number}") for number in range(4)],
        meters=meters,
        seal_key=seal_key,
    )


def answers(licensing: sl.Licensing, at: datetime | None = None) -> dict[str, Any]:
    meters = licensing.meters
    now = meters.month_of(licensing.what_if().at if at is None else at)
    begun = [month for month in MONTHS if sl.Month.parse(month) <= now]
    return {
        "statement": [meters.statement(month, at=at) for month in begun],
        "usage": [meters.usage(month, at=at) for month in begun],
        "days": [meters.days(month, at=at) for month in begun],
        "events": [list(meters.events(month, at=at)) for month in begun],
        "crossings": meters.crossings(at=at),
    }


def step(licensing: sl.Licensing, random: Random, name: str, sent: list[sl.UsageEvent], now: datetime) -> None:
    """Record an event of today or of before, correct one, move a user, or close a month."""
    kind = random.randrange(6)
    if kind < 3 or not sent:
        at = max(BEGIN, now - timedelta(days=random.choice([0, 1, 20, 45])))
        meter = random.choice(["mailings", "storage"])
        sent.append(sl.UsageEvent(source="s", id=name, meter=meter, quantity=random.randrange(500), at=at))
        licensing.meters.record(sent[-1:])
    elif kind == 3:
        event = random.choice(sent)
        licensing.meters.record([evolve(event, id=name, quantity=random.randrange(500), corrects=event.id)])
    elif kind == 4:
        user = f"u{random.randrange(4)}"
        change = licensing.seats.release if licensing.seats.held_by(user) else licensing.seats.assign
        change(user, "ten-sales", by="admin")
    else:
        with suppress(sl.SuperlicenseError):
            licensing.meters.close(random.choice(MONTHS), by="admin")


@for_each(("seed", "seal_key"), [(7, None), (33, bytes(32))])
def test_what_was_answered_is_answered_for_that_instant_ever_after(seed: int, seal_key: bytes | None) -> None:
    random, clock = Random(seed), builders.Clock(BEGIN)  # noqa: S311 - a story, not a secret
    sent: list[sl.UsageEvent] = []
    licensing = opened(clock, seal_key=seal_key)
    told = []
    for number in range(14):
        clock.forward(hours=random.randrange(1, 200))
        for part in range(random.randrange(1, 3)):
            clock.forward(seconds=1)  # commits that share an instant are not told apart
            step(licensing, random, f"{number}-{part}", sent, clock.now)
        told.append((clock.now, answers(licensing)))
    kinds = {line.kind for _, then in told for one in then["statement"] for line in one.lines}
    assert kinds == set(sl.LineKind)
    for at, then in told:
        assert answers(licensing, at) == then


def test_a_month_is_a_draft_until_it_was_closed() -> None:
    clock = builders.Clock(BEGIN)
    licensing = opened(clock)
    clock.forward(days=40)
    before = clock.now
    clock.forward(hours=1)
    final = licensing.meters.close("2026-10", by="admin")
    clock.forward(hours=1)
    assert licensing.meters.statement("2026-10", at=before).closed is False
    assert licensing.meters.statement("2026-10", at=before + timedelta(hours=1)) == final
    # An untouched month before it is closed with it.
    assert licensing.meters.statement("2026-09", at=before).closed is False
    assert licensing.meters.statement("2026-09", at=before + timedelta(hours=1)).closed is True


def test_without_meters_a_statement_is_empty() -> None:
    clock = builders.Clock(BEGIN)
    licensing = opened(clock, meters=[])
    clock.forward(days=1)
    made = licensing.meters.statement("2026-10", at=BEGIN)
    assert (len(made.lines), str(made.total), made.time_zone) == (0, "0.00", "Europe/Copenhagen")


def test_an_instant_to_come_is_now() -> None:
    clock = builders.Clock(BEGIN)
    licensing = opened(clock)
    later = BEGIN + timedelta(days=3)
    assert licensing.meters.statement("2026-10", at=later) == licensing.meters.statement("2026-10")
    assert len(licensing.meters.days("2026-10", at=later)) == len(licensing.meters.days("2026-10")) + 3 * len(METERS)


@for_each("ask", ["statement", "days", "events", "crossings"])
def test_a_naive_instant_is_refused(ask: str) -> None:
    licensing = opened(builders.Clock(BEGIN))
    given = {} if ask == "crossings" else {"month": "2026-10"}
    with pytest.raises(sl.InvalidValueError):
        getattr(licensing.meters, ask)(**given, at=datetime(2026, 10, 5))  # noqa: DTZ001 - what is refused
