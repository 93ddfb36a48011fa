"""Closed months: the statement that goes on the invoice, and late usage."""

from __future__ import annotations

from datetime import UTC, timedelta
from decimal import Decimal

import pytest
from attrs import evolve

import superlicense as sl
from tests.installation import SALES, START, Clock
from tests.licensing.metered import (
    DECEMBER,
    DISK,
    JANUARY,
    MAILS,
    MICROSECOND,
    NOVEMBER,
    Open,
    sent,
    statuses,
    stored,
    used,
)


class TestClosing:
    """A closed month never changes."""

    @pytest.fixture
    def closed(self, firm: sl.Licensing, clock: Clock) -> sl.Licensing:
        """November is closed with 250 mails and 900 bytes, on 2 December."""
        firm.meters.record([sent(250, name="a"), stored(900)])
        clock.now = DECEMBER.start(UTC) + timedelta(days=1)
        firm.meters.close(NOVEMBER, by="admin")
        return firm

    def test_it_is_priced_and_stays(self, closed: sl.Licensing) -> None:
        frozen = closed.meters.statement(NOVEMBER)
        assert frozen.closed
        assert (frozen.invoice_month, frozen.total, frozen.currency) == (DECEMBER, Decimal("25.00"), "DKK")
        again = closed.meters.close("2026-11", by="another person")
        assert (again, again.to_json()) == (frozen, frozen.to_json())
        assert [entry.change for entry in closed.journal.entries()][-1] == "CloseMonth 2026-11"
        assert [entry.change for entry in closed.journal.entries()].count("CloseMonth 2026-11") == 1

    def test_new_terms_do_not_touch_it(self, closed: sl.Licensing, opened: Open) -> None:
        dearer = opened(meters=(evolve(MAILS, price_per_block=Decimal(9)),))
        assert dearer.meters.statement(NOVEMBER) == closed.meters.statement(NOVEMBER)

    def test_late_usage_is_adjusted_on_its_own_terms(self, closed: sl.Licensing, opened: Open) -> None:
        frozen = closed.meters.statement(NOVEMBER)
        dearer = opened(meters=(evolve(MAILS, price_per_block=Decimal(9)), DISK))
        late = sent(10, START)
        assert statuses(dearer.meters.record([late, late])) == ["accepted", "duplicate"]
        dearer.meters.record([sent(240, name="b", corrects="a")])
        dearer.meters.record([sent(5, START)])
        assert dearer.meters.statement(NOVEMBER) == frozen
        draft = dearer.meters.statement(DECEMBER)
        (line,) = [line for line in draft.lines if line.kind is sl.LineKind.ADJUSTMENT]
        assert (line.month, line.used, line.amount) == (NOVEMBER, 5, Decimal("2.50"))
        assert not draft.closed
        assert (used(dearer)["mailings"], used(dearer, DECEMBER)["mailings"]) == (250, 0)

    def test_late_usage_of_a_month_that_was_never_closed_is_adjusted_too(self, closed: sl.Licensing) -> None:
        closed.meters.record([sent(4, START - timedelta(days=60))])
        (line,) = [one for one in closed.meters.statement(DECEMBER).lines if one.month == sl.Month(2026, 9)]
        assert (line.kind, line.meter, line.used) == (sl.LineKind.ADJUSTMENT, "mailings", 4)

    def test_a_late_reading_changes_the_months_it_is_carried_into(self, closed: sl.Licensing, clock: Clock) -> None:
        assert used(closed, DECEMBER)["storage"] == 900
        closed.meters.record([stored(400, START + timedelta(days=1))])
        assert (used(closed)["storage"], used(closed, DECEMBER)["storage"]) == (900, 400)
        clock.now = JANUARY.start(UTC)
        december = closed.meters.close(DECEMBER, by="admin")
        lines = [(line.month, line.used) for line in december.lines if line.meter == "storage"]
        assert lines == [(DECEMBER, 400), (NOVEMBER, -500)]
        # What was adjusted once is not adjusted again.
        assert [line.kind for line in closed.meters.statement(JANUARY).lines] == [sl.LineKind.USAGE] * 2

    def test_months_close_in_order_and_none_before_its_end(self, firm: sl.Licensing, clock: Clock) -> None:
        firm.meters.record([sent(1)])
        clock.now = NOVEMBER.end(UTC) - MICROSECOND
        with pytest.raises(sl.MonthNotOverError):
            firm.meters.close(NOVEMBER, by="admin")
        clock.now = JANUARY.start(UTC)
        with pytest.raises(sl.MonthOutOfOrderError):
            firm.meters.close(DECEMBER, by="admin")
        before = firm.revision()
        with pytest.raises(sl.InvalidValueError):
            firm.meters.close("november", by="admin")
        assert firm.revision() == before
        firm.meters.close(NOVEMBER, by="admin")
        firm.meters.close(DECEMBER, by="admin")
        with pytest.raises(sl.MonthOutOfOrderError):
            firm.meters.close("2026-10", by="admin")
        assert firm.meters.statement("2026-10").closed

    def test_a_month_without_readings_bills_the_carried_value(self, firm: sl.Licensing, clock: Clock) -> None:
        firm.meters.record([stored(1500)])
        clock.now = JANUARY.start(UTC)
        firm.meters.close(NOVEMBER, by="admin")
        december = firm.meters.close(DECEMBER, by="admin")
        assert [(line.meter, line.used, line.overage) for line in december.lines] == [
            ("mailings", 0, 0),
            ("storage", 1500, 500),
        ]

    def test_a_meter_that_is_no_longer_listed_is_still_billed(
        self, firm: sl.Licensing, opened: Open, clock: Clock
    ) -> None:
        firm.meters.record([sent(1), stored(7)])
        fewer = opened(meters=(DISK,))
        clock.now = DECEMBER.start(UTC)
        statement = fewer.meters.close(NOVEMBER, by="admin")
        assert [(line.meter, line.used) for line in statement.lines] == [("mailings", 1), ("storage", 7)]

    def test_what_is_accepted_is_what_closed_and_open_lines_count(self, firm: sl.Licensing, clock: Clock) -> None:
        total = 0
        for day in range(0, 70, 7):
            clock.now = START + timedelta(days=day)
            for quantity, back in ((day, 0), (3, 20), (1, 40)):
                total += quantity
                firm.meters.record([sent(quantity, clock.now - timedelta(days=back))])
            for month in (sl.Month(2026, 10), NOVEMBER, DECEMBER):
                if clock.now >= month.end(UTC):
                    firm.meters.close(month, by="admin")
        months = [sl.Month(2026, 10), NOVEMBER, DECEMBER, JANUARY, sl.Month(2027, 2)]
        lines = [line for month in months for line in firm.meters.statement(month).lines if line.meter == "mailings"]
        assert sum(line.used for line in lines) == total


