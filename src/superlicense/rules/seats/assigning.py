"""What assigning, releasing and changing a plan do to the seats.

Rule 1: a release looks at everybody whom it concerns: a site license that goes
may leave users of the site without a prerequisite. What depends on a license
keeps it where it is; with *cascade* it goes with it.

Source: design section 7.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from superlicense.model.change import Assign, ChangePlan, Release
from superlicense.model.decision import Reason, ReasonCode, because
from superlicense.model.license import LicenseKind, LicenseName
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import find_row
from superlicense.rules.seats.holding import Holder, consumed, held, holder_of, implies, plans_among
from superlicense.rules.seats.seating import (
    assign_refusals,
    hand_refusals,
    prerequisite_of,
    row_of,
    site_licenses,
    start_refusals,
    swap_refusals,
    unmet,
)
from superlicense.rules.step import Step, Vetoes, refuse_if

__all__ = ["assign", "change_plan", "release", "releases_of", "taken_by", "vetoed", "without"]

Taken = Mapping[str, tuple[LicenseName, ...]]
"""What is released, by holder."""


def assign(step: Step, change: Assign) -> None:
    """Assign a license by hand; one that is held already stays as it is."""
    before = step.world.held_by(change.holder)
    if change.license in before:
        return
    refuse_if(list(assign_refusals(step.world, row_of(step.world, change.license), change.holder)))
    step.swap(change.holder, before, (*before, change.license), change.comment)


def release(step: Step, change: Release) -> None:
    """Release a license, with what depends on it if asked to."""
    world = step.world
    taken = taken_by(world, change)
    if not taken:
        return
    reasons = [reason for names in taken.values() for name in names for reason in hand_refusals(world, name)]
    for holder, names in taken.items():
        reasons += vetoed(step.vetoes, holder, names)
    opened = dict.fromkeys((prerequisite, dependant) for _, dependant, prerequisite in _opened(world, change, taken))
    released = (str(change.license),)
    reasons += [prerequisite_of(prerequisite, dependant, released) for prerequisite, dependant in opened]
    refuse_if(reasons)
    for holder, names in taken.items():
        step.swap(holder, names, ())


def taken_by(world: World, change: Release) -> Taken:
    """Give what *change* takes: what it names, and what depends on it if it cascades.

    Nothing if the holder does not hold it.
    """
    if change.license not in world.held_by(change.holder):
        return {}
    taken = {change.holder: (change.license,)}
    while change.cascade:
        more = [
            (holder, name)
            for holder, dependant, _ in _opened(world, change, taken)
            for name in without(held(world, holder), taken.get(_id(holder), ()))
            if implies(world, name, dependant)
        ]
        if not more:
            break
        for holder, name in dict.fromkeys((_id(holder), name) for holder, name in more):
            taken[holder] = (*taken.get(holder, ()), name)
    return taken


def _opened(world: World, change: Release, taken: Taken) -> Iterator[tuple[Holder, str, str]]:
    """Give what *taken* leaves without its prerequisite: holder, dependant, prerequisite."""
    for holder in _concerned(world, change):
        before = held(world, holder)
        left = without(before, taken.get(_id(holder), ()))
        site = site_licenses(world, holder)
        site_left = without(site, taken[change.holder])  # gone too, if it is a site that releases
        opened = unmet(world, consumed(world, left), site_left)
        standing = unmet(world, consumed(world, before), site) if opened else {}
        for dependant, prerequisite in opened.items():
            if dependant not in standing:
                yield holder, dependant, prerequisite


def _concerned(world: World, change: Release) -> list[Holder]:
    """Give everybody whose prerequisites may depend on what *change* names."""
    row = find_row(world, change.license)
    concerned = [holder_of(world, row, change.holder)]
    if isinstance(concerned[0], str) and _is_needed(world, change.license):
        users = (world.user(holder) for holder in world.assignments)
        concerned += [user for user in users if user is not None and user.site == change.holder]
    return concerned


def _is_needed(world: World, license: LicenseName) -> bool:
    packages = (row.noun.package for row in world.packages.values())
    return any(row.prerequisite == license for package in packages for row in package.licenses)


def _id(holder: Holder) -> str:
    return holder if isinstance(holder, str) else holder.id


def without(names: Iterable[LicenseName], gone: Collection[LicenseName]) -> tuple[LicenseName, ...]:
    """Give *names* but those that are *gone*."""
    return tuple(name for name in names if name not in gone)


def change_plan(step: Step, change: ChangePlan) -> None:
    """Swap the plan of one owner for another of the same owner; extras stay."""
    world, holder, plan = step.world, change.holder, change.license
    old = plans_among(world, world.held_by(holder), plan.owner)
    if old == (plan,):
        return
    row = row_of(world, plan)
    reasons = list(start_refusals(world, row, holder))
    if row.kind is not LicenseKind.PLAN:
        reasons.append(because(ReasonCode.NOT_A_PLAN, license=str(plan)))
    released = without(old, (plan,))
    for name in released:
        reasons += hand_refusals(world, name)
    reasons += vetoed(step.vetoes, holder, released)
    person = holder_of(world, row, holder)
    before = held(world, person)
    after = (*without(before, old), plan)
    reasons += swap_refusals(world, person, before, after)
    refuse_if(reasons)
    step.swap(holder, before, after)


def vetoed(vetoes: Vetoes, holder: str, licenses: Iterable[LicenseName]) -> list[Reason]:
    """Give a reason for each of *licenses* that the host keeps with *holder*."""
    return [
        because(ReasonCode.RELEASE_VETOED, license=str(name), because=vetoes[holder, str(name)])
        for name in licenses
        if (holder, str(name)) in vetoes
    ]


def releases_of(world: World, change: Release | ChangePlan) -> tuple[LicenseName, ...]:
    """Give what *change* would take from its holder: what the host is asked about."""
    if isinstance(change, ChangePlan):
        old = plans_among(world, world.held_by(change.holder), change.license.owner)
        return without(old, (change.license,))
    return taken_by(world, change).get(change.holder, ())
