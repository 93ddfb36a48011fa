"""The months of an installation whose zone may have been changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import superlicense as sl
from superlicense.rules.metering.calendar import Months, StoredBounds, span_of
from tests.for_each import for_each

ZONES = (
    "UTC",
    "Europe/Copenhagen",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Pacific/Apia",
)
OCTOBER, NOVEMBER, DECEMBER = sl.Month(2026, 10), sl.Month(2026, 11), sl.Month(2026, 12)
MICROSECOND = timedelta(microseconds=1)


def stored(zone: str, *months: sl.Month) -> list[StoredBounds]:
    """Return months as they are stored where the installation was in *zone*."""
    return [(month.start(ZoneInfo(zone)), month.end(ZoneInfo(zone)), month) for month in months]


# The zone that October and November were stored in, that of today, and where December begins.
CHANGES = [
    ("UTC", "UTC", datetime(2026, 12, 1, 0, tzinfo=UTC)),
    ("UTC", "Europe/Copenhagen", datetime(2026, 12, 1, 0, tzinfo=UTC)),  # an hour later than Copenhagen's own
    ("Europe/Copenhagen", "UTC", datetime(2026, 11, 30, 23, tzinfo=UTC)),
    ("Pacific/Kiritimati", "Pacific/Pago_Pago", datetime(2026, 11, 30, 10, tzinfo=UTC)),
    ("Pacific/Pago_Pago", "Pacific/Kiritimati", datetime(2026, 12, 1, 11, tzinfo=UTC)),
    ("Pacific/Chatham", "Australia/Lord_Howe", datetime(2026, 11, 30, 10, 15, tzinfo=UTC)),
]


@for_each(("then", "now", "begins"), CHANGES)
def test_the_first_untouched_month_begins_where_the_last_touched_one_ends(
    then: str, now: str, begins: datetime
) -> None:
    months, zone = Months(ZoneInfo(now), stored(then, OCTOBER, NOVEMBER)), ZoneInfo(now)
    assert months.span(begins - MICROSECOND) == stored(then, NOVEMBER)[0]
    assert months.span(begins) == (begins, DECEMBER.end(zone), DECEMBER)
    assert months.bounds(DECEMBER.next()) == (DECEMBER.end(zone), DECEMBER.next().end(zone), DECEMBER.next())


@for_each(("then", "now", "begins"), CHANGES)
def test_an_untouched_month_before_the_stored_ones_ends_where_they_begin(then: str, now: str, begins: datetime) -> None:
    del begins
    months, first = Months(ZoneInfo(now), stored(then, OCTOBER, NOVEMBER)), OCTOBER.start(ZoneInfo(then))
    before = OCTOBER.previous()
    assert months.span(first - MICROSECOND) == (before.start(ZoneInfo(now)), first, before)
    assert months.span(first)[2] == OCTOBER


@given(
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
    st.integers(0, 3),
    st.timedeltas(timedelta(days=-70), timedelta(days=70)),
)
def test_months_leave_no_gap_and_never_overlap(then: str, now: str, touched: int, away: timedelta) -> None:
    at = datetime(2011, 12, 30, tzinfo=UTC) + away  # Apia skipped that day
    known = stored(then, *(sl.Month(2011, 11).plus(place) for place in range(touched)))
    months = Months(ZoneInfo(now), known)
    start, end, month = months.span(at)
    assert start <= at < end
    assert months.bounds(month) == (start, end, month)
    assert months.bounds(month.next())[0] == end
    assert months.span(end)[2] == month.next()
    assert months.span(start - MICROSECOND)[2] == month.previous()


class TestDays:
    """The first day begins with the month, each other one at its midnight."""

    def test_of_a_month_that_begins_late_or_early(self) -> None:
        kiritimati, pago = ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago")
        late = span_of(DECEMBER, NOVEMBER.end(pago), DECEMBER.end(kiritimati), kiritimati)
        # It begins in the second of its days, the first of which nobody has seen.
        assert len(late.days) == 30
        assert late.days[0] == NOVEMBER.end(pago)
        assert late.date_of(DECEMBER, late.days[0]) == date(2026, 12, 2)
        early = span_of(DECEMBER, NOVEMBER.end(kiritimati), DECEMBER.end(pago), pago)
        assert len(early.days) == 31
        assert early.days[1] - early.days[0] == timedelta(hours=49)
        assert early.date_of(DECEMBER, early.days[0]) == date(2026, 12, 1)

    @pytest.mark.parametrize(
        ("zone", "month", "days", "hours"),
        [
            ("Pacific/Apia", sl.Month(2011, 12), 30, {24}),  # the 30th was skipped
            ("Australia/Lord_Howe", sl.Month(2026, 4), 30, {24, 24.5}),  # clocks go back by half an hour
            ("Pacific/Chatham", sl.Month(2026, 9), 30, {23, 24}),
            ("America/St_Johns", sl.Month(2026, 11), 30, {24, 25}),
        ],
    )
    def test_are_those_that_the_zone_had(self, zone: str, month: sl.Month, days: int, hours: set[float]) -> None:
        span = span_of(month, month.start(ZoneInfo(zone)), month.end(ZoneInfo(zone)), ZoneInfo(zone))
        assert span.days == month.days(ZoneInfo(zone))
        assert len(span.days) == days
        found = {
            (after - before) / timedelta(hours=1)
            for before, after in zip(span.days, (*span.days[1:], span.end), strict=True)
        }
        assert found == hours
