"""Starting, editing and ending system events."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve

from superlicense.model.change import EditEvent, EndEvent, StartEvent
from superlicense.model.event import EventKind, EventScope, JobKind, SystemEvent, SystemFeature, read_kind
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.row import Table
from superlicense.model.site import CENTRAL
from superlicense.rules.gate.blocking import running as running_events
from superlicense.rules.notices import Ending, ending_of, outages
from tests.for_each import for_each
from tests.installation import INSTALLATION, START
from tests.rules.office import Office, params
from tests.rules.tables import CASES

ALL, DATABASE, GROUP, USER = EventScope.ALL_DATABASES, EventScope.DATABASE, EventScope.GROUP, EventScope.USER
NO_LOGIN, NO_TRAVEL = EventKind.NO_LOGIN, EventKind.NO_TRAVEL


def start(event_id: str, kind: EventKind = NO_LOGIN, scope: EventScope = ALL, target: str | None = None) -> StartEvent:
    """Ask to start an event."""
    return StartEvent(event=SystemEvent(id=event_id, kind=kind, scope=scope, target=target, started_at=START))


def running(*ids: str, kind: EventKind = NO_LOGIN) -> tuple[Reason, ...]:
    """Return the reasons for events that are in the way."""
    return tuple(because(ReasonCode.EVENT_RUNNING, kind=kind, event=event_id) for event_id in ids)


def test_the_write_says_when_and_by_whom_not_the_caller() -> None:
    office = Office()
    at = office.at
    wanted = evolve(
        start("e1").event, message="Upgrade tonight", started_by="another user", ended_at=START, ended_by="bo"
    )
    (row,) = office.do(StartEvent(event=wanted)).rows
    assert (row.table, row.key, row.start, row.started_by) == (Table.EVENTS, "e1", at, "admin")
    assert row.noun == evolve(wanted, started_at=at, started_by="admin", ended_at=None, ended_by=None)


@pytest.mark.parametrize(
    ("scope", "target"),
    [(ALL, None), (DATABASE, None), (DATABASE, "oslo"), (GROUP, "sales"), (USER, "anna")],
)
def test_one_of_its_kind_scope_and_target_runs_at_a_time(scope: EventScope, target: str | None) -> None:
    office = Office(start("e1", scope=scope, target=target))
    assert office.refuses(start("e2", scope=scope, target=target)) == running("e1")


@pytest.mark.parametrize(
    "other",
    [
        start("e2", kind=NO_TRAVEL, scope=USER, target="anna"),
        start("e2", scope=USER, target="bo"),
        start("e2", scope=GROUP, target="anna"),
        start("e2", scope=DATABASE, target="anna"),
        start("e2"),
    ],
    ids=["another kind", "another user", "a group", "a database", "everybody"],
)
def test_others_run_beside_it(other: StartEvent) -> None:
    office = Office(start("e1", scope=USER, target="anna"), other)
    assert list(office.world.events) == ["e1", "e2"]


@pytest.mark.parametrize("here", [CENTRAL, "oslo"])
def test_a_database_without_a_name_is_ours(here: str) -> None:
    office = Office(start("e1", scope=DATABASE), installation=evolve(INSTALLATION, site=here))
    assert office.refuses(start("e2", scope=DATABASE, target=here)) == running("e1")
    office.do(start("e2", scope=DATABASE, target="elsewhere"))


def test_an_id_is_taken_while_the_event_runs() -> None:
    office = Office(start("e1"), start("e2", scope=USER, target="anna"))
    assert office.refuses(start("e2")) == running("e1", "e2")
    office.do(EndEvent(event_id="e2"), start("e2", kind=NO_TRAVEL))


def test_an_event_ends_when_somebody_ends_it() -> None:
    office = Office(start("e1"))
    (row,) = office.do(EndEvent(event_id="e1")).rows
    assert (row.key, row.ended_by, dict(office.world.events)) == ("e1", "admin", {})
    office.do(start("e2"))


def test_what_does_not_run_is_not_ended() -> None:
    office = Office(start("e1"), EndEvent(event_id="e1"))
    for unknown in ("e1", "e2"):
        assert office.refuses(EndEvent(event_id=unknown)) == (because(ReasonCode.UNKNOWN_EVENT, event=unknown),)


def fields(written: dict[str, Any]) -> dict[str, Any]:
    """Read what a case changes; TOML has no `None`."""
    given = dict(written)
    return {**given, "expected_end": None} if given.pop("no_expected_end", False) else given


class TestAnEdit:
    """It changes texts and expected end, and nothing else; the row before it stays in the history."""

    @for_each(
        "case", tomllib.loads((CASES / "notices.toml").read_text("utf-8"))["case"], ids=lambda case: case["clause"]
    )
    def test_changes(self, case: dict[str, Any]) -> None:
        event = SystemEvent(
            id="e1",
            kind=read_kind(case.get("kind", "message_of_the_day")),
            scope=GROUP,
            target="sales",
            message="At three",
            description="Cake",
            started_at=START,
            expected_end=datetime(2026, 11, 30, 10, tzinfo=UTC),
        )
        office = Office(StartEvent(event=event))
        office.do(start("later"))
        if case.get("ended"):
            office.do(EndEvent(event_id="e1", by_job=True))
        before = office.world.events
        edit = EditEvent(event_id=case.get("event_id", "e1"), **fields(case["edit"]))
        if "refused" in case:
            assert [params(reason) for reason in office.refuses(edit)] == case["refused"]
            return
        was = before["e1"]
        applied = office.do(edit)
        expected = evolve(was.noun, **fields(case["event"]))
        assert running_events(office.world) == (expected, before["later"].noun)
        assert office.world == office.as_stored()
        if expected == was.noun:
            assert (applied.rows, applied.entries) == ((), ())
            return
        ended, started = applied.rows
        assert (ended.noun, ended.end, ended.ended_by) == (was.noun, started.start, "admin")
        assert (started.key, started.noun) == ("e1", expected)


def test_each_table_is_rebuilt_by_an_event_of_its_own() -> None:
    """Source: domain 14: UDefRebuild is several kinds, per table; never ended from the list."""
    kinds = [kind for kind in JobKind if kind.startswith("udef_rebuild")]
    assert len(kinds) == 7
    starts = [
        StartEvent(event=SystemEvent(id=f"e{number}", kind=kind, started_at=START)) for number, kind in enumerate(kinds)
    ]
    office = Office(*starts)
    assert [(outage.event.kind, outage.feature) for outage in outages(office.world)] == [
        (kind, SystemFeature.USER_DEFINED_FIELDS) for kind in kinds
    ]
    assert {ending_of(kind) for kind in kinds} == {Ending.BY_JOB}
    for number, kind in enumerate(kinds):
        again = StartEvent(event=SystemEvent(id="again", kind=kind, started_at=START))
        assert office.refuses(again) == (because(ReasonCode.EVENT_RUNNING, kind=kind, event=f"e{number}"),)
