"""Plan limits: how much room there is, and what is said about it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import superlicense as sl
from superlicense.catalog.suite import CORE, GROWTH, LIMITS, PLANS, PLUS, STARTER, SUPER, SuitePlan
from superlicense.errors import InvalidValueError
from superlicense.rules.limits import check, find_limit, plan_in_force
from tests.for_each import for_each
from tests.rules.office import Office, activation, package, system

DASHBOARDS, PROJECTS, OBJECTS, FLOWS = sl.Limit
NORMAL, NEAR, REACHED, NOT_IN_PLAN = sl.LimitState

# Limit, plan, how many there are; the state, how many more there may be, and the plan that lifts it.
DECISIONS: list[tuple[sl.Limit, SuitePlan | None, int, sl.LimitState, int | None, SuitePlan | None]] = [
    (DASHBOARDS, STARTER, 0, NORMAL, 3, CORE),
    (DASHBOARDS, STARTER, 2, NORMAL, 1, CORE),
    (DASHBOARDS, STARTER, 3, REACHED, 0, CORE),
    (DASHBOARDS, CORE, 10**9, NORMAL, None, None),
    (PROJECTS, STARTER, 0, NOT_IN_PLAN, 0, CORE),
    (PROJECTS, STARTER, 99, NOT_IN_PLAN, 0, CORE),
    (PROJECTS, STARTER, 100, NOT_IN_PLAN, 0, GROWTH),  # Core is full with so many
    (PROJECTS, CORE, 84, NORMAL, 16, GROWTH),
    (PROJECTS, CORE, 85, NEAR, 15, GROWTH),
    (PROJECTS, CORE, 97, NEAR, 3, GROWTH),
    (PROJECTS, CORE, 99, NEAR, 1, GROWTH),
    (PROJECTS, CORE, 100, REACHED, 0, GROWTH),
    (PROJECTS, CORE, 101, REACHED, 0, GROWTH),
    (PROJECTS, GROWTH, 101, NORMAL, None, None),
    (OBJECTS, STARTER, 0, NOT_IN_PLAN, 0, GROWTH),  # Core has none either
    (OBJECTS, CORE, 15, NOT_IN_PLAN, 0, PLUS),  # Growth is full with so many
    (OBJECTS, GROWTH, 12, NORMAL, 3, PLUS),  # 80 %
    (OBJECTS, GROWTH, 13, NEAR, 2, PLUS),  # 86.7 %
    (OBJECTS, GROWTH, 15, REACHED, 0, PLUS),
    (OBJECTS, PLUS, 15, NORMAL, None, None),
    (FLOWS, GROWTH, 0, NOT_IN_PLAN, 0, PLUS),
    (FLOWS, PLUS, 8, NORMAL, 2, SUPER),
    (FLOWS, PLUS, 9, NEAR, 1, SUPER),
    (FLOWS, PLUS, 10, REACHED, 0, SUPER),
    (FLOWS, SUPER, 10**15, NORMAL, None, None),
    (FLOWS, None, 10**15, NORMAL, None, None),
]
CODES = {
    NEAR: sl.ReasonCode.LIMIT_NEAR,
    REACHED: sl.ReasonCode.LIMIT_REACHED,
    NOT_IN_PLAN: sl.ReasonCode.LIMIT_NOT_IN_PLAN,
}


@for_each("row", DECISIONS)
def test_there_is_so_much_room(
    row: tuple[sl.Limit, SuitePlan | None, int, sl.LimitState, int | None, SuitePlan | None],
) -> None:
    limit, plan, in_use, state, headroom, lifted_by = row
    maximum = None if plan is None else LIMITS[limit][plan]
    params: dict[str, Any] = {"limit": limit, "plan": plan and plan.name}
    if state is not NOT_IN_PLAN:
        params |= {"in_use": in_use, "maximum": maximum}
    if state in {REACHED, NOT_IN_PLAN}:
        params |= {"next_plan": lifted_by and lifted_by.name}
    reasons = () if state is NORMAL else (sl.Reason(code=CODES[state], params=params),)
    blocked = state in {REACHED, NOT_IN_PLAN}
    decision = check(plan, limit, in_use)
    assert decision == sl.LimitDecision(
        limit=limit,
        state=state,
        in_use=in_use,
        maximum=maximum,
        headroom=headroom,
        plan=None if plan is None else plan.name,
        next_plan=None if lifted_by is None else lifted_by.name,
        reasons=reasons if blocked else (),
        warnings=() if blocked else reasons,
    )
    assert (decision.allowed, bool(decision)) == (not blocked, not blocked)


plans = st.sampled_from([None, *PLANS])
limits = st.sampled_from(sl.Limit)
counts = st.integers(0, 200)


@given(plans, limits, counts)
def test_a_larger_plan_never_has_less_room(plan: SuitePlan | None, limit: sl.Limit, in_use: int) -> None:
    for larger in PLANS:
        if plan is not None and larger > plan and check(plan, limit, in_use):
            assert check(larger, limit, in_use)


@given(plans, limits, counts)
def test_the_plan_that_lifts_a_limit_has_room(plan: SuitePlan | None, limit: sl.Limit, in_use: int) -> None:
    named = check(plan, limit, in_use).next_plan
    if named is None:
        assert plan is None or LIMITS[limit][plan] is None
        return
    lifting = next(one for one in PLANS if one.name == named)
    assert check(lifting, limit, in_use)
    assert not any(check(one, limit, in_use) for one in PLANS if plan is not None and plan < one < lifting)


@pytest.mark.parametrize("in_use", [-1, 1.0, True, "1", None])
def test_what_is_no_count_is_refused(in_use: Any) -> None:  # noqa: ANN401 - whatever a host counts
    with pytest.raises(InvalidValueError) as refused:
        check(None, DASHBOARDS, in_use)
    assert refused.value.path == "in_use"


@pytest.mark.parametrize("name", ["projects", "ACTIVE_PROJECTS", "", None, 1, []])
def test_there_are_four_limits_and_no_others(name: Any) -> None:  # noqa: ANN401 - whatever a host asks for
    with pytest.raises(InvalidValueError) as refused:
        find_limit(name)
    assert refused.value.path == "limit"
    assert find_limit("active_projects") is find_limit(PROJECTS) is PROJECTS


# Modules of the package in force, and the plan.
IN_FORCE: list[tuple[list[str] | None, SuitePlan | None]] = [
    (None, None),
    ([], None),
    (["server", "t2"], None),
    (["suite"], None),
    (["suite", "suite2"], CORE),
    (["suite1", "suite4"], PLUS),
]


@pytest.mark.parametrize(("modules", "plan"), IN_FORCE)
def test_the_plan_is_the_one_that_the_package_names(modules: list[str] | None, plan: SuitePlan | None) -> None:
    place = Office() if modules is None else Office(activation(package(*map(system, modules))))
    assert plan_in_force(place.world) is plan


def test_the_table_has_every_limit_of_every_plan() -> None:
    assert set(LIMITS) == set(sl.Limit)
    assert all(tuple(maxima) == PLANS for maxima in LIMITS.values())


# Reason, and its words.
WORDS = [
    (
        check(CORE, PROJECTS, 97).warnings[0],
        "Active projects: 97 in use; the plan Core includes 100.",
        "Aktive projekter: 97 i brug; planen Core omfatter 100.",
    ),
    (
        check(STARTER, DASHBOARDS, 3).reasons[0],
        "Dashboards: 3 in use; the plan Starter includes 3, and Core includes more.",
        "Dashboards: 3 i brug; planen Starter omfatter 3, og Core omfatter flere.",
    ),
    (
        check(GROWTH, FLOWS, 0).reasons[0],
        "Active marketing flows: not included in the plan Growth; Plus includes them.",
        "Aktive marketingflows: ikke omfattet af planen Growth; Plus omfatter dem.",
    ),
]


@pytest.mark.parametrize(("reason", "english", "danish"), WORDS)
def test_a_limit_is_told_in_words(reason: sl.Reason, english: str, danish: str) -> None:
    assert (sl.message(reason), sl.message(reason, "da")) == (english, danish)
