"""Seating: who may hold which license, and whether a seat is left.

Rule 1: in use are the distinct holders that consume a license, direct or
through a plan. A holder of one license through two ways consumes one.

Rule 2: a restricted license never exceeds its quantity. That includes hidden
ones: a plan cannot be assigned when one of its restricted grants is used up.

Rule 3: prerequisites hold over the effective set, and are met by the
installation, the holder's site or the holder. Only the package's rows bind.

Rule 4: under the Suite a seat follows the user's right to log in; nobody
assigns it by hand.

Source: design section 7; domain sections 3, 8 and 17.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from superlicense.catalog import modules
from superlicense.errors import UnknownLicenseError
from superlicense.model.decision import Reason, ReasonCode, RuleSet, because
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.seat import SeatUsage
from superlicense.model.site import CENTRAL
from superlicense.model.user import User, UserType
from superlicense.model.world import World
from superlicense.rules.entitlement import effective, find_row, rule_set_of

__all__ = [
    "assign_refusals",
    "gaps",
    "held_plans",
    "holder_refusals",
    "site_exists",
    "suite_seat_is_due",
    "swap_refusals",
    "usage",
    "with_dependants",
]

SUITE_SEAT = modules.SUITE_USER


def usage(world: World, license: LicenseName) -> SeatUsage:
    """Count the seats of *license*.

    Raises:
        UnknownLicenseError: no package in force has it.
    """
    row = find_row(world, license)
    if row is None:
        raise UnknownLicenseError([because(ReasonCode.UNKNOWN_LICENSE, license=str(license))])
    consumers = _consumers(world, license)
    holders = sorted(holder for holder in world.assignments if not consumers.isdisjoint(world.held_by(holder)))
    in_use = world.seats.get(str(license), 0)
    total = row.quantity if row.restricted else None
    return SeatUsage(
        license=license,
        in_use=in_use,
        total=total,
        free=None if total is None else total - in_use,
        holders=tuple(holders),
    )


def _consumers(world: World, license: LicenseName) -> frozenset[LicenseName]:
    """Give every license whose direct holder consumes *license*."""
    package = world.packages[license.owner].noun.package
    plans = (row.name for row in package.licenses if str(license) in effective(world, [row.name]))
    return frozenset([license, *plans])


def site_exists(world: World, site: str) -> bool:
    """Say whether *site* is known; the central one and our own always are."""
    return site in (CENTRAL, world.installation.site) or site in world.sites


def held_plans(world: World, holder: str, owner: str) -> tuple[LicenseName, ...]:
    """Give the plans of *owner* that *holder* has been assigned."""
    rows = (find_row(world, name) for name in world.held_by(holder) if name.owner == owner)
    return tuple(row.name for row in rows if row is not None and row.kind is LicenseKind.PLAN)


def suite_seat_is_due(world: World, user: User) -> bool:
    """Say whether *user* is one of those who hold a seat of the Suite.

    Source: design section 7: under the rule set SUITE every internal user who is
    not retired and has ``may_log_in``, nobody else.
    """
    return (
        user.type is UserType.INTERNAL
        and user.may_log_in
        and not user.retired
        and rule_set_of(world) is RuleSet.SUITE
        and find_row(world, SUITE_SEAT) is not None
    )


def assign_refusals(world: World, license: LicenseName, holder: str) -> Iterator[Reason]:
    """Say why *license* may not be assigned to *holder* by hand; nothing if it may.

    The holder does not hold it yet.
    """
    row = find_row(world, license)
    if row is None:
        yield because(ReasonCode.UNKNOWN_LICENSE, license=str(license))
        return
    if row.scope is LicenseScope.SYSTEM:
        yield because(ReasonCode.NOT_ASSIGNABLE, license=str(license))
        return
    yield from holder_refusals(world, row, holder)
    if row.hidden:
        yield because(ReasonCode.LICENSE_HIDDEN, license=str(license))
    if _follows_login_right(world, license):
        yield because(ReasonCode.FOLLOWS_LOGIN_RIGHT, license=str(license), hint="users.save")
    elif row.kind is LicenseKind.PLAN:
        for held in held_plans(world, holder, license.owner):
            yield because(ReasonCode.ONE_PLAN_ONLY, license=str(license), held=str(held), hint="change_plan")
    before = world.held_by(holder)
    yield from swap_refusals(world, holder, before, (*before, license))


def _follows_login_right(world: World, license: LicenseName) -> bool:
    return license == SUITE_SEAT and rule_set_of(world) is RuleSet.SUITE


def release_refusals(world: World, license: LicenseName) -> Iterator[Reason]:
    """Say why *license* may not be released by hand at all; nothing if it may."""
    if _follows_login_right(world, license):
        yield because(ReasonCode.FOLLOWS_LOGIN_RIGHT, license=str(license), hint="users.save")


def holder_refusals(world: World, row: ModuleLicense, holder: str) -> Iterator[Reason]:
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
    world: World,
    holder: str,
    before: Iterable[LicenseName],
    after: Iterable[LicenseName],
    user: User | None = None,
) -> Iterator[Reason]:
    """Say why *holder* may not go from holding *before* to holding *after*.

    Looks at seats, user types and prerequisites over the effective sets. What
    was wrong before is not held against the swap.

    Args:
        world: What is known; its seats include *before*.
        holder: A user or a site.
        before: What is directly held now.
        after: What would be directly held.
        user: The user as they will be, where that differs from the world's.
    """
    had, has = effective(world, before), effective(world, after)
    person = user or world.user(holder)
    for name, through in has.items():
        row = find_row(world, LicenseName.parse(name))
        if name in had or row is None:
            continue
        plan = through[0] if through else None
        in_use = world.seats.get(name, 0)
        if row.restricted and in_use >= row.quantity:
            yield because(ReasonCode.NO_SEAT_LEFT, license=name, through=plan, total=row.quantity, in_use=in_use)
        allowed = row.allowed_user_types
        if row.scope is LicenseScope.USER and person is not None and allowed and person.type not in allowed:
            yield because(ReasonCode.USER_TYPE_NOT_ALLOWED, license=name, type=person.type)
    site = person.site if person is not None else holder
    gone = gaps(world, had, site)
    for name, prerequisite in gaps(world, has, site).items():
        if name in gone:
            continue
        if name in had:
            released = sorted(had.keys() - has.keys())
            yield because(
                ReasonCode.PREREQUISITE_OF,
                license=prerequisite,
                dependant=name,
                released=tuple(released),
                hint="cascade",
            )
        else:
            yield because(ReasonCode.PREREQUISITE_MISSING, license=name, prerequisite=prerequisite)


def gaps(world: World, held: Mapping[str, tuple[str, ...]], site: str) -> dict[str, str]:
    """Give each license of an effective set whose prerequisite is not met, with it."""
    missing: dict[str, str] = {}
    for name in held:
        row = find_row(world, LicenseName.parse(name))
        if row is None or row.prerequisite is None or str(row.prerequisite) in held:
            continue
        required = find_row(world, row.prerequisite)
        if required is not None:
            if required.scope is LicenseScope.SYSTEM:
                continue
            if required.scope is LicenseScope.SITE and row.prerequisite in world.held_by(site):
                continue
        missing[name] = str(row.prerequisite)
    return missing


def with_dependants(world: World, holder: str, licenses: Iterable[LicenseName], site: str) -> tuple[LicenseName, ...]:
    """Give *licenses* and what *holder* must release with them to leave no gap."""
    gone = list(licenses)
    before = world.held_by(holder)
    standing = gaps(world, effective(world, before), site)
    while True:
        left = [name for name in before if name not in gone]
        after = effective(world, left)
        opened = [name for name in gaps(world, after, site) if name not in standing]
        more = [held for held in left if any(str(held) == name or str(held) in after[name] for name in opened)]
        if not more:
            return tuple(name for name in before if name in gone)
        gone += more
