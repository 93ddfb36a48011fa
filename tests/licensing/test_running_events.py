"""Editing a running event, messages of the day at a login, and events of one database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

import superlicense as sl
from tests.installation import INSTALLATION, SALES, START, WEB, Clock, open_licensing, person

HOUR = timedelta(hours=1)
MESSAGE = sl.EventKind.MESSAGE_OF_THE_DAY
OSLO = evolve(INSTALLATION, site="oslo")


@pytest.fixture
def satellite(store: sl.Store, licensing: sl.Licensing, clock: Clock) -> sl.Licensing:
    """The same store at the site of Oslo, where Dan works."""
    licensing.sites.save(sl.Site(id="oslo", name="Oslo"))
    licensing.users.save(person("dan", site="oslo"))
    licensing.seats.assign("anna", SALES, by="admin")
    licensing.seats.assign("dan", SALES, by="admin")
    return open_licensing(store, OSLO, clock=clock)


class TestADatabaseWithoutATarget:
    """An event of the scope DATABASE reaches the site that it is started in, and no other."""

    def test_is_the_own_one(self, licensing: sl.Licensing, satellite: sl.Licensing) -> None:
        event = satellite.notices.start(sl.EventKind.NO_LOGIN, scope=sl.EventScope.DATABASE, by="admin")
        assert event.target == "oslo"
        assert not satellite.gate.login("dan", WEB)
        assert licensing.gate.login("anna", WEB)
        assert licensing.notices.running("anna") == ()
        assert licensing.notices.active_features("anna") == ()
        (row,) = licensing.screens.status("anna").notifications
        assert (row.target, row.reaches_user) == ("Oslo", False)

    def test_of_a_job_is_the_own_one(self, licensing: sl.Licensing, satellite: sl.Licensing) -> None:
        with satellite.notices.report(sl.JobKind.FREETEXT_REBUILD, by="nightly") as report:
            assert report.event.target == "oslo"
            assert licensing.notices.active_features("anna") == ()
            assert len(satellite.notices.active_features("dan")) == 1
            # The same job runs in the central database at the same time.
            licensing.notices.report(sl.JobKind.FREETEXT_REBUILD, by="nightly").end()
            with pytest.raises(sl.RefusedError, match="event_running"):
                satellite.notices.report(
                    sl.JobKind.FREETEXT_REBUILD, scope=sl.EventScope.DATABASE, target="oslo", by="other"
                )

    def test_of_a_list_of_changes_is_the_own_one(self, licensing: sl.Licensing, satellite: sl.Licensing) -> None:
        wanted = sl.SystemEvent(id="e", kind=MESSAGE, scope=sl.EventScope.DATABASE, started_at=START)
        satellite.apply([sl.StartEvent(event=wanted)], by="admin")
        assert licensing.gate.login("anna", WEB).notices == ()
        assert [event.target for event in satellite.gate.login("dan", WEB).notices] == ["oslo"]


class TestAMessageOfTheDay:
    """It is part of the decision about a login, until it is ended."""

    def test_is_shown_at_login(self, licensing: sl.Licensing, clock: Clock) -> None:
        for user in ("anna", "bo"):
            licensing.seats.assign(user, SALES, by="admin")
        first = licensing.notices.start(MESSAGE, "Cake at three", expected_end=START + HOUR, by="admin")
        clock.forward(minutes=1)
        second = licensing.notices.start(MESSAGE, "Yours", sl.EventScope.USER, "anna", by="admin")
        assert licensing.gate.login("anna", WEB).notices == (first, second)
        assert licensing.gate.login("bo", WEB).notices == (first,)
        licensing.notices.end(first.id, by="admin")
        assert licensing.gate.login("anna", WEB).notices == (second,)
        assert licensing.gate.login("bo", WEB).notices == ()
        assert licensing.gate.login("bo", WEB, at=START).notices == (first,)

    def test_is_nothing_that_a_feature_is_asked_about(self, licensing: sl.Licensing) -> None:
        licensing.notices.start(MESSAGE, "Cake at three", by="admin")
        assert licensing.gate.feature("anna", "quote").notices == ()


class TestEditing:
    """Texts and expected end change; everything else, and the order of the list, stays."""

    def test_changes_what_is_given(self, licensing: sl.Licensing, clock: Clock) -> None:
        licensing.seats.assign("anna", SALES, by="admin")
        event = licensing.notices.start(MESSAGE, "At three", expected_end=START + HOUR, description="Cake", by="admin")
        clock.forward(minutes=1)
        later = licensing.notices.start(sl.EventKind.NO_TRAVEL, by="admin")
        clock.forward(minutes=1)
        edited = licensing.notices.edit(event.id, "At four", by="bo")
        assert edited == evolve(event, message="At four")
        assert licensing.notices.edit(event.id, expected_end=START + 2 * HOUR, by="bo") == evolve(
            edited, expected_end=START + 2 * HOUR
        )
        edited = licensing.notices.edit(event.id, expected_end=None, description="Pie", by="bo")
        assert edited == evolve(event, message="At four", description="Pie", expected_end=None)
        assert licensing.notices.running() == (edited, later)
        assert licensing.notices.running(at=START) == (event,)
        assert licensing.gate.login("anna", WEB).notices == (edited,)
        assert [entry.kind for entry in licensing.journal.entries()][-3:] == ["edit_event"] * 3
        assert licensing.verify_store().findings == ()

    def test_to_the_same_changes_nothing(self, licensing: sl.Licensing) -> None:
        event = licensing.notices.start(MESSAGE, "At three", by="admin")
        before = licensing.revision()
        assert licensing.notices.edit(event.id, "At three", by="bo") == event
        assert licensing.revision() == before

    def test_an_event_of_a_job_reports_its_progress(self, licensing: sl.Licensing) -> None:
        with licensing.notices.report(sl.JobKind.IMPORT, "1 of 2", by="nightly") as report:
            licensing.notices.edit(report.event.id, "2 of 2", by="nightly")
            assert [event.message for event in licensing.notices.running()] == ["2 of 2"]
        assert licensing.notices.running() == ()

    def test_what_does_not_run_is_refused(self, licensing: sl.Licensing) -> None:
        with pytest.raises(sl.RefusedError, match="unknown_event"):
            licensing.notices.edit("e1", "At four", by="bo")

    def test_a_naive_end_is_refused(self, licensing: sl.Licensing) -> None:
        event = licensing.notices.start(MESSAGE, by="admin")
        with pytest.raises(sl.InvalidValueError, match="expected_end"):
            licensing.notices.edit(event.id, expected_end=START.replace(tzinfo=None), by="bo")


def test_user_defined_fields_of_two_tables_are_rebuilt_at_a_time(licensing: sl.Licensing) -> None:
    kinds = (sl.JobKind.UDEF_REBUILD_CONTACT, sl.JobKind.UDEF_REBUILD_SALE)
    for kind in kinds:
        licensing.notices.report(kind, by="publish")
    assert [outage.event.kind for outage in licensing.notices.active_features()] == list(kinds)
