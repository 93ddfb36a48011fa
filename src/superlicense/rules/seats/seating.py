"""Seating: who may hold which license, and whether a seat is left.

Rule 1: in use are the distinct holders that consume a license, direct or
through a plan. A holder of one license through two ways consumes one.

Rule 2: a restricted license never exceeds its quantity. That includes hidden
ones: a plan cannot be assigned when one of its restricted grants is used up.

Rule 3: prerequisites hold over the effective set, and are met by the
installation, the holder's site or the holder. Only the package's rows bind.
What was wrong before is not held against a change.

Rule 4: under the Suite a seat follows the user's right to log in; nobody
assigns it by hand.

Source: design section 7; domain sections 3, 8 and 17.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from superlicense.catalog import modules
from superlicense.errors import UnknownLicenseError
from superlicense.model.decision import Reason, ReasonCode, RuleSet, because
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.seat import SeatUsage
from superlicense.model.site import CENTRAL
from superlicense.model.user import User, UserType
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import find_row, rule_set_of
from superlicense.rules.seats.holding import Consumed, Holder, consumed, held, holder_of, implies, plans_among

__all__ = [
    "SUITE_SEAT",
    "assign_refusals",
    "count",
    "hand_refusals",
    "may_have_seat",
    "prerequisite_of",
    "row_of",
    "site_exists",
    "site_licenses",
    "start_refusals",
    "suite_in_force",
    "suite_seat_is_due",
    "swap_refusals",
    "type_refusals",
    "unmet",
    "unmet_prerequisites",
    "usage",
]

SUITE_SEAT: Final = modules.SUITE_USER


def usage(world: World, license: LicenseName) -> SeatUsage:
    """Count the seats of *license*.

    Raises:
        UnknownLicenseError: no package in force has it.
    """
    row = row_of(world, license)
    package = world.packages[license.owner].noun.package
    consumers = {other.name for other in package.licenses if implies(world, other.name, license)}
    holders = [holder for holder in world.assignments if not consumers.isdisjoint(world.held_by(holder))]
    in_use, total, free = count(world, row)
    return SeatUsage(license=license, in_use=in_use, total=total, free=free, holders=tuple(sorted(holders)))


def count(world: World, row: ModuleLicense) -> tuple[int, int | None, int | None]:
    """Give how many of the license of *row* are in use, in total and free; the last two `None` if unrestricted.

    What `usage` says without naming the holders, at the cost of a look-up.
    """
    in_use = world.seats.get(row.name, 0)
    total = row.quantity if row.restricted else None
    return in_use, total, None if total is None else total - in_use


def row_of(world: World, license: LicenseName) -> ModuleLicense:
    """Give the row of *license* in the package in force of its owner.

    Raises:
        UnknownLicenseError: no package in force has it.
    """
    row = find_row(world, license)
    if row is None:
        raise UnknownLicenseError([because(ReasonCode.UNKNOWN_LICENSE, license=str(license))])
    return row


def site_exists(world: World, site: str) -> bool:
    """Say whether *site* is known; the central one and our own always are."""
    return site in (CENTRAL, world.installation.site) or site in world.sites


def suite_in_force(world: World) -> bool:
    """Say whether the seat of the Suite follows the right to log in."""
    return find_row(world, SUITE_SEAT) is not None and rule_set_of(world) is RuleSet.SUITE


def may_have_seat(user: User) -> bool:
    """Say whether *user* is one of those who hold a seat where the Suite is in force.

    Source: design section 7: every internal user who is not retired and has
    ``may_log_in``, nobody else.
    """
    return user.type is UserType.INTERNAL and user.may_log_in and not user.retired


def suite_seat_is_due(world: World, user: User) -> bool:
    """Say whether *user* is to hold a seat of the Suite."""
    return may_have_seat(user) and suite_in_force(world)


def assign_refusals(world: World, row: ModuleLicense, holder: str) -> Iterator[Reason]:
    """Say why the license of *row* may not be assigned to *holder* by hand; nothing if it may.

    The holder does not hold it yet.
    """
    name = row.name
    if row.scope is LicenseScope.SYSTEM:
        yield because(ReasonCode.NOT_ASSIGNABLE, license=str(name))
        return
    yield from start_refusals(world, row, holder)
    if row.kind is LicenseKind.PLAN and not _follows_login_right(world, name):
        for plan in plans_among(world, world.held_by(holder), name.owner):
            yield because(ReasonCode.ONE_PLAN_ONLY, license=str(name), held=str(plan), hint="change_plan")
    person = holder_of(world, row, holder)
    before = held(world, person)
    yield from swap_refusals(world, person, before, (*before, name))


def start_refusals(world: World, row: ModuleLicense, holder: str) -> Iterator[Reason]:
    """Say why *holder* may not be given the license of *row* by hand, whatever else they hold."""
    yield from _holder_refusals(world, row, holder)
    if row.hidden:
        yield because(ReasonCode.LICENSE_HIDDEN, license=str(row.name))
    yield from hand_refusals(world, row.name)


def hand_refusals(world: World, license: LicenseName) -> Iterator[Reason]:
    """Say why nobody assigns or releases *license* by hand; nothing if that may be."""
    if _follows_login_right(world, license):
        yield because(ReasonCode.FOLLOWS_LOGIN_RIGHT, license=str(license), hint="users.save")


def _follows_login_right(world: World, license: LicenseName) -> bool:
    return license == SUITE_SEAT and suite_in_force(world)


def _holder_refusals(world: World, row: ModuleLicense, holder: str) -> Iterator[Reason]:
    """Say why *holder* is nobody to whom *row* can be assigned."""
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
    """Say why *holder* may not go from holding *before* to holding *after*.

    Looks at seats, user types and prerequisites over the effective sets.

    Args:
        world: What is known; its seats include *before*.
        holder: A user, as they will be, or a site.
        before: What is directly held now.
        after: What would be directly held.
    """
    had, has = consumed(world, before), consumed(world, after)
    in_use = world.seats.get
    new = [row for name, row in has.items() if row is not None and name not in had]
    for row in new:
        if in_use(row.name, 0) >= row.quantity and row.restricted:
            yield because(
                ReasonCode.NO_SEAT_LEFT,
                license=str(row.name),
                through=_plan_that_brings(world, row.name, after),
                total=row.quantity,
                in_use=in_use(row.name),
            )
    yield from type_refusals(holder, new)
    at_site = site_licenses(world, holder)
    opened = unmet(world, has, at_site)
    standing = unmet(world, had, at_site) if opened else {}
    for name, prerequisite in opened.items():
        if name in standing:
            continue
        if name in had:
            released = tuple(str(one) for one in before if one not in after)
            yield prerequisite_of(prerequisite, name, released)
        else:
            yield because(ReasonCode.PREREQUISITE_MISSING, license=str(name), prerequisite=str(prerequisite))


def type_refusals(holder: Holder, rows: Iterable[ModuleLicense]) -> Iterator[Reason]:
    """Say which of *rows* a user of this type may not hold; a site may hold all of its."""
    for row in rows:
        if row.allowed_user_types and isinstance(holder, User) and holder.type not in row.allowed_user_types:
            yield because(ReasonCode.USER_TYPE_NOT_ALLOWED, license=str(row.name), type=holder.type)


def prerequisite_of(license: str, dependant: str, released: tuple[str, ...]) -> Reason:
    """Give the reason why *released* must stay: *dependant* needs *license*, which goes with it."""
    return because(
        ReasonCode.PREREQUISITE_OF, license=str(license), dependant=str(dependant), released=released, hint="cascade"
    )


def _plan_that_brings(world: World, name: LicenseName, licenses: Collection[LicenseName]) -> str | None:
    """Give the first of *licenses* that grants *name*; `None` if it is one of them itself."""
    if name in licenses:
        return None
    return next(str(plan) for plan in licenses if implies(world, plan, name))


def site_licenses(world: World, holder: Holder) -> tuple[LicenseName, ...]:
    """Give what the site of a user holds; nothing for a site, which has what it holds itself."""
    return () if isinstance(holder, str) else held(world, holder.site)


def unmet_prerequisites(world: World, holder: Holder) -> dict[str, LicenseName]:
    """Give each license that *holder* has while its prerequisite is not met, with the prerequisite."""
    return unmet(world, consumed(world, held(world, holder)), site_licenses(world, holder))


def unmet(world: World, has: Consumed, at_site: Collection[LicenseName]) -> dict[str, LicenseName]:
    """Give each license of *has* whose prerequisite is not met, with the prerequisite.

    Args:
        world: Supplies the packages.
        has: Everything that a user or a site consumes.
        at_site: What the user's site holds; nothing for a site, whose own
            licenses are in *has*.

    Source: design section 7: met by the installation (SYSTEM), the holder's
    site (SITE) or the holder (USER).
    """
    return {
        name: row.prerequisite
        for name, row in has.items()
        if row is not None and row.prerequisite is not None and not _is_met(world, row.prerequisite, has, at_site)
    }


def _is_met(world: World, prerequisite: LicenseName, has: Consumed, at_site: Collection[LicenseName]) -> bool:
    if prerequisite in has:
        return True
    row = find_row(world, prerequisite)
    if row is None or row.scope is LicenseScope.USER:
        return False
    return row.scope is LicenseScope.SYSTEM or prerequisite in at_site
