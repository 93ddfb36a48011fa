"""Laws of a clock that was wrong: what it recorded counts as done when the clock was corrected."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import superlicense as sl
from tests.installation import SALES, SERVICE, START, WEB, Clock, open_licensing, person
from tests.licensing.vendor import issued, root

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
USERS = ("anna", "bo", "cy")
KEY = b"k" * 32

users = st.sampled_from(USERS)
plans = st.sampled_from([SALES, SERVICE])
acts = st.one_of(
    st.tuples(st.just("assign"), users, plans),
    st.tuples(st.just("release"), users, plans),
    st.tuples(st.just("change"), users, plans),
    st.tuples(st.just("retire"), users, plans),
    st.tuples(st.just("rehire"), users, plans),
)
stories = st.lists(acts, max_size=6)


class Office:
    """One installation with its clock."""

    def __init__(self, *, seal_key: bytes | None) -> None:
        self.clock = Clock()
        self.options: dict[str, Any] = {"trust": root(), "clock": self.clock, "seal_key": seal_key}
        self.store = sl.MemoryStore()
        self.licensing = self.open()
        self.licensing.packages.offer(issued(1, seats=2), by="admin")
        self.licensing.users.sync([*map(person, USERS), person("root", administrator=True)])

    def open(self) -> sl.Licensing:
        return open_licensing(self.store, **self.options)

    def act(self, act: tuple[str, str, str]) -> None:
        kind, user, license = act
        with suppress(sl.RefusedError):
            if kind == "assign":
                self.licensing.seats.assign(user, license, by="admin")
            elif kind == "release":
                self.licensing.seats.release(user, license, by="admin")
            elif kind == "change":
                self.licensing.seats.change_plan(user, license, by="admin")
            elif kind == "retire":
                self.licensing.seats.retire(user, by="admin")
            else:
                self.licensing.users.save(person(user), rehire=True)

    def correct(self, issue: int, *, resets_clock: bool = True) -> None:
        document = issued(issue, seats=2, issued_at=self.clock.now.replace(microsecond=0), resets_clock=resets_clock)
        self.licensing.packages.activate(self.licensing.packages.preview(document), by="admin")


def answers(licensing: sl.Licensing, at: datetime | None) -> tuple[Any, ...]:
    held = {name: licensing.seats.usage(name, at=at) for name in (SALES, SERVICE, "user", "web")} if at != START else {}
    people = [(user.id, user.retired) for user in licensing.users.all(at=at)]
    return held, people, [licensing.gate.login(user, WEB, at=at) for user in USERS]


@pytest.mark.parametrize("seal_key", [None, pytest.param(KEY, marks=pytest.mark.slow)], ids=["plain", "sealed"])
class TestTheLawOfTheCorrection:
    """Two installations with the same story, of which one has its middle told in another year."""

    @given(
        first=stories,
        wrong=stories,
        last=stories,
        ahead=st.sampled_from([3 * HOUR, 2 * DAY, 5 * DAY, 1500 * DAY]),
    )
    def test_what_a_wrong_clock_recorded_was_done_when_it_was_corrected(
        self,
        seal_key: bytes | None,
        first: list[tuple[str, str, str]],
        wrong: list[tuple[str, str, str]],
        last: list[tuple[str, str, str]],
        ahead: timedelta,
    ) -> None:
        odd, right = Office(seal_key=seal_key), Office(seal_key=seal_key)
        for office in (odd, right):
            for act in first:
                office.clock.forward(hours=1)
                office.act(act)
            office.clock.forward(hours=12)
        fixed = odd.clock.now
        odd.clock.now = fixed + ahead
        for act in wrong:
            odd.clock.forward(minutes=10)
            odd.act(act)
            right.act(act)
        odd.clock.now = fixed
        for office in (odd, right):
            office.correct(2)
            for act in last:
                office.clock.forward(hours=11)
                office.act(act)
            office.clock.now = fixed + 2000 * DAY
        instants = [START + HOUR * hours for hours in range(1, 60, 9)]
        instants += [fixed, fixed + ahead, fixed + ahead + HOUR, fixed + 1600 * DAY]
        again = odd.open()
        for at in (None, *instants):
            expected = answers(right.licensing, at)
            for one in (odd.licensing, again):
                assert answers(one, at) == expected, at
        for one in (odd.licensing, again):
            assert one.verify_store().findings == ()

    @given(first=stories, last=stories)
    def test_with_the_clock_right_it_changes_no_answer(
        self, seal_key: bytes | None, first: list[tuple[str, str, str]], last: list[tuple[str, str, str]]
    ) -> None:
        offices = [Office(seal_key=seal_key) for _ in range(2)]
        for office, resets_clock in zip(offices, (True, False), strict=True):
            for act in first:
                office.clock.forward(hours=1)
                office.act(act)
            office.clock.forward(hours=1)
            office.correct(2, resets_clock=resets_clock)
            for act in last:
                office.clock.forward(hours=1)
                office.act(act)
        one, other = offices
        for at in (None, *(START + HOUR * hours for hours in range(1, 16))):
            assert answers(one.licensing, at) == answers(other.licensing, at)
        assert [(e.at, e.kind) for e in one.licensing.journal.entries()] == [
            (e.at, e.kind) for e in other.licensing.journal.entries()
        ]
