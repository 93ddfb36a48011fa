"""Laws: whatever is written and asked in between, the patched snapshot answers like one that is made anew."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import superlicense as sl
from tests.installation import (
    EDIT,
    SALES,
    SERVICE,
    Clock,
    CountingStore,
    open_licensing,
    package,
)

# One is called like a site, because that is where confusion would begin.
USERS = ("anna", "bo", "central", "aarhus")
LICENSES = (SALES, SERVICE, "visible-for", "user", "windows", "reporter-studio", "reporter-studio-user")
FEATURES = ("quote", "superoffice.quote", "document", "nobody-sells-this")

Act = Callable[[sl.Licensing, Clock], object]

people = st.builds(
    sl.User,
    id=st.sampled_from(USERS),
    type=st.sampled_from([sl.UserType.INTERNAL, sl.UserType.INTERNAL, sl.UserType.EXTERNAL]),
    may_log_in=st.booleans(),
    administrator=st.booleans(),
    retired=st.sampled_from([False, False, False, True]),
    site=st.sampled_from(["central", "aarhus"]),
    groups=st.sampled_from([(), ("sales",)]),
)
holders, licenses = st.sampled_from(USERS), st.sampled_from(LICENSES)
clients = st.sampled_from(list(sl.Client))


def _end_an_event(licensing: sl.Licensing, _clock: Clock) -> None:
    for event in licensing.notices.running()[:1]:
        licensing.notices.end(event.id, by="admin")


def _start(target: str | None) -> Act:
    scope = sl.EventScope.GROUP if target else sl.EventScope.ALL_DATABASES
    return lambda licensing, _: licensing.notices.start(sl.EventKind.NO_LOGIN, scope=scope, target=target, by="admin")


acts: st.SearchStrategy[Act] = st.one_of(
    people.map(lambda user: lambda licensing, _: licensing.users.save(user)),
    st.tuples(holders, licenses).map(lambda pair: lambda licensing, _: licensing.seats.assign(*pair, by="admin")),
    st.tuples(holders, licenses).map(
        lambda pair: lambda licensing, _: licensing.seats.release(*pair, by="admin", cascade=True)
    ),
    st.tuples(holders, st.sampled_from([SALES, SERVICE])).map(
        lambda pair: lambda licensing, _: licensing.seats.change_plan(*pair, by="admin")
    ),
    holders.map(lambda user: lambda licensing, _: licensing.seats.retire(user, by="admin")),
    st.sampled_from([None, "sales"]).map(_start),
    st.just(_end_an_event),
    st.integers(2, 5).map(
        lambda seats: lambda licensing, _: licensing.packages.adopt_unsigned(package(seats=seats), by="admin")
    ),
    st.sampled_from([timedelta(seconds=1), timedelta(days=40), timedelta(days=-1)]).map(
        lambda by: lambda _, clock: setattr(clock, "now", clock.now + by)
    ),
    st.tuples(holders, clients).map(lambda pair: lambda licensing, _: licensing.gate.login(*pair)),
    st.tuples(holders, st.sampled_from(FEATURES)).map(
        lambda pair: lambda licensing, _: licensing.gate.feature(*pair, EDIT)
    ),
)


def answers(licensing: sl.Licensing) -> dict[object, object]:
    """Ask everything of everybody."""
    gate, found = licensing.gate, dict[object, object]()
    for user in USERS:
        found |= {(user, client): gate.login(user, client) for client in sl.Client}
        found |= {(user, feature): gate.feature(user, feature, EDIT) for feature in FEATURES}
        found |= {(user, license): gate.holds(user, license) for license in LICENSES}
        found[user] = gate.administer(user)
    found |= {license: licensing.seats.usage(license) for license in LICENSES}
    return found


@pytest.mark.parametrize("revision_source", [True, False], ids=["heartbeat", "revision checks"])
@given(steps=st.lists(acts, max_size=25))
def test_a_patched_snapshot_answers_like_a_new_one(revision_source: bool, steps: list[Act]) -> None:  # noqa: FBT001 - a parameter
    clock, store = Clock(), CountingStore(sl.MemoryStore(), revision_source=revision_source)
    licensing = open_licensing(store, clock=clock)
    licensing.packages.adopt_unsigned(package(), by="admin")
    for act in steps:
        with suppress(sl.RefusedError):
            act(licensing, clock)
    anew = answers(open_licensing(store, clock=clock))
    assert answers(licensing) == anew
    # Once more, out of the tables.
    assert answers(licensing) == anew


@given(steps=st.lists(acts, max_size=15))
def test_the_past_does_not_change(steps: list[Act]) -> None:
    clock = Clock()
    licensing = open_licensing(clock=clock)
    licensing.packages.adopt_unsigned(package(), by="admin")
    remembered: dict[datetime, sl.Decision] = {}
    for act in steps:
        before = clock.now
        with suppress(sl.RefusedError):
            act(licensing, clock)
        # Only a clock that goes on makes a past of what it has shown.
        clock.now = max(before, clock.now)
        remembered[clock.now] = licensing.gate.login("anna", sl.Client.WEB, at=clock.now)
        # Writes at one instant are one state; from the next instant on it is past.
        clock.forward(milliseconds=1)
    for at, decision in remembered.items():
        assert licensing.gate.login("anna", sl.Client.WEB, at=at) == decision
