"""Notices of jobs: what is reported, what it takes away, and who may end it."""

from __future__ import annotations

from datetime import timedelta

import pytest

import superlicense as sl
from superlicense.model.event import read_kind
from tests.installation import SALES, START, WEB, Clock, open_licensing, person

LOGIN, TRAVEL = sl.SystemFeature.LOGIN, sl.SystemFeature.TRAVEL
OWN = "nordvik.route-import"

# Kind; what it takes away; how it is ended by hand.
KINDS = [
    (sl.EventKind.NO_LOGIN, ["login"], "by hand"),
    (sl.EventKind.NO_FREETEXT, ["freetext_on_travel"], "by hand"),
    (sl.EventKind.NO_TRAVEL, ["travel"], "by hand"),
    (sl.EventKind.MESSAGE_OF_THE_DAY, [], "by hand"),
    (sl.JobKind.FREETEXT_REBUILD, ["freetext_search"], "forced"),
    (sl.JobKind.PROTOTYPE_REBUILD, ["travel"], "forced"),
    (sl.JobKind.COUNTER_REBUILD, ["status_images", "statistics", "counters"], "forced"),
    (sl.JobKind.UDEF_REBUILD, ["user_defined_fields"], "never"),
    (sl.JobKind.UDEF_REBUILD_CONTACT, ["user_defined_fields"], "never"),
    (sl.JobKind.UDEF_REBUILD_PERSON, ["user_defined_fields"], "never"),
    (sl.JobKind.UDEF_REBUILD_PROJECT, ["user_defined_fields"], "never"),
    (sl.JobKind.UDEF_REBUILD_SALE, ["user_defined_fields"], "never"),
    (sl.JobKind.UDEF_REBUILD_APPOINTMENT, ["user_defined_fields"], "never"),
    (sl.JobKind.UDEF_REBUILD_DOCUMENT, ["user_defined_fields"], "never"),
    (sl.JobKind.IMPORT, [], "forced"),
    (sl.JobKind.SAINT_INDEXING, [], "forced"),
    (sl.JobKind.FREETEXT_INDEXING, [], "forced"),
    (OWN, [], "forced"),
]
JOBS = [kind for kind, _, ending in KINDS if ending != "by hand"]


def missing(licensing: sl.Licensing, user: str | None = None) -> list[str]:
    return [str(outage.feature) for outage in licensing.notices.active_features(user)]


def test_the_table_has_every_kind() -> None:
    assert [kind for kind, _, _ in KINDS] == [*sl.EventKind, *sl.JobKind, OWN]


@pytest.mark.parametrize(("kind", "features"), [(kind, features) for kind, features, _ in KINDS])
def test_a_job_reports_for_as_long_as_it_works(
    licensing: sl.Licensing, clock: Clock, kind: str, features: list[str]
) -> None:
    with licensing.notices.report(
        kind, "2 of 3", expected_end=START + timedelta(hours=1), description="Nightly", by="nightly"
    ) as report:
        assert licensing.notices.running() == (report.event,)
        assert report.event == sl.SystemEvent(
            id=report.event.id,
            kind=kind,
            scope=sl.EventScope.DATABASE,
            target="central",
            message="2 of 3",
            description="Nightly",
            started_at=START,
            started_by="nightly",
            expected_end=START + timedelta(hours=1),
        )
        assert missing(licensing) == features
        clock.forward(days=3)  # later than expected, and not over
        assert missing(licensing) == features
    assert licensing.notices.running() == ()
    assert missing(licensing) == []
    assert [str(one.feature) for one in licensing.notices.active_features(at=START)] == features


@pytest.mark.parametrize("kind", JOBS)
def test_only_no_login_changes_what_the_gate_says(licensing: sl.Licensing, kind: str) -> None:
    licensing.seats.assign("anna", SALES, by="admin")
    before = licensing.gate.login("anna", WEB), licensing.gate.feature("anna", "quote")
    with licensing.notices.report(kind, by="nightly"):
        assert (licensing.gate.login("anna", WEB), licensing.gate.feature("anna", "quote")) == before
    with licensing.notices.report(sl.EventKind.NO_LOGIN, by="nightly"):
        assert not licensing.gate.login("anna", WEB)


def test_the_event_ends_with_a_job_that_fails(licensing: sl.Licensing) -> None:
    with pytest.raises(ZeroDivisionError), licensing.notices.report(sl.JobKind.IMPORT, by="import"):
        _ = 1 // 0
    assert licensing.notices.running() == ()


@pytest.mark.parametrize(("kind", "ending"), [(kind, ending) for kind, _, ending in KINDS])
def test_who_may_end_an_event_by_hand(licensing: sl.Licensing, kind: str, ending: str) -> None:
    event = licensing.notices.report(kind, by="nightly").event
    refusals = []
    for force in (False, True):
        if not licensing.notices.running():
            continue
        try:
            licensing.notices.end(event.id, by="root", force=force)
        except sl.RefusedError as error:
            refusals.append(error.code)
    expected = {
        "by hand": [],
        "forced": ["event_needs_force"],
        "never": ["event_ends_with_job", "event_ends_with_job"],
    }
    assert refusals == expected[ending]
    assert bool(licensing.notices.running()) is (ending == "never")


