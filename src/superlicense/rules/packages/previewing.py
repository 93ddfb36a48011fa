"""Previewing: the consequences of an activation, before it is made.

Rule 1: a preview is a simulation. The world after the activation comes from
`superlicense.rules.packages.activating.enact`, as in the activation itself.

Source: design section 8; domain section 8.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime

from superlicense.model.change import ActivatePackage
from superlicense.model.license import LicenseName, ModuleLicense
from superlicense.model.package import LicensePackage
from superlicense.model.preview import ActivationPreview, Blocker, LicenseDiff, MeterEffect
from superlicense.model.reason import Reason, ReasonCode
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import effective
from superlicense.rules.packages.activating import enact
from superlicense.rules.packages.checks import check_issue, document_refusals, newly_unmet
from superlicense.rules.packages.effects import effects
from superlicense.rules.packages.plan_moves import MayMove, Proposal, propose
from superlicense.rules.step import Step, Vetoes, refuse_if

__all__ = ["license_diffs", "preview"]


def license_diffs(world: World, package: LicensePackage, activated: World | None = None) -> tuple[LicenseDiff, ...]:
    """Compare all licenses of the package in force and of *package*.

    Args:
        world: The current world.
        package: The new package.
        activated: The world after the releases and plan moves that come with the
            activation, if there are any; the use after them is counted in it.
    """
    installed = world.package(package.owner_key)
    old = {} if installed is None else dict(installed.package.by_name)
    names = [*package.by_name, *(name for name in old if name not in package.by_name)]
    after = world if activated is None else activated
    return tuple(
        _diff(
            LicenseName.parse(name),
            old.get(name),
            package.by_name.get(name),
            in_use=world.seats.get(name, 0),
            new_in_use=after.seats.get(name, 0),
            total=_total(old.get(name)),
        )
        for name in names
    )


def _diff(  # noqa: PLR0913 - the two sides of one license
    name: LicenseName,
    current: ModuleLicense | None,
    new: ModuleLicense | None,
    *,
    in_use: int,
    new_in_use: int,
    total: int | None,
) -> LicenseDiff:
    new_total = _total(new)
    return LicenseDiff(
        license=name,
        current=current,
        new=new,
        total=total,
        in_use=in_use,
        free=None if total is None else total - in_use,
        added=None if total is None or new_total is None else new_total - total,
        new_total=new_total,
        new_free=None if new_total is None else new_total - in_use,
        new_in_use=new_in_use,
    )


def _total(row: ModuleLicense | None) -> int | None:
    if row is None:
        return 0
    return None if row.unrestricted else row.quantity


def blockers_of(
    world: World, activated: World, package: LicensePackage, reasons: Collection[Reason]
) -> tuple[Blocker, ...]:
    """Return the reasons that block an activation as blockers for a dialog, each with the holders it is about."""
    short = any(reason.code is ReasonCode.PREREQUISITE_MISSING for reason in reasons)
    gaps = newly_unmet(world, activated) if short else {}
    return tuple(_blocker(activated, package, reason, gaps) for reason in reasons)


def _blocker(
    activated: World, package: LicensePackage, reason: Reason, gaps: Mapping[tuple[str, str], Iterable[str]]
) -> Blocker:
    named = reason.params.get("license")
    name = LicenseName(package.owner, "any") if named is None else LicenseName.parse(named)
    row = package.by_name.get(name)
    holders = tuple(
        sorted(holder for holder in activated.assignments if name in effective(activated, activated.held_by(holder)))
    )
    new_total = row.quantity if row is not None and row.restricted else 0
    concerned = holders
    if "holder" in reason.params:
        concerned = (reason.params["holder"],)
    elif reason.code is ReasonCode.PREREQUISITE_MISSING:
        concerned = tuple(sorted(set(gaps[reason.params["license"], reason.params["prerequisite"]])))
    return Blocker(
        reason=reason,
        license=name,
        in_use=len(holders),
        new_total=new_total,
        remove=reason.params.get("remove", len(concerned) if row is None else 0),
        holders=concerned,
        through=tuple(map(LicenseName.parse, reason.params.get("through", ()))),
    )


def preview(  # noqa: PLR0913, PLR0917 - a callback or mapping for each choice of the host
    world: World,
    change: ActivatePackage,
    at: datetime,
    may_move: MayMove,
    vetoes: Vetoes,
    meters: Callable[[World], tuple[MeterEffect, ...]],
) -> ActivationPreview:
    """Return the consequences of *change*, made at *at*.

    Args:
        world: The current world.
        change: The activation, with its releases and moves.
        at: When.
        may_move: Whether the host allows a proposed move.
        vetoes: The host's vetoes of the releases and moves in *change*.
        meters: Returns the meters whose threshold changes in the given world;
            usage is not part of a world.

    Raises:
        RefusedError: the document cannot be installed at all: issued to another
            installation, stopped, revoked, a rollback or a conflict.
    """
    refuse_if(list(document_refusals(world, change, at)))
    package = change.package
    is_new = check_issue(world, package, change.digest, unsigned=change.unsigned)
    step = Step(world, at, "preview", vetoes)
    reasons: list[Reason] = []
    activated = world
    if is_new:
        activated, reasons = enact(step, change)
    proposal = propose(world, activated, package, may_move) if reasons else Proposal()
    return ActivationPreview(
        document=change.document,
        package=package,
        digest=change.digest,
        releases=change.releases,
        plan_moves=change.plan_moves,
        in_force=world.package(package.owner_key),
        is_new=is_new,
        licenses=license_diffs(world, package, activated if change.releases or change.plan_moves else None),
        blockers=blockers_of(world, activated, package, reasons),
        effects=effects(world, activated, at),
        proposed_moves=proposal.moves,
        proposed_releases=proposal.releases,
        meters=meters(activated),
    )
