"""Plan moves: which users to move to another plan so that a package can be activated.

Rule 1: a move is judged by what judges the activation: who may be assigned the
plan, plans of one owner, licenses that are gone, prerequisites, seats. The host
may veto a move.

Rule 2: proposals after which nothing blocks are preferred, then those with the
fewest users, then those whose users lose the least; of several users, those who
were assigned last (`superlicense.rules.packages.move_search`).

Rule 3: under the Suite, users with a seat move to it, and the plans of others are
released.

Source: design sections 7 and 8; domain section 8, "Swapping plan type"; the order
of Rule 2 is our choice (ADR 9).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import frozen

from superlicense.model.change import PlanMove, Release
from superlicense.model.license import LicenseKind, LicenseName
from superlicense.model.package import LicensePackage
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.rules.packages.checks import can_still_be_held, move_refusals
from superlicense.rules.packages.move_search import Group, Option, choose
from superlicense.rules.seats.holding import consumed, plans_among, user_licenses
from superlicense.rules.seats.plans import second_plans
from superlicense.rules.seats.prerequisites import site_licenses, unmet
from superlicense.rules.seats.seating import SUITE_SEAT, manual_refusals, suite_in_force

__all__ = ["MayMove", "Proposal", "propose"]

MayMove = Callable[[str, LicenseName], bool]
"""Whether the host allows a holder to release a license."""


@frozen(kw_only=True)
class Proposal:
    """What would unblock an activation, or as much of it as can be.

    Attributes:
        moves: Plan moves, by user id.
        releases: Plans to release first, by user id.
    """

    moves: tuple[PlanMove, ...] = ()
    releases: tuple[Release, ...] = ()


def propose(world: World, activated: World, package: LicensePackage, may_move: MayMove) -> Proposal:
    """Propose moves after which nothing blocks *package*, or as little as possible.

    Args:
        world: The current world.
        activated: The world with *package* in force, before any of the moves.
        package: The new package.
        may_move: Whether the host allows a move.
    """
    free = {
        str(row.name): row.quantity - activated.seats.get(row.name, 0)
        for installed in activated.packages.values()
        for row in installed.noun.package.licenses
        if row.restricted
    }
    alike: dict[object, list[User]] = {}
    for holder in activated.assignments:
        user = activated.user(holder)
        if user is not None:
            held = world.held_by(holder), activated.held_by(holder)
            alike.setdefault((held, user.type, user.site, user.retired), []).append(user)
    judge = _Judge(world, activated, package)
    kinds = [(users, *judge.options(users[0])) for users in alike.values()]
    concerned = _concerned(free, [(problems, options) for _, problems, options in kinds])
    groups: dict[tuple[int, tuple[Option, ...]], list[str]] = {}
    for (users, problems, options), is_concerned in zip(kinds, concerned, strict=True):
        if is_concerned:
            olds = sorted({old for option in options for old, _ in option.steps})
            for user in users:
                kept = {old for old in olds if not may_move(user.id, LicenseName.parse(old))}
                allowed = tuple(option for option in options if kept.isdisjoint(old for old, _ in option.steps))
                groups.setdefault((problems, allowed), []).append(user.id)
    steps = [
        step
        for holder, option in choose([_group(activated, *group) for group in groups.items()], free)
        for step in option.of(holder)
    ]
    steps.sort(key=lambda step: step.holder)
    return Proposal(
        moves=tuple(step for step in steps if isinstance(step, PlanMove)),
        releases=tuple(step for step in steps if isinstance(step, Release)),
    )


def _concerned(free: dict[str, int], kinds: list[tuple[int, tuple[Option, ...]]]) -> list[bool]:
    """Return which kinds of users may have to move: for their own sake, or to leave seats to others who move."""
    wanted = {name for name, seats in free.items() if seats < 0}
    found = [False] * len(kinds)
    while True:
        more = [
            place
            for place, (problems, options) in enumerate(kinds)
            if options
            and not found[place]
            and (
                any(one.left < problems for one in options) or any(not wanted.isdisjoint(one.frees) for one in options)
            )
        ]
        if not more:
            return found
        for place in more:
            found[place] = True
            wanted |= {name for option in kinds[place][1] for name in option.takes & free.keys()}


def _group(activated: World, key: tuple[int, tuple[Option, ...]], holders: list[str]) -> Group:
    """Return *holders* as a group; those who were assigned last move first."""
    problems, options = key
    olds = {old for option in options for old, _ in option.steps}

    def assigned(holder: str) -> int:
        return max((row.sequence for row in activated.assignments[holder] if row.noun.license in olds), default=0)

    holders.sort(key=lambda holder: (-assigned(holder), holder))
    return Group(holders=tuple(holders), options=options, problems=problems)


class _Judge:
    """Finds out what users may do, with the checks of an activation."""

    def __init__(self, world: World, activated: World, package: LicensePackage) -> None:
        self._world = world
        self._activated = activated
        self._package = package
        self._is_suite = suite_in_force(activated)
        self._targets = {
            row.noun.package.owner_key: [
                license_row.name
                for license_row in row.noun.package.licenses
                if license_row.kind is LicenseKind.PLAN and not license_row.hidden
            ]
            for row in activated.packages.values()
        }

    def options(self, user: User) -> tuple[int, tuple[Option, ...]]:
        """Return how many things block *user*, and what they may do that adds none."""
        has = self._activated.held_by(user.id)
        now = self._problems(user, has)
        had = consumed(self._activated, user_licenses(self._activated, has)).rows
        today = consumed(self._world, self._world.held_by(user.id)).rows.keys()
        found: dict[tuple[LicenseName, ...], Option] = {}
        for olds, new in self._steps(user, has):
            kept = tuple(name for name in has if name not in olds and name != new)
            after = kept if new is None else (*kept, new)
            if after in found or (new is not None and any(move_refusals(self._activated, user.id, has, after))):
                continue
            left = self._problems(user, after)
            if left <= now:
                then = consumed(self._activated, user_licenses(self._activated, after)).rows
                found[after] = Option(
                    steps=tuple((str(old), None if new is None else str(new)) for old in olds),
                    takes=frozenset(then.keys() - had.keys()),
                    frees=frozenset(had.keys() - then.keys()),
                    left=len(left),
                    lost=len(today - then.keys() - set(olds)),
                )
        order = sorted(found.values(), key=lambda option: (option.lost, len(option.takes), str(option.steps)))
        return len(now), tuple(order)

    def _steps(
        self, user: User, has: tuple[LicenseName, ...]
    ) -> Iterator[tuple[tuple[LicenseName, ...], LicenseName | None]]:
        """Yield which plans *user* might give up, and for which one; `None` to release them."""
        for owner, targets in self._targets.items():
            olds = self._plans(self._world.held_by(user.id), has, owner)
            for given_up in dict.fromkeys([*((old,) for old in olds), olds]):
                if not given_up:
                    continue
                for new in targets:
                    # Nobody is assigned a seat of the Suite who does not have one already.
                    if new not in given_up and (new != SUITE_SEAT or not self._is_suite or new in has):
                        yield given_up, new
                if self._is_suite and SUITE_SEAT not in has and owner == SUITE_SEAT.owner:
                    yield given_up, None

    def _plans(self, had: tuple[LicenseName, ...], has: tuple[LicenseName, ...], owner: str) -> tuple[LicenseName, ...]:
        """Return the plans of *owner* that may be given up; a seat ends with its Suite, and may still be replaced."""
        plans = {plan for world in (self._world, self._activated) for plan in plans_among(world, has, owner)}
        if SUITE_SEAT in had and SUITE_SEAT not in has and owner == SUITE_SEAT.owner and not self._is_suite:
            plans.add(SUITE_SEAT)
        return tuple(sorted(plan for plan in plans if not any(manual_refusals(self._activated, plan))))

    def _problems(self, user: User, licenses: tuple[LicenseName, ...]) -> set[object]:
        """Return what of the activation would block because *user* holds *licenses*."""
        world, activated = self._world, self._activated
        had = world.held_by(user.id)
        found: set[object] = {
            name
            for name in licenses
            if name.owner == self._package.owner_key and not can_still_be_held(world, self._package, name)
        }
        found |= {reason.code for reason in second_plans(world, activated, had, licenses)}
        has = consumed(activated, user_licenses(activated, licenses))
        gaps = unmet(activated, has, site_licenses(activated, user))
        if gaps:
            before = consumed(world, user_licenses(world, had))
            known = unmet(world, before, site_licenses(world, world.user(user.id) or user))
            found |= {gap for gap in gaps.items() if gap[0] not in known}
        return found
