"""Explained changes: who did it, or which date."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from attrs import evolve

import superlicense as sl
from tests.installation import (
    EXPIRES_AT,
    SALES,
    SERVICE,
    START,
    STOPS_AT,
    WEB,
    Clock,
    furnish,
    module,
    on_both_stores,
    open_licensing,
    package,
    person,
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def licensing(clock: Clock, store: sl.Store) -> sl.Licensing:
    licensing = furnish(open_licensing(store, clock=clock), "anna", "bo", holders={"anna": SALES})
    clock.forward(days=1)
    return licensing


@pytest.fixture
def store() -> sl.Store:
    return sl.MemoryStore()


def who(found: sl.Explained) -> list[tuple[str, str]]:
    return [(entry.by, str(entry.kind)) for entry in found.entries]


class TestWhoDidIt:
    """The journal entries are those whose rows are sources of a condition that differs."""

    def test_a_released_plan_is_named(self, licensing: sl.Licensing, clock: Clock) -> None:
        licensing.users.save(person("anna", name="Anna Lund"), by="carol")
        clock.forward(days=1)
        licensing.seats.release("anna", SALES, by="carol")
        clock.forward(days=1)
        licensing.seats.assign("bo", SALES, by="dan")
        found = licensing.gate.explain_change("anna", WEB, START)
        assert (found.before.outcome, found.after.outcome) == (sl.Outcome.ALLOWED, sl.Outcome.DENIED)
        assert who(found) == [("carol", "release")]
        assert found.cause is None
        assert {clause.subject for clause in found.changed} == {"superoffice.user", "superoffice.web", "superoffice.t2"}

    def test_of_several_saves_the_one_that_did_it(self, licensing: sl.Licensing, clock: Clock) -> None:
        for by, user in (
            ("carol", person("anna", name="Anna")),
            ("dan", person("anna", name="Anna", may_log_in=False)),
            ("eve", person("anna", name="Anna Lund", may_log_in=False)),
        ):
            licensing.users.save(user, by=by)
            clock.forward(days=1)
        assert who(licensing.gate.explain_change("anna", WEB, START)) == [("dan", "save_user")]

    def test_a_change_that_was_undone_is_no_change(self, licensing: sl.Licensing, clock: Clock) -> None:
        licensing.seats.release("anna", SALES, by="carol")
        clock.forward(days=1)
        licensing.seats.assign("anna", SALES, by="dan")
        found = licensing.gate.explain_change("anna", WEB, START)
        assert (found.entries, found.changed, found.cause) == ((), (), None)

    def test_the_last_of_several_turns(self, licensing: sl.Licensing, clock: Clock) -> None:
        for by in ("carol", "dan"):
            licensing.seats.assign("anna", SALES, by="admin")
            clock.forward(days=1)
            licensing.seats.release("anna", SALES, by=by)
            clock.forward(days=1)
        assert who(licensing.gate.explain_change("anna", WEB, START)) == [("dan", "release")]

    def test_both_of_two_sources(self, licensing: sl.Licensing, clock: Clock) -> None:
        licensing.packages.adopt_unsigned(
            evolve(
                package(),
                licenses=tuple(
                    module("web", 5) if row.name == "superoffice.web" else row for row in package().licenses
                ),
            ),
            by="vendor",
        )
        licensing.seats.assign("anna", "web", by="admin")
        clock.forward(days=1)
        then = clock()
        clock.forward(days=1)
        licensing.seats.release("anna", "web", by="carol")
        clock.forward(days=1)
        licensing.seats.release("anna", SALES, by="dan")
        assert who(licensing.gate.explain_change("anna", WEB, then)) == [("carol", "release"), ("dan", "release")]

    def test_everything_that_was_needed(self, licensing: sl.Licensing, clock: Clock) -> None:
        licensing.users.save(person("zoe"), by="carol")
        clock.forward(days=1)
        licensing.seats.assign("zoe", SERVICE, by="dan")
        found = licensing.gate.explain_change("zoe", WEB, START)
        assert who(found) == [("carol", "save_user"), ("dan", "assign")]

    def test_a_package_and_an_event(self, licensing: sl.Licensing, clock: Clock) -> None:
        rows = tuple(row for row in package().licenses if row.name != "superoffice.online-webservices")
        licensing.packages.adopt_unsigned(evolve(package(), licenses=rows), by="vendor")
        clock.forward(days=1)
        licensing.notices.start(sl.EventKind.NO_LOGIN, by="dan")
        found = licensing.gate.explain_change("anna", WEB, START)
        assert who(found) == [("vendor", "activate_package"), ("dan", "start_event")]

    def test_two_of_which_each_was_enough(self, licensing: sl.Licensing, clock: Clock) -> None:
        licensing.seats.release("anna", SALES, by="carol")
        clock.forward(days=1)
        rows = tuple(row for row in package().licenses if row.name != "superoffice.web")
        licensing.packages.adopt_unsigned(evolve(package(), licenses=rows), by="vendor")
        found = licensing.gate.explain_change("anna", WEB, START)
        assert who(found) == [("carol", "release"), ("vendor", "activate_package")]

    def test_an_event_that_has_ended(self, licensing: sl.Licensing, clock: Clock) -> None:
        event = licensing.notices.start(sl.EventKind.NO_LOGIN, by="dan")
        clock.forward(days=1)
        then = clock()
        clock.forward(days=1)
        licensing.notices.end(event.id, by="eve")
        assert who(licensing.gate.explain_change("anna", WEB, then)) == [("eve", "end_event")]

    def test_of_several_at_one_instant_the_one_that_did_it(self, licensing: sl.Licensing) -> None:
        licensing.users.save(person("zoe"), by="carol")
        licensing.seats.release("anna", SALES, by="dan")
        licensing.users.save(person("yan"), by="eve")
        assert who(licensing.gate.explain_change("anna", WEB, START)) == [("dan", "release")]

    def test_a_feature_and_a_user_as_the_host_knows_them(self, licensing: sl.Licensing) -> None:
        licensing.seats.change_plan("anna", SERVICE, by="carol")
        found = licensing.gate.explain_change(person("anna"), "quote", START, access=sl.Access.EDIT)
        assert (found.after.outcome, who(found)) == (sl.Outcome.READ_ONLY, [("carol", "change_plan")])

    @on_both_stores
    def test_is_the_same_on_every_store(self, licensing: sl.Licensing) -> None:
        licensing.seats.release("anna", SALES, by="carol")
        assert who(licensing.gate.explain_change("anna", WEB, START)) == [("carol", "release")]


class TestWhichDate:
    """Where a date did it, there is no entry, and the cause says which."""

    def test_a_package_that_has_stopped(self, licensing: sl.Licensing) -> None:
        found = licensing.gate.explain_change("anna", WEB, START, STOPS_AT)
        assert found.entries == ()
        assert found.cause is not None
        assert (found.cause.at, [str(date.kind) for date in found.cause.dates]) == (STOPS_AT, ["grace_ends"])
        assert found.to_dict(language="da")["cause"]["text"].endswith("Henstandsperioden slutter.")

    def test_nothing_that_a_condition_does_not_show(self, licensing: sl.Licensing) -> None:
        found = licensing.gate.explain_change("anna", WEB, START, EXPIRES_AT)
        assert (found.entries, found.cause) == ((), None)

    def test_a_person_and_a_date_together(self, licensing: sl.Licensing) -> None:
        licensing.seats.release("anna", SALES, by="carol")
        found = licensing.gate.explain_change("anna", WEB, START, STOPS_AT + timedelta(days=1))
        assert who(found) == [("carol", "release")]
        assert found.cause is not None
        assert found.cause.at == STOPS_AT


@pytest.mark.parametrize(
    ("then", "now"), [(START + timedelta(days=2), START), (START.replace(tzinfo=None), None), ("2027", None)]
)
def test_instants_out_of_order_are_refused(licensing: sl.Licensing, then: datetime, now: datetime | None) -> None:
    with pytest.raises(sl.InvalidValueError):
        licensing.gate.explain_change("anna", WEB, then, now)


def test_everything_is_told_in_words(licensing: sl.Licensing) -> None:
    licensing.seats.release("anna", SALES, by="carol")
    told = licensing.gate.explain_change("anna", WEB, START).to_dict(language="da")
    assert told["entries"][0]["by"] == "carol"
    assert told["after"]["reasons"][0]["text"].startswith("Brugerlicensen")
