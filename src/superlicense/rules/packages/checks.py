"""Activation checks: whether a package may replace the one in force, and what blocks it.

Rule 1: a package must be issued to the installation, not in the future, and must
not be stopped.

Rule 2: a package with a lower issue is a rollback, one with the same issue and
other contents a conflict, and the same package changes nothing. Signed and
unsigned packages are two series.

Rule 3: use that exceeds the seats of the new package blocks, counted with
today's assignments under the new package's plans, hidden licenses included.

Source: design section 8; documents.md, steps 11 to 15; domain section 8.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from attrs import evolve

from superlicense.errors import PackageConflictError, PackageRollbackError, refusal
from superlicense.model.change import ActivatePackage, KeepPackageWaiting
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope
from superlicense.model.package import InstalledPackage, LicensePackage
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import accepts_unsigned, find_row
from superlicense.rules.gate.identity import addressee_refusals
from superlicense.rules.gate.validity import revocations, revoked_since
from superlicense.rules.seats.counting import exceeded
from superlicense.rules.seats.holding import Holder, implied, resolve_holder
from superlicense.rules.seats.prerequisites import unmet_prerequisites
from superlicense.rules.seats.seating import recipient_refusals, type_refusals
from superlicense.rules.step import about
from superlicense.rules.world_update import series_of

__all__ = [
    "CLOCK_TOLERANCE",
    "blockers",
    "can_still_be_held",
    "check_issue",
    "day_of_issue",
    "document_refusals",
    "is_early",
    "is_newer",
    "move_refusals",
    "new_unmet_prerequisites",
    "newly_unmet",
    "with_issue_number",
]

# documents.md, step 13: allowed difference between the clocks of issuer and installation.
CLOCK_TOLERANCE = timedelta(minutes=10)


def document_refusals(world: World, change: ActivatePackage | KeepPackageWaiting, at: datetime) -> Iterator[Reason]:
    """Yield the reasons why the package of *change* cannot be installed at *at*, whatever is assigned.

    They are in the order of the checks; the first determines the error code. A
    package that waits may be issued in the future.

    Source: documents.md, steps 11 to 13.
    """
    package, owner = change.package, change.package.owner_key
    if isinstance(change, ActivatePackage) and change.unsigned and not accepts_unsigned(world):
        yield because(ReasonCode.UNSIGNED_NOT_ACCEPTED, owner=owner)
    yield from addressee_refusals(world, package, at)
    for root in world.accepted_roots()[:1]:
        yield from revocations(root, owner, change.digest, change.signed_by)
    if is_early(package, at) and not isinstance(change, KeepPackageWaiting):
        yield because(ReasonCode.ISSUED_IN_FUTURE, owner=owner, issued_at=package.issued_at)
    stops_at = package.validity.stops_at
    if stops_at is not None and at >= stops_at:
        yield because(ReasonCode.PACKAGE_STOPPED, owner=owner, stopped_at=stops_at)


def is_early(package: LicensePackage, at: datetime) -> bool:
    """Return whether *package* is issued in the future of *at*."""
    return package.issued_at is not None and package.issued_at > at + CLOCK_TOLERANCE


def day_of_issue(world: World, change: ActivatePackage, at: datetime) -> datetime | None:
    """Return when the package of *change*, which is offered at *at*, is issued if that is in the future.

    Raises:
        RefusedError: something else is wrong with it; with every reason.
    """
    if not is_early(change.package, at):
        return None
    reasons = list(document_refusals(world, change, at))
    if any(reason.code is not ReasonCode.ISSUED_IN_FUTURE for reason in reasons):
        raise refusal(reasons)
    return change.package.issued_at


def with_issue_number(world: World, package: LicensePackage, at: datetime, *, unsigned: bool) -> LicensePackage:
    """Return *package* with the next issue, issued at *at* (the clock's reading), where its source has neither.

    A package equal to the newest of its series gets that one's numbers, so that
    installing it again changes nothing.
    """
    newest = world.newest_issues.get(series_of(package, unsigned=unsigned))
    if newest is None:
        last = 0
    else:
        last = newest.package.issue or 0
        again = evolve(
            package,
            issue=newest.package.issue if package.issue is None else package.issue,
            issued_at=newest.package.issued_at if package.issued_at is None else package.issued_at,
        )
        # One that was dated by a wrong clock, or is to correct it, is given a date of its own.
        known = world.known_at()
        is_late = package.resets_clock and known is not None and at < known
        is_new = package.issue is None and package.issued_at is None and (is_early(again, at) or is_late)
        if again == newest.package and not is_new:
            return again
    return evolve(
        package,
        issue=last + 1 if package.issue is None else package.issue,
        issued_at=at.replace(microsecond=0) if package.issued_at is None else package.issued_at,
    )


def check_issue(world: World, package: LicensePackage, digest: str, *, unsigned: bool) -> bool:
    """Compare *package* with the newest of its series ever installed.

    Returns:
        True if it is new, False if it is in force already.

    Raises:
        PackageRollbackError: its issue is lower.
        PackageConflictError: it has the same issue and other contents.
    """
    newest = world.newest_issues.get(series_of(package, unsigned=unsigned))
    # A revoked package does not count (documents.md, step 14).
    if newest is None or revoked_since(world, newest) is not None or is_newer(package, digest, newest):
        return True
    in_force = world.package(package.owner_key)
    return in_force is None or (in_force.digest, in_force.unsigned) != (digest, unsigned)


def is_newer(package: LicensePackage, digest: str, known: InstalledPackage) -> bool:
    """Compare the issue of *package* with that of another package of its series.

    Returns:
        True if it is higher, or either has none; False if the packages are the
        same.

    Raises:
        PackageRollbackError: it is lower.
        PackageConflictError: it is the same with other contents.
    """
    issue, newest = package.issue, known.package.issue
    owner = package.owner_key
    if issue is None or newest is None or issue > newest:
        return True
    if issue < newest:
        raise PackageRollbackError([because(ReasonCode.PACKAGE_ROLLBACK, owner=owner, issue=issue, newest=newest)])
    if digest != known.digest:
        raise PackageConflictError([because(ReasonCode.PACKAGE_CONFLICT, owner=owner, issue=issue)])
    return False


def move_refusals(
    in_force: World, holder: str, before: Collection[LicenseName], after: Collection[LicenseName]
) -> Iterator[Reason]:
    """Yield the reasons why *holder* cannot be assigned the plans that are in *after* only.

    Seats, prerequisites and second plans of all holders are checked together, by
    `blockers` and `superlicense.rules.seats.plans.added_plans`.

    Args:
        in_force: The world with the new package in force, before any moves.
        holder: The holder named by a plan move.
        before: Licenses held directly now.
        after: Licenses held directly after the move.
    """
    for name in after:
        if name in before:
            continue
        row = find_row(in_force, name)
        if row is None:
            yield because(ReasonCode.UNKNOWN_LICENSE, license=str(name))
            continue
        yield from recipient_refusals(in_force, row, holder)
        if row.kind is not LicenseKind.PLAN:
            yield because(ReasonCode.NOT_A_PLAN, license=str(name))
        yield from type_refusals(resolve_holder(in_force, row, holder), implied(in_force, name).user_types)


def blockers(world: World, activated: World, package: LicensePackage) -> Iterator[Reason]:
    """Yield the reasons why *package* cannot be activated.

    Args:
        world: The current world.
        activated: The world after the activation, with releases and plan moves
            applied and seats counted under the new plans.
        package: The new package.
    """
    direct: Counter[LicenseName] = Counter()
    for holder in activated.assignments:
        for name in activated.held_by(holder):
            direct[name] += activated.stands_for.get(holder, 1)
    for installed in activated.packages.values():  # a plan move may lead to a plan of any owner
        yield from _seat_blockers(activated, installed.noun.package, direct)
    for name, holders in direct.items():
        if name.owner == package.owner_key and not can_still_be_held(world, package, name):
            yield because(ReasonCode.HELD_LICENSE_GONE, license=str(name), in_use=holders)
    yield from new_unmet_prerequisites(world, activated)


def _seat_blockers(activated: World, package: LicensePackage, direct: Mapping[LicenseName, int]) -> Iterator[Reason]:
    """Yield a reason for each license of *package* with too few seats, with the held plans that grant it."""
    for row, reason in exceeded(activated, package.licenses):
        plans = (plan.name for plan in package.licenses if row.name in plan.grants and plan.name in direct)
        yield from about([reason], {"through": tuple(map(str, plans))})


def can_still_be_held(world: World, package: LicensePackage, license: LicenseName) -> bool:
    """Return whether holders may keep *license*: users cannot hold a site license, nor sites a user license."""
    old, new = find_row(world, license), package.by_name.get(license)
    if old is None or new is None:
        return new is not None
    return new.scope in (old.scope, LicenseScope.SYSTEM)


def new_unmet_prerequisites(world: World, activated: World) -> Iterator[Reason]:
    """Yield a reason for each prerequisite that is met in *world* and not in *activated*."""
    for dependant, prerequisite in newly_unmet(world, activated):
        yield because(ReasonCode.PREREQUISITE_MISSING, license=dependant, prerequisite=prerequisite)


def newly_unmet(world: World, activated: World) -> dict[tuple[str, str], list[str]]:
    """Return the holders whose prerequisite is met in *world* and not in *activated*, by dependant and prerequisite."""
    # Holders of the same site who hold the same licenses are judged together.
    groups: dict[tuple[object, ...], list[str]] = {}
    for holder in activated.assignments:
        user = activated.user(holder)
        site = None if user is None else user.site
        groups.setdefault((world.held_by(holder), activated.held_by(holder), site), []).append(holder)
    found: dict[tuple[str, str], list[str]] = {}
    for holders in groups.values():
        sides: tuple[Holder | None, ...] = (holders[0], activated.user(holders[0]))
        for side in sides:
            if side is not None:
                had = unmet_prerequisites(world, side)
                for name, prerequisite in unmet_prerequisites(activated, side).items():
                    if name not in had:
                        found.setdefault((str(name), str(prerequisite)), []).extend(holders)
    return found
