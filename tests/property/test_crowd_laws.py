"""Laws of crowds and quantities: what a smaller world answers, and the least to buy."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from superlicense.model.change import Assign, Change, SaveUser
from superlicense.model.license import LicenseName
from superlicense.model.purchase import Purchase, Renewal
from superlicense.model.row import Row, assignment_key
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.rules.answers import trying
from superlicense.rules.answers.crowds import crowd_around
from superlicense.rules.answers.quantities import Demand, least
from superlicense.rules.answers.remedies import remedies
from superlicense.rules.answers.supposing import suppose
from superlicense.rules.apply import apply
from superlicense.rules.packages.waiting import waiting_changes
from superlicense.rules.world_update import apply_rows
from tests.rules.scene import NOW
from tests.rules.small_worlds import Case, case_of

CASES = st.integers(0, 10**6).map(case_of)
COPIES = 3


def crowded(case: Case) -> World:
    """Return the world of *case* with others beside each user who are and hold the same."""
    world = case.world
    rows: list[Row[Any]] = []
    for user, row in world.users.items():
        for copy in [f"{user}-{number}" for number in range(COPIES)]:
            rows.append(_copied(row, copy, evolve(row.noun, id=copy), world, len(rows)))
            for held in world.assignments.get(user, ()):
                key = assignment_key(held.noun.license, copy)
                rows.append(_copied(held, key, evolve(held.noun, holder=copy), world, len(rows)))
    return apply_rows(world, rows)


def _copied(row: Row[Any], key: str, noun: object, world: World, place: int) -> Row[Any]:
    return evolve(row, key=key, noun=noun, sequence=world.sequence + place + 1)


def changes_of(world: World, user: User) -> Iterator[Change]:
    yield from dict(waiting_changes(world)).values()
    yield SaveUser(user=evolve(user, may_log_in=True, retired=False), rehire=True)
    rows = [row for installed in world.packages.values() for row in installed.noun.package.licenses]
    yield from (Assign(license=row.name, holder=user.id) for row in rows if row.grants)


class TestACrowd:
    """It answers as the world that it stands for, about the user it was made around."""

    @given(case=CASES, draw=st.randoms(use_true_random=False))
    def test_changes_do_the_same(self, case: Case, draw: Any) -> None:  # noqa: ANN401 - a `Random` of hypothesis
        world, user = crowded(case), case.user
        crowd = crowd_around(world, user.id)
        assert len(crowd.users) < len(world.users)
        changes = list(changes_of(world, user))
        draw.shuffle(changes)
        (ours, theirs) = (apply(then, changes, NOW) for then in (crowd, world))
        assert counted(ours.world) == counted(theirs.world)
        assert ours.world.held_by(user.id) == theirs.world.held_by(user.id)
        assert said(ours.refusals) == said(theirs.refusals)
        after = ours.world.user(user.id), theirs.world.user(user.id)
        assert after[0] == after[1]
        assert case.ask(ours.world, after[0] or user) == case.ask(theirs.world, after[0] or user)

    @given(case=CASES)
    def test_remedies_are_those_of_everybody(self, case: Case) -> None:
        world = crowded(case)
        found = remedies(world, case.user, case.ask, NOW, edits=case.edits, limit=100)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(trying, "crowd_around", lambda world, _: world)
            assert remedies(world, case.user, case.ask, NOW, edits=case.edits, limit=100) == found


def counted(world: World) -> dict[str, int]:
    return {name: number for name, number in world.seats.items() if number}


def said(refusals: Any) -> set[str]:  # noqa: ANN401 - refusals
    """Return what is refused, and why; whom it is about is left out."""
    return {
        repr((refusal.place, reason.code, sorted({**reason.params, "holder": None}.items())))
        for refusal in refusals
        for reason in refusal.reasons
    }


NAMES = tuple(map(LicenseName.parse, ("user", "web", "windows")))
DEMANDS = st.lists(st.builds(Demand, st.frozensets(st.sampled_from(NAMES), min_size=1), st.integers(1, 6)), max_size=5)


class TestTheLeastQuantities:
    """They are the first that brute force finds, by their sum."""

    @given(demands=DEMANDS)
    def test_are_found_by_brute_force(self, demands: list[Demand]) -> None:
        every = sorted(product(range(1, 8), repeat=len(NAMES)), key=lambda one: (sum(one), one))
        expected = next(
            bought
            for one in every
            if (bought := dict(zip(NAMES, one, strict=True)))
            and all(sum(bought[name] for name in demand.licenses) >= demand.seats for demand in demands)
        )
        assert least(NAMES, demands) == expected

    def test_are_found_at_once_where_thousands_are_missing(self) -> None:
        user, web, windows = NAMES
        demands = [Demand(frozenset({user, web}), 50_001), Demand(frozenset({web, windows}), 40_000)]
        assert list(least(NAMES, demands).values()) == [1, 50_000, 1]


class TestPurchases:
    """Their order makes no difference."""

    @given(case=CASES, names=st.lists(st.sampled_from(("ten-sales", "superlicense-complete", "web", "t1")), max_size=3))
    def test_commute(self, case: Case, names: list[str]) -> None:
        bought: list[Purchase | Renewal] = [Purchase(name, place + 1) for place, name in enumerate(names)]
        worlds = [suppose(case.world, (), order, NOW).world for order in permutations(bought)]
        packages = [{row.key: dict(row.noun.package.by_name) for row in world.packages.values()} for world in worlds]
        assert all(one == packages[0] for one in packages)
