"""Unsigned packages: completed, so that everything but a signature can be checked. This is unsafe."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from superlicense.document.package import digest, write
from superlicense.errors import InvalidValueError, MalformedPackageError
from superlicense.logs import logger
from superlicense.model.change import ActivatePackage, PlanMove, Release
from superlicense.model.package import LicensePackage
from superlicense.model.world import World
from superlicense.rules.packages.checks import with_issue_number
from superlicense.rules.packages.lint import errors, warnings

__all__ = ["unsigned_activation", "warn_of"]

_log = logger("packages")


def unsigned_activation(
    world: World,
    package: LicensePackage,
    now: datetime,
    releases: Iterable[Release] = (),
    plan_moves: Iterable[PlanMove] = (),
) -> ActivatePackage:
    """Return the change that puts *package* in force without a signature.

    A package without ``issue`` and ``issued_at`` gets the next number and *now*.

    Raises:
        InvalidValueError: it is not a package at all.
        MalformedPackageError: it is not a valid package.
    """
    if type(package) is not LicensePackage:
        raise InvalidValueError("package", package, "must be a LicensePackage")
    for error in errors(package):
        raise MalformedPackageError(error.path, error.problem)
    complete = with_issue_number(world, package, now, unsigned=True)
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
