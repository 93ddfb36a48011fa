"""Activation: may this package replace the one in force, and who is in the way?

Rule 1: a package has to be made out to the installation, to have started and
not to have stopped.

Rule 2: a package of a lower issue is a rollback, one of the same issue with
other contents a conflict, the very same one changes nothing. Signed and
unsigned packages are two series.

Rule 3: what blocks is use that the new package has no room for, counted with
today's assignments under the new package's sets, hidden licenses included.

Source: design section 8; documents.md, steps 11 to 15; domain section 8.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from attrs import evolve

from superlicense.errors import PackageConflictError, PackageRollbackError
from superlicense.model.decision import Reason, ReasonCode, because
from superlicense.model.license import LicenseKind, LicenseName
from superlicense.model.package import LicensePackage
from superlicense.model.world import World
from superlicense.rules.entitlement import effective, find_row, made_out_to_others
from superlicense.rules.seating import gaps

__all__ = ["CLOCK_TOLERANCE", "blockers", "check_issue", "document_refusals", "numbered"]

# documents.md, step 13: clocks of issuer and installation may differ by this much.
CLOCK_TOLERANCE = timedelta(minutes=10)


def document_refusals(world: World, package: LicensePackage, at: datetime) -> Iterator[Reason]:
    """Say why *package* cannot be taken in here at *at*, whoever holds what."""
    yield from made_out_to_others(package, world.installation)
    owner = package.owner_key
    if package.issued_at is not None and package.issued_at > at + CLOCK_TOLERANCE:
        yield because(ReasonCode.ISSUED_IN_FUTURE, owner=owner, issued_at=package.issued_at)
    stops_at = package.validity.stops_at
    if stops_at is not None and at >= stops_at:
        yield because(ReasonCode.PACKAGE_STOPPED, owner=owner, stopped_at=stops_at)


def numbered(world: World, package: LicensePackage, at: datetime, *, unsigned: bool) -> LicensePackage:
    """Give *package* the next issue and *at* where its source has neither.

    An equal package to the newest of its series gets that one's numbers, so that
    taking it in again changes nothing.
    """
    newest = world.newest_issues.get((package.owner_key, unsigned))
    if newest is None:
        last = 0
    else:
        last = newest.package.issue or 0
        again = evolve(
            package,
            issue=newest.package.issue if package.issue is None else package.issue,
            issued_at=newest.package.issued_at if package.issued_at is None else package.issued_at,
        )
        if again == newest.package:
            return again
    return evolve(
        package,
        issue=last + 1 if package.issue is None else package.issue,
        issued_at=at.replace(microsecond=0) if package.issued_at is None else package.issued_at,
    )


def check_issue(world: World, package: LicensePackage, digest: str, *, unsigned: bool) -> bool:
    """Compare *package* with the newest of its series ever installed.

    Returns:
        True if it is new, False if it is the one in force already.

    Raises:
        PackageRollbackError: its issue is lower.
        PackageConflictError: its issue is the same, its contents are not.
    """
    owner = package.owner_key
    newest = world.newest_issues.get((owner, unsigned))
    if newest is None or package.issue is None or newest.package.issue is None:
        return True
    if package.issue < newest.package.issue:
        raise PackageRollbackError(
            [because(ReasonCode.PACKAGE_ROLLBACK, owner=owner, issue=package.issue, newest=newest.package.issue)]
        )
    if package.issue > newest.package.issue:
        return True
    if digest != newest.digest:
        raise PackageConflictError([because(ReasonCode.PACKAGE_CONFLICT, owner=owner, issue=package.issue)])
    in_force = world.package(owner)
    return in_force is None or in_force.digest != digest


def blockers(world: World, activated: World, package: LicensePackage) -> Iterator[Reason]:
    """Say what keeps *package* from being activated.

    Args:
        world: As it is now.
        activated: As it would be, with the package in force, releases and plan
            moves done, and seats counted under the new sets.
        package: The new package.
    """
    direct: dict[str, set[str]] = {}
    for holder in activated.assignments:
        for name in activated.held_by(holder):
            direct.setdefault(str(name), set()).add(holder)
    for row in package.licenses:
        in_use = activated.seats.get(str(row.name), 0)
        if row.restricted and in_use > row.quantity:
            yield because(
                ReasonCode.SEATS_EXCEED_TOTAL,
                license=str(row.name),
                in_use=in_use,
                new_total=row.quantity,
                remove=in_use - row.quantity,
                through=tuple(
                    str(plan.name)
                    for plan in package.licenses
                    if plan.kind is LicenseKind.PLAN and row.name in plan.grants and str(plan.name) in direct
                ),
            )
    for held, holders in direct.items():
        if LicenseName.parse(held).owner == package.owner_key and held not in package.by_name:
            yield because(ReasonCode.HELD_LICENSE_GONE, license=held, in_use=len(holders))
    yield from _opened_gaps(world, activated)


def _opened_gaps(world: World, activated: World) -> Iterator[Reason]:
    """Say which prerequisites that were met are no longer."""
    seen: dict[tuple[tuple[LicenseName, ...], tuple[LicenseName, ...], str], None] = {}
    for holder in activated.assignments:
        user = activated.user(holder)
        site = holder if user is None else user.site
        seen.setdefault((world.held_by(holder), activated.held_by(holder), site))
    found: dict[tuple[str, str], None] = {}
    for before, after, site in seen:
        had = gaps(world, effective(world, before), site)
        for name, prerequisite in gaps(activated, effective(activated, after), site).items():
            if name not in had and find_row(activated, LicenseName.parse(name)) is not None:
                found.setdefault((name, prerequisite))
    for dependant, prerequisite in found:
        yield because(ReasonCode.PREREQUISITE_MISSING, license=dependant, prerequisite=prerequisite)
