"""What activating, keeping and removing a package do, and accepting a root."""

from __future__ import annotations

from superlicense.model.change import ActivatePackage, InstallRoot, KeepPackageWaiting, PlanMove, RemovePackage
from superlicense.model.decision import Reason, ReasonCode, because
from superlicense.model.fact import Table
from superlicense.model.license import LicenseKind
from superlicense.model.package import InstalledPackage
from superlicense.model.world import World
from superlicense.rules.activation import blockers, check_issue, document_refusals
from superlicense.rules.changing_seats import vetoed
from superlicense.rules.entitlement import find_row
from superlicense.rules.replay import absorb
from superlicense.rules.seating import SUITE_SEAT, holder_refusals, suite_seat_is_due
from superlicense.rules.step import Step, refuse_if

__all__ = ["activate", "install_root", "keep_waiting", "remove"]


def activate(step: Step, change: ActivatePackage) -> None:
    """Put a package in force, with its releases and plan moves, judged as one."""
    package = change.package
    refuse_if(list(document_refusals(step.world, package, step.at)))
    if not check_issue(step.world, package, change.digest, unsigned=change.unsigned):
        return
    owner = package.owner_key
    reasons: list[Reason] = []
    for release in change.releases:
        reasons += vetoed(step.vetoes, release.holder, [release.license])
        if release.license in step.world.held_by(release.holder):
            step.release(release.license, release.holder)
    for move in change.plan_moves:
        reasons += vetoed(step.vetoes, move.holder, [move.old])
        _move(step, move)
    installed = InstalledPackage(
        package=package,
        digest=change.digest,
        signed_by=change.signed_by,
        root_version=change.root_version,
        installed_at=step.at,
        installed_by=step.by,
        unsigned=change.unsigned,
    )
    step.replace(step.world.packages.get(owner), Table.PACKAGES, owner, installed, change.document)
    step.end(step.world.waiting.get(owner))
    if package.is_superoffice:
        _follow_login_rights(step, absorb(step.world, step.rows))
    activated = absorb(step.world, step.rows)
    for move in change.plan_moves:
        reasons += _move_refusals(activated, move)
    refuse_if([*reasons, *blockers(step.world, activated, package)])


def _move(step: Step, move: PlanMove) -> None:
    held = step.world.held_by(move.holder)
    if move.old not in held:
        return
    step.release(move.old, move.holder)
    # The seat of a Suite starts with the package, for everybody who is due one.
    if move.new not in held and move.new != SUITE_SEAT:
        step.assign(move.new, move.holder)


def _move_refusals(activated: World, move: PlanMove) -> list[Reason]:
    row = find_row(activated, move.new)
    if row is None:
        return [because(ReasonCode.UNKNOWN_LICENSE, license=str(move.new))]
    reasons = list(holder_refusals(activated, row, move.holder))
    if row.kind is not LicenseKind.PLAN:
        reasons.append(because(ReasonCode.NOT_A_PLAN, license=str(move.new)))
    user = activated.user(move.holder)
    if user is not None and row.allowed_user_types and user.type not in row.allowed_user_types:
        reasons.append(because(ReasonCode.USER_TYPE_NOT_ALLOWED, license=str(move.new), type=user.type))
    return reasons


def _follow_login_rights(step: Step, activated: World) -> None:
    """Start the seats of a Suite that the package brings in, end those it takes away."""
    for user_id, row in activated.users.items():
        due = suite_seat_is_due(activated, row.noun)
        held = SUITE_SEAT in activated.held_by(user_id)
        if due and not held:
            step.assign(SUITE_SEAT, user_id)
        elif held and not due:
            step.release(SUITE_SEAT, user_id)


def keep_waiting(step: Step, change: KeepPackageWaiting) -> None:
    """Keep a package for an administrator, in place of one that waits already."""
    package = change.package
    refuse_if(list(document_refusals(step.world, package, step.at)))
    if not check_issue(step.world, package, change.digest, unsigned=False):
        return
    owner = package.owner_key
    row = step.world.waiting.get(owner)
    if row is not None and row.noun.digest == change.digest:
        return
    waiting = InstalledPackage(
        package=package,
        digest=change.digest,
        signed_by=change.signed_by,
        root_version=change.root_version,
        installed_at=step.at,
        installed_by=step.by,
        waiting=True,
    )
    step.replace(row, Table.WAITING_PACKAGES, owner, waiting, change.document)


def remove(step: Step, change: RemovePackage) -> None:
    """Take a partner's package out of force; what was assigned of it ends."""
    owner = change.owner.lower()
    row = step.world.packages.get(owner)
    if row is None:
        refuse_if([because(ReasonCode.NO_PACKAGE, owner=owner)])
        return
    if row.noun.package.is_superoffice:
        refuse_if([because(ReasonCode.PACKAGE_NOT_REMOVABLE, owner=owner)])
    step.end(row)
    for rows in step.world.assignments.values():
        for assignment in rows:
            if assignment.noun.license.owner == owner:
                step.end(assignment)


def install_root(step: Step, change: InstallRoot) -> None:
    """Accept a root; all accepted roots are kept, because packages refer to them."""
    key = str(change.root.version)
    if key not in step.world.roots:
        step.start(Table.ROOTS, key, change.root, change.document)
