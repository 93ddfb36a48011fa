"""Succeeding: another serial number, company or database id for the installation.

Rule 1: with a package, it has to be one of SUPEROFFICE that was issued to the new
identity, and under another serial number it has to name the one that it succeeds.
It is put in force in the same step, and has to be newer than every package that
was ever in force under that serial number, so that no package leads back twice.

Rule 2: everything that is stored stays. The new identity remembers the one before
it, if a package in force had been issued to it.

Rule 3: an identity that the installation has already is not stored again. One that was
tampered with is put right by a package that was issued to the genuine one, also by
the one in force.

Source: design section 8, "Identity"; documents.md, Package; ADR 39.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from superlicense.errors import PackageRollbackError
from superlicense.model.change import ActivatePackage, ChangeInstallation
from superlicense.model.identity import IDENTITY_KEY, FormerIdentity, Identity, Licensee, is_same
from superlicense.model.license import SUPEROFFICE
from superlicense.model.package import LicensePackage
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.row import Table
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import accepts_unsigned
from superlicense.rules.gate.identity import IDENTITY_RECORD, addressee_mismatches, identity_of
from superlicense.rules.packages.activating import activate
from superlicense.rules.step import Step, refuse_if
from superlicense.rules.world_update import apply_rows, series_of

__all__ = ["change_installation", "present_identity"]


def present_identity(world: World) -> Identity:
    """Return who the installation is: its stored identity, else who its package in force was issued to.

    Without either it is what the instance says. A stored identity that was tampered
    with does not count.
    """
    stored = identity_of(world)
    if stored is not None and IDENTITY_RECORD not in world.tampered:
        return stored
    licensee: Licensee = world.installation
    installed = world.package(SUPEROFFICE)
    if installed is not None and (Table.PACKAGES, SUPEROFFICE) not in world.tampered:
        licensee = installed.package
    return Identity(
        serial_number=licensee.serial_number,
        company=licensee.company,
        database_id=world.installation.database_id,
    )


def change_installation(step: Step, change: ChangeInstallation) -> None:
    """Change the names to those of ``change.installation``, and put the package of its document in force."""
    world, new, activation = step.world, change.installation, change.activation
    present = present_identity(world)
    has_names = is_same(new, present) and new.company == present.company and IDENTITY_RECORD not in world.tampered
    in_force = _is_in_force(world, activation)
    if has_names and in_force:
        return
    if activation is not None:
        refuse_if(list(_document_refusals(present, change, activation.package)))
        if not in_force:
            _check_newer(world, activation.package)
    identity = present
    if not has_names:
        identity = Identity(
            serial_number=new.serial_number,
            company=new.company,
            database_id=new.database_id,
            former=_former(step, present, change),
        )
        step.replace(world.identities.get(IDENTITY_KEY), Table.IDENTITIES, IDENTITY_KEY, identity)
    waiting = world.waiting.get(SUPEROFFICE)
    if waiting is not None and addressee_mismatches(waiting.noun.package, identity):
        # It was issued to the former identity, and can never be put in force.
        step.end(waiting)
    if activation is not None:
        _activate(step, activation, identity)


def _is_in_force(world: World, activation: ActivatePackage | None) -> bool:
    installed = world.package(SUPEROFFICE)
    return activation is None or (installed is not None and installed.digest == activation.digest)


def _document_refusals(present: Identity, change: ChangeInstallation, package: LicensePackage) -> Iterator[Reason]:
    """Yield the reasons why *package* does not license the change."""
    owner = package.owner_key
    if not package.is_superoffice:
        yield because(ReasonCode.NO_PACKAGE, owner=SUPEROFFICE)
    yield from addressee_mismatches(package, change.installation)
    if present.serial_number not in {package.serial_number, package.replaces}:
        names = {"replaces": package.replaces, "expected": present.serial_number}
        yield because(ReasonCode.IDENTITY_NOT_SUCCEEDED, owner=owner, **names)


def _check_newer(world: World, package: LicensePackage) -> None:
    """Require a package newer than every one of its series.

    Raises:
        PackageRollbackError: it is not, and would lead back to an older identity.
    """
    newest = world.newest_issues.get(series_of(package, unsigned=False))
    issue, known = package.issue, None if newest is None else newest.package.issue
    if issue is not None and known is not None and issue <= known:
        owner = package.owner_key
        raise PackageRollbackError([because(ReasonCode.PACKAGE_ROLLBACK, owner=owner, issue=issue, newest=known)])


def _former(step: Step, present: Identity, change: ChangeInstallation) -> tuple[FormerIdentity, ...]:
    """Return the identities that the installation has had, without the one that it gets."""
    world, installed = step.world, step.world.package(SUPEROFFICE)
    former = [*present.former]
    counts = installed is not None and (accepts_unsigned(world) if installed.unsigned else True)
    if counts:
        names = {"serial_number": present.serial_number, "company": present.company}
        former.append(FormerIdentity(**names, database_id=present.database_id, until=step.at))
    newest = {(one.serial_number, one.company, one.database_id): one for one in former}
    return tuple(one for one in newest.values() if not is_same(one, change.installation))


def _activate(step: Step, activation: ActivatePackage, identity: Identity) -> None:
    """Put the package in force in the world that has its new identity."""
    ours = step.world.installation
    installation = evolve(
        ours, serial_number=identity.serial_number, company=identity.company, database_id=identity.database_id
    )
    # The instance may still say the former identity; the package is judged for the new one.
    tampered = step.world.tampered - {IDENTITY_RECORD}
    renamed = apply_rows(evolve(step.world, installation=installation, tampered=tampered), step.rows)
    inner = Step(renamed, step.at, step.by, step.vetoes, step.record_of)
    activate(inner, activation)
    step.rows += inner.rows
