from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from superlicense.errors import InvalidValueError
from superlicense.licensing.clock import FAR_FUTURE, FAR_PAST, nanoseconds, ticks_of, to_utc, utc_now


def test_an_instant_is_given_in_utc() -> None:
    there = datetime(2026, 11, 24, 10, tzinfo=timezone(timedelta(hours=1)))
    assert to_utc(there) == there
    assert to_utc(there).tzinfo is UTC
    assert to_utc(there).hour == 9


@pytest.mark.parametrize("at", [None, 0, "2026-11-24", datetime(2026, 11, 24)])  # noqa: DTZ001 - naive on purpose
def test_what_is_no_instant_is_named(at: object) -> None:
    with pytest.raises(InvalidValueError) as caught:
        to_utc(at, "since")
    assert caught.value.path == "since"


@pytest.mark.parametrize(
    "edge",
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-14))),
    ],
)
def test_an_instant_outside_the_years_of_utc_is_an_error(edge: datetime) -> None:
    with pytest.raises(InvalidValueError):
        to_utc(edge)


def test_nanoseconds_are_exact() -> None:
    assert nanoseconds(datetime(1970, 1, 1, tzinfo=UTC)) == 0
    assert nanoseconds(datetime(2026, 11, 24, 9, 0, 0, 1, tzinfo=UTC)) == 1_795_510_800_000_001_000
    assert nanoseconds(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1000
    ends = nanoseconds(datetime.min.replace(tzinfo=UTC)), nanoseconds(datetime.max.replace(tzinfo=UTC))
    assert FAR_PAST < ends[0] < ends[1] < FAR_FUTURE


def test_ticks_read_the_clock_they_are_of() -> None:
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert ticks_of(lambda: now)() == nanoseconds(now)
    before = nanoseconds(utc_now())
    assert before <= ticks_of(utc_now)() <= nanoseconds(utc_now()) + 1000


def test_the_system_clock_is_aware() -> None:
    assert utc_now().tzinfo is UTC
