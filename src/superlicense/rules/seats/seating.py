"""Seating: who may hold which license, and whether a seat is left.

Rule 1: a restricted license never exceeds its quantity. That includes hidden
licenses: a plan cannot be assigned if one of its restricted grants has no seat
left.

Rule 2: a prerequisite that was unmet before a change does not block the change.

Rule 3: under the Suite, the seat follows the user's right to log in and cannot
be assigned or released by hand.

Source: design section 7; domain sections 3, 8 and 17.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from superlicense.catalog import modules
from superlicense.model.decision import RuleSet
from superlicense.model.license import LicenseName, LicenseScope, ModuleLicense
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.site import CENTRAL
from superlicense.model.user import User, UserType
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import find_row, rule_set_of
from superlicense.rules.seats.counting import fully_used
from superlicense.rules.seats.holding import Holder, consumed, held, implies, resolve_holder
from superlicense.rules.seats.plans import second_plans
from superlicense.rules.seats.prerequisites import prerequisite_reason, site_licenses, unmet

__all__ = [
    "SUITE_SEAT",
    "assign_refusals",
    "manual_refusals",
    "needs_suite_seat",
    "qualifies_for_seat",
    "recipient_refusals",
    "site_exists",
    "suite_in_force",
    "swap_refusals",
    "type_refusals",
]

SUITE_SEAT: Final = modules.SUITE_USER


def site_exists(world: World, site: str) -> bool:
    """Return whether *site* is known; the central site and the installation's own always are."""
    return site in (CENTRAL, world.installation.site) or site in world.sites


def suite_in_force(world: World) -> bool:
    """Return whether seats of the Suite follow the right to log in."""
    return find_row(world, SUITE_SEAT) is not None and rule_set_of(world) is RuleSet.SUITE


def qualifies_for_seat(user: User) -> bool:
    """Return whether *user* holds a seat where the Suite is in force.

    Source: design section 7: every internal user who is not retired and has
    ``may_log_in``, and no other user.
    """
    return user.type is UserType.INTERNAL and user.may_log_in and not user.retired


def needs_suite_seat(world: World, user: User) -> bool:
    """Return whether the Suite is in force and *user* qualifies for a seat."""
    return qualifies_for_seat(user) and suite_in_force(world)


def assign_refusals(world: World, row: ModuleLicense, holder: str) -> Iterator[Reason]:
    """Yield the reasons why the license of *row* cannot be assigned to *holder*, who does not hold it yet."""
    name = row.name
    if row.scope is LicenseScope.SYSTEM:
        yield because(ReasonCode.NOT_ASSIGNABLE, license=str(name))
        return
    yield from recipient_refusals(world, row, holder)
    recipient = resolve_holder(world, row, holder)
    before = held(world, recipient)
    yield from swap_refusals(world, recipient, before, (*before, name))


def recipient_refusals(world: World, row: ModuleLicense, holder: str) -> Iterator[Reason]:
    """Yield the reasons why *holder* cannot be assigned the license of *row* by hand, whatever else they hold."""
    yield from _unknown_recipient(world, row, holder)
    if row.hidden:
        yield because(ReasonCode.LICENSE_HIDDEN, license=str(row.name))
    yield from manual_refusals(world, row.name)


def manual_refusals(world: World, license: LicenseName) -> Iterator[Reason]:
    """Yield the reasons why *license* is neither assigned nor released by hand."""
    if _follows_login_right(world, license):
        yield because(ReasonCode.FOLLOWS_LOGIN_RIGHT, license=str(license), hint="users.save")


def _follows_login_right(world: World, license: LicenseName) -> bool:
    return license == SUITE_SEAT and suite_in_force(world)


def _unknown_recipient(world: World, row: ModuleLicense, holder: str) -> Iterator[Reason]:
    """Yield the reasons why *holder* is not a user or site that can hold *row*."""
    if row.scope is LicenseScope.SITE:
        if not site_exists(world, holder):
            yield because(ReasonCode.UNKNOWN_SITE, site=holder)
        return
    user = world.user(holder)
    if user is None:
        yield because(ReasonCode.UNKNOWN_USER, user=holder)
    elif user.retired:
        yield because(ReasonCode.USER_RETIRED, user=holder)


def swap_refusals(
    world: World, holder: Holder, before: Collection[LicenseName], after: Collection[LicenseName]
) -> Iterator[Reason]:
    """Yield the reasons why *holder* cannot go from holding *before* to holding *after*.

    Checks plans, and seats, user types and prerequisites of everything that is consumed.

    Args:
        world: The world before the change; its seats include *before*.
        holder: A user, as they will be, or a site.
        before: Licenses held directly now.
        after: Licenses held directly after the change.
    """
    yield from second_plans(world, world, before, after)
    had, has = consumed(world, before), consumed(world, after)
    for name in fully_used(world, has, had):
        yield because(
            ReasonCode.NO_SEAT_LEFT,
            license=str(name),
            through=_granting_plan(world, name, after),
            total=has.quantities[name],
            in_use=world.seats[name],
        )
    if has.user_types:
        new = {name: types for name, types in has.user_types.items() if name not in had.rows}
        yield from type_refusals(holder, new)
    if not has.prerequisites:
        return
    at_site = site_licenses(world, holder)
    unmet_after = unmet(world, has, at_site)
    unmet_before = unmet(world, had, at_site) if unmet_after else {}
    for name, prerequisite in unmet_after.items():
        if name in unmet_before:
            continue
        if name in had.rows:
            released = tuple(str(one) for one in before if one not in after)
            yield prerequisite_reason(prerequisite, name, released)
        else:
            yield because(ReasonCode.PREREQUISITE_MISSING, license=str(name), prerequisite=str(prerequisite))


def type_refusals(holder: Holder, user_types: Mapping[str, frozenset[UserType]]) -> Iterator[Reason]:
    """Yield a reason for each license that a user of this type may not hold; a site may hold any.

    Args:
        holder: A user, as they will be, or a site.
        user_types: The types that may hold a license, by license.
    """
    for name, types in user_types.items():
        if isinstance(holder, User) and holder.type not in types:
            yield because(ReasonCode.USER_TYPE_NOT_ALLOWED, license=str(name), type=holder.type)


def _granting_plan(world: World, name: str, licenses: Collection[LicenseName]) -> str | None:
    """Return the first of *licenses* that grants *name*, `None` if it is one of them itself."""
    if name in licenses:
        return None
    return next(str(plan) for plan in licenses if implies(world, plan, name))
