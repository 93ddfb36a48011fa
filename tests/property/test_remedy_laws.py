"""Laws of remedies, and of the answers about everybody, in small worlds."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from superlicense.model.change import Release, SaveUser
from superlicense.model.decision import Access, Client, Outcome, Question, Topic
from superlicense.model.license import LicenseName, LicenseScope
from superlicense.model.remedy import Remedy, Step
from superlicense.model.world import World
from superlicense.rules.answers.remedies import MOST_STEPS, remedies
from superlicense.rules.answers.seat_use import redundant
from superlicense.rules.answers.supposing import Supposed, suppose
from superlicense.rules.answers.who import abilities, who
from superlicense.rules.apply import apply
from superlicense.rules.gate.features import feature
from superlicense.rules.gate.grants import user_grants
from superlicense.rules.gate.login import login
from superlicense.rules.seats.counting import overdrawn
from superlicense.rules.seats.plans import two_plans
from superlicense.rules.seats.seating import SUITE_SEAT
from tests.rules.scene import NOW
from tests.rules.small_worlds import Case, case_of
from tests.stress.remedies import EVERY, compare

SEEDS = st.integers(0, 10**6)
CASES = SEEDS.map(case_of)


def of(case: Case, limit: int = EVERY) -> tuple[Remedy, ...]:
    return remedies(case.world, case.user, case.ask, NOW, edits=case.edits, limit=limit)


def carried_out(case: Case, remedy: Remedy, steps: Iterable[Step]) -> Supposed:
    wanted = list(steps)
    purchases = [one for one in remedy.purchases if one in wanted]
    return suppose(case.world, [one for one in remedy.changes if one in wanted], purchases, NOW)


def helps(case: Case, remedy: Remedy, steps: Iterable[Step]) -> bool:
    wanted = list(steps)
    supposed = carried_out(case, remedy, wanted)
    user = next((one.user for one in wanted if isinstance(one, SaveUser)), case.user)
    outcome = case.ask(supposed.world, user).outcome
    enough = outcome is Outcome.ALLOWED or (outcome is Outcome.READ_ONLY and not case.edits)
    return enough and not supposed.refusals


class TestARemedy:
    """It helps, no part of it does, and none is missed."""

    @pytest.mark.slow
    @given(seed=SEEDS)
    def test_is_found_by_brute_force_and_the_other_way_round(self, seed: int) -> None:
        compare(1, seed, most_steps=2)

    def test_is_found_by_brute_force_in_a_few_worlds(self) -> None:
        assert compare(4, seed=26, most_steps=2).total() > 0

    @given(case=CASES)
    def test_helps_and_no_part_of_it_does(self, case: Case) -> None:
        for remedy in of(case):
            assert 1 <= len(remedy.steps) <= MOST_STEPS
            assert helps(case, remedy, remedy.steps)
            sizes = range(1, len(remedy.steps))
            parts = chain.from_iterable(combinations(remedy.steps, size) for size in sizes)
            assert not any(helps(case, remedy, part) for part in parts)

    @given(case=CASES)
    def test_takes_nothing_from_others_and_leaves_no_seat_overdrawn(self, case: Case) -> None:
        for remedy in of(case):
            after = carried_out(case, remedy, remedy.steps).world
            others = set(case.world.users) - {case.user.id}
            kept = {user: set(case.world.held_by(user)) - {SUITE_SEAT} for user in others}
            assert {user: set(after.held_by(user)) - {SUITE_SEAT} for user in others} == kept
            assert not short(after) - short(case.world)
            assert not two_plans(after)

    @given(case=CASES, limit=st.integers(0, 6))
    def test_the_first_ones_are_those_of_a_longer_list(self, case: Case, limit: int) -> None:
        every = of(case)
        assert of(case, limit) == every[:limit]
        assert [len(one.steps) for one in every] == sorted(len(one.steps) for one in every)


def short(world: World) -> set[LicenseName]:
    rows = (row for package in world.packages.values() for row in package.noun.package.licenses)
    return {row.name for row in rows if overdrawn(row, world.seats.get(row.name, 0))}


class TestWho:
    """It is the answer of everybody, asked one by one."""

    @given(case=CASES, client=st.sampled_from(Client))
    def test_may_log_in_equals_asking_everybody(self, case: Case, client: Client) -> None:
        world = case.world
        found = who(world, Question(topic=Topic.LOGIN, subject=client), lambda one: login(world, one, client, NOW))
        asked = {user: login(world, row.noun, client, NOW) for user, row in world.users.items()}
        told = {user: (group.outcome, group.reasons) for group in found.groups for user in group.users}
        assert told == {user: (decision.outcome, decision.reasons) for user, decision in asked.items()}
        assert len(told) == sum(len(group.users) for group in found.groups)
        assert len({(group.outcome, group.reasons) for group in found.groups}) == len(found.groups)

    @given(case=CASES)
    def test_may_do_what_equals_asking_everything(self, case: Case) -> None:
        world, user = case.world, case.user
        found = abilities(world, user, user.id, NOW)
        assert found.clients == {client: login(world, user, client, NOW).outcome for client in Client}
        rows = [row for package in world.packages.values() for row in package.noun.package.licenses]
        features = {row.name for row in rows if row.scope is not LicenseScope.USER}
        decisions = {name: feature(world, user, name, Access.EDIT, NOW) for name in features}
        assert found.features == {str(name): decision.outcome for name, decision in decisions.items()}
        dates = [one.valid_until for one in decisions.values()]
        dates += [login(world, user, client, NOW).valid_until for client in Client]
        assert found.valid_until == min((date for date in dates if date is not None), default=None)


class TestARedundantLicense:
    """Its release takes nothing from its holder."""

    @given(case=CASES)
    def test_can_be_released_together_with_all_others(self, case: Case) -> None:
        world = case.world
        found = redundant(world)
        released = apply(world, [Release(license=one.license, holder=one.holder) for one in found], NOW)
        assert not released.refusals
        rows = (row for package in world.packages.values() for row in package.noun.package.licenses)
        plans = {row.name for row in rows if row.grants}
        for user in world.users.values():
            before, after = (user_grants(then, user.noun, NOW) for then in (world, released.world))
            assert before - plans == after - plans
        assert not redundant(released.world)
