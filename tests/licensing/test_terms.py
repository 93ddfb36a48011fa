"""Terms have a date: a month is shown and billed on what was stored when it was first touched."""

from __future__ import annotations

from datetime import UTC, timedelta
from decimal import Decimal

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

OCTOBER = NOVEMBER.previous()
DEAR = evolve(MAILS, included_per_user=0, included=10, price_per_block=Decimal(7), block_size=2)
CHAT = evolve(meters.CHAT_SESSIONS, included=1, price_per_block=Decimal(3), currency="DKK")
DECEMBER_STARTS = DECEMBER.start(UTC)


def thresholds(firm: sl.Licensing, month: sl.Month = NOVEMBER) -> dict[str, int]:
    return {one.meter: one.threshold for one in firm.meters.usage(month)}


def agree(firm: sl.Licensing, month: sl.Month) -> None:
    """Assert that usage, statement and screen of *month* say the same."""
    usage = firm.meters.usage(month)
    lines = [line for line in firm.meters.statement(month).lines if line.kind is sl.LineKind.USAGE]
    shown = firm.screens.metered_services(month).services
    assert [(one.meter, one.used, one.threshold, one.overage, one.derivation) for one in usage] == [
        (one.meter, one.used, one.threshold, one.overage, one.derivation) for one in lines
    ]
    assert [(one.service.code, one.used, one.threshold, one.overage) for one in shown] == [
        (one.meter, one.used, one.threshold, one.overage) for one in lines
    ]


class TestAPriceList:
    """It counts from the first month that nothing has touched."""

    def test_deployed_in_a_month_leaves_that_month_alone(self, firm: sl.Licensing, opened: Open, clock: Clock) -> None:
        firm.meters.record([sent(300)])
        new = opened(meters=[DEAR])
        for one in (firm, new):
            assert thresholds(one) == {"mailings": 200, "storage": 1000}
            agree(one, NOVEMBER)
        assert thresholds(new, DECEMBER) == {"mailings": 10}
        clock.now = DECEMBER_STARTS
        new.meters.record([sent(300, clock.now)])
        assert thresholds(new, DECEMBER) == thresholds(firm, DECEMBER) == {"mailings": 10}

    def test_deployed_before_the_old_month_is_closed_does_not_bill_it(
        self, firm: sl.Licensing, opened: Open, clock: Clock
    ) -> None:
        firm.meters.record([sent(300)])
        clock.now = DECEMBER_STARTS
        new = opened(meters=[DEAR])
        new.meters.record([sent(20, clock.now)])
        november = new.meters.close(NOVEMBER, by="billing")
        assert [(line.meter, line.threshold, line.amount) for line in november.lines] == [
            ("mailings", 200, Decimal("50.00")),
            ("storage", 1000, Decimal("0.00")),
        ]
        agree(new, NOVEMBER)
        agree(new, DECEMBER)
        assert new.verify_store().findings == ()

    def test_a_closed_month_answers_from_its_statement(self, firm: sl.Licensing, opened: Open, clock: Clock) -> None:
        firm.meters.record([sent(300)])
        clock.now = DECEMBER_STARTS
        firm.meters.close(NOVEMBER, by="billing")
        later = opened(meters=[DEAR], policy=sl.Policy(user_count=sl.UserCount.AT_CLOSE))
        agree(later, NOVEMBER)
        history = later.screens.metered_services(DECEMBER).services[0].history[-1]
        assert (history.used, history.threshold, history.overage) == (300, 200, 100)
        past = later.meters.usage(NOVEMBER, at=clock.now - MICROSECOND)
        assert [one.threshold for one in past] == [200, 1000]

    def test_a_changed_user_count_counts_from_the_next_month(
        self, firm: sl.Licensing, opened: Open, clock: Clock
    ) -> None:
        firm.meters.record([sent(1)])
        clock.now += timedelta(days=1)
        later = opened(policy=sl.Policy(user_count=sl.UserCount.AT_CLOSE))
        later.seats.release("bo", SALES, by="admin")
        assert {one.users for one in later.meters.usage(NOVEMBER)} == {2}
        clock.now = DECEMBER_STARTS + timedelta(days=1)
        later.seats.release("anna", SALES, by="admin")
        assert {one.users for one in later.meters.usage(DECEMBER)} == {0}
        assert {one.users for one in firm.meters.usage(DECEMBER)} == {0}

    def test_a_changed_aggregation_counts_from_the_next_month(
        self, firm: sl.Licensing, opened: Open, clock: Clock
    ) -> None:
        firm.meters.record([stored(90), stored(7, START + MICROSECOND)])
        later = opened(meters=[evolve(DISK, aggregation=sl.Aggregation.PEAK)])
        later.meters.record([stored(8, START + 2 * MICROSECOND)])
        assert used(later)["storage"] == used(firm)["storage"] == 8
        clock.now = DECEMBER_STARTS + timedelta(hours=1)
        later.meters.record([stored(5, clock.now)])
        assert used(later, DECEMBER)["storage"] == used(firm, DECEMBER)["storage"] == 8
        later.meters.record([stored(6, START + 3 * MICROSECOND)])  # late, for November
        assert (used(later)["storage"], used(later, DECEMBER)["storage"]) == (6, 6)

    def test_untouched_months_have_the_terms_of_the_newest_one_before(
        self, firm: sl.Licensing, opened: Open, clock: Clock
    ) -> None:
        firm.meters.record([stored(2000)])
        clock.now = JANUARY.start(UTC)
        new = opened(meters=[evolve(DISK, included=5)])
        new.meters.record([stored(1, clock.now)])
        assert [thresholds(new, month)["storage"] for month in (NOVEMBER, DECEMBER, JANUARY)] == [1000, 1000, 5]
        assert thresholds(new, DECEMBER)["mailings"] == 200
        assert used(new, DECEMBER)["storage"] == 2000


