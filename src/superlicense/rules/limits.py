"""Limits: how many more of something a plan of the Suite allows.

Rule 1: a *limit* blocks; a *threshold* only bills and is computed in
`superlicense.rules.metering`.

Rule 2: from 85 percent on there is a warning, at 100 percent and above no more
can be created: ``in_use × 100 >= maximum × 85`` and ``in_use >= maximum``.
Existing ones keep working.

Rule 3: a maximum of 0 means that the plan does not include any, and blocks.

Rule 4: only plans of the Suite have limits. Without one, nothing is limited.

Source: design section 9; domain 12 and 17, questions 20 and 21.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from attrs import evolve

from superlicense.catalog.suite import LIMITS, SuitePlan, plan_of
from superlicense.errors import InvalidValueError
from superlicense.model import fields
from superlicense.model.license import SUPEROFFICE
from superlicense.model.limit import Limit, LimitDecision, LimitState
from superlicense.model.reason import ReasonCode, because
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import owner_defects, owner_package

__all__ = ["check", "check_in", "find_limit", "plan_in_force"]

_PERCENT: Final = 100
_NEAR: Final = 85

_CODES: Final = MappingProxyType(
    {
        LimitState.NEAR: ReasonCode.LIMIT_NEAR,
        LimitState.REACHED: ReasonCode.LIMIT_REACHED,
        LimitState.NOT_IN_PLAN: ReasonCode.LIMIT_NOT_IN_PLAN,
    }
)


def find_limit(name: Limit | str) -> Limit:
    """Return the limit called *name*.

    Raises:
        InvalidValueError: there is no such limit.
    """
    return fields.member(Limit, "limit", name, f"must be one of {', '.join(Limit)}")


def plan_in_force(world: World) -> SuitePlan | None:
    """Return the plan of the Suite in the SUPEROFFICE package, `None` if there is none."""
    package = owner_package(world, SUPEROFFICE)
    return None if package is None else plan_of(row.name for row in package.licenses)


def check_in(world: World, limit: Limit, in_use: int) -> LimitDecision:
    """Decide whether one more may be created in *world*.

    A package that does not count includes nothing, whatever its plan says.

    Raises:
        InvalidValueError: *in_use* is not an integer of 0 or more.
    """
    plan = plan_in_force(world)
    decision = check(plan, limit, in_use)
    broken = () if plan is None else owner_defects(world, SUPEROFFICE)
    if not broken:
        return decision
    return evolve(
        decision,
        state=LimitState.NOT_IN_PLAN,
        maximum=0,
        headroom=0,
        next_plan=None,
        reasons=broken,
        warnings=(),
    )


def check(plan: SuitePlan | None, limit: Limit, in_use: int) -> LimitDecision:
    """Decide whether one more may be created.

    >>> from superlicense.catalog.suite import CORE
    >>> decision = check(CORE, Limit.ACTIVE_PROJECTS, 97)
    >>> bool(decision), decision.state, decision.headroom, decision.next_plan
    (True, <LimitState.NEAR: 'near'>, 3, 'Growth')

    Args:
        plan: The plan in force; `None` for no limits.
        limit: What is limited.
        in_use: Current number.

    Raises:
        InvalidValueError: *in_use* is not an integer of 0 or more.
    """
    if type(in_use) is not int or in_use < 0:
        raise InvalidValueError("in_use", in_use, "must be an integer of 0 or more")
    maximum = None if plan is None else LIMITS[limit][plan]
    if plan is None or maximum is None:
        return LimitDecision(
            limit=limit,
            state=LimitState.NORMAL,
            in_use=in_use,
            maximum=None,
            headroom=None,
            plan=None if plan is None else plan.name,
            next_plan=None,
        )
    state = _state(in_use, maximum)
    next_plan = _next_plan(plan, LIMITS[limit], in_use)
    blocked = state in {LimitState.REACHED, LimitState.NOT_IN_PLAN}
    code = _CODES.get(state)
    params: dict[str, object] = {"limit": limit, "plan": plan.name}
    if state is not LimitState.NOT_IN_PLAN:
        params |= {"in_use": in_use, "maximum": maximum}
    if blocked:
        params["next_plan"] = next_plan
    reasons = () if code is None else (because(code, **params),)
    return LimitDecision(
        limit=limit,
        state=state,
        in_use=in_use,
        maximum=maximum,
        headroom=max(0, maximum - in_use),
        plan=plan.name,
        next_plan=next_plan,
        reasons=reasons if blocked else (),
        warnings=() if blocked else reasons,
    )


def _state(in_use: int, maximum: int) -> LimitState:
    if maximum == 0:
        return LimitState.NOT_IN_PLAN
    if in_use >= maximum:
        return LimitState.REACHED
    return LimitState.NEAR if in_use * _PERCENT >= maximum * _NEAR else LimitState.NORMAL


def _next_plan(plan: SuitePlan, maxima: Mapping[SuitePlan, int | None], in_use: int) -> str | None:
    """Return the name of the smallest plan above *plan* that allows more, and at least one more."""
    present = maxima[plan]
    assert present is not None  # noqa: S101 - not called for an unlimited plan; narrows the type
    return next(
        (
            higher.name
            for higher, maximum in maxima.items()
            if higher > plan and (maximum is None or maximum > max(present, in_use))
        ),
        None,
    )
