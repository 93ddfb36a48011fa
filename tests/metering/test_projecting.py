"""Estimates of the usage at the end of a month."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import superlicense as sl
from superlicense.rules.metering.calendar import Span, span_of
from superlicense.rules.metering.gauges import GaugeState, Reading, state_after
from superlicense.rules.metering.projecting import project
from tests.for_each import for_each

NOVEMBER = sl.Month(2026, 11)
START, END = NOVEMBER.start(UTC), NOVEMBER.end(UTC)
DAYS = NOVEMBER.days(UTC)
DAY, MICROSECOND = timedelta(days=1), timedelta(microseconds=1)
TALLY = sl.UserTally(users=10, counted=sl.UserCount.HIGHEST, asked=sl.UserCount.HIGHEST)
LAST, PEAK, MEAN = sl.Aggregation.LAST, sl.Aggregation.PEAK, sl.Aggregation.MEAN_OF_DAILY_PEAKS


def span_in(zone: tzinfo) -> Span:
    return span_of(NOVEMBER, NOVEMBER.start(zone), NOVEMBER.end(zone), zone)


def counter(included: int) -> sl.Meter:
    return sl.Meter(code="mailings", unit="e-mail", kind=sl.MeterKind.COUNTER, included=included)


def gauge(aggregation: sl.Aggregation, included: int) -> sl.Meter:
    return sl.Meter(code="storage", unit="byte", kind=sl.MeterKind.GAUGE, aggregation=aggregation, included=included)


def said(projection: sl.Projection) -> tuple[int, int, bool, date | None]:
    return projection.expected, projection.expected_overage, projection.passed, projection.passes_on


def on(day: int) -> date:
    return date(2026, 11, day)


# Days that have passed, used, included; expected, overage of it, whether it is passed, and the day.
COUNTERS: list[tuple[float, int, int, tuple[int, int, bool, date | None]]] = [
    (10, 100, 1000, (300, 0, False, None)),
    (10, 100, 300, (300, 0, False, None)),  # equal to the threshold is included
    (10, 100, 299, (300, 1, False, on(30))),
    (10, 100, 200, (300, 100, False, on(21))),  # at the end of the 20th it is 200 exactly
    (10, 100, 199, (300, 101, False, on(20))),
    (10, 100, 100, (300, 200, False, on(11))),
    (10, 100, 99, (300, 201, True, None)),
    (10, 0, 0, (0, 0, False, None)),
    (29.5, 1, 1, (1, 0, False, on(30))),  # a little more than 1 is above it
    (20, 1, 100, (2, 0, False, None)),  # 1.5 is rounded up
    (30, 100, 200, (100, 0, False, None)),
    (35, 300, 200, (300, 100, True, None)),
    (30 - MICROSECOND / DAY, 10**15, 10**15, (10**15 + 386, 386, False, on(30))),
]


@for_each(("passed", "used", "included", "expected"), COUNTERS)
def test_a_counter_continues_at_its_mean_rate(
    passed: float, used: int, included: int, expected: tuple[int, int, bool, date | None]
) -> None:
    projection = projected(counter(included), START + passed * DAY, used)
    assert said(projection) == expected
    assert (projection.meter, projection.month, projection.used, projection.threshold) == (
        "mailings",
        NOVEMBER,
        used,
        included,
    )


def test_a_projection_is_marked_as_an_estimate() -> None:
    projection = project(counter(0), NOVEMBER, at=START + DAY, used=0, tally=TALLY, span=span_in(UTC))
    assert projection is not None
    assert projection.estimate
    with pytest.raises(TypeError):
        sl.Projection(estimate=False)  # type: ignore[call-arg]  # the point of the test


def test_the_day_on_which_it_was_passed_is_given_where_it_is_known() -> None:
    zone = ZoneInfo("Pacific/Kiritimati")
    at = NOVEMBER.start(zone) + 10 * DAY
    passed_at = datetime(2026, 11, 4, 11, tzinfo=UTC)  # the 5th over there
    projection = projected(counter(5), at, 6, span=span_in(zone), passed_at=passed_at)
    assert said(projection) == (18, 13, True, on(5))


def test_days_are_those_of_the_installation() -> None:
    zone = ZoneInfo("America/St_Johns")
    projection = projected(counter(199), NOVEMBER.start(zone) + 10 * DAY, 100, span=span_in(zone))
    assert projection.passes_on == on(20)


def test_users_raise_the_threshold() -> None:
    meter = sl.Meter(code="mailings", unit="e-mail", kind=sl.MeterKind.COUNTER, included_per_user=20)
    assert projected(meter, START + DAY, 0).threshold == 200


def reading(day: float, quantity: int) -> Reading:
    return Reading(START + day * DAY, "disk", str(day), quantity)


# Rule, carried in, readings (days passed, value), included; expected, overage, passed, day. It is the 10th day's end.
GAUGES: list[tuple[sl.Aggregation, int, list[Reading], int, tuple[int, int, bool, date | None]]] = [
    (LAST, 100, [], 1000, (100, 0, False, None)),  # a value that stays
    (LAST, 0, [reading(9, 100)], 1000, (100, 0, False, None)),  # a first reading shows no rate
    (LAST, 50, [reading(9, 100)], 199, (200, 1, False, on(30))),
    (LAST, 100, [reading(9, 200)], 399, (400, 1, False, on(30))),
    (LAST, 300, [reading(9, 100)], 1000, (0, 0, False, None)),  # not below 0
    (LAST, 300, [reading(9, 100)], 50, (0, 0, True, None)),
    (PEAK, 300, [reading(9, 100)], 1000, (300, 0, False, None)),
    (PEAK, 0, [reading(3, 250), reading(9, 100)], 1000, (250, 0, False, None)),
    (PEAK, 50, [reading(9, 100)], 199, (200, 1, False, on(30))),
    (MEAN, 60, [], 60, (60, 0, False, None)),
    (MEAN, 0, [reading(9, 100)], 50, (70, 20, False, on(19))),  # nine days of 0, and 100 from the tenth day on
]


@for_each(("rule", "carried", "readings", "included", "expected"), GAUGES)
def test_a_gauge_continues_along_its_line(
    rule: sl.Aggregation,
    carried: int,
    readings: list[Reading],
    included: int,
    expected: tuple[int, int, bool, date | None],
) -> None:
    at = START + 10 * DAY
    state = state_after(carried, readings, DAYS)
    used = state.used(rule, DAYS, at)
    projection = projected(gauge(rule, included), at, used, gauge=state, carried=carried)
    assert said(projection) == expected


instants = st.integers(DAY // MICROSECOND, (END - START) // MICROSECOND).map(lambda step: START + step * MICROSECOND)
some_readings = st.lists(st.builds(reading, st.integers(0, 9), st.integers(0, 500)), max_size=5)


def projected(meter: sl.Meter, at: datetime, used: int, **more: Any) -> sl.Projection:  # noqa: ANN401 - any argument
    projection = project(meter, NOVEMBER, **{"at": at, "used": used, "tally": TALLY, "span": span_in(UTC), **more})
    assert projection is not None
    return projection


@given(instants, st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_counter_never_ends_below_what_it_is(at: datetime, used: int, included: int) -> None:
    projection = projected(counter(included), at, used)
    assert projection.expected >= used
    assert projection.passed is (used > included)
    if projection.passes_on is not None:
        assert on(1) <= projection.passes_on <= on(30)
        assert not projection.passed


@given(st.sampled_from([LAST, PEAK, MEAN]), st.integers(0, 500), some_readings)
def test_a_gauge_that_stays_ends_where_it_is(rule: sl.Aggregation, carried: int, readings: list[Reading]) -> None:
    still: GaugeState = state_after(carried, [*readings, reading(9.5, carried)], DAYS)
    projection = projected(
        gauge(rule, 10**9), START + 10 * DAY, still.used(rule, DAYS, START + 10 * DAY), gauge=still, carried=carried
    )
    assert projection.expected == still.used(rule, DAYS, END)


@pytest.mark.parametrize(
    ("at", "there"), [(START - DAY, False), (START + DAY - MICROSECOND, False), (START + DAY, True)]
)
def test_there_is_none_before_the_first_day_has_passed(at: datetime, *, there: bool) -> None:
    found = project(counter(0), NOVEMBER, at=at, used=10, tally=TALLY, span=span_in(UTC))
    assert (found is not None) is there


def test_the_expected_overage_has_its_amount() -> None:
    priced = evolve(counter(100), block_size=60, price_per_block=Decimal("12.50"), currency="DKK")
    projection = projected(priced, START + 10 * DAY, 60)
    assert (projection.expected_overage, projection.expected_amount, projection.currency) == (
        80,
        Decimal("25.00"),
        "DKK",
    )
