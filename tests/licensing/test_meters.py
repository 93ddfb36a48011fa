"""Metered services: what is recorded, for how many users, in which month."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.catalog import meters
from tests.installation import INSTALLATION, SALES, START, Clock
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
    statuses,
    stored,
    used,
    with_users,
)


class TestRecording:
    """Exactly once, whatever is sent how often."""

    def test_the_same_again_counts_once(self, firm: sl.Licensing) -> None:
        event = sent(10)
        assert statuses(firm.meters.record([event, event])) == ["accepted", "duplicate"]
        assert statuses(firm.meters.record([event])) == ["duplicate"]
        assert used(firm)["mailings"] == 10

    def test_other_content_under_one_id_is_a_conflict(self, firm: sl.Licensing) -> None:
        firm.meters.record([sent(10, name="a")])
        other = sent(11, name="a")
        assert statuses(firm.meters.record([other, sent(1, name="b")])) == ["other_content", "accepted"]
        assert used(firm)["mailings"] == 11

    def test_a_correction_may_come_with_its_original(self, firm: sl.Licensing) -> None:
        batch = [sent(10, name="a"), sent(4, name="b", corrects="a"), sent(0, name="c", corrects="nothing")]
        assert statuses(firm.meters.record(batch)) == ["accepted", "accepted", "corrects_unknown"]
        firm.meters.record([sent(7, name="d", corrects="a")])
        assert used(firm)["mailings"] == 7
        firm.meters.record([sent(0, name="e", corrects="a")])
        assert used(firm)["mailings"] == 0

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"quantity": -1}, "quantity_negative"),
            ({"quantity": float("nan")}, "quantity_not_whole"),
            ({"quantity": "10"}, "quantity_not_whole"),
            ({"quantity": True}, "quantity_not_whole"),
            ({"quantity": 10**15 + 1}, "quantity_too_large"),
            ({"meter": "unheard of"}, "unknown_meter"),
            ({"meter": None}, "unknown_meter"),
            ({"source": ""}, "malformed_source"),
            ({"source": " a"}, "malformed_source"),
            ({"id": "a\nb"}, "malformed_id"),
            ({"id": "x" * 255}, "malformed_id"),
            ({"corrects": ""}, "malformed_corrects"),
            ({"at": START + timedelta(minutes=5, microseconds=1)}, "in_future"),
            ({"at": datetime(1999, 12, 31, tzinfo=UTC)}, "too_long_ago"),
        ],
    )
    def test_bad_input_has_a_code_and_changes_nothing(
        self, firm: sl.Licensing, wrong: dict[str, object], code: str
    ) -> None:
        before = firm.meters.usage(NOVEMBER), firm.revision()
        good = {"source": "mailer", "id": "a", "meter": "mailings", "quantity": 1, "at": START}
        bad = sl.UsageEvent(**{**good, **wrong})  # type: ignore[arg-type]  # that is what is wrong
        assert statuses(firm.meters.record([bad])) == [code]
        assert (firm.meters.usage(NOVEMBER), firm.revision()) == before
        assert statuses(firm.meters.record([sent(1, name="good"), bad])) == ["accepted", code]
        assert used(firm)["mailings"] == 1

    def test_a_total_that_is_too_large_is_refused(self, firm: sl.Licensing) -> None:
        most = [sent(10**15) for _ in range(9_223)]
        assert set(statuses(firm.meters.record(most))) == {"accepted"}
        assert statuses(firm.meters.record([sent(10**15), sent(372_036_854_775_807)])) == [
            "total_too_large",
            "accepted",
        ]
        assert used(firm)["mailings"] == 2**63 - 1

    def test_nothing_but_events_is_recorded(self, firm: sl.Licensing) -> None:
        with pytest.raises(sl.InvalidValueError, match=r"events\[1\]"):
            firm.meters.record([sent(1), "mail"])  # type: ignore[list-item]
        with pytest.raises(sl.InvalidValueError, match="by"):
            firm.meters.record([sent(1)], by="")
        assert used(firm)["mailings"] == 0
        assert firm.meters.record([]) == ()

    def test_an_event_five_minutes_ahead_may_be_of_the_next_month(self, firm: sl.Licensing, clock: Clock) -> None:
        clock.now = DECEMBER.start(UTC) - timedelta(minutes=5)
        assert statuses(firm.meters.record([sent(3, DECEMBER.start(UTC))])) == ["accepted"]
        assert (used(firm)["mailings"], used(firm, DECEMBER)["mailings"]) == (0, 3)

    def test_two_installations_count_by_themselves(self, opened: Open) -> None:
        here = with_users(opened(), "anna")
        there = opened(evolve(INSTALLATION, database_id="0c7e8a52-9d1b-4a57-8f9e-5d7a3b1c2e44"))
        event = sent(5, name="one id")
        assert statuses(here.meters.record([event])) == statuses(there.meters.record([event])) == ["accepted"]
        here.meters.record([sent(1)])
        assert (used(here)["mailings"], used(there)["mailings"]) == (6, 5)
        assert there.meters.usage(NOVEMBER)[0].users == 0
        assert [one.meter for one in there.meters.crossings()] == ["mailings"]

    def test_readings_of_a_gauge_may_arrive_in_any_order(self, firm: sl.Licensing, clock: Clock) -> None:
        clock.forward(hours=5)
        firm.meters.record([stored(10, START + timedelta(hours=2))])
        firm.meters.record([stored(700, START + timedelta(hours=1))])
        assert used(firm)["storage"] == 10
        firm.meters.record([stored(30, START + timedelta(hours=3)), stored(20, START + timedelta(hours=2.5))])
        assert used(firm)["storage"] == 30

    def test_a_new_meter_joins_in_the_middle_of_a_month(self, firm: sl.Licensing, opened: Open) -> None:
        firm.meters.record([sent(1)])
        more = opened(meters=(MAILS, DISK, evolve(meters.CHAT_SESSIONS, included_per_user=1)))
        chat = evolve(sent(4), meter="chat_sessions")
        assert statuses(more.meters.record([chat])) == ["accepted"]
        assert used(more) == {"chat_sessions": 4, "mailings": 1, "storage": 0}
        assert {one.users for one in more.meters.usage(NOVEMBER)} == {2}
        # An instance without the meter continues.
        assert statuses(firm.meters.record([chat, sent(1)])) == ["duplicate", "accepted"]
        firm.seats.release("bo", SALES, by="admin")
        assert used(firm) == used(more) == {"chat_sessions": 4, "mailings": 2, "storage": 0}

    def test_a_meter_whose_kind_has_changed_loses_nothing(self, firm: sl.Licensing, opened: Open) -> None:
        """A month keeps the kind with which it was opened; the next one has the new kind."""
        firm.meters.record([sent(5), stored(900)])
        level = evolve(MAILS, kind=sl.MeterKind.GAUGE, aggregation=sl.Aggregation.PEAK)
        added = evolve(DISK, kind=sl.MeterKind.COUNTER, aggregation=sl.Aggregation.SUM)
        other = opened(meters=(level, added))
        assert used(other) == {"mailings": 5, "storage": 900}
        assert statuses(other.meters.record([sent(7), stored(9)])) == ["accepted", "accepted"]
        assert used(other) == {"mailings": 12, "storage": 9}
        assert {line.meter: line.used for line in other.meters.statement(NOVEMBER).lines} == used(other)
        assert [one.used for one in other.meters.projection(NOVEMBER)] == [12, 9]

    def test_a_sender_in_doubt_sends_again(self, firm: sl.Licensing) -> None:
        batch = [sent(1) for _ in range(50)]

        def send() -> None:
            for start in range(0, 50, 10):
                firm.meters.record(batch[start : start + 10])

        threads = [Thread(target=send) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert used(firm)["mailings"] == 50
        assert levels(firm) == []

    def test_recording_moves_no_revision(self, firm: sl.Licensing) -> None:
        before = firm.revision()
        firm.meters.record([sent(150)])
        assert firm.revision() == before


class TestUsers:
    """Which users raise a threshold."""

    def test_the_peak_holds_for_the_month(self, firm: sl.Licensing, clock: Clock) -> None:
        clock.forward(hours=1)
        firm.seats.release("bo", SALES, by="admin")
        usage = firm.meters.usage(NOVEMBER)[0]
        assert (usage.users, usage.threshold) == (2, 200)
        assert str(usage.derivation).startswith("0 + 100 × 2 users = 200 (users: ")
        assert firm.meters.usage(DECEMBER)[0].users == 1

    def test_a_month_without_a_write_still_has_its_users(self, firm: sl.Licensing, clock: Clock) -> None:
        clock.now = JANUARY.start(UTC) + timedelta(days=3)
        assert [one.users for one in firm.meters.usage(DECEMBER)] == [2, 2]
        firm.meters.record([sent(1, DECEMBER.start(UTC)), sent(1, clock.now)])
        firm.seats.release("bo", SALES, by="admin")
        clock.forward(days=31)
        assert [firm.meters.usage(month)[0].users for month in ("2026-12", "2027-01", "2027-02")] == [2, 2, 1]

    def test_a_write_of_an_earlier_instant_moves_what_comes_after(self, firm: sl.Licensing, clock: Clock) -> None:
        clock.now = DECEMBER.start(UTC) + timedelta(days=3)
        firm.meters.record([sent(1, clock.now)])
        firm.seats.assign("cy", SALES, by="admin", at=NOVEMBER.end(UTC) - MICROSECOND)
        assert [firm.meters.usage(month)[0].users for month in (NOVEMBER, DECEMBER)] == [3, 3]
        firm.seats.release("cy", SALES, by="admin", at=DECEMBER.start(UTC) - MICROSECOND)
        assert [firm.meters.usage(month)[0].users for month in (NOVEMBER, DECEMBER)] == [3, 2]

    def test_without_a_number_bought_the_peak_counts(self, opened: Open) -> None:
        firm = with_users(opened(policy=sl.Policy(user_count=sl.UserCount.BOUGHT)), "anna", "bo")
        usage = firm.meters.usage(NOVEMBER)[0]
        assert (usage.users, usage.derivation.tally.counted) == (2, sl.UserCount.HIGHEST)

    def test_nothing_is_metered_where_the_host_says_so(self, opened: Open, clock: Clock) -> None:
        firm = with_users(opened(meters=()), "anna")
        assert statuses(firm.meters.record([sent(1)])) == ["unknown_meter"]
        assert firm.meters.usage(NOVEMBER) == ()
        clock.now = DECEMBER.start(UTC)
        statement = firm.meters.close(NOVEMBER, by="admin")
        assert (statement.lines, statement.total) == ((), Decimal(0))


class TestTime:
    """Months are the installation's; the past is as it was recorded."""

    @pytest.mark.parametrize("zone", ["Europe/Copenhagen", "UTC", "America/St_Johns", "Pacific/Kiritimati"])
    @pytest.mark.parametrize("month", [sl.Month(2026, 3), sl.Month(2026, 10), NOVEMBER])
    def test_a_month_ends_to_the_microsecond(self, opened: Open, clock: Clock, zone: str, month: sl.Month) -> None:
        firm = opened(evolve(INSTALLATION, time_zone=zone))
        edge = month.end(ZoneInfo(zone))
        clock.now = edge + timedelta(days=1)
        firm.meters.record([sent(1, edge - MICROSECOND), sent(10, edge), sent(100, edge + MICROSECOND)])
        assert (used(firm, month)["mailings"], used(firm, month.next())["mailings"]) == (1, 110)

    def test_an_instant_shows_what_was_recorded_by_then(self, firm: sl.Licensing, clock: Clock) -> None:
        firm.meters.record([sent(5, name="a"), stored(10)])
        later = clock.forward(hours=1)
        firm.meters.record([sent(7), sent(2, name="b", corrects="a"), stored(0, name="c")])
        clock.forward(hours=1)
        firm.seats.release("bo", SALES, by="admin")
        assert used(firm, at=START) == {"mailings": 5, "storage": 10}
        assert used(firm, at=later - MICROSECOND) == {"mailings": 5, "storage": 10}
        assert used(firm, at=later)["mailings"] == 9
        assert used(firm, "2026-10", at=START) == {"mailings": 0, "storage": 0}
        assert used(firm, at=START - timedelta(days=60)) == {"mailings": 0, "storage": 0}
        assert used(firm, at=clock.now + timedelta(days=3))["mailings"] == 9
        assert firm.meters.usage(NOVEMBER, at=later)[0].users == 2
        with pytest.raises(sl.InvalidValueError):
            firm.meters.usage(NOVEMBER, at=datetime(2026, 11, 24))  # noqa: DTZ001 - that is what is wrong

    def test_a_projection_continues_at_the_rate_so_far(self, firm: sl.Licensing, clock: Clock) -> None:
        clock.now = START
        firm.meters.record([sent(180), stored(800)])
        mails, disk = firm.meters.projection(NOVEMBER)
        assert mails.estimate
        assert (mails.used, mails.expected, mails.passed, str(mails.passes_on)) == (180, 231, False, "2026-11-26")
        assert (disk.used, disk.threshold) == (800, 1000)
        firm.meters.record([sent(30)])
        assert firm.meters.projection(NOVEMBER)[0].passes_on == START.date()
        assert firm.meters.projection(NOVEMBER, at=START - timedelta(hours=1))[0].used == 0
