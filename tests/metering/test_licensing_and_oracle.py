"""`licensing.meters` agrees with the oracle, on every store, whatever happens in whatever order and batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import superlicense as sl
from superlicense.adapters.sqlalchemy import SqlStore
from tests.installation import INSTALLATION, Clock, module, open_licensing, package
from tests.metering.oracle import Happening, Oracle
from tests.metering.reference import plain
from tests.metering.stories import BEGINNING, Story, event, stories
from tests.stores.sqlite_tables import engine_in_memory


class Firm:
    """An installation that lives through a story."""

    def __init__(self, story: Story, store: sl.Store) -> None:
        self.clock = Clock(BEGINNING)
        policy = sl.Policy(user_count=sl.UserCount(story.user_count), crossing_levels=story.levels)
        self.licensing = open_licensing(
            store, evolve(INSTALLATION, time_zone=story.zone), clock=self.clock, policy=policy, meters=story.nouns()
        )
        self.receipts: list[sl.Receipt] = []
        self.statements: dict[str, sl.Statement] = {}
        self.refused_closes: list[tuple[str, str]] = []
        self._bought: int | None = None
        self._packages = 0
        self._users = 0

    def happens(self, happening: Happening, oracle: Oracle) -> None:
        """Apply one more happening, here and in the oracle."""
        kind, now, *rest = happening
        self.clock.now = now
        if kind == "batch":
            self.receipts += self.licensing.meters.record([event(report) for report in rest[0]])
            oracle.happens(happening)
        elif kind == "users":
            self.move(oracle, *rest)
        elif kind == "check":
            self.licensing.meters.check(by="admin")
            oracle.happens(happening)
        else:
            self.close(rest[0])
            oracle.happens(happening)

    def move(self, oracle: Oracle, users: int, bought: int | None) -> None:
        """Set the number of users and of users bought; changes go to the oracle."""
        quantity = None if bought is None else max(bought, users, self._users, 1)
        if not self._packages or quantity != self._bought:
            self._packages += 1
            sold = package(licenses=(module("user", quantity),), issue=self._packages)
            self.licensing.packages.adopt_unsigned(sold, by="admin")
            if quantity != self._bought:
                oracle.happens(("users", self.clock.now, self._users, quantity))
            self._bought = quantity
        if users != self._users:
            arriving = [f"user{number}" for number in range(self._users, users)]
            leaving = [f"user{number}" for number in range(users, self._users)]
            changes: list[sl.Change] = [sl.SaveUser(user=sl.User(id=name)) for name in arriving]
            changes += [sl.Assign(holder=name, license="user") for name in arriving]
            changes += [sl.Release(holder=name, license="user") for name in leaving]
            self.licensing.apply(changes, by="admin")
            oracle.happens(("users", self.clock.now, users, quantity))
            self._users = users

    def close(self, month: str) -> None:
        """Close a month, if it can be closed."""
        known = self.statements.get(month)
        try:
            statement = self.licensing.meters.close(month, by="admin")
        except sl.RefusedError as error:
            self.refused_closes.append((month, error.code))
            return
        assert known in (None, statement)
        assert statement.to_json() == self.licensing.meters.statement(month).to_json()
        self.statements[month] = statement


@contextmanager
def sqlite() -> Iterator[sl.Store]:
    engine = engine_in_memory()
    yield SqlStore(engine)
    engine.dispose()


@contextmanager
def memory() -> Iterator[sl.Store]:
    yield sl.MemoryStore()


STORES: dict[str, Callable[[], AbstractContextManager[sl.Store]]] = {"memory": memory, "sqlite": sqlite}


@pytest.mark.parametrize("where", STORES)
class TestStories:
    """Whatever happens, in whatever order."""

    @given(story=stories())
    def test_receipts_usage_and_statements_are_the_same(self, where: str, story: Story) -> None:
        with STORES[where]() as store:
            firm, oracle = Firm(story, store), story.oracle()
            for happening in story.happenings:
                firm.happens(happening, oracle)
            assert [(str(one.status), one.code and str(one.code)) for one in firm.receipts] == oracle.receipts
            assert firm.refused_closes == oracle.refused_closes
            assert {month: plain(one) for month, one in firm.statements.items()} == oracle.statements
            now = firm.clock.now
            for month in sorted(oracle.touched):
                for usage in firm.licensing.meters.usage(month):
                    expected = oracle.shown(month, usage.meter, now), oracle.users_of(month, now)
                    assert (month, usage.meter, usage.used, usage.users) == (month, usage.meter, *expected)

    @given(story=stories())
    def test_the_same_crossings_are_recorded(self, where: str, story: Story) -> None:
        with STORES[where]() as store:
            firm, oracle = Firm(story, store), story.oracle()
            for happening in story.happenings:
                firm.happens(happening, oracle)
            crossings = firm.licensing.meters.crossings()
            assert len({one.id for one in crossings}) == len(crossings)
            found = [(one.meter, str(one.month), one.level, one.at, str(one.cause)) for one in crossings]
            assert found == oracle.crossings

    @given(story=stories(most=8), upto=st.integers(0, 7))
    def test_an_instant_of_the_past_shows_what_was_recorded_by_then(self, where: str, story: Story, upto: int) -> None:
        with STORES[where]() as store:
            firm, oracle = Firm(story, store), story.oracle()
            at = story.happenings[min(upto, len(story.happenings) - 1)][1]
            then = story.oracle()
            for happening in story.happenings:
                firm.happens(happening, oracle if happening[1] > at else then)
            for month in sorted(then.touched):
                for usage in firm.licensing.meters.usage(month, at=at):
                    assert (month, usage.meter, usage.used) == (month, usage.meter, then.shown(month, usage.meter, at))


@given(story=stories(most=4))
def test_a_statement_of_the_past_is_what_it_was(story: Story) -> None:
    with memory() as store:
        firm, oracle = Firm(story, store), story.oracle()
        were: dict[tuple[str, datetime], sl.Statement] = {}
        for happening in story.happenings:
            firm.happens(happening, oracle)
            now = firm.clock.now
            were |= {(month, now): firm.licensing.meters.statement(month) for month in oracle.touched}
        firm.clock.now += timedelta(microseconds=1)
        for (month, at), statement in were.items():
            assert firm.licensing.meters.statement(month, at=at).to_json() == statement.to_json()


def batches(story: Story) -> list[Story]:
    """Return the events of a story in one batch, each by itself, and backwards, with some sent twice."""
    now = story.happenings[-1][1]
    reports = [report for kind, _, *rest in story.happenings if kind == "batch" for report in rest[0]]
    originals = [report for report in reports if report["corrects"] is None]
    return [
        evolve_story(story, [("batch", now, originals)]),
        evolve_story(story, [("batch", now, [report]) for report in originals]),
        evolve_story(story, [("batch", now, originals[::-1] + originals[:2])]),
    ]


def evolve_story(story: Story, happenings: list[Happening]) -> Story:
    return replace(story, happenings=happenings)


@given(story=stories())
def test_how_events_are_split_and_ordered_does_not_matter(story: Story) -> None:
    comes_to: list[object] = []
    for one in batches(distinct(story)):
        with memory() as store:
            firm, oracle = Firm(one, store), one.oracle()
            for happening in one.happenings:
                firm.happens(happening, oracle)
            months = ("2026-09", "2026-10", "2026-11", "2026-12", "2027-01")
            comes_to.append([firm.licensing.meters.usage(month) for month in months])
    assert comes_to[0] == comes_to[1] == comes_to[2]


def distinct(story: Story) -> Story:
    """Return the story with every source and id used once, so that no order decides which event is first."""
    seen: set[tuple[str, str]] = set()
    happenings: list[Happening] = []
    for kind, now, *rest in story.happenings:
        if kind == "batch":
            kept = []
            for report in rest[0]:
                key = (report["source"], report["id"])
                if key not in seen:
                    kept.append(report)
                seen.add(key)
            happenings.append((kind, now, kept))
    return replace(story, happenings=happenings or [("batch", BEGINNING, [])])
