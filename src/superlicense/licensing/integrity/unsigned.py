"""Unsigned packages: where they are accepted, and what completes them for every check but that of a signature."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import evolve

from superlicense.document.package import digest, write
from superlicense.errors import InvalidValueError, MalformedPackageError
from superlicense.logs import logger
from superlicense.model.change import ActivatePackage, PlanMove, Release
from superlicense.model.package import LicensePackage
from superlicense.model.policy import Policy
from superlicense.model.world import World
from superlicense.rules.packages.checks import with_issue_number
from superlicense.rules.packages.lint import errors, warnings

__all__ = ["settled_policy", "unsigned_activation", "warn_of"]

_log = logger("packages")


def settled_policy(policy: Policy, *, pinned: bool, sealed: bool) -> Policy:
    """Return *policy* with ``accept_unsigned`` decided.

    Args:
        policy: The host's choices.
        pinned: Whether a trust root is pinned.
        sealed: Whether there is a seal key.

    Raises:
        InvalidValueError: unsigned packages are accepted beside a pinned root,
            without a seal key.
    """
    accepted = policy.accept_unsigned
    if accepted and pinned and not sealed:
        raise InvalidValueError("policy.accept_unsigned", accepted, "requires a seal_key beside a pinned trust root")
    return policy if accepted is not None else evolve(policy, accept_unsigned=not pinned)


def unsigned_activation(  # noqa: PLR0913 - what an activation has, and what it is said to do
    world: World,
    package: LicensePackage,
    clock: datetime,
    releases: Iterable[Release] = (),
    plan_moves: Iterable[PlanMove] = (),
    *,
    resets_clock: bool = False,
) -> ActivatePackage:
    """Return the change that puts *package* in force without a signature.

    A package without ``issue`` and ``issued_at`` gets the next number and the
    reading of the *clock*.

    Raises:
        InvalidValueError: it is not a package at all.
        MalformedPackageError: it is not a valid package.
    """
    if type(package) is not LicensePackage:
        raise InvalidValueError("package", package, "must be a LicensePackage")
    if resets_clock:
        package = evolve(package, resets_clock=True)
    for error in errors(package):
        raise MalformedPackageError(error.path, error.problem)
    complete = with_issue_number(world, package, clock, unsigned=True)
    payload = write(complete)
    return ActivatePackage(
        package=complete,
        document=payload,
        digest=digest(payload),
        unsigned=True,
        releases=releases,
        plan_moves=plan_moves,
    )


def warn_of(package: LicensePackage, by: str) -> None:
    """Log that *package* was adopted, and the warnings about it."""
    _log.warning("adopted an unsigned package of %s, by %s", package.owner_key, by)
    for finding in warnings(package):
        _log.warning("package of %s: %s: %s", package.owner_key, finding.path, finding.problem)