class TestWhatComesAfterAClose:
    """It is on the statement of the earliest open month, and changes nothing that is closed."""

    @pytest.fixture
    def late(self, firm: sl.Licensing, clock: Clock) -> sl.Licensing:
        """November is closed, October with it, and usage of both comes late."""
        firm.meters.record([sent(300, name="a"), stored(1_500)])
        clock.now = DECEMBER_STARTS
        firm.meters.close(NOVEMBER, by="billing")
        october = OCTOBER.start(UTC)
        more = [sent(4), sent(200, name="b", corrects="a"), stored(3_000, START + MICROSECOND)]
        firm.meters.record([*more, sent(7, october), stored(50, october)])
        return firm

    def test_usage_screen_and_statement_agree(self, late: sl.Licensing, opened: Open) -> None:
        for one in (late, opened(meters=[DEAR])):
            assert [used(one, month) for month in (OCTOBER, NOVEMBER, DECEMBER)] == [
                {"mailings": 0, "storage": 0},
                {"mailings": 300, "storage": 1_500},
                {"mailings": 0, "storage": 3_000},
            ]
            for month in (OCTOBER.previous(), OCTOBER, NOVEMBER, DECEMBER):
                agree(one, month)
            history = late.screens.metered_services(DECEMBER).services[0].history[-3:]
            assert [(point.used, point.overage) for point in history] == [(0, 0), (0, 0), (300, 100)]

    def test_is_what_the_lines_count(self, late: sl.Licensing) -> None:
        lines = late.meters.statement(DECEMBER).lines
        assert [(line.meter, str(line.month), line.used) for line in lines if line.kind is sl.LineKind.ADJUSTMENT] == [
            ("mailings", "2026-10", 7),
            ("storage", "2026-10", 50),
            ("mailings", "2026-11", -96),
            ("storage", "2026-11", 1_500),
        ]
        for month in (OCTOBER, NOVEMBER):
            days = late.meters.days(month)
            assert sum(one.used for one in days if one.meter == "mailings") == used(late, month)["mailings"]
            assert [one.used for one in days if one.meter == "storage"][-1] == used(late, month)["storage"]
        assert len(tuple(late.meters.events(NOVEMBER))) == 5

    def test_was_not_known_before_it_came_and_is_on_no_closed_month_after(
        self, late: sl.Licensing, clock: Clock
    ) -> None:
        known = [used(late, month) for month in (OCTOBER, NOVEMBER, DECEMBER)]
        clock.forward(hours=2)
        for at in (DECEMBER_STARTS, DECEMBER_STARTS + MICROSECOND, clock.now):
            assert [used(late, month, at=at) for month in (OCTOBER, NOVEMBER, DECEMBER)] == known
        before = DECEMBER_STARTS - MICROSECOND
        assert [used(late, month, at=before) for month in (NOVEMBER, DECEMBER)] == [
            {"mailings": 300, "storage": 1_500},
            {"mailings": 0, "storage": 1_500},
        ]