@pytest.mark.parametrize("kind", JOBS)
def test_nobody_starts_by_hand_what_jobs_report(licensing: sl.Licensing, kind: str) -> None:
    with pytest.raises(sl.RefusedError) as refused:
        licensing.notices.start(kind, by="root")
    assert refused.value.reasons == (
        sl.Reason(code=sl.ReasonCode.EVENT_NOT_BY_HAND, params={"kind": kind, "hint": "notices.report"}),
    )
    assert licensing.notices.running() == ()


@pytest.mark.parametrize("kind", [str(kind) for kind in sl.EventKind])
def test_a_kind_may_be_named_by_its_text(licensing: sl.Licensing, kind: str) -> None:
    assert licensing.notices.start(kind, by="root").kind is sl.EventKind(kind)


def test_what_was_ended_by_force_is_over_for_its_job(licensing: sl.Licensing) -> None:
    with licensing.notices.report(sl.JobKind.IMPORT, by="import") as report:
        licensing.notices.end(report.event.id, by="root", force=True)
        with licensing.notices.report(sl.JobKind.IMPORT, by="import again") as other:
            report.end()
            assert licensing.notices.running() == (other.event,)


def test_the_event_of_a_job_that_died_is_finished_in_its_name(licensing: sl.Licensing) -> None:
    lost = licensing.notices.report(sl.JobKind.UDEF_REBUILD, by="nightly").event
    with pytest.raises(sl.RefusedError, match="event_running"):
        licensing.notices.report(sl.JobKind.UDEF_REBUILD, by="nightly")
    for _ in range(2):
        licensing.notices.finish(lost.id, by="nightly")
        assert licensing.notices.running() == ()


def test_a_feature_is_missing_for_those_whom_the_scope_reaches(licensing: sl.Licensing) -> None:
    licensing.users.sync(
        [
            sl.User(id="anna", may_log_in=True, groups=("sales",)),
            person("bo"),
            person("root", administrator=True),
        ]
    )
    licensing.notices.start(sl.EventKind.NO_TRAVEL, scope=sl.EventScope.GROUP, target="sales", by="root")
    licensing.notices.report(sl.JobKind.FREETEXT_REBUILD, scope=sl.EventScope.USER, target="bo", by="nightly")
    licensing.notices.start(sl.EventKind.NO_LOGIN, by="root")
    licensing.notices.report(sl.JobKind.UDEF_REBUILD, scope=sl.EventScope.DATABASE, target="aarhus", by="nightly")

    assert missing(licensing) == ["travel", "freetext_search", "login", "user_defined_fields"]
    assert missing(licensing, "anna") == ["travel", "login"]
    assert missing(licensing, "bo") == ["freetext_search", "login"]
    assert missing(licensing, "root") == []  # administrators enter all the same
    assert [event.kind for event in licensing.notices.running("root")] == []
    assert [event.kind for event in licensing.notices.running("bo")] == ["freetext_rebuild", "no_login"]
    assert licensing.notices.active_features()[0].event.target == "sales"


def test_administrators_wait_too_where_the_host_says_so(store: sl.Store, licensing: sl.Licensing, clock: Clock) -> None:
    strict = open_licensing(store, clock=clock, policy=sl.Policy(administrators_bypass_no_login=False))
    strict.users.save(person("root", administrator=True))
    strict.notices.start(sl.EventKind.NO_LOGIN, by="root")
    assert missing(strict, "root") == [LOGIN]
    assert missing(licensing, "root") == []


def test_a_host_reports_kinds_of_its_own_and_finds_them_again(store: sl.Store, licensing: sl.Licensing) -> None:
    event = licensing.notices.report("Nordvik.Route-Import", by="nightly").event
    assert event.kind == OWN
    # Another instance reads the record.
    other = open_licensing(store)
    assert other.notices.running() == (event,)
    with pytest.raises(sl.RefusedError, match="event_running"):
        other.notices.report(OWN, by="again")


@pytest.mark.parametrize(
    "kind", ["", "no-login", "NO_LOGIN", "nordvik", "nordvik.", ".route", "nord vik.a", "nordvik.a b", "ø.a", "a" * 300]
)
def test_what_names_no_kind_is_an_error(licensing: sl.Licensing, kind: str) -> None:
    for attempt in (licensing.notices.start, licensing.notices.report):
        with pytest.raises(sl.InvalidValueError) as error:
            attempt(kind, by="root")
        assert error.value.path == "kind"
    with pytest.raises(sl.InvalidValueError):
        read_kind(7)  # type: ignore[arg-type]  # what a host may get wrong


def test_a_noun_takes_own_kinds_in_lower_case_only() -> None:
    with pytest.raises(sl.InvalidValueError):
        sl.SystemEvent(id="e1", kind="Nordvik.route", started_at=START)
    assert sl.SystemEvent(id="e1", kind="nordvik.route", started_at=START).kind == "nordvik.route"
