"""Activating and removing packages, keeping them waiting, and accepting trust roots."""

from __future__ import annotations

from superlicense.errors import RefusedError
from superlicense.model.change import ActivatePackage, InstallRoot, KeepPackageWaiting, RemovePackage
from superlicense.model.license import LicenseName
from superlicense.model.package import InstalledPackage, LicensePackage
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.row import Table
from superlicense.model.world import World
from superlicense.rules.packages.checks import (
    blockers,
    check_issue,
    document_refusals,
    is_newer,
    move_refusals,
    new_unmet_prerequisites,
)
from superlicense.rules.seats.assigning import released_by, veto_reasons, without
from superlicense.rules.seats.plans import added_plans
from superlicense.rules.seats.seating import SUITE_SEAT, manual_refusals, qualifies_for_seat, suite_in_force
from superlicense.rules.step import Step, about, refuse_if
from superlicense.rules.world_update import apply_rows

__all__ = ["activate", "enact", "install_root", "keep_waiting", "remove"]


def activate(step: Step, change: ActivatePackage) -> None:
    """Put a package in force together with its releases and plan moves."""
    refuse_if(list(document_refusals(step.world, change, step.at)))
    if check_issue(step.world, change.package, change.digest, unsigned=change.unsigned):
        _, reasons = enact(step, change)
        refuse_if(reasons)


def enact(step: Step, change: ActivatePackage) -> tuple[World, list[Reason]]:
    """Collect the rows that an activation ends and starts, and check the result as a whole.

    Returns:
        The world after the activation, and the reasons to refuse it.

    Source: design section 8; that a waiting package newer than the activated one
    keeps waiting is our choice.
    """
    world, package, owner = step.world, change.package, change.package.owner_key
    step.replace(world.packages.get(owner), Table.PACKAGES, owner, _installed(step, change), change.document)
    waiting = world.waiting.get(owner)
    # Signed and unsigned packages are two series, and only signed ones wait.
    if waiting is not None and not change.unsigned and _supersedes(package, waiting.noun.package):
        step.end(waiting)
    package_rows = tuple(step.rows)
    in_force = apply_rows(world, package_rows)

    after = _after_releases_and_moves(world, in_force, change)
    reasons: list[Reason] = []
    for holder, licenses in after.items():
        before = world.held_by(holder)
        released = without(before, licenses)
        found = veto_reasons(step.vetoes, holder, released)
        found += (reason for name in released for reason in manual_refusals(in_force, name))
        found += move_refusals(in_force, holder, before, licenses)
        reasons += about(found, {"holder": holder})
    if package.is_superoffice:
        _follow_login_rights(world, in_force, after)
    for holder, licenses in after.items():
        step.swap(holder, world.held_by(holder), licenses)
    activated = apply_rows(in_force, step.rows[len(package_rows) :])
    return activated, [*reasons, *added_plans(world, activated, step.rows), *blockers(world, activated, package)]


def _supersedes(package: LicensePackage, waiting: LicensePackage) -> bool:
    """Return whether *waiting* has nothing to wait for once *package* is in force."""
    if waiting.serial_number != package.serial_number:
        return True
    return (waiting.issue or 0) <= (package.issue or 0)


def _installed(step: Step, change: ActivatePackage | KeepPackageWaiting) -> InstalledPackage:
    return InstalledPackage(
        package=change.package,
        digest=change.digest,
        signed_by=change.signed_by,
        root_version=change.root_version,
        installed_at=step.at,
        installed_by=step.by,
        unsigned=isinstance(change, ActivatePackage) and change.unsigned,
        waiting=isinstance(change, KeepPackageWaiting),
    )


def _after_releases_and_moves(
    world: World, in_force: World, change: ActivatePackage
) -> dict[str, tuple[LicenseName, ...]]:
    """Return what each holder affected by releases and moves of *change* would hold.

    They are applied in order, each to the result of the earlier ones. One that
    names a license not held then has no effect, as a release by hand.
    """
    after: dict[str, tuple[LicenseName, ...]] = {}
    for release in change.releases:
        for holder, names in released_by(world, release).items():
            after[holder] = without(after.get(holder, world.held_by(holder)), names)
    for move in change.plan_moves:
        held = after.get(move.holder, world.held_by(move.holder))
        if move.old in held:
            kept = without(held, (move.old, move.new))
            # A Suite seat starts with the package, for all users who qualify.
            follows = move.new == SUITE_SEAT and suite_in_force(in_force)
            after[move.holder] = kept if follows else (*kept, move.new)
    return after


def _follow_login_rights(world: World, in_force: World, after: dict[str, tuple[LicenseName, ...]]) -> None:
    """Add Suite seats to *after* if the package introduces the Suite; remove them if it ends it."""
    follows = suite_in_force(in_force)
    if not follows and not suite_in_force(world):
        return
    for user_id, row in world.users.items():
        held = after.get(user_id, world.held_by(user_id))
        due = follows and qualifies_for_seat(row.noun)
        if due != (SUITE_SEAT in held):
            after[user_id] = (*held, SUITE_SEAT) if due else without(held, (SUITE_SEAT,))


def keep_waiting(step: Step, change: KeepPackageWaiting) -> None:
    """Keep a package waiting for an administrator, replacing an older waiting one."""
    package, owner = change.package, change.package.owner_key
    refuse_if(list(document_refusals(step.world, change, step.at)))
    if not check_issue(step.world, package, change.digest, unsigned=False):
        return
    row = step.world.waiting.get(owner)
    is_first = row is None or row.noun.package.serial_number != package.serial_number
    if is_first or is_newer(package, change.digest, row.noun):
        step.replace(row, Table.WAITING_PACKAGES, owner, _installed(step, change), change.document)


def remove(step: Step, change: RemovePackage) -> None:
    """Remove a partner's package and end the assignments of its licenses.

    Source: design section 8; that it is refused while other licenses require one
    of the package's, as in an activation, is our choice.
    """
    world, owner = step.world, change.owner.lower()
    row = world.packages.get(owner)
    if row is None:
        raise RefusedError([because(ReasonCode.NO_PACKAGE, owner=owner)])
    if row.noun.package.is_superoffice:
        raise RefusedError([because(ReasonCode.PACKAGE_NOT_REMOVABLE, owner=owner)])
    step.end(row)
    for holder in world.assignments:
        held = world.held_by(holder)
        step.swap(holder, held, tuple(name for name in held if name.owner != owner))
    refuse_if(list(new_unmet_prerequisites(world, apply_rows(world, step.rows))))


def install_root(step: Step, change: InstallRoot) -> None:
    """Accept a root; all accepted roots are kept because packages refer to them."""
    key = str(change.root.version)
    if key not in step.world.roots:
        step.start(Table.ROOTS, key, change.root, change.document)
