from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from itertools import pairwise, product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from superlicense.errors import InvalidValueError
from superlicense.model.month import Month, day_start
from superlicense.time_zones import time_zone
from tests.for_each import for_each

MICROSECOND = timedelta(microseconds=1)
ZONES = {
    name: ZoneInfo(name)
    for name in (
        "UTC",
        "Europe/Copenhagen",
        "America/St_Johns",
        "Pacific/Kiritimati",
        "Pacific/Apia",
        "America/Havana",
        "Africa/Cairo",
    )
}

# Zone, month, and the instants at which it begins and ends.
BOUNDS = [
    ("UTC", "2026-11", "2026-11-01T00:00", "2026-12-01T00:00"),
    ("Europe/Copenhagen", "2026-11", "2026-10-31T23:00", "2026-11-30T23:00"),
    ("Europe/Copenhagen", "2026-10", "2026-09-30T22:00", "2026-10-31T23:00"),  # a month of 31 days and an hour
    ("Europe/Copenhagen", "2026-03", "2026-02-28T23:00", "2026-03-31T22:00"),  # 31 days less an hour
    ("America/St_Johns", "2026-11", "2026-11-01T02:30", "2026-12-01T03:30"),
    ("America/St_Johns", "2009-11", "2009-11-01T02:30", "2009-12-01T03:30"),  # its first midnight came twice
    ("Pacific/Kiritimati", "2026-11", "2026-10-31T10:00", "2026-11-30T10:00"),
    ("Pacific/Kiritimati", "1994-12", "1994-12-01T10:00", "1994-12-31T10:00"),  # its last day never came
    ("America/Havana", "2012-04", "2012-04-01T05:00", "2012-05-01T04:00"),  # its first midnight never came
]
months = st.builds(Month, st.integers(1971, 2036), st.integers(1, 12))
zones = st.sampled_from(sorted(ZONES)).map(ZONES.__getitem__)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("zone", "month", "start", "end"), BOUNDS)
def test_a_month_begins_and_ends_at_these_instants(zone: str, month: str, start: str, end: str) -> None:
    asked = Month.parse(month)
    assert (asked.start(ZONES[zone]), asked.end(ZONES[zone])) == (utc(start), utc(end))
    assert asked.start(ZONES[zone]).tzinfo is UTC


@pytest.mark.parametrize(("zone", "month", "start", "end"), BOUNDS)
def test_its_first_and_last_microsecond_are_its_own(zone: str, month: str, start: str, end: str) -> None:
    asked = Month.parse(month)
    assert Month.of(utc(start) - MICROSECOND, ZONES[zone]) == asked.previous()
    assert Month.of(utc(start), ZONES[zone]) == asked
    assert Month.of(utc(start) + MICROSECOND, ZONES[zone]) == asked
    assert Month.of(utc(end) - MICROSECOND, ZONES[zone]) == asked
    assert Month.of(utc(end), ZONES[zone]) == asked.next()


