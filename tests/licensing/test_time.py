"""Now, the past, the future, and the order of writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

import superlicense as sl
from tests.installation import (
    EDIT,
    EXPIRES_AT,
    INSTALLATION,
    SALES,
    START,
    STOPS_AT,
    WARNS_AT,
    WEB,
    Clock,
    codes,
    open_licensing,
    package,
    person,
)

TICK = timedelta(microseconds=1)


class TestPast:
    """The facts of that instant, under today's rules and policy."""

    @pytest.fixture
    def history(self, empty: sl.Licensing, clock: Clock) -> dict[str, datetime]:
        """Tell when what happened."""
        at: dict[str, datetime] = {}

        def now(what: str) -> None:
            at[what] = clock.forward(hours=1)

        now("user")
        empty.users.save(person("anna"))
        now("package")
        empty.packages.adopt_unsigned(package(), by="admin")
        now("seat")
        empty.seats.assign("anna", SALES, by="admin")
        now("event")
        event = empty.notices.start(sl.EventKind.NO_LOGIN, by="admin")
        now("end")
        empty.notices.end(event.id, by="admin")
        now("switch")
        empty.users.save(person("anna", may_log_in=False))
        now("retire")
        empty.seats.retire("anna", by="admin")
        clock.forward(days=1)
        return at

    @pytest.mark.parametrize(
        ("after", "expected"),
        [
            ("user", ["no_package"]),
            ("package", ["license_missing", "license_missing", "one_license_of"]),
            ("seat", []),
            ("event", ["no_login_event"]),
            ("end", []),
            ("switch", ["login_not_allowed"]),
        ],
    )
    def test_decisions_are_those_of_then(
        self, empty: sl.Licensing, history: dict[str, datetime], after: str, expected: list[str]
    ) -> None:
        following = list(history)[list(history).index(after) + 1]
        for at in (history[after], history[after] + timedelta(minutes=30), history[following] - TICK):
            assert codes(empty.gate.login("anna", WEB, at=at)) == expected

    def test_before_anything_there_is_nothing(self, empty: sl.Licensing, history: dict[str, datetime]) -> None:
        before = history["user"] - TICK
        assert codes(empty.gate.login("anna", WEB, at=before)) == ["no_package", "unknown_user"]
        assert empty.users.all(at=before) == ()
        assert empty.packages.current(at=before) is None
        with pytest.raises(sl.UnknownLicenseError):
            empty.seats.usage(SALES, at=before)

    def test_all_questions_are_answered_alike(self, empty: sl.Licensing, history: dict[str, datetime]) -> None:
        then = history["seat"]
        assert empty.gate.feature("anna", "quote", EDIT, at=then)
        assert empty.gate.holds("anna", "user", at=then)
        assert empty.gate.has_system("server", at=then)
        assert not empty.gate.has_system("server", at=history["package"] - TICK)
        assert empty.seats.usage(SALES, at=then).holders == ("anna",)
        assert empty.gate.feature("anna", "quote", EDIT, at=then) == empty.gate.feature("anna", "quote", EDIT, at=then)
        assert codes(empty.gate.feature("anna", "quote", EDIT))[0] == "user_retired"

    def test_an_instant_may_come_in_any_zone(self, empty: sl.Licensing, history: dict[str, datetime]) -> None:
        there = history["seat"].astimezone(timezone(timedelta(hours=-8)))
        assert empty.gate.login("anna", WEB, at=there)

    def test_todays_policy_counts(
        self, empty: sl.Licensing, history: dict[str, datetime], store: sl.Store, clock: Clock
    ) -> None:
        other = open_licensing(store, clock=clock, policy=sl.Policy(rule_set=sl.RuleSet.SUITE))
        assert empty.gate.login("anna", WEB, at=history["seat"]).rule_set is sl.RuleSet.MODULE_BASED
        assert other.gate.login("anna", WEB, at=history["seat"]).rule_set is sl.RuleSet.SUITE


class TestFuture:
    def test_the_future_is_as_if_nothing_more_was_written(self, licensing: sl.Licensing) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        login = licensing.gate.login
        assert [login("anna", WEB, at=at).outcome for at in (EXPIRES_AT, STOPS_AT - TICK, STOPS_AT)] == [
            sl.Outcome.ALLOWED,
            sl.Outcome.ALLOWED,
            sl.Outcome.READ_ONLY,
        ]
        assert licensing.gate.holds("anna", "user", at=STOPS_AT)
        assert licensing.seats.usage(SALES, at=STOPS_AT).in_use == 1
        assert licensing.users.find("anna", at=STOPS_AT) == person("anna")


