"""Levels are judged by the usage as of the instant of a write, and time alone can reach them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.licensing.metering.locked_recording import LockedRecording
from tests.installation import SALES, Clock
from tests.licensing.metered import (
    DECEMBER,
    DISK,
    JANUARY,
    MAILS,
    MICROSECOND,
    NOVEMBER,
    Open,
    levels,
    sent,
    stored,
    used,
    with_users,
)

DAY = timedelta(days=1)
MEAN = evolve(DISK, aggregation=sl.Aggregation.MEAN_OF_DAILY_PEAKS, included=0, included_per_user=10)
FULL = sl.Policy(crossing_levels=(100,))
NOVEMBER_STARTS, DECEMBER_STARTS = NOVEMBER.start(UTC), DECEMBER.start(UTC)


class TestUsersThatMove:
    """A write that moves users judges the usage as of its own instant."""

    def test_a_mean_that_has_fallen_since_its_reading_crosses_nothing(self, opened: Open, clock: Clock) -> None:
        clock.now = NOVEMBER_STARTS
        policy = sl.Policy(user_count=sl.UserCount.AT_CLOSE, crossing_levels=(100,))
        firm = with_users(opened(meters=[MEAN], policy=policy), "anna", "bo", "di")
        firm.meters.record([stored(25), stored(0, NOVEMBER_STARTS + MICROSECOND)])
        clock.now += 4 * DAY  # a mean of 5 of 20
        firm.seats.release("di", SALES, by="admin")
        assert levels(firm) == []

    def test_a_mean_that_has_risen_since_its_reading_crosses(self, opened: Open, clock: Clock) -> None:
        clock.now = NOVEMBER_STARTS + 8 * DAY
        policy = sl.Policy(user_count=sl.UserCount.AT_CLOSE, crossing_levels=(100,))
        firm = with_users(opened(meters=[MEAN], policy=policy), "anna", "bo")
        firm.meters.record([stored(30, clock.now)])  # a mean of 3.3
        clock.now += 9 * DAY  # and of 16.7 by now
        assert levels(firm) == []
        firm.seats.release("bo", SALES, by="admin")
        (crossing,) = firm.meters.crossings()
        assert (crossing.level, crossing.at, crossing.cause) == (100, clock.now, sl.CrossingCause.THRESHOLD)

    def test_one_that_is_dated_back_judges_it_as_of_then(self, opened: Open, clock: Clock) -> None:
        clock.now = NOVEMBER_STARTS
        firm = with_users(opened(meters=[evolve(MEAN, included=15, included_per_user=0)], policy=FULL), "anna", "bo")
        clock.now += 19 * DAY
        # Twenty for three days, and nothing since.
        firm.meters.record([stored(20, NOVEMBER_STARTS), stored(0, NOVEMBER_STARTS + 3 * DAY)])
        assert (used(firm)["storage"], levels(firm)) == (3, [])
        then = NOVEMBER_STARTS + 3 * DAY + MICROSECOND
        firm.apply([sl.Release(holder="bo", license=SALES)], by="admin", at=then)
        (crossing,) = firm.meters.crossings()
        assert (crossing.id, crossing.at) == ("storage/2026-11/100", then)
        assert crossing.cause is sl.CrossingCause.TIME

    def test_what_one_that_is_dated_back_has_not_reached_by_then_is_due_on_the_same_day(
        self, opened: Open, clock: Clock
    ) -> None:
        clock.now = NOVEMBER_STARTS
        policy = sl.Policy(user_count=sl.UserCount.AT_CLOSE, crossing_levels=(50, 100))
        mean = evolve(MEAN, included_per_user=14)
        firm = with_users(opened(meters=[MAILS, mean], policy=policy), "anna", "bo", "di")
        clock.now += 8 * DAY
        firm.meters.record([stored(30, clock.now)])
        clock.now += 9 * DAY
        assert firm.meters.check(by="nightly") == ()  # a mean of 16.7 of 42
        # A mean of 8.2 of 14 on the eleventh, and of 16.7 by now.
        changes = [sl.Release(holder=name, license=SALES) for name in ("bo", "di")]
        firm.apply(changes, by="admin", at=NOVEMBER_STARTS + 10 * DAY)
        assert levels(firm) == [("storage", "2026-11", 50)]
        firm.meters.record([sent(0, clock.now)])
        assert levels(firm)[1:] == [("storage", "2026-11", 100)]
        assert firm.meters.crossings()[-1].cause is sl.CrossingCause.TIME


class TestWhatIsDue:
    """Time moves a gauge; the next write of usage reports it, reads never do."""

    def test_a_recording_of_another_meter_reports_a_mean_once_a_day(self, opened: Open, clock: Clock) -> None:
        clock.now = NOVEMBER_STARTS + DAY
        firm = opened(meters=[MAILS, evolve(MEAN, included=15)], policy=FULL)
        firm.meters.record([stored(30, clock.now), sent(0, clock.now)])
        assert levels(firm) == [("storage", "2026-11", 100)]  # a day counts from its first instant: 30 in 2 days

    @pytest.mark.parametrize("how", ["recording", "check", "close"])
    def test_everything_that_writes_usage_reports_it_with_its_cause(self, opened: Open, clock: Clock, how: str) -> None:
        clock.now = NOVEMBER_STARTS + DAY
        firm = opened(meters=[MAILS, evolve(MEAN, included=16)], policy=FULL)
        firm.meters.record([stored(30, clock.now), sent(0, clock.now)])
        clock.now = NOVEMBER_STARTS + 2 * DAY - MICROSECOND
        assert firm.meters.check(by="nightly") == ()
        clock.now += MICROSECOND
        assert firm.meters.usage(NOVEMBER)[1].used == 20
        assert levels(firm) == []
        if how == "recording":
            firm.meters.record([sent(0, clock.now)])
        elif how == "check":
            assert [one.id for one in firm.meters.check(by="nightly")] == ["storage/2026-11/100"]
        else:
            clock.now = DECEMBER_STARTS
            firm.meters.close(NOVEMBER, by="billing")
        (crossing,) = firm.meters.crossings()
        assert (crossing.at, crossing.cause) == (clock.now, sl.CrossingCause.TIME)
        firm.meters.check(by="nightly")
        assert len(firm.meters.crossings(month=NOVEMBER)) == 1

    def test_a_gauge_carried_over_its_threshold_is_reported_by_a_check(self, opened: Open, clock: Clock) -> None:
        firm = opened(meters=[DISK], policy=FULL)
        firm.meters.record([stored(1000)])
        clock.now = DECEMBER_STARTS
        assert [(str(one.month), one.cause) for one in firm.meters.check(by="nightly")] == [
            ("2026-12", sl.CrossingCause.TIME)
        ]

    def test_a_mean_by_the_terms_of_another_instance_is_reported_too(self, opened: Open, clock: Clock) -> None:
        clock.now = NOVEMBER_STARTS + DAY
        firm = opened(meters=[MAILS, evolve(MEAN, included=16)], policy=FULL)
        firm.meters.record([stored(30, clock.now), sent(0, clock.now)])
        worker = opened(meters=[MAILS], policy=FULL)
        worker.meters.record([sent(0, clock.now)])
        assert levels(worker) == []
        clock.now += DAY
        worker.meters.record([sent(0, clock.now)])
        assert levels(worker) == [("storage", "2026-11", 100)]

    def test_a_month_that_is_opened_for_a_later_one_is_judged_with_it(self, opened: Open, clock: Clock) -> None:
        firm = opened(meters=[DISK], policy=FULL)
        firm.meters.record([stored(1000)])
        clock.now = DECEMBER_STARTS
        firm.meters.set_terms(JANUARY, by="signe")
        assert [(str(one.month), one.cause) for one in firm.meters.crossings()] == [
            ("2026-11", sl.CrossingCause.USAGE),
            ("2026-12", sl.CrossingCause.TIME),
            ("2027-01", sl.CrossingCause.TIME),
        ]

    def test_terms_that_are_dated_back_are_checked_again_on_the_same_day(self, opened: Open, clock: Clock) -> None:
        clock.now = NOVEMBER_STARTS + 8 * DAY
        firm = opened(meters=[MAILS, evolve(MEAN, included=100)], policy=FULL)
        firm.meters.record([stored(30, clock.now)])
        clock.now += 9 * DAY
        assert firm.meters.check(by="nightly") == ()
        cheap = opened(meters=[MAILS, evolve(MEAN, included=14)], policy=FULL)
        assert cheap.meters.check(by="nightly") == ()
        # A mean of 8.2 by the eleventh, and of 16.7 by now.
        cheap.meters.set_terms(NOVEMBER, by="signe", at=NOVEMBER_STARTS + 10 * DAY)
        assert levels(cheap) == []
        cheap.meters.record([sent(0, clock.now)])
        assert levels(cheap) == [("storage", "2026-11", 100)]

    def test_a_check_a_day_is_enough_for_recordings(
        self, opened: Open, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        locked: list[datetime] = []
        run = LockedRecording.run

        def noted(recording: LockedRecording) -> tuple[sl.Receipt, ...]:
            locked.append(clock.now)
            return run(recording)

        firm = opened(meters=[MAILS])
        firm.meters.record([sent(1)])
        monkeypatch.setattr(LockedRecording, "run", noted)
        days = [DECEMBER_STARTS + day * DAY for day in range(3)]
        for clock.now in days:
            for _ in range(3):
                firm.meters.record([sent(1)])  # late, while nothing has touched December
        assert locked == days

    def test_a_check_has_an_author(self, firm: sl.Licensing) -> None:
        with pytest.raises(sl.InvalidValueError, match="by"):
            firm.meters.check(by="")


class TestTheFirstInstant:
    """The users of a month's first instant are those after its moves."""

    def test_who_leaves_then_does_not_count(self, opened: Open, clock: Clock) -> None:
        firm = with_users(opened(), "anna", "bo")
        clock.now = DECEMBER_STARTS
        firm.seats.release("bo", SALES, by="admin")
        assert {one.users for one in firm.meters.usage(DECEMBER)} == {1}
        assert {one.users for one in firm.meters.usage(NOVEMBER)} == {2}
        assert firm.verify_store().findings == ()

    def test_a_microsecond_later_he_does(self, opened: Open, clock: Clock) -> None:
        firm = with_users(opened(), "anna", "bo")
        clock.now = DECEMBER_STARTS + MICROSECOND
        firm.seats.release("bo", SALES, by="admin")
        assert {one.users for one in firm.meters.usage(DECEMBER)} == {2}
