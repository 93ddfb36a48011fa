"""The usage of a month of a gauge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import superlicense as sl
from superlicense.rules.metering.gauges import (
    GaugeState,
    Reading,
    days_after,
    gauge_state,
    initial_state,
    readings_of,
    state_after,
)
from tests.for_each import for_each
from tests.metering.plain_gauges import last_value, peaks_by_day

UTC_DAYS = sl.Month(2026, 11).days(UTC)
END = sl.Month(2026, 11).end(UTC)
DAY, HOUR, MICROSECOND = timedelta(days=1), timedelta(hours=1), timedelta(microseconds=1)
START = UTC_DAYS[0]
LAST, PEAK, MEAN = sl.Aggregation.LAST, sl.Aggregation.PEAK, sl.Aggregation.MEAN_OF_DAILY_PEAKS

# The value carried in, readings (day from 0, hour, value), and LAST, PEAK and MEAN at the end of 30 days.
MONTHS: list[tuple[int, list[tuple[int, int, int]], int, int, int]] = [
    (0, [], 0, 0, 0),
    (90, [], 90, 90, 90),  # no reading, so the value of the month before is carried through
    (0, [(0, 0, 90)], 90, 90, 90),
    (90, [(0, 0, 30)], 30, 30, 30),  # replaced at the very start
    (90, [(0, 1, 30)], 30, 90, 32),  # (90 + 29 × 30) / 30
    (0, [(29, 23, 90)], 90, 90, 3),
    (0, [(10, 12, 90), (10, 13, 0)], 0, 90, 3),  # a spike within a day
    (0, [(10, 0, 60), (20, 0, 30)], 30, 60, 30),  # ten days each of 0, 60 and 30
    (0, [(29, 12, 15)], 15, 15, 1),  # 0.5 is rounded up
    (0, [(29, 12, 14)], 14, 14, 0),
    (10**15, [], 10**15, 10**15, 10**15),
]


def reading(day: int, hour: int, quantity: int, id_: str = "1") -> Reading:
    return Reading(START + day * DAY + hour * HOUR, "disk", id_, quantity)


@for_each(("carried", "readings", "last", "peak", "mean"), MONTHS)
def test_a_month_has_this_usage(
    carried: int, readings: list[tuple[int, int, int]], last: int, peak: int, mean: int
) -> None:
    state = state_after(carried, [reading(*one) for one in readings], UTC_DAYS)
    assert [state.used(rule, UTC_DAYS, END) for rule in (LAST, PEAK, MEAN)] == [last, peak, mean]


# Until when, and the mean of the days that have begun: 60 carried in, 0 from the second day on.
RUNNING = [
    (START, 60),
    (START + DAY - MICROSECOND, 60),
    (START + DAY, 30),
    (START + 2 * DAY - MICROSECOND, 30),
    (START + 2 * DAY, 20),
    (END, 2),
]


@pytest.mark.parametrize(("until", "mean"), RUNNING)
def test_a_running_month_has_the_days_that_have_begun(until: datetime, mean: int) -> None:
    state = state_after(60, [Reading(START + DAY, "disk", "1", 0)] if until >= START + DAY else [], UTC_DAYS)
    assert state.used(MEAN, UTC_DAYS, until) == mean


def test_a_reading_at_the_start_of_a_day_begins_it() -> None:
    state = state_after(60, [Reading(START + DAY, "disk", "1", 0)], UTC_DAYS)
    assert state.used(MEAN, UTC_DAYS, START + DAY) == 30


@pytest.mark.parametrize(("month", "hours"), [("2026-10", 25), ("2026-03", 23)])
def test_a_day_counts_once_however_many_hours_it_has(month: str, hours: int) -> None:
    zone = ZoneInfo("Europe/Copenhagen")
    days = sl.Month.parse(month).days(zone)
    place = next(i for i in range(len(days) - 1) if days[i + 1] - days[i] == hours * HOUR)
    state = state_after(
        0, [Reading(days[place], "disk", "1", 310), Reading(days[place + 1] - MICROSECOND, "disk", "2", 0)], days
    )
    assert state.used(MEAN, days, sl.Month.parse(month).end(zone)) == 10


def test_of_two_readings_of_an_instant_the_last_in_order_holds_and_both_count_for_the_peak() -> None:
    both = [reading(5, 0, 300, "b"), reading(5, 0, 900, "a")]
    for order in (both, both[::-1]):
        state = state_after(0, order, UTC_DAYS)
        assert (state.value, state.peak, state.newest) == (300, 900, both[0][:3])


def test_at_the_start_of_a_month_both_count_for_the_peak_too() -> None:
    state = state_after(50, [reading(0, 0, 3, "b"), reading(0, 0, 9, "a")], UTC_DAYS)
    assert (state.value, state.peak, state.day_peak) == (3, 9, 9)


def test_a_month_begins_with_what_is_carried_into_it() -> None:
    assert initial_state(7) == GaugeState(value=7, newest=None, peak=7, day=0, peaks=0, day_peak=7)


readings = st.lists(
    st.builds(reading, st.integers(0, 29), st.integers(0, 23), st.integers(0, 100), st.sampled_from("abc")), max_size=12
)


@given(st.integers(0, 100), readings, st.randoms(use_true_random=False))
def test_readings_in_any_order_and_groups_have_the_usage_of_a_plain_recount(
    carried: int, given_: list[Reading], random: Random
) -> None:
    distinct = list({one[:3]: one for one in given_}.values())
    summaries, left = days_after((), (), UTC_DAYS), random.sample(distinct, len(distinct))
    while left:
        size = random.randint(1, len(left))
        summaries, left = days_after(summaries, left[:size], UTC_DAYS), left[size:]
    state = gauge_state(carried, summaries)
    assert state == state_after(carried, distinct, UTC_DAYS)
    peaks = peaks_by_day(carried, distinct, UTC_DAYS, END)
    mean = (2 * sum(peaks) + 30) // 60
    expected = [last_value(carried, distinct), max(peaks), mean]
    assert [state.used(rule, UTC_DAYS, END) for rule in (LAST, PEAK, MEAN)] == expected


@given(st.integers(0, 100), readings)
def test_the_mean_lies_between_the_lowest_value_and_the_peak(carried: int, given_: list[Reading]) -> None:
    state = state_after(carried, given_, UTC_DAYS)
    least = min([carried, *(one.quantity for one in given_)])
    assert least <= state.used(MEAN, UTC_DAYS, END) <= state.used(PEAK, UTC_DAYS, END)
    assert state.used(LAST, UTC_DAYS, END) <= state.used(PEAK, UTC_DAYS, END)


def event(id_: str, quantity: int, corrects: str | None = None, source: str = "disk") -> sl.UsageEvent:
    return sl.UsageEvent(source=source, id=id_, meter="storage", quantity=quantity, at=START, corrects=corrects)


# Accepted events in order, and the values that count.
CORRECTED = [
    ([event("1", 5)], [5]),
    ([event("1", 0)], [0]),  # a value of 0 is a value
    ([event("1", 5), event("2", 9, "1")], [9]),
    ([event("1", 5), event("2", 0, "1")], []),  # canceled: never made
    ([event("1", 0), event("2", 0, "1")], []),
    ([event("1", 5), event("2", 0, "1"), event("3", 7, "1")], [7]),  # the newest counts
    ([event("1", 5), event("2", 9, "1"), event("3", 0, "1")], []),
    ([event("1", 5), event("1", 6, source="other"), event("2", 9, "1", source="other")], [5, 9]),
]


@pytest.mark.parametrize(("events", "counts"), CORRECTED)
def test_the_newest_correction_counts_and_what_is_canceled_was_never_read(
    events: list[sl.UsageEvent], counts: list[int]
) -> None:
    assert [one.quantity for one in readings_of(events)] == counts