@pytest.mark.parametrize("count", list(sl.UserCount))
def test_users_of_a_closed_month_are_those_of_its_statement_at_any_later_instant(
    opened: Open, clock: Clock, count: sl.UserCount
) -> None:
    firm = with_users(opened(policy=sl.Policy(user_count=count)), "anna", "bo")
    clock.now += timedelta(days=1)
    # In one instant, so that history does not tell it.
    firm.seats.assign("cy", SALES, by="admin")
    firm.seats.release("cy", SALES, by="admin")
    firm.meters.record([sent(300)])
    clock.now = DECEMBER_STARTS + timedelta(days=1)
    firm.meters.close(NOVEMBER, by="billing")
    firm.seats.release("bo", SALES, by="admin")
    known = firm.meters.usage(NOVEMBER)
    assert {one.users for one in known} == {2 if count is sl.UserCount.AT_CLOSE else 3}
    clock.forward(days=1)
    for at in (DECEMBER_STARTS, DECEMBER_STARTS + timedelta(days=1), clock.now - MICROSECOND):
        assert firm.meters.usage(NOVEMBER, at=at) == known


class TestAMeterThatComesAndGoes:
    """It is shown and closed where it has terms, and sold nowhere else."""

    def test_one_that_is_no_longer_listed_is_closed_on_its_terms(
        self, firm: sl.Licensing, opened: Open, clock: Clock
    ) -> None:
        firm.meters.record([sent(300)])
        fewer = opened(meters=[DISK])
        assert used(fewer) == {"mailings": 300, "storage": 0}
        agree(fewer, NOVEMBER)
        clock.now = DECEMBER_STARTS
        assert fewer.meters.close(NOVEMBER, by="billing").total == Decimal("50.00")
        agree(fewer, NOVEMBER)
        assert statuses(fewer.meters.record([sent(1)])) == ["unknown_meter"]

    def test_late_usage_of_one_that_was_not_sold_is_refused(
        self, firm: sl.Licensing, opened: Open, clock: Clock
    ) -> None:
        firm.meters.record([sent(300)])
        clock.now = DECEMBER_STARTS
        firm.meters.close(NOVEMBER, by="billing")
        more = opened(meters=[MAILS, DISK, CHAT])
        late, now = evolve(sent(5), meter="chat_sessions"), evolve(sent(5, clock.now), meter="chat_sessions")
        assert statuses(more.meters.record([late, now, sent(4)])) == ["meter_not_sold", "accepted", "accepted"]
        agree(more, NOVEMBER)
        lines = more.meters.statement(DECEMBER).lines
        assert [(line.meter, str(line.kind), line.used) for line in lines] == [
            ("chat_sessions", "usage", 5),
            ("mailings", "usage", 0),
            ("storage", "usage", 0),
            ("mailings", "adjustment", 4),
        ]
        assert lines[-1].amount == Decimal("2.00")
        long_ago = evolve(late, id="long ago", at=OCTOBER.start(UTC))
        assert statuses(more.meters.record([long_ago])) == ["meter_not_sold"]

    def test_one_that_comes_back_has_the_terms_of_each_month(
        self, firm: sl.Licensing, opened: Open, clock: Clock
    ) -> None:
        firm.meters.record([stored(700)])
        clock.now = DECEMBER_STARTS
        opened(meters=[MAILS]).meters.record([sent(1, clock.now)])
        clock.now = JANUARY.start(UTC)
        back = opened(meters=[DISK])
        back.meters.check(by="nightly")
        assert [used(back, month).get("storage") for month in (NOVEMBER, DECEMBER, JANUARY)] == [700, None, 700]

    def test_a_late_reading_passes_through_months_without_it_or_with_another_kind(
        self, firm: sl.Licensing, opened: Open, clock: Clock
    ) -> None:
        firm.meters.record([stored(700)])
        clock.now = DECEMBER_STARTS
        firm.meters.close(NOVEMBER, by="billing")
        without = opened(meters=[MAILS])
        without.meters.record([sent(1, clock.now)])
        clock.now = JANUARY.start(UTC)
        without.meters.close(DECEMBER, by="billing")
        back = opened(meters=[DISK])
        back.meters.check(by="nightly")
        back.meters.record([stored(900, START + MICROSECOND)])
        assert [used(back, month).get("storage") for month in (NOVEMBER, DECEMBER, JANUARY)] == [700, None, 900]
        counter = opened(meters=[evolve(DISK, kind=sl.MeterKind.COUNTER, aggregation=sl.Aggregation.SUM)])
        clock.now = JANUARY.next().start(UTC)
        counter.meters.record([stored(4, clock.now)])
        back.meters.record([stored(800, JANUARY.start(UTC))])
        assert [used(back, month)["storage"] for month in (JANUARY, JANUARY.next())] == [800, 4]


