"""What stands behind a line: events, usage by day, and receipts without a recording."""

from __future__ import annotations

from datetime import UTC, date, timedelta

import pytest
from attrs import evolve

import superlicense as sl
from tests.installation import Clock
from tests.licensing.metered import DECEMBER, DISK, MAILS, MICROSECOND, NOVEMBER, Open, sent, statuses, stored, used

STARTS = NOVEMBER.start(UTC)
DAY = timedelta(days=1)


def by_day(firm: sl.Licensing, meter: str) -> list[tuple[int, int]]:
    return [(one.day.day, one.used) for one in firm.meters.days(NOVEMBER) if one.meter == meter]


class TestEvents:
    """They are streamed, corrections included."""

    def test_of_a_month_a_meter_and_a_source(self, firm: sl.Licensing, clock: Clock) -> None:
        first, second = sent(5, STARTS, name="a"), stored(7, STARTS, name="b")
        other = evolve(first, source="chat", id="c")
        corrected = sent(6, STARTS, name="a/1", corrects="a")
        clock.now = DECEMBER.start(UTC)
        firm.meters.record([first, second, other, corrected, sent(1, clock.now)])
        assert list(firm.meters.events("2026-11")) == [first, second, other, corrected]
        assert list(firm.meters.events(NOVEMBER, meter="storage")) == [second]
        assert list(firm.meters.events(NOVEMBER, source="chat")) == [other]
        assert list(firm.meters.events(DECEMBER, meter="storage")) == []
        with pytest.raises(sl.InvalidValueError):
            firm.meters.events("november")


class TestDays:
    """The days of a month that have begun, each with its usage."""

    def test_of_a_counter_add_up_to_the_month(self, opened: Open, clock: Clock) -> None:
        clock.now = STARTS + 2 * DAY
        firm = opened(meters=[MAILS])
        firm.meters.record([sent(5, STARTS), sent(2, STARTS + DAY - MICROSECOND), sent(9, STARTS + DAY, name="a")])
        firm.meters.record([sent(4, STARTS + DAY, corrects="a")])
        assert by_day(firm, "mailings") == [(1, 7), (2, 4), (3, 0)]
        assert used(firm) == {"mailings": 11}
        assert firm.meters.days(NOVEMBER)[0] == sl.DayUsage(meter="mailings", day=date(2026, 11, 1), used=7)

    @pytest.mark.parametrize(
        ("rule", "expected"),
        [
            (sl.Aggregation.LAST, [(1, 3), (2, 3), (3, 4)]),
            (sl.Aggregation.PEAK, [(1, 8), (2, 3), (3, 4)]),
            (sl.Aggregation.MEAN_OF_DAILY_PEAKS, [(1, 8), (2, 3), (3, 4)]),
        ],
    )
    def test_of_a_gauge_carry_its_value(
        self, opened: Open, clock: Clock, rule: sl.Aggregation, expected: list[tuple[int, int]]
    ) -> None:
        clock.now = STARTS + 2 * DAY
        firm = opened(meters=[evolve(DISK, aggregation=rule)])
        firm.meters.record([stored(8, STARTS - DAY), stored(3, STARTS + MICROSECOND), stored(4, STARTS + 2 * DAY)])
        assert by_day(firm, "storage") == expected


class TestTryRecord:
    """It answers as a recording would, and keeps nothing."""

    def test_gives_the_receipts(self, firm: sl.Licensing) -> None:
        firm.meters.record([sent(5, name="a")])
        before = firm.revision(), used(firm), firm.meters.crossings()
        tried = [sent(5, name="a"), sent(6, name="a"), sent(500, name="b"), sent(1, name="c", corrects="b")]
        answers = ["duplicate", "other_content", "accepted", "corrects_other_instant"]
        tried[3] = evolve(tried[3], at=tried[3].at - DAY)
        assert statuses(firm.meters.try_record(tried)) == answers
        assert (firm.revision(), used(firm), firm.meters.crossings()) == before
        assert statuses(firm.meters.record(tried)) == answers

    def test_takes_usage_events_alone(self, firm: sl.Licensing) -> None:
        with pytest.raises(sl.InvalidValueError, match="events"):
            firm.meters.try_record(["a"])  # type: ignore[list-item]  # the point of the test
