"""How much a month includes, and which levels are reached when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import superlicense as sl
from superlicense.rules.metering.crossings import crossing_id, levels_reached, new_crossings
from superlicense.rules.metering.thresholds import blocks_of, derive, measure, threshold_of
from tests.for_each import for_each

NOW = datetime(2026, 11, 24, 9, 13, tzinfo=UTC)
NOVEMBER = sl.Month(2026, 11)
LEVELS = (50, 80, 100, 120)
amounts = st.integers(0, 10**15)
users = st.integers(0, 10**6)


def mailings(**terms: Any) -> sl.Meter:  # noqa: ANN401 - any of its fields
    return sl.Meter(code="mailings", unit="e-mail", kind=sl.MeterKind.COUNTER, **terms)


def tally(count: int, **fields: Any) -> sl.UserTally:  # noqa: ANN401 - any of its fields
    return sl.UserTally(
        users=count, **{"counted": sl.UserCount.HIGHEST, "asked": sl.UserCount.HIGHEST, "at": NOW, **fields}
    )


# Included, included for each user, users, used; and the threshold and the overage.
THRESHOLDS = [
    (0, 0, 20, 0, 0, 0),
    (0, 0, 20, 1, 0, 1),
    (1000, 0, 20, 1000, 1000, 0),
    (1000, 0, 20, 1001, 1000, 1),
    (0, 500, 20, 10_000, 10_000, 0),
    (0, 500, 20, 10_001, 10_000, 1),
    (1000, 500, 12, 9_999, 7000, 2999),
    (1000, 500, 0, 1, 1000, 0),
    (10**15, 10**15, 10**9, 2**63 - 1, 10**15 + 10**24, 0),
]


@pytest.mark.parametrize("row", THRESHOLDS)
def test_what_is_strictly_above_the_threshold_is_overage(row: tuple[int, ...]) -> None:
    included, each, count, used, threshold, overage = row
    meter = mailings(included=included, included_per_user=each)
    assert threshold_of(meter, count) == threshold
    assert measure(meter, NOVEMBER, used, tally(count)) == sl.MeterUsage(
        unit=meter.unit,
        meter="mailings",
        month=NOVEMBER,
        used=used,
        users=count,
        threshold=threshold,
        overage=overage,
        derivation=sl.Derivation(included=included, included_per_user=each, tally=tally(count)),
    )


@given(amounts, amounts, users, users)
def test_more_users_never_lower_a_threshold(included: int, each: int, fewer: int, more: int) -> None:
    meter = mailings(included=included, included_per_user=each)
    assert threshold_of(meter, min(fewer, more)) <= threshold_of(meter, max(fewer, more))


@given(amounts, st.integers(1, 10**15))
def test_blocks_cover_the_overage_and_none_is_superfluous(overage: int, size: int) -> None:
    blocks = blocks_of(overage, size)
    assert blocks * size >= overage
    assert (blocks - 1) * size < overage or blocks == 0


# The tally, and how the threshold is printed.
PRINTED = [
    (
        tally(12),
        "7000 (users: peak holders of superoffice.user, 2026-11-24T09:13:00Z)",
    ),
    (
        tally(0, counted=sl.UserCount.AT_CLOSE, asked=sl.UserCount.AT_CLOSE),
        "1000 (users: holders of superoffice.user at the end of the month, 2026-11-24T09:13:00Z)",
    ),
    (
        tally(15, counted=sl.UserCount.BOUGHT, asked=sl.UserCount.BOUGHT, at=None),
        "8500 (users: bought seats of superoffice.user)",
    ),
    (
        tally(3, asked=sl.UserCount.BOUGHT, at=None),
        "2500 (users: peak holders of superoffice.user; no quantity was bought)",
    ),
]


@pytest.mark.parametrize(("counted", "text"), PRINTED)
def test_a_threshold_prints_its_derivation(counted: sl.UserTally, text: str) -> None:
    printed = str(derive(mailings(included=1000, included_per_user=500), counted))
    assert printed == f"1000 + 500 × {counted.users} users = {text}"


# Used, threshold, and the levels that are reached.
REACHED = [
    (0, 1000, ()),
    (0, 0, ()),
    (1, 0, (100,)),
    (499, 1000, ()),
    (500, 1000, (50,)),
    (501, 1000, (50,)),
    (799, 1000, (50,)),
    (800, 1000, (50, 80)),
    (999, 1000, (50, 80)),
    (1000, 1000, (50, 80, 100)),
    (1199, 1000, (50, 80, 100)),
    (1200, 1000, LEVELS),
    (2**63 - 1, 1000, LEVELS),
    (1, 1, (50, 80, 100)),
    (1, 2, (50,)),
    (1, 3, ()),
]


@for_each(("used", "threshold", "reached"), REACHED)
def test_these_levels_are_reached(used: int, threshold: int, reached: tuple[int, ...]) -> None:
    assert levels_reached(used, threshold, LEVELS) == reached


def test_a_zero_threshold_has_one_level_whatever_policy_lists() -> None:
    assert levels_reached(1, 0, ()) == levels_reached(1, 0, (1, 1000)) == (100,)


@given(amounts, st.integers(1, 10**15), amounts)
def test_more_usage_and_a_lower_threshold_reach_no_fewer_levels(used: int, threshold: int, more: int) -> None:
    reached = set(levels_reached(used, threshold, LEVELS))
    assert reached <= set(levels_reached(used + more, threshold, LEVELS))
    assert reached <= set(levels_reached(used, max(1, threshold - more), LEVELS))


def crossed(used: int, threshold: int, alerted: set[int]) -> tuple[sl.Crossing, ...]:
    return new_crossings(
        "mailings",
        NOVEMBER,
        used=used,
        threshold=threshold,
        levels=LEVELS,
        alerted=alerted,
        at=NOW,
        cause=sl.CrossingCause.USAGE,
    )


def test_a_crossing_is_reported_once() -> None:
    assert [one.level for one in crossed(900, 1000, set())] == [50, 80]
    assert [one.level for one in crossed(1000, 1000, {50, 80})] == [100]
    assert crossed(1000, 1000, {50, 80, 100}) == ()


def test_a_crossing_of_a_zero_threshold_is_not_reported_again() -> None:
    assert [one.level for one in crossed(1, 0, set())] == [100]
    assert [one.level for one in crossed(1200, 1000, {100})] == [50, 80, 120]


def test_a_crossing_has_its_level_instant_and_cause() -> None:
    assert crossed(500, 1000, set()) == (
        sl.Crossing(
            id="mailings/2026-11/50",
            meter="mailings",
            month=NOVEMBER,
            level=50,
            at=NOW,
            cause=sl.CrossingCause.USAGE,
        ),
    )


def test_ids_of_crossings_are_unique() -> None:
    codes = ("a", "a/2026-11", "a/2026-11/50")
    months = (NOVEMBER, NOVEMBER.next())
    ids = {crossing_id(code, month, level) for code in codes for month in months for level in (5, 50)}
    assert len(ids) == len(codes) * len(months) * 2
