"""Plans: at most one of each owner to a user.

Rule 1: no change of any kind may add a plan to a user who has another one of the
same owner: neither an assignment, nor a saved user, nor a package that brings in
the Suite or turns another license into a plan.

Rule 2: a user who has several, from an older version, keeps them. Every change
that adds none is allowed, and `two_plans` reports them.

Source: design section 7.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from superlicense.catalog import modules
from superlicense.model.license import LicenseName
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.row import Row, Table
from superlicense.model.world import World
from superlicense.rules.seats.holding import plans_among
from superlicense.rules.step import about

__all__ = ["added_plans", "second_plans", "two_plans"]

_ONE = 1


def added_plans(world: World, after: World, rows: Collection[Row[Any]]) -> Iterator[Reason]:
    """Yield the reasons why the change that wrote *rows* adds a second plan to a user.

    Args:
        world: The world before the change.
        after: The world after it.
        rows: What the change ended and started.
    """
    holders: Iterable[str] = _holders_of(rows) if after.packages is world.packages else after.assignments
    # Users who hold the same licenses are judged together.
    judged: dict[tuple[tuple[LicenseName, ...], tuple[LicenseName, ...]], list[Reason]] = {}
    for holder in holders:
        if len(after.assignments.get(holder, ())) <= _ONE:
            continue
        held = world.held_by(holder), after.held_by(holder)
        if held not in judged:
            judged[held] = list(second_plans(world, after, *held))
        yield from about(judged[held], {"holder": holder})


def _holders_of(rows: Iterable[Row[Any]]) -> Iterable[str]:
    """Return the users and sites whose assignments are among *rows*, each once."""
    return dict.fromkeys([row.noun.holder for row in rows if row.table is Table.ASSIGNMENTS])


def second_plans(
    world: World, after: World, had: Collection[LicenseName], has: Collection[LicenseName]
) -> Iterator[Reason]:
    """Yield a reason for each owner of whom a user gets a plan beside another one.

    Args:
        world: Says which licenses are plans before the change.
        after: Says which are plans after it.
        had: Licenses held directly before.
        has: Licenses held directly after.
    """
    for owner, plans in _plans_by_owner(after, has).items():
        before = plans_among(world, had, owner)
        if len(plans) > max(_ONE, len(before)):
            new = next((plan for plan in plans if plan not in before), plans[-1])
            other = next(plan for plan in plans if plan != new)
            # The seat of the Suite is never assigned by hand.
            hint = "release" if new == modules.SUITE_USER else "change_plan"
            yield because(ReasonCode.ONE_PLAN_ONLY, license=str(new), held=str(other), hint=hint)


def _plans_by_owner(world: World, licenses: Collection[LicenseName]) -> Mapping[str, tuple[LicenseName, ...]]:
    if len(licenses) <= _ONE:
        return {}
    return {owner: plans_among(world, licenses, owner) for owner in dict.fromkeys(name.owner for name in licenses)}


def two_plans(world: World) -> Mapping[str, tuple[str, ...]]:
    """Return the users who have several plans of one owner, sorted, by owner."""
    found: dict[str, list[str]] = {}
    for holder in world.assignments:
        for owner, plans in _plans_by_owner(world, world.held_by(holder)).items():
            if len(plans) > _ONE:
                found.setdefault(owner, []).append(holder)
    return {owner: tuple(sorted(found[owner])) for owner in sorted(found)}
