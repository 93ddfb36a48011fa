"""What assigning, releasing and changing a plan do to the seats."""

from __future__ import annotations

from collections.abc import Iterable

from superlicense.model.change import Assign, ChangePlan, Release
from superlicense.model.decision import Reason, ReasonCode, because
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope
from superlicense.model.world import World
from superlicense.rules.entitlement import effective, find_row
from superlicense.rules.seating import (
    assign_refusals,
    held_plans,
    holder_refusals,
    release_refusals,
    swap_refusals,
    with_dependants,
)
from superlicense.rules.step import Step, Vetoes, refuse_if

__all__ = ["assign", "change_plan", "release", "releases_of", "vetoed"]


def assign(step: Step, change: Assign) -> None:
    """Assign a license by hand; one that is held already stays as it is."""
    if change.license in step.world.held_by(change.holder):
        return
    refuse_if(list(assign_refusals(step.world, change.license, change.holder)))
    step.assign(change.license, change.holder, change.comment)


def release(step: Step, change: Release) -> None:
    """Release a license, with what depends on it if asked to."""
    world, holder = step.world, change.holder
    before = world.held_by(holder)
    if change.license not in before:
        return
    released = _released(world, change)
    reasons = [*release_refusals(world, change.license), *vetoed(step.vetoes, holder, released)]
    after = [name for name in before if name not in released]
    reasons += swap_refusals(world, holder, before, after)
    dependants = _dependants_at(world, change)
    if not change.cascade:
        reasons += [_is_prerequisite(change.license, name) for names in dependants.values() for name in names]
    refuse_if(reasons)
    for name in released:
        step.release(name, holder)
    for user, names in dependants.items():
        for name in names:
            step.release(name, user)


def _is_prerequisite(license: LicenseName, dependant: LicenseName) -> Reason:
    return because(
        ReasonCode.PREREQUISITE_OF,
        license=str(license),
        dependant=str(dependant),
        released=(str(license),),
        hint="cascade",
    )


def _released(world: World, change: Release) -> tuple[LicenseName, ...]:
    if not change.cascade:
        return (change.license,)
    user = world.user(change.holder)
    site = change.holder if user is None else user.site
    return with_dependants(world, change.holder, [change.license], site)


def _dependants_at(world: World, change: Release) -> dict[str, tuple[LicenseName, ...]]:
    """Give what the users of a site must release with the site license they depend on."""
    row = find_row(world, change.license)
    if row is None or row.scope is not LicenseScope.SITE:
        return {}
    needing = {
        str(other.name)
        for installed in world.packages.values()
        for other in installed.noun.package.licenses
        if other.prerequisite == change.license and other.scope is LicenseScope.USER
    }
    found: dict[str, tuple[LicenseName, ...]] = {}
    for holder in world.assignments if needing else ():
        user = world.user(holder)
        if user is None or user.site != change.holder:
            continue
        names = tuple(name for name in world.held_by(holder) if not needing.isdisjoint(effective(world, [name])))
        if names:
            found[holder] = names
    return found


def change_plan(step: Step, change: ChangePlan) -> None:
    """Swap the plan of one owner for another of the same owner; extras stay."""
    world, holder, plan = step.world, change.holder, change.license
    before = world.held_by(holder)
    row = find_row(world, plan)
    if row is None:
        refuse_if([because(ReasonCode.UNKNOWN_LICENSE, license=str(plan))])
        return
    old = held_plans(world, holder, plan.owner)
    if old == (plan,):
        return
    reasons = list(holder_refusals(world, row, holder))
    if row.kind is not LicenseKind.PLAN:
        reasons.append(because(ReasonCode.NOT_A_PLAN, license=str(plan)))
    if row.hidden:
        reasons.append(because(ReasonCode.LICENSE_HIDDEN, license=str(plan)))
    for name in (plan, *old):
        reasons += release_refusals(world, name)
    reasons += vetoed(step.vetoes, holder, old)
    after = [name for name in before if name not in old]
    reasons += swap_refusals(world, holder, before, [*after, plan])
    refuse_if(reasons)
    for name in old:
        step.release(name, holder)
    step.assign(plan, holder)


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
        plans = held_plans(world, change.holder, change.license.owner)
        return tuple(name for name in plans if name != change.license)
    if change.license not in world.held_by(change.holder):
        return ()
    return _released(world, change)