@pytest.mark.parametrize("name", sorted(ZONES))
def test_the_copy_that_dateutil_carries_has_the_same_months(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoneinfo.ZoneInfo", _no_zone)
    carried = time_zone(name)
    month = Month(1993, 12)
    while month < Month(2027, 1):
        assert (month.start(carried), month.days(carried)) == (month.start(ZONES[name]), month.days(ZONES[name]))
        month = month.plus(13)


def _no_zone(name: str) -> tzinfo:
    raise KeyError(name)


def test_an_hour_that_comes_again_stays_in_the_month_that_had_begun() -> None:
    # Clocks went from 00:01 on 1 November back to 23:01 on 31 October.
    again = utc("2009-11-01T03:00")
    shown = again.astimezone(ZONES["America/St_Johns"])
    assert (shown.date(), shown.hour) == (date(2009, 10, 31), 23)
    assert Month.of(again, ZONES["America/St_Johns"]) == Month(2009, 11)


def test_an_instant_may_be_given_in_any_zone() -> None:
    east = timezone(timedelta(hours=14))
    assert Month.of(datetime(2026, 11, 1, 13, 59, tzinfo=east), UTC) == Month(2026, 10)


@given(months, zones)
def test_months_follow_each_other_without_gap_or_overlap(month: Month, zone: tzinfo) -> None:
    assert month.end(zone) == month.next().start(zone)
    assert month.start(zone) < month.end(zone)
    assert Month.of(month.start(zone), zone) == month
    assert Month.of(month.end(zone) - MICROSECOND, zone) == month


@given(months, zones)
def test_the_days_of_a_month_part_it(month: Month, zone: tzinfo) -> None:
    days = month.days(zone)
    assert days[0] == month.start(zone)
    assert days[-1] < month.end(zone)
    assert all(timedelta(hours=22) <= after - before <= timedelta(hours=26) for before, after in pairwise(days))


@pytest.mark.parametrize(
    ("zone", "month", "count"),
    [
        ("UTC", "2028-02", 29),
        ("Europe/Copenhagen", "2026-10", 31),
        ("Pacific/Kiritimati", "1994-12", 30),
        ("Pacific/Apia", "2011-12", 30),
    ],
)
def test_a_day_that_was_skipped_is_none(zone: str, month: str, count: int) -> None:
    assert len(Month.parse(month).days(ZONES[zone])) == count


def test_a_day_that_was_skipped_begins_when_the_next_one_does() -> None:
    apia = ZONES["Pacific/Apia"]
    assert day_start(date(2011, 12, 30), apia) == day_start(date(2011, 12, 31), apia) == utc("2011-12-30T10:00")


@given(months, st.integers(-500, 500))
def test_adding_months_is_reckoning_with_months(month: Month, number: int) -> None:
    moved = month
    for _ in range(abs(number)):
        moved = moved.next() if number > 0 else moved.previous()
    assert month.plus(number) == moved
    assert month.plus(number).plus(-number) == month


@given(months)
def test_a_month_is_read_as_it_is_written(month: Month) -> None:
    assert Month.parse(str(month)) == month


@given(months, months)
def test_months_are_ordered_by_time(one: Month, other: Month) -> None:
    assert (one < other) is (one.start(UTC) < other.start(UTC))
    assert (one < other) is (str(one) < str(other))


@for_each(
    "text",
    [
        "2026-13",
        "2026-00",
        "2026-1",
        "26-11",
        "2026-11-01",
        " 2026-11",
        "2026/11",
        "\u0662\u0660\u0662\u0666-\u0661\u0661",
        "0001-01",
        "",
        None,
        2026,
    ],
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        Month.parse(text)
    assert (refused.value.path, refused.value.value) == ("month", text)


@pytest.mark.parametrize("given_", [(2026, 0), (2026, 13), (1, 12), (9999, 1), (2026.0, 1), ("2026", 1), (2026, True)])
def test_a_month_of_no_calendar_is_refused(given_: tuple[int, int]) -> None:
    with pytest.raises(InvalidValueError):
        Month(*given_)


@pytest.mark.parametrize("zone", [timezone(timedelta(hours=-14)), timezone(timedelta(hours=14)), UTC])
def test_the_first_and_the_last_month_have_bounds_in_every_zone(zone: tzinfo) -> None:
    assert Month(2, 1).start(zone) < Month(2, 1).end(zone)
    assert Month(9998, 12).start(zone) < Month(9998, 12).end(zone)
    with pytest.raises(InvalidValueError):
        Month(9998, 12).next()


@pytest.mark.parametrize(
    "instant",
    [datetime(2026, 11, 1), date(2026, 11, 1), None, datetime.max.replace(tzinfo=UTC)],  # noqa: DTZ001 - refused
)
def test_an_instant_of_no_month_is_refused(instant: datetime) -> None:
    with pytest.raises(InvalidValueError):
        Month.of(instant, timezone(timedelta(hours=14)))


@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.gt, operator.ge])
def test_months_compare_by_time_and_with_months_only(compare: Callable[[object, object], bool]) -> None:
    months = [Month(2025, 12), Month(2026, 1), Month(2026, 11)]
    for one, other in product(range(3), repeat=2):
        assert compare(months[one], months[other]) is compare(one, other)
    with pytest.raises(TypeError):
        compare(months[0], 3)