class TestAnInstanceWithoutTerms:
    """It records, and the month waits for an instance that has terms."""

    def test_stores_no_terms_and_closes_nothing(self, opened: Open, clock: Clock) -> None:
        worker = with_users(opened(meters=None), "anna", "bo")
        worker.meters.record([sent(300), stored(2000)])
        assert worker.meters.crossings() == ()
        clock.now = DECEMBER_STARTS
        with pytest.raises(sl.RefusedError) as refused:
            worker.meters.close(NOVEMBER, by="billing")
        (reason,) = refused.value.reasons
        assert (reason.code, reason.params["meters"]) == (sl.ReasonCode.TERMS_MISSING, ("mailings", "storage"))
        assert "Emails sent via Mailings" in sl.message(reason)

    def test_the_first_instance_with_terms_gives_them(self, opened: Open, clock: Clock) -> None:
        worker = with_users(opened(meters=None), "anna", "bo")
        worker.meters.record([sent(300), stored(2000)])
        host = opened(meters=[MAILS, evolve(DISK, aggregation=sl.Aggregation.PEAK)])
        host.meters.record([sent(0), stored(1, START + MICROSECOND)])
        assert used(worker) == used(host) == {"mailings": 300, "storage": 2000}
        assert thresholds(worker) == {"mailings": 200, "storage": 1000}
        assert {one.id for one in worker.meters.crossings()} >= {"mailings/2026-11/100", "storage/2026-11/100"}
        clock.now = DECEMBER_STARTS
        assert worker.meters.close(NOVEMBER, by="billing").total == Decimal("50.00")
        assert worker.verify_store().findings == ()

    def test_a_meter_waits_in_a_month_that_has_terms(self, opened: Open) -> None:
        host, worker = opened(meters=[MAILS, CHAT]), opened(meters=None)
        opened(meters=[MAILS]).meters.record([sent(0)])
        host.meters.record([sent(0)])
        for _ in range(3):
            worker.meters.record([evolve(sent(2), meter="chat_sessions")])
        assert host.meters.crossings() == ()
        host.meters.record([evolve(sent(2), meter="chat_sessions")])
        assert [(one.meter, one.level) for one in host.meters.crossings()] == [
            ("chat_sessions", level) for level in (50, 80, 100, 120)
        ]
        assert used(worker)["chat_sessions"] == used(host)["chat_sessions"] == 8

    def test_one_with_terms_may_close_what_it_has_not_touched(self, opened: Open, clock: Clock) -> None:
        worker = with_users(opened(meters=None), "anna", "bo")
        worker.meters.record([sent(300)])
        clock.now = DECEMBER_STARTS
        assert opened().meters.close(NOVEMBER, by="billing").total == Decimal("50.00")

    def test_a_kind_that_the_terms_change_is_counted_again(self, opened: Open) -> None:
        worker = opened(meters=None)
        worker.meters.record([sent(300), sent(20), stored(4), stored(3, START + MICROSECOND)])
        swapped = opened(
            meters=[
                evolve(MAILS, kind=sl.MeterKind.GAUGE, aggregation=sl.Aggregation.PEAK),
                evolve(DISK, kind=sl.MeterKind.COUNTER, aggregation=sl.Aggregation.SUM),
            ]
        )
        swapped.meters.check(by="nightly")
        assert used(swapped) == used(worker) == {"mailings": 300, "storage": 7}


