"""Starting and ending system events."""

from __future__ import annotations

import pytest
from attrs import evolve

from superlicense.model.change import EndEvent, StartEvent
from superlicense.model.decision import Reason, ReasonCode, because
from superlicense.model.event import EventKind, EventScope, SystemEvent
from superlicense.model.row import Table
from superlicense.model.site import CENTRAL
from tests.installation import INSTALLATION, START
from tests.rules.office import Office

ALL, DATABASE, GROUP, USER = EventScope.ALL_DATABASES, EventScope.DATABASE, EventScope.GROUP, EventScope.USER
NO_LOGIN, NO_TRAVEL = EventKind.NO_LOGIN, EventKind.NO_TRAVEL


def start(event_id: str, kind: EventKind = NO_LOGIN, scope: EventScope = ALL, target: str | None = None) -> StartEvent:
    """Ask to start an event."""
    return StartEvent(event=SystemEvent(id=event_id, kind=kind, scope=scope, target=target, started_at=START))


def running(*ids: str, kind: EventKind = NO_LOGIN) -> tuple[Reason, ...]:
    """Give the reasons for events that are in the way."""
    return tuple(because(ReasonCode.EVENT_RUNNING, kind=kind, event=event_id) for event_id in ids)


def test_the_write_says_when_and_by_whom_not_the_caller() -> None:
    office = Office()
    at = office.at
    wanted = evolve(
        start("e1").event, message="Upgrade tonight", started_by="somebody else", ended_at=START, ended_by="bo"
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
