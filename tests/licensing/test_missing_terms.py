"""Months and meters that lack what they had: terms that were never stored, and what damage has taken away."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from attrs import evolve

import superlicense as sl
from tests.installation import INSTALLATION, START, Clock
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
from tests.licensing.usage_tampering import shelf

DECEMBER_STARTS = DECEMBER.start(UTC)


class TestWhatLacksTerms:
    """What was recorded of a meter without terms is on no bill before an instance lists it."""

    def test_a_meter_that_waits_and_is_not_listed_is_not_shown(self, opened: Open) -> None:
        with_users(opened(meters=None), "anna").meters.record([sent(300), stored(5)])
        fewer = opened(meters=[DISK])
        assert used(fewer) == {"storage": 5}
        assert [line.meter for line in fewer.meters.statement(NOVEMBER).lines] == ["storage"]

    def test_a_gauge_that_was_a_counter_in_between_starts_anew(
        self, firm: sl.Licensing, opened: Open, clock: Clock
    ) -> None:
        counting = opened(meters=[MAILS, evolve(DISK, kind=sl.MeterKind.COUNTER, aggregation=sl.Aggregation.SUM)])
        firm.meters.record([stored(900)])
        for month, one in ((DECEMBER, counting), (JANUARY, firm)):
            clock.now = month.start(UTC)
            one.meters.record([sent(1, clock.now)])
        firm.meters.record([stored(700, START + MICROSECOND)])
        assert [used(firm, month)["storage"] for month in (NOVEMBER, DECEMBER, JANUARY)] == [700, 0, 0]

    def test_a_gauge_is_carried_through_a_closed_month_in_which_it_was_not_sold(
        self, firm: sl.Licensing, opened: Open, clock: Clock
    ) -> None:
        mails_only = opened(meters=[MAILS])
        firm.meters.record([stored(900)])
        clock.now = DECEMBER_STARTS
        mails_only.meters.record([sent(1, clock.now)])
        clock.now = JANUARY.start(UTC)
        firm.meters.record([stored(50, clock.now)])
        for month in (NOVEMBER, DECEMBER):
            firm.meters.close(month, by="billing")
        assert statuses(firm.meters.record([stored(700, START + MICROSECOND)])) == ["accepted"]
        assert (used(firm), used(firm, DECEMBER)) == ({"mailings": 0, "storage": 900}, {"mailings": 1})
        (late,) = [one for one in firm.meters.statement(JANUARY).lines if one.kind is sl.LineKind.ADJUSTMENT]
        assert (late.meter, late.month, late.used) == ("storage", NOVEMBER, -200)
        assert used(firm, JANUARY)["storage"] == 50


class TestDamage:
    """What a store lacks is made again, or not answered from; nothing is billed upon half of it."""

    def test_a_month_that_is_missing_is_opened_again(self, firm: sl.Licensing, store: sl.MemoryStore) -> None:
        firm.meters.record([sent(150)])
        shelf(store).months.clear()
        assert statuses(firm.meters.record([sent(60)])) == ["accepted"]
        assert (used(firm)["mailings"], firm.meters.usage(NOVEMBER)[0].threshold) == (210, 200)
        assert ("mailings", "2026-11", 100) in levels(firm)

    @pytest.mark.parametrize("lost", ["months", "statements"])
    def test_a_closed_month_without_its_statement_has_no_usage(
        self, firm: sl.Licensing, store: sl.MemoryStore, clock: Clock, lost: str
    ) -> None:
        firm.meters.record([sent(300)])
        clock.now = DECEMBER_STARTS
        firm.meters.close(NOVEMBER, by="billing")
        getattr(shelf(store), lost).clear()
        assert firm.meters.usage(NOVEMBER) == ()
        assert "row_missing" in {one.code for one in firm.verify_store().findings} or lost == "months"

    def test_late_usage_of_a_month_whose_terms_are_lost_is_not_counted(
        self, firm: sl.Licensing, store: sl.MemoryStore, clock: Clock
    ) -> None:
        firm.meters.record([sent(300)])
        clock.now = DECEMBER_STARTS
        firm.meters.close(NOVEMBER, by="billing")
        shelf(store).months.clear()
        assert statuses(firm.meters.record([sent(4)])) == ["meter_not_sold"]

    def test_a_gauge_without_its_state_is_counted_again(self, opened: Open, store: sl.MemoryStore) -> None:
        firm = opened()
        firm.meters.record([stored(900)])
        firm.meters.record([stored(800, START + MICROSECOND)])
        key = (NOVEMBER, "storage")
        kept = shelf(store).meter_months[key]
        shelf(store).meter_months[key] = kept.of(kept.noun()._replace(state=""))
        firm.meters.record([stored(700, START + 2 * MICROSECOND)])
        assert used(firm)["storage"] == 700


def test_a_month_that_is_closed_elsewhere_already_is_not_opened_by_a_check(opened: Open, clock: Clock) -> None:
    clock.now = DECEMBER_STARTS - timedelta(minutes=30)
    there = opened(evolve(INSTALLATION, time_zone="Europe/Copenhagen"))
    there.meters.record([sent(300, clock.now - timedelta(hours=1))])
    closed = there.meters.close(NOVEMBER, by="billing")
    here = opened()
    assert here.meters.check(by="nightly") == ()
    assert (here.meters.statement(NOVEMBER), here.verify_store().findings) == (closed, ())


def test_a_month_that_a_clock_ahead_has_closed_is_not_opened_by_a_check(opened: Open, clock: Clock) -> None:
    right, there = clock.now, opened()
    there.meters.record([sent(300, right)])
    clock.now = DECEMBER_STARTS + timedelta(hours=1)
    closed = there.meters.close(NOVEMBER, by="billing")
    clock.now = right
    here = opened()
    assert here.meters.check(by="nightly") == ()
    assert (here.meters.statement(NOVEMBER), here.verify_store().findings) == (closed, ())


def test_days_of_a_month_that_has_not_begun_are_not_listed(firm: sl.Licensing, clock: Clock) -> None:
    clock.now = DECEMBER_STARTS - timedelta(minutes=2)
    assert statuses(firm.meters.record([sent(5, DECEMBER_STARTS)])) == ["accepted"]
    assert firm.meters.days(DECEMBER) == ()
    clock.now = DECEMBER_STARTS
    assert [(one.meter, one.used) for one in firm.meters.days(DECEMBER)] == [("mailings", 5), ("storage", 0)]
