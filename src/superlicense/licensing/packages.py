"""Packages: take in what an owner has licensed, and look at what is in force."""

from __future__ import annotations

import logging
from datetime import datetime

from superlicense.document.package import digest, write
from superlicense.errors import MalformedPackageError
from superlicense.licensing.ledger import Ledger
from superlicense.model.change import ActivatePackage, PlanMove, Release
from superlicense.model.fact import Table
from superlicense.model.license import SUPEROFFICE
from superlicense.model.package import InstalledPackage, LicensePackage
from superlicense.model.world import World
from superlicense.rules.activation import numbered
from superlicense.rules.drafting import advice, mistakes

__all__ = ["Packages"]

_log = logging.getLogger("superlicense.packages")


class Packages:
    """The packages of one installation."""

    __slots__ = ("_ledger",)

    def __init__(self, ledger: Ledger) -> None:
        """Write to *ledger*."""
        self._ledger = ledger

    def adopt_unsigned(
        self,
        package: LicensePackage,
        *,
        by: str,
        at: datetime | None = None,
        releases: tuple[Release, ...] = (),
        plan_moves: tuple[PlanMove, ...] = (),
    ) -> InstalledPackage:
        """Put *package* in force although nobody has signed it. This is unsafe.

        Every check of an activation is made except signature, trust and
        revocation. A package without ``issue`` and ``issued_at`` gets the next
        number and now. It is logged as a warning, and journaled.

        Args:
            package: What to adopt.
            by: Who answers for it.
            at: When; now if `None`.
            releases: What is released first.
            plan_moves: Who changes plans with it.

        Returns:
            The package in force, the old one if an equal package is in force.

        Raises:
            MalformedPackageError: it says what no package may say.
            PackageRollbackError: a newer issue has been installed.
            PackageConflictError: this issue has been installed with other
                contents.
            RefusedError: it is made out to others, has stopped, or has less
                than is in use; with every reason.
        """
        for mistake in mistakes(package):
            raise MalformedPackageError(mistake.path, mistake.problem)

        def plan(world: World, now: datetime) -> tuple[ActivatePackage]:
            complete = numbered(world, package, now, unsigned=True)
            payload = write(complete)
            change = ActivatePackage(
                package=complete,
                document=payload,
                digest=digest(payload),
                unsigned=True,
                releases=releases,
                plan_moves=plan_moves,
            )
            return (change,)

        applied = self._ledger.write(plan, by=by, at=at)
        if applied.rows:
            _log.warning("adopted an unsigned package of %s, by %s", package.owner_key, by)
            for finding in advice(package):
                _log.warning("package of %s: %s: %s", package.owner_key, finding.path, finding.problem)
        return applied.world.packages[package.owner_key].noun

    def current(self, owner: str = SUPEROFFICE, *, at: datetime | None = None) -> LicensePackage | None:
        """Give the package in force of *owner*, whatever its phase; `None` if there is none."""
        world, _ = self._ledger.seen(at)
        installed = world.package(owner.lower())
        return None if installed is None else installed.package

    def history(self, owner: str = SUPEROFFICE) -> tuple[InstalledPackage, ...]:
        """Give every package of *owner* that was ever in force, oldest first."""
        with self._ledger.stored() as view:
            return tuple(row.noun for row in view.facts.history(Table.PACKAGES, owner.lower()))
