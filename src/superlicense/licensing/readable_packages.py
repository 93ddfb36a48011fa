"""Packages, to read: what is in force, what waits, and what was ever in force."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve

from superlicense.licensing.clock import to_utc
from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.hooks import audited
from superlicense.licensing.loading import clock_rebases, readable
from superlicense.model.decision import Decision
from superlicense.model.license import SUPEROFFICE
from superlicense.model.package import InstalledPackage, LicensePackage, key_of_owner
from superlicense.model.package_dates import PackageDate
from superlicense.model.row import Table
from superlicense.rules.packages import upgrading
from superlicense.rules.packages.dates import package_dates
from superlicense.rules.recorded_time import corrected

__all__ = ["ReadablePackages"]


class ReadablePackages:
    """The packages of one installation, to read."""

    __slots__ = ("_engine",)

    def __init__(self, engine: Engine) -> None:
        """Read the worlds of *engine*."""
        self._engine = engine

    def current(self, owner: str = SUPEROFFICE, *, at: datetime | None = None) -> LicensePackage | None:
        """Return the package in force of *owner* in any phase; `None` if there is none."""
        world, _ = self._engine.worlds.world_at(at)
        installed = world.package(key_of_owner(owner))
        return None if installed is None else installed.package

    def waiting(self, owner: str = SUPEROFFICE, *, at: datetime | None = None) -> LicensePackage | None:
        """Return the package of *owner* that waits for an administrator; `None` if none does."""
        world, _ = self._engine.worlds.world_at(at)
        row = world.waiting.get(key_of_owner(owner))
        return None if row is None else row.noun.package

    @audited("packages.may_upgrade")
    def may_upgrade(self, at: datetime | None = None) -> Decision:
        """Decide whether maintenance covers an upgrade of the product at *at*."""
        world, instant = self._engine.worlds.world_at(at)
        return upgrading.upgrade(world, instant)

    def next_check(self, *, at: datetime | None = None) -> datetime | None:
        """Return the earliest instant at which an issuer should be asked for a newer package."""
        world, _ = self._engine.worlds.world_at(at)
        return min(upgrading.checks_due(world).values(), default=None)

    def dates(self, until: datetime, *, at: datetime | None = None) -> tuple[PackageDate, ...]:
        """Return every coming date of every package in force, for reminders.

        Args:
            until: The end, exclusive.
            at: The beginning, inclusive, and the facts of that instant; now if `None`.

        Returns:
            The dates in order of time, and then of owner.

        Raises:
            InvalidValueError: *until* or *at* is naive, or not a datetime.
        """
        end = to_utc(until, "until")
        world, now = self._engine.worlds.world_at(at)
        # Loaded on first use: a service that only asks the gate does not pay for catalogs.
        from superlicense.licensing.words import words_in  # noqa: PLC0415 - see above

        words = words_in(world, self._engine.totals.zone)
        return tuple(evolve(one, words_in=words) for one in package_dates(world, now, end))

    def history(self, owner: str = SUPEROFFICE, *, at: datetime | None = None) -> tuple[InstalledPackage, ...]:
        """Return every package of *owner* that was ever in force, oldest first; with *at*, until then."""
        key = key_of_owner(owner)
        until = None if at is None else to_utc(at)
        with self._engine.worlds.stored() as view:
            rebases = clock_rebases(view.facts)
            rows = sorted(map(readable, view.facts.history(Table.PACKAGES, key)), key=lambda row: row.sequence)
            return tuple(row.noun for row in corrected(rows, rebases) if until is None or row.start <= until)