class TestTermsThatDiffer:
    """An instance whose terms are not those of the running month says so."""

    def test_are_named_by_meter(self, firm: sl.Licensing, opened: Open, clock: Clock) -> None:
        dear = opened(meters=[DEAR, CHAT])
        assert (firm.meters.terms_differ(), dear.meters.terms_differ()) == (
            (),
            ("chat_sessions", "mailings", "storage"),
        )
        at_close = opened(policy=sl.Policy(user_count=sl.UserCount.AT_CLOSE))
        assert at_close.meters.terms_differ() == ("mailings",)
        assert opened(meters=None).meters.terms_differ() == ()
        clock.now = DECEMBER_STARTS
        assert dear.meters.terms_differ() == ()

    @pytest.mark.parametrize(
        ("language", "text"),
        [
            ("en", "The running month is billed on other terms than those configured: Emails sent via Mailings."),
            ("da", "Den løbende måned afregnes på andre vilkår end dem, der er sat op: E-mails sendt via Udsendelser."),
        ],
    )
    def test_are_a_warning_of_the_status_tab(self, firm: sl.Licensing, opened: Open, language: str, text: str) -> None:
        dear = opened(meters=[DEAR, DISK])
        warnings = dear.screens.status("anna", language=language).warnings
        assert [one.text for one in warnings if one.code == "terms_differ"] == [text]
        assert "terms_differ" not in {one.code for one in firm.screens.status("anna").warnings}


def test_a_statement_names_whom_it_bills_and_its_terms(firm: sl.Licensing, clock: Clock) -> None:
    firm.meters.record([sent(300)])
    clock.now = DECEMBER_STARTS
    closed = firm.meters.close(NOVEMBER, by="billing")
    assert (closed.serial_number, closed.company) == (INSTALLATION.serial_number, INSTALLATION.company)
    assert closed.time_zone == INSTALLATION.time_zone
    assert [line.aggregation for line in closed.lines] == [sl.Aggregation.SUM, sl.Aggregation.LAST]
    assert firm.meters.statement(NOVEMBER) == closed


class TestAMonthThatIsTouchedLate:
    """A month before the first stored one may be touched after it."""

    def test_opens_the_untouched_months_up_to_the_next_stored_one(self, firm: sl.Licensing) -> None:
        firm.meters.record([sent(1)])
        receipts = firm.meters.record([stored(2_000, at=OCTOBER.start(UTC) - MICROSECOND)])
        assert statuses(receipts) == ["accepted"]
        # The level of the disk is carried into October, which nothing has touched itself.
        assert ("storage", "2026-10", 100) in levels(firm)
        assert used(firm, OCTOBER)["storage"] == 2_000

    def test_has_no_users_where_it_was_closed_with_the_first_one(self, firm: sl.Licensing, clock: Clock) -> None:
        firm.meters.record([sent(1)])
        clock.forward(days=30)
        firm.meters.close(NOVEMBER, by="admin")
        assert firm.meters.usage(NOVEMBER)[0].users == 2
        assert [one.users for one in firm.meters.usage(OCTOBER)] == [0, 0]
