"""Metered services, from the first report to the invoice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.catalog import meters
from tests.licensing.house import INSTALLATION, SALES, START, Clock, module, package, person
from tests.licensing.vendor import issued, root

NOVEMBER, DECEMBER, JANUARY = sl.Month(2026, 11), sl.Month(2026, 12), sl.Month(2027, 1)
MICROSECOND = timedelta(microseconds=1)
DISK = evolve(meters.STORAGE, included=1000, aggregation=sl.Aggregation.LAST)
MAILS = evolve(meters.MAILINGS, included_per_user=100, price_per_block=Decimal("0.5"), currency="DKK")
NUMBERS = count()

Open = Callable[..., sl.Licensing]


@pytest.fixture
def opened(store: sl.Store, clock: Clock) -> Open:
    """Open the installation, with two meters unless others are given."""

    def make(installation: sl.Installation = INSTALLATION, **options: object) -> sl.Licensing:
        given: dict[str, object] = {"clock": clock, "meters": (MAILS, DISK), **options}
        return sl.Licensing(store, installation, trust=None, **given)  # type: ignore[arg-type]

    return make


@pytest.fixture
def firm(opened: Open) -> sl.Licensing:
    """An installation of two users."""
    return with_users(opened(), "anna", "bo")


def with_users(licensing: sl.Licensing, *names: str) -> sl.Licensing:
    licensing.packages.adopt_unsigned(package(), by="admin")
    licensing.users.sync([person(name) for name in (*names, "cy")])
    for name in names:
        licensing.seats.assign(name, SALES, by="admin")
    return licensing


def sent(quantity: int, at: datetime = START, *, name: str = "", corrects: str | None = None) -> sl.UsageEvent:
    id_ = name or str(next(NUMBERS))
    return sl.UsageEvent(source="mailer", id=id_, meter="mailings", quantity=quantity, at=at, corrects=corrects)


def stored(quantity: int, at: datetime = START, *, name: str = "", corrects: str | None = None) -> sl.UsageEvent:
    return evolve(sent(quantity, at, name=name, corrects=corrects), meter="storage")


def statuses(receipts: tuple[sl.Receipt, ...]) -> list[str]:
    return [str(one.code or one.status) for one in receipts]


def used(licensing: sl.Licensing, month: sl.Month | str = NOVEMBER, at: datetime | None = None) -> dict[str, int]:
    return {one.meter: one.used for one in licensing.meters.usage(month, at=at)}


def levels(licensing: sl.Licensing) -> list[tuple[str, str, int]]:
    return [(one.meter, str(one.month), one.level) for one in licensing.meters.crossings()]


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
        there = opened(evolve(INSTALLATION, database_id="there"))
        event = sent(5, name="one id")
        assert statuses(here.meters.record([event])) == statuses(there.meters.record([event])) == ["accepted"]
        here.meters.record([sent(1)])
        assert (used(here)["mailings"], used(there)["mailings"]) == (6, 5)
        assert there.meters.usage(NOVEMBER)[0].users == 0
        assert [one.meter for one in there.meters.crossings()] == ["mailings"]

    def test_a_gauge_is_read_in_any_order(self, firm: sl.Licensing, clock: Clock) -> None:
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
        # The host that does not know it goes on.
        assert statuses(firm.meters.record([chat, sent(1)])) == ["duplicate", "accepted"]
        firm.seats.release("bo", SALES, by="admin")
        assert used(firm) == {"mailings": 2, "storage": 0}

    def test_a_meter_of_another_kind_by_now_loses_nothing(self, firm: sl.Licensing, opened: Open) -> None:
        """Whoever wants another kind of meter gives it another code; who does not is told at least everything."""
        firm.meters.record([sent(5), stored(900)])
        level = evolve(MAILS, kind=sl.MeterKind.GAUGE, aggregation=sl.Aggregation.PEAK)
        added = evolve(DISK, kind=sl.MeterKind.COUNTER, aggregation=sl.Aggregation.SUM)
        other = opened(meters=(level, added))
        assert used(other) == {"mailings": 5, "storage": 900}
        assert statuses(other.meters.record([sent(7), stored(9)])) == ["accepted", "accepted"]
        assert used(other) == {"mailings": 7, "storage": 909}
        assert {line.meter: line.used for line in other.meters.statement(NOVEMBER).lines} == used(other)
        assert [one.used for one in other.meters.projection(NOVEMBER)] == [7, 909]

    def test_whoever_is_in_doubt_sends_again(self, firm: sl.Licensing) -> None:
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


class TestCrossings:
    """Each level is told once, whatever makes it."""

    def test_usage_tells_each_level_once(self, firm: sl.Licensing) -> None:
        firm.meters.record([sent(99)])
        assert levels(firm) == []
        firm.meters.record([sent(1), sent(60)])
        assert levels(firm) == [("mailings", "2026-11", 50), ("mailings", "2026-11", 80)]
        firm.meters.record([sent(0, name="z"), sent(80), sent(1000)])
        assert [one[2] for one in levels(firm)] == [50, 80, 100, 120]

    def test_they_are_read_on_from_the_last_one(self, firm: sl.Licensing) -> None:
        firm.meters.record([sent(300)])
        first = firm.meters.crossings(most=1)
        assert [one.level for one in first] == [50]
        assert [one.level for one in firm.meters.crossings(after=first[-1].id)] == [80, 100, 120]
        assert [one.level for one in firm.meters.crossings(after=first[-1].id, month="2026-11", most=2)] == [80, 100]
        assert firm.meters.crossings(month=DECEMBER) == ()
        assert [one.id for one in first] == ["mailings/2026-11/50"]
        with pytest.raises(sl.InvalidValueError, match="after"):
            firm.meters.crossings(after="nothing")
        for wrong in (-1, True, 1.5):
            with pytest.raises(sl.InvalidValueError, match="most"):
                firm.meters.crossings(most=wrong)  # type: ignore[arg-type]

    def test_fewer_users_at_close_let_a_threshold_fall_under_the_usage(self, opened: Open) -> None:
        firm = with_users(
            opened(policy=sl.Policy(user_count=sl.UserCount.AT_CLOSE, crossing_levels=(100,))), "anna", "bo"
        )
        firm.meters.record([sent(100)])
        assert levels(firm) == []
        firm.seats.release("bo", SALES, by="admin")
        (crossing,) = firm.meters.crossings()
        assert (crossing.level, crossing.cause) == (100, sl.CrossingCause.THRESHOLD)

    def test_a_smaller_package_does_too(self, opened: Open) -> None:
        firm = opened(policy=sl.Policy(user_count=sl.UserCount.BOUGHT, crossing_levels=(100,)))
        firm.packages.adopt_unsigned(package(licenses=(module("user", 5),)), by="admin")
        firm.meters.record([sent(400)])
        assert (levels(firm), firm.meters.usage(NOVEMBER)[0].threshold) == ([], 500)
        firm.packages.adopt_unsigned(package(licenses=(module("user", 4),)), by="admin")
        assert levels(firm) == [("mailings", "2026-11", 100)]
        assert firm.meters.usage(NOVEMBER)[0].threshold == 400

    def test_a_level_that_was_carried_in_is_told_with_the_month(self, firm: sl.Licensing, clock: Clock) -> None:
        firm.meters.record([stored(900)])
        clock.now = DECEMBER.start(UTC) + timedelta(hours=1)
        assert used(firm, DECEMBER)["storage"] == 900
        firm.meters.record([sent(0, clock.now)])
        assert levels(firm)[-2:] == [("storage", "2026-12", 50), ("storage", "2026-12", 80)]
        assert {one.cause for one in firm.meters.crossings(month=DECEMBER)} == {sl.CrossingCause.USAGE}

    def test_a_level_that_is_corrected_in_one_month_is_no_usage_of_the_next(
        self, firm: sl.Licensing, clock: Clock
    ) -> None:
        firm.meters.record([stored(100, name="a")])
        clock.now = DECEMBER.start(UTC) + timedelta(hours=1)
        firm.meters.record([sent(0, clock.now)])
        firm.meters.record([stored(900, name="b", corrects="a"), sent(100, clock.now)])
        causes = [(one.meter, str(one.month), str(one.cause)) for one in firm.meters.crossings() if one.level == 50]
        assert causes == [
            ("storage", "2026-11", "correction"),
            ("mailings", "2026-12", "usage"),
            ("storage", "2026-12", "correction"),
        ]

    def test_a_refused_write_tells_nothing(self, firm: sl.Licensing) -> None:
        firm.meters.record([sent(150)])
        before = levels(firm)
        with pytest.raises(sl.RefusedError):
            firm.seats.assign("nobody", SALES, by="admin")
        assert levels(firm) == before


class TestPreviews:
    """A package that moves a threshold says so before it does."""

    @pytest.fixture
    def signed(self, store: sl.Store, clock: Clock) -> sl.Licensing:
        """An installation with five users bought, and 400 mails sent."""
        policy = sl.Policy(user_count=sl.UserCount.BOUGHT, crossing_levels=(100, 120))
        firm = sl.Licensing(store, INSTALLATION, trust=root(), clock=clock, policy=policy, meters=(MAILS, DISK))
        firm.packages.activate(firm.packages.preview(issued(1, licenses=(module("user", 5),))), by="admin")
        firm.meters.record([sent(400)])
        return firm

    def test_it_names_the_meters_and_the_levels(self, signed: sl.Licensing) -> None:
        preview = signed.packages.preview(issued(2, licenses=(module("user", 4),)))
        effect = sl.MeterEffect(meter="mailings", month=NOVEMBER, threshold=500, new_threshold=400, crossed=(100,))
        assert preview.meters == (effect,)
        assert levels(signed) == []
        signed.packages.activate(preview, by="admin")
        assert levels(signed) == [("mailings", "2026-11", 100)]
        assert signed.packages.preview(issued(3, licenses=(module("user", 4),))).meters == ()

    def test_other_levels_by_now_are_another_preview(self, signed: sl.Licensing) -> None:
        preview = signed.packages.preview(issued(2, licenses=(module("user", 4),)))
        signed.meters.record([sent(80)])
        with pytest.raises(sl.PreviewOutdatedError) as outdated:
            signed.packages.activate(preview, by="admin")
        assert [one.crossed for one in outdated.value.preview.meters] == [(100, 120)]
        assert levels(signed) == []
        signed.packages.activate(outdated.value.preview, by="admin")
        assert [one[2] for one in levels(signed)] == [100, 120]

    def test_more_usage_that_crosses_nothing_is_no_other_consequence(self, signed: sl.Licensing) -> None:
        preview = signed.packages.preview(issued(2, licenses=(module("user", 4),)))
        signed.meters.record([sent(79)])
        assert signed.packages.activate(preview, by="admin").activated


class TestUsers:
    """Which users raise a threshold."""

    def test_the_highest_number_stays_for_the_month(self, firm: sl.Licensing, clock: Clock) -> None:
        clock.forward(hours=1)
        firm.seats.release("bo", SALES, by="admin")
        usage = firm.meters.usage(NOVEMBER)[0]
        assert (usage.users, usage.threshold) == (2, 200)
        assert str(usage.derivation).startswith("0 + 100 × 2 users = 200 (users: ")
        assert firm.meters.usage(DECEMBER)[0].users == 1

    def test_a_month_nobody_wrote_in_still_has_its_users(self, firm: sl.Licensing, clock: Clock) -> None:
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

    def test_what_was_bought_has_no_limit_and_the_highest_counts(self, opened: Open) -> None:
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
        again = closed.meters.close("2026-11", by="somebody else")
        assert (again, again.to_json()) == (frozen, frozen.to_json())
        assert [entry.change for entry in closed.journal.entries()][-1] == "CloseMonth 2026-11"
        assert [entry.change for entry in closed.journal.entries()].count("CloseMonth 2026-11") == 1

    def test_new_terms_do_not_touch_it(self, closed: sl.Licensing, opened: Open) -> None:
        dearer = opened(meters=(evolve(MAILS, price_per_block=Decimal(9)),))
        assert dearer.meters.statement(NOVEMBER) == closed.meters.statement(NOVEMBER)

    def test_what_comes_late_is_adjusted_on_its_own_terms(self, closed: sl.Licensing, opened: Open) -> None:
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
        assert (used(dearer)["mailings"], used(dearer, DECEMBER)["mailings"]) == (255, 0)

    def test_a_late_reading_moves_what_it_was_carried_into(self, closed: sl.Licensing, clock: Clock) -> None:
        assert used(closed, DECEMBER)["storage"] == 900
        closed.meters.record([stored(400, START + timedelta(days=1))])
        assert (used(closed)["storage"], used(closed, DECEMBER)["storage"]) == (400, 400)
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

    def test_a_silent_month_bills_what_is_stored(self, firm: sl.Licensing, clock: Clock) -> None:
        firm.meters.record([stored(1500)])
        clock.now = JANUARY.start(UTC)
        firm.meters.close(NOVEMBER, by="admin")
        december = firm.meters.close(DECEMBER, by="admin")
        assert [(line.meter, line.used, line.overage) for line in december.lines] == [
            ("mailings", 0, 0),
            ("storage", 1500, 500),
        ]

    def test_a_meter_that_was_taken_away_is_still_told(self, firm: sl.Licensing, opened: Open, clock: Clock) -> None:
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

    def test_a_projection_goes_on_as_it_has_begun(self, firm: sl.Licensing, clock: Clock) -> None:
        clock.now = START
        firm.meters.record([sent(180), stored(800)])
        mails, disk = firm.meters.projection(NOVEMBER)
        assert mails.estimate
        assert (mails.used, mails.expected, mails.passed, str(mails.passes_on)) == (180, 231, False, "2026-11-26")
        assert (disk.used, disk.threshold) == (800, 1000)
        firm.meters.record([sent(30)])
        assert firm.meters.projection(NOVEMBER)[0].passes_on == START.date()
        assert firm.meters.projection(NOVEMBER, at=START - timedelta(hours=1))[0].used == 0
