"""What assigning, releasing and changing a plan do to the seats.

Rule 1: a license cannot be released while another held license requires it;
with *cascade*, that license is released too. Releasing a site license checks
the users of the site as well.

Source: design section 7.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from superlicense.model.change import Assign, ChangePlan, Release
from superlicense.model.license import LicenseKind, LicenseName
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import find_row, get_row
from superlicense.rules.seats.holding import Holder, consumed, held, implies, plans_among, resolve_holder
from superlicense.rules.seats.prerequisites import prerequisite_reason, site_licenses, unmet
from superlicense.rules.seats.seating import (
    assign_refusals,
    manual_refusals,
    recipient_refusals,
    swap_refusals,
)
from superlicense.rules.step import Step, Vetoes, about, refuse_if

__all__ = ["assign", "change_plan", "release", "released_by", "veto_reasons", "vetoable_releases", "without"]

Released = Mapping[str, tuple[LicenseName, ...]]
"""Released licenses by holder."""


def assign(step: Step, change: Assign) -> None:
    """Assign a license by hand; do nothing if it is held already."""
    before = step.world.held_by(change.holder)
    if change.license in before:
        return
    refuse_if(list(assign_refusals(step.world, get_row(step.world, change.license), change.holder)))
    step.swap(change.holder, before, (*before, change.license), change.comment)


def release(step: Step, change: Release) -> None:
    """Release a license, and with *cascade* the licenses that require it."""
    world = step.world
    released = released_by(world, change)
    if not released:
        return
    reasons: list[Reason] = []
    for holder, names in released.items():
        found = [reason for name in names for reason in manual_refusals(world, name)]
        found += veto_reasons(step.vetoes, holder, names)
        # The change is about its own holder; those that it cascades to are named here.
        reasons += found if holder == change.holder else about(found, {"holder": holder})
    gaps = dict.fromkeys(gap[1:] for gap in _newly_unmet(world, change, released))
    named = (str(change.license),)
    reasons += [prerequisite_reason(prerequisite, dependant, named) for dependant, prerequisite in gaps]
    refuse_if(reasons)
    for holder, names in released.items():
        step.swap(holder, names, ())


def released_by(world: World, change: Release) -> Released:
    """Return what *change* releases: its license, and with *cascade* the licenses that require it.

    Empty if the holder does not hold the license.
    """
    if change.license not in world.held_by(change.holder):
        return {}
    released = {change.holder: (change.license,)}
    while change.cascade:
        more = [
            (holder, name)
            for holder, dependant, _ in _newly_unmet(world, change, released)
            for name in without(held(world, holder), released.get(_id(holder), ()))
            if implies(world, name, dependant)
        ]
        if not more:
            break
        for holder, name in dict.fromkeys((_id(holder), name) for holder, name in more):
            released[holder] = (*released.get(holder, ()), name)
    return released


def _newly_unmet(world: World, change: Release, released: Released) -> Iterator[tuple[Holder, str, str]]:
    """Yield each prerequisite that is no longer met after *released*: holder, dependant, prerequisite."""
    for holder in _affected_holders(world, change):
        before = held(world, holder)
        left = without(before, released.get(_id(holder), ()))
        site = site_licenses(world, holder)
        site_left = without(site, released[change.holder])  # fewer if the holder is the site
        unmet_after = unmet(world, consumed(world, left), site_left)
        unmet_before = unmet(world, consumed(world, before), site) if unmet_after else {}
        for dependant, prerequisite in unmet_after.items():
            if dependant not in unmet_before:
                yield holder, dependant, prerequisite


def _affected_holders(world: World, change: Release) -> list[Holder]:
    """Return every holder whose prerequisites may depend on the license of *change*."""
    row = find_row(world, change.license)
    affected = [resolve_holder(world, row, change.holder)]
    if isinstance(affected[0], str) and _is_needed(world, change.license):
        users = (world.user(holder) for holder in world.assignments)
        affected += [user for user in users if user is not None and user.site == change.holder]
    return affected


def _is_needed(world: World, license: LicenseName) -> bool:
    packages = (row.noun.package for row in world.packages.values())
    return any(row.prerequisite == license for package in packages for row in package.licenses)


def _id(holder: Holder) -> str:
    return holder if isinstance(holder, str) else holder.id


def without(names: Iterable[LicenseName], gone: Collection[LicenseName]) -> tuple[LicenseName, ...]:
    """Return *names* except those in *gone*."""
    return tuple(name for name in names if name not in gone)


def change_plan(step: Step, change: ChangePlan) -> None:
    """Replace a holder's plan by another plan of the same owner; other licenses stay."""
    world, holder, plan = step.world, change.holder, change.license
    old = plans_among(world, world.held_by(holder), plan.owner)
    if plan in old:
        return
    row = get_row(world, plan)
    reasons = list(recipient_refusals(world, row, holder))
    if row.kind is not LicenseKind.PLAN:
        reasons.append(because(ReasonCode.NOT_A_PLAN, license=str(plan)))
    for name in old:
        reasons += manual_refusals(world, name)
    reasons += veto_reasons(step.vetoes, holder, old)
    recipient = resolve_holder(world, row, holder)
    before = held(world, recipient)
    after = (*without(before, old), plan)
    reasons += swap_refusals(world, recipient, before, after)
    refuse_if(reasons)
    step.swap(holder, before, after)


def veto_reasons(vetoes: Vetoes, holder: str, licenses: Iterable[LicenseName]) -> list[Reason]:
    """Return a reason for each of *licenses* whose release by *holder* the host vetoes."""
    return [
        because(ReasonCode.RELEASE_VETOED, license=str(name), because=vetoes[holder, str(name)])
        for name in licenses
        if (holder, str(name)) in vetoes
    ]


def vetoable_releases(world: World, change: Release | ChangePlan) -> tuple[LicenseName, ...]:
    """Return what *change* would release from its holder, for the host to veto."""
    if isinstance(change, ChangePlan):
        old = plans_among(world, world.held_by(change.holder), change.license.owner)
        return () if change.license in old else old
    return released_by(world, change).get(change.holder, ())