class TestAWriteInsideAClosedMonth:
    """The users of a closed month do not change any more."""

    def test_that_would_move_users_is_out_of_order(self, firm: sl.Licensing, clock: Clock) -> None:
        clock.now = DECEMBER.start(UTC) + timedelta(hours=1)
        firm.users.save(sl.User(id="di"), by="admin", at=DECEMBER.start(UTC) - timedelta(hours=2))
        november = firm.meters.close(NOVEMBER, by="billing", at=DECEMBER.start(UTC))
        with pytest.raises(sl.WriteOutOfOrderError):
            firm.seats.release("bo", SALES, by="admin", at=DECEMBER.start(UTC) - MICROSECOND)
        firm.seats.release("bo", SALES, by="admin", at=DECEMBER.start(UTC))
        assert (november.tally.users, {one.users for one in firm.meters.usage(DECEMBER)}) == (2, {1})

    def test_that_moves_nobody_is_out_of_order_too(self, firm: sl.Licensing, clock: Clock) -> None:
        """The journal has the close already, and its entries stay in the order of time."""
        clock.now = DECEMBER.start(UTC) + timedelta(hours=1)
        firm.meters.close(NOVEMBER, by="billing", at=DECEMBER.start(UTC))
        revision, late = firm.revision(), DECEMBER.start(UTC) - MICROSECOND
        for write in (
            lambda: firm.users.save(sl.User(id="di"), by="admin", at=late),
            lambda: firm.users.sync([sl.User(id="di")], by="admin", at=late),
            lambda: firm.sites.save(sl.Site(id="oslo", name="Oslo"), by="admin", at=late),
            lambda: firm.notices.start(sl.EventKind.NO_TRAVEL, by="admin", at=late),
        ):
            with pytest.raises(sl.WriteOutOfOrderError):
                write()
        assert firm.revision() == revision
        firm.users.save(sl.User(id="di"), by="admin", at=DECEMBER.start(UTC))
        assert firm.verify_store().ok

    def test_that_changes_nothing_is_none(self, firm: sl.Licensing, clock: Clock) -> None:
        clock.now = DECEMBER.start(UTC) + timedelta(hours=1)
        firm.meters.close(NOVEMBER, by="billing", at=DECEMBER.start(UTC))
        receipt = firm.users.save(firm.users.all()[0], by="admin", at=DECEMBER.start(UTC) - MICROSECOND)
        assert receipt.status == sl.SaveStatus.UNCHANGED


class TestAWrongClock:
    """A month far after anything that was recorded is closed by force alone."""

    def test_is_recognized_by_what_was_recorded_before(self, firm: sl.Licensing, opened: Open, clock: Clock) -> None:
        firm.meters.record([sent(1)])
        clock.now = START.replace(year=2031)
        later = opened()
        november = later.meters.close(NOVEMBER, by="billing")
        later.meters.close(DECEMBER, by="billing")
        with pytest.raises(sl.RefusedError) as refused:
            later.meters.close(JANUARY, by="billing")
        assert (november.closed, refused.value.code) == (True, "month_too_far_ahead")
        assert later.meters.close(JANUARY, by="billing", force=True).closed

    def test_usage_that_it_records_itself_proves_nothing(self, firm: sl.Licensing, opened: Open, clock: Clock) -> None:
        firm.meters.record([sent(1)])
        clock.now = START.replace(year=2031)
        later = opened()
        later.meters.record([sent(1, clock.now)])
        for month in (NOVEMBER, DECEMBER):
            later.meters.close(month, by="billing")
        with pytest.raises(sl.RefusedError, match="month_too_far_ahead"):
            later.meters.close(JANUARY, by="billing")

    def test_usage_that_others_recorded_is_known(self, firm: sl.Licensing, opened: Open, clock: Clock) -> None:
        clock.now = JANUARY.end(UTC)
        firm.meters.record([sent(1, clock.now)])
        later = opened()
        for month in (NOVEMBER, DECEMBER, JANUARY):
            assert later.meters.close(month, by="billing").closed
