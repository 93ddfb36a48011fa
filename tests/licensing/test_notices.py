from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import superlicense as sl
from tests.installation import SALES, START, WEB, Clock, codes, open_licensing, person

STARTABLE = list(sl.EventKind)


@pytest.fixture
def staffed(licensing: sl.Licensing) -> sl.Licensing:
    """Anna sells, Bo is in support, root administers; all hold a plan."""
    licensing.users.sync(
        [
            sl.User(id="anna", may_log_in=True, groups=("sales", "north")),
            sl.User(id="bo", may_log_in=True, groups=("support",)),
            person("root", administrator=True),
        ]
    )
    for user in ("anna", "bo", "root"):
        licensing.seats.assign(user, SALES, by="admin")
    return licensing


def let_in(licensing: sl.Licensing) -> list[str]:
    return [user for user in ("anna", "bo", "root") if licensing.gate.login(user, WEB)]


@pytest.mark.parametrize("kind", STARTABLE)
def test_each_kind_is_started_and_ended(licensing: sl.Licensing, clock: Clock, kind: sl.EventKind) -> None:
    event = licensing.notices.start(
        kind, "Kage kl. 15", description="i kantinen", expected_end=START + timedelta(hours=1), by="admin"
    )
    assert event == sl.SystemEvent(
        id=event.id,
        kind=kind,
        message="Kage kl. 15",
        description="i kantinen",
        started_at=START,
        started_by="admin",
        expected_end=START + timedelta(hours=1),
    )
    assert licensing.notices.running() == (event,)
    # It never ends by itself.
    clock.forward(days=30)
    assert licensing.notices.running() == (event,)
    licensing.notices.end(event.id, by="boss")
    assert licensing.notices.running() == ()
    assert licensing.notices.running(at=START) == (event,)


@pytest.mark.parametrize("kind", [kind for kind in STARTABLE if kind is not sl.EventKind.NO_LOGIN])
def test_only_no_login_keeps_people_out(staffed: sl.Licensing, kind: sl.EventKind) -> None:
    staffed.notices.start(kind, by="admin")
    assert let_in(staffed) == ["anna", "bo", "root"]


@pytest.mark.parametrize(
    ("scope", "target", "inside"),
    [
        (sl.EventScope.ALL_DATABASES, None, ["root"]),
        (sl.EventScope.DATABASE, None, ["root"]),
        (sl.EventScope.DATABASE, "central", ["root"]),
        (sl.EventScope.DATABASE, "aarhus", ["anna", "bo", "root"]),
        (sl.EventScope.GROUP, "north", ["bo", "root"]),
        (sl.EventScope.GROUP, "nobody", ["anna", "bo", "root"]),
        (sl.EventScope.USER, "bo", ["anna", "root"]),
    ],
)
def test_a_scope_reaches_whom_it_names(
    staffed: sl.Licensing, scope: sl.EventScope, target: str | None, inside: list[str]
) -> None:
    assert let_in(staffed) == ["anna", "bo", "root"]
    event = staffed.notices.start(sl.EventKind.NO_LOGIN, "Vi opdaterer", scope=scope, target=target, by="admin")
    assert let_in(staffed) == inside
    for user in {"anna", "bo"}.difference(inside):
        (reason,) = staffed.gate.login(user, WEB).reasons
        assert reason.code is sl.ReasonCode.NO_LOGIN_EVENT
        assert reason.params["message"] == "Vi opdaterer"
    staffed.notices.end(event.id, by="admin")
    assert let_in(staffed) == ["anna", "bo", "root"]


def test_administrators_wait_too_where_the_host_says_so(store: sl.Store, staffed: sl.Licensing, clock: Clock) -> None:
    policy = sl.Policy(administrators_bypass_no_login=False)
    strict = open_licensing(store, staffed.installation, clock=clock, policy=policy)
    strict.notices.start(sl.EventKind.NO_LOGIN, by="admin")
    assert let_in(strict) == []
    assert strict.gate.administer("root")


def test_a_new_member_of_a_group_is_reached_at_once(staffed: sl.Licensing) -> None:
    staffed.notices.start(sl.EventKind.NO_LOGIN, scope=sl.EventScope.GROUP, target="sales", by="admin")
    assert let_in(staffed) == ["bo", "root"]
    staffed.users.save(sl.User(id="bo", may_log_in=True, groups=("sales",)))
    assert let_in(staffed) == ["root"]


def test_one_of_a_kind_scope_and_target_runs(licensing: sl.Licensing) -> None:
    start = licensing.notices.start
    start(sl.EventKind.NO_LOGIN, by="admin")
    start(sl.EventKind.NO_TRAVEL, by="admin")
    start(sl.EventKind.NO_LOGIN, scope=sl.EventScope.USER, target="anna", by="admin")
    with pytest.raises(sl.RefusedError) as caught:
        start(sl.EventKind.NO_LOGIN, by="boss")
    assert caught.value.code == "event_running"
    assert len(licensing.notices.running()) == 3


def test_what_does_not_run_cannot_be_ended(licensing: sl.Licensing) -> None:
    event = licensing.notices.start(sl.EventKind.NO_LOGIN, by="admin")
    licensing.notices.end(event.id, by="admin")
    for event_id in (event.id, "no such event"):
        with pytest.raises(sl.RefusedError) as caught:
            licensing.notices.end(event_id, by="admin")
        assert caught.value.code == "unknown_event"


def test_events_come_in_the_order_they_started(licensing: sl.Licensing) -> None:
    started = [licensing.notices.start(kind, by="admin") for kind in STARTABLE]
    assert list(licensing.notices.running()) == started


def test_the_past_knows_who_was_kept_out(staffed: sl.Licensing, clock: Clock) -> None:
    clock.forward(hours=1)
    event = staffed.notices.start(sl.EventKind.NO_LOGIN, by="admin")
    during = clock.now
    clock.forward(hours=1)
    staffed.notices.end(event.id, by="admin")
    assert staffed.gate.login("anna", WEB)
    assert codes(staffed.gate.login("anna", WEB, at=during)) == ["no_login_event"]
    assert staffed.gate.login("anna", WEB, at=START)


@pytest.mark.parametrize(
    "fields",
    [
        {"scope": sl.EventScope.GROUP},
        {"scope": sl.EventScope.USER},
        {"target": "aarhus"},
        {"scope": "everybody"},
        {"message": None},
        {"expected_end": "tomorrow"},
        {"expected_end": START.replace(tzinfo=None)},
    ],
)
def test_what_makes_no_event_is_an_error(licensing: sl.Licensing, fields: dict[str, Any]) -> None:
    with pytest.raises(sl.InvalidValueError):
        licensing.notices.start(sl.EventKind.NO_LOGIN, **fields, by="admin")
    assert licensing.notices.running() == ()