class TestWrites:
    def test_a_write_happens_now(self, licensing: sl.Licensing, clock: Clock) -> None:
        now = clock.forward(hours=3)
        assert licensing.seats.assign("anna", SALES, by="admin").start == now

    def test_an_earlier_instant_may_be_given_down_to_the_newest_record(
        self, licensing: sl.Licensing, clock: Clock
    ) -> None:
        clock.forward(hours=3)
        then = START + timedelta(hours=1)
        assert licensing.seats.assign("anna", SALES, by="admin", at=then).start == then
        assert licensing.seats.assign("bo", SALES, by="admin", at=then).start == then
        assert licensing.seats.assign("cy", SALES, by="admin", at=clock.now).start == clock.now

    @pytest.mark.parametrize("offset", [-TICK, timedelta(days=-1)])
    def test_not_before_what_is_on_record(self, licensing: sl.Licensing, clock: Clock, offset: timedelta) -> None:
        clock.forward(hours=3)
        with pytest.raises(sl.WriteOutOfOrderError) as caught:
            licensing.seats.assign("anna", SALES, by="admin", at=START + offset)
        assert (caught.value.earliest, caught.value.latest) == (START, clock.now)
        assert licensing.seats.held_by("anna") == ()

    @pytest.mark.parametrize("offset", [TICK, timedelta(days=1)])
    def test_not_after_now(self, licensing: sl.Licensing, clock: Clock, offset: timedelta) -> None:
        clock.forward(hours=3)
        with pytest.raises(sl.WriteOutOfOrderError) as caught:
            licensing.seats.assign("anna", SALES, by="admin", at=clock.now + offset)
        assert caught.value.at == clock.now + offset

    def test_every_write_keeps_the_order(self, licensing: sl.Licensing) -> None:
        early = START - TICK
        event = licensing.notices.start(sl.EventKind.NO_LOGIN, by="admin")
        for write in (
            lambda: licensing.seats.assign("anna", SALES, by="admin", at=early),
            lambda: licensing.seats.release("anna", SALES, by="admin", at=early),
            lambda: licensing.seats.change_plan("anna", SALES, by="admin", at=early),
            lambda: licensing.seats.retire("anna", by="admin", at=early),
            lambda: licensing.users.save(person("anna"), at=early),
            lambda: licensing.users.sync([], at=early),
            lambda: licensing.sites.save(sl.Site(id="aarhus", name="Århus"), at=early),
            lambda: licensing.notices.start(sl.EventKind.NO_TRAVEL, by="admin", at=early),
            lambda: licensing.notices.end(event.id, by="admin", at=early),
            lambda: licensing.packages.adopt_unsigned(package(seats=9), by="admin", at=early),
            lambda: licensing.apply([], by="admin", at=early),
        ):
            with pytest.raises(sl.WriteOutOfOrderError):
                write()

    def test_with_nothing_on_record_any_past_instant_will_do(self, empty: sl.Licensing) -> None:
        then = datetime(1999, 1, 1, tzinfo=UTC)
        with pytest.raises(sl.WriteOutOfOrderError) as caught:
            empty.users.save(person("anna"), at=START + TICK)
        assert caught.value.earliest <= caught.value.latest
        empty.users.save(person("anna"), at=then)
        assert empty.users.find("anna", at=then)
        assert empty.users.find("anna", at=then - TICK) is None

    def test_an_instant_without_a_zone_is_an_error(self, licensing: sl.Licensing) -> None:
        with pytest.raises(sl.InvalidValueError, match=r"^at: "):
            licensing.seats.assign("anna", SALES, by="admin", at=START.replace(tzinfo=None))
        with pytest.raises(sl.InvalidValueError, match=r"^at: "):
            licensing.seats.assign(
                "anna", SALES, by="admin", at=datetime.max.replace(tzinfo=timezone(-timedelta(hours=1)))
            )


class TestClock:
    def test_now_is_never_before_the_newest_record(self, licensing: sl.Licensing, clock: Clock) -> None:
        clock.forward(days=-300)
        assert licensing.seats.assign("anna", SALES, by="admin").start == START
        now, then = licensing.gate.login("anna", WEB), licensing.gate.login("anna", WEB, at=START)
        assert (now.outcome, now.reasons, now.valid_until) == (then.outcome, then.reasons, then.valid_until)
        assert [warning.code for warning in now.warnings] == [sl.ReasonCode.CLOCK_ROLLED_BACK]
        assert licensing.seats.usage(SALES).in_use == 1

    def test_a_clock_turned_back_stops_no_package_twice(self, licensing: sl.Licensing, clock: Clock) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        clock.now = WARNS_AT + timedelta(hours=1)
        assert licensing.gate.login("anna", WEB).warnings
        # Nothing is on record since: the clock is believed.
        clock.now = WARNS_AT - TICK
        assert not licensing.gate.login("anna", WEB).warnings
        # A write puts the later time on record; from then on it counts.
        clock.now = WARNS_AT + timedelta(hours=1)
        licensing.seats.assign("bo", SALES, by="admin")
        clock.now = START
        for _ in range(2):
            assert licensing.gate.login("anna", WEB).warnings
        assert licensing.gate.login("cy", WEB).warnings

    def test_another_instances_clock_is_believed_too(
        self, licensing: sl.Licensing, store: sl.Store, clock: Clock
    ) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        assert licensing.gate.login("anna", WEB).outcome is sl.Outcome.ALLOWED
        ahead = open_licensing(store, clock=Clock(STOPS_AT))
        ahead.users.save(person("dora"))
        clock.forward(seconds=1)
        # Their write is on record, so now is past the end although our clock is not.
        assert licensing.gate.login("anna", WEB).outcome is sl.Outcome.READ_ONLY
        assert licensing.gate.login("bo", WEB, at=None).reasons

    def test_a_clock_without_a_zone_is_an_error(self, store: sl.Store) -> None:
        with pytest.raises(sl.InvalidValueError, match=r"^clock: "):
            open_licensing(store, clock=lambda: START.replace(tzinfo=None))

    def test_the_system_clock_is_the_default(self, store: sl.Store) -> None:
        licensing = sl.Licensing(store, INSTALLATION, trust=None)
        before = sl.utc_now()
        licensing.users.save(person("anna"))
        (entry,) = licensing.journal.entries()
        assert before <= entry.at <= sl.utc_now()
        assert entry.at.tzinfo is UTC
