"""Documents: signed bytes are verified, and become changes.

Rule 1: nothing of a document is used before its signatures are good.

Rule 2: the newest root that can be trusted decides, at the instant of the
write; a root earlier in the same list of changes counts already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime

from attrs import evolve

from superlicense.document.package import VerifiedPackage, open_package
from superlicense.document.root import Root
from superlicense.errors import (
    ClockRolledBackError,
    NoTrustRootError,
    RootExpiredError,
    RootIssuedInFutureError,
    SuperlicenseError,
)
from superlicense.licensing.clock import CLOCK_ROLLBACK
from superlicense.licensing.integrity.trust import Trust, noun_of
from superlicense.model.change import (
    ActivatePackage,
    Change,
    ChangeInstallation,
    InstallRoot,
    KeepPackageWaiting,
    PlanMove,
    Release,
)
from superlicense.model.world import World
from superlicense.rules.packages.checks import CLOCK_TOLERANCE, is_early
from superlicense.rules.packages.rebasing import is_behind, rebased

__all__ = ["Documents"]


class Documents:
    """Verifies documents for one world at one instant.

    Attributes:
        root: The newest root that can be trusted; `None` while only its digest
            is pinned, and it is not installed.
        world: The world, with the stored roots. A package that corrects the clock
            has put its floor under it.
        now: The instant of the write; that of the clock once it is corrected.
        rebased: Whether it is.
    """

    __slots__ = ("_clock", "_trust", "now", "rebased", "root", "world")

    def __init__(self, trust: Trust | None, world: World, now: datetime, clock: datetime) -> None:
        """Verify under the newest root of *world*.

        Args:
            trust: The root that the host has pinned.
            world: The world, with the stored roots.
            now: The instant of the write.
            clock: The clock's reading, which may be behind *now*.

        Raises:
            NoTrustRootError: no root is pinned.
        """
        if trust is None:
            raise NoTrustRootError
        self._trust = trust
        self.world = world
        self.now = now
        self.rebased = False
        self._clock = clock
        roots, _ = trust.line({int(version): row.document or b"" for version, row in world.roots.items()})
        self.root: Root | None = roots[max(roots)] if roots else None

    def package(self, document: bytes) -> VerifiedPackage:
        """Verify a package: steps 1 to 10.

        Raises:
            SuperlicenseError: as for `superlicense.document.package.open_package`.
        """
        return open_package(document, self._known_root())

    def _follow_clock(self, change: ActivatePackage) -> None:
        """Correct the clock if the package of *change* does, and require that it is right.

        Raises:
            ClockRolledBackError: the clock was turned back; imports are refused.
        """
        self._correct_clock(change)
        self._check_clock()

    def _correct_clock(self, change: ActivatePackage) -> None:
        world = rebased(self.world, change, self._clock)
        if world is not None:
            self.world, self.rebased = world, True
            self.now = max(self._clock, change.package.issued_at or self._clock)

    def _check_root(self) -> None:
        """Require that packages can be put in force under the newest root: step 13.

        Raises:
            RootExpiredError: it has expired.
        """
        root = self._known_root()
        if self.now >= root.expires_at:
            raise RootExpiredError(root.version, root.expires_at)

    def _known_root(self) -> Root:
        if self.root is None:
            raise NoTrustRootError
        return self.root

    def activation(
        self, document: bytes, releases: Iterable[Release] = (), plan_moves: Iterable[PlanMove] = ()
    ) -> ActivatePackage:
        """Verify a package that is to be put in force.

        Raises:
            RootExpiredError: the root has expired.
            SuperlicenseError: as for `package`.
        """
        change = self._activation(document, releases, plan_moves)
        self._check_root()
        return change

    def offered(self, document: bytes) -> ActivatePackage:
        """Verify a package that is put in force if that is safe, and waits otherwise.

        Raises:
            RootExpiredError: the root has expired, and the package is not issued in
                the future.
            SuperlicenseError: as for `package`.
        """
        change = self._activation(document)
        if not is_early(change.package, self.now):
            self._check_root()
        return change

    def _activation(
        self, document: bytes, releases: Iterable[Release] = (), plan_moves: Iterable[PlanMove] = ()
    ) -> ActivatePackage:
        """Verify a package, except for what has to hold when it is put in force."""
        change = self._opened(document, releases, plan_moves)
        self._follow_clock(change)
        return change

    def _opened(
        self, document: bytes, releases: Iterable[Release] = (), plan_moves: Iterable[PlanMove] = ()
    ) -> ActivatePackage:
        """Verify a package, and leave the clock alone."""
        verified = self.package(document)
        return ActivatePackage(
            package=verified.package,
            document=document,
            digest=verified.digest,
            signed_by=verified.signed_by,
            root_version=self._known_root().version,
            releases=releases,
            plan_moves=plan_moves,
        )

    def waiting(self, document: bytes) -> KeepPackageWaiting:
        """Verify a package that is to wait; step 13 follows when it is put in force.

        Raises:
            ClockRolledBackError: the clock was turned back; a package corrects it only
                when it is put in force.
            SuperlicenseError: as for `package`.
        """
        verified = self.package(document)
        self._check_clock()
        return KeepPackageWaiting(
            package=verified.package,
            document=document,
            digest=verified.digest,
            signed_by=verified.signed_by,
            root_version=self._known_root().version,
        )

    def next_root(self, document: bytes) -> InstallRoot:
        """Verify the next root; it decides from then on.

        Raises:
            ClockRolledBackError: the clock was turned back; imports are refused.
            RootIssuedInFutureError: it is issued more than ten minutes in the future.
            SuperlicenseError: as for `superlicense.document.root.open_next`.
        """
        root = self._successor(document)
        self._check_clock()
        if root.issued_at > self.now + CLOCK_TOLERANCE:
            raise RootIssuedInFutureError(root.version, root.issued_at)
        self.root = root
        return InstallRoot(root=noun_of(root, self.now), document=document)

    def _successor(self, document: bytes) -> Root:
        return self._trust.first(document) if self.root is None else self._trust.next(document, self.root)

    def _check_clock(self) -> None:
        known = self.world.known_at()
        if known is not None and self._clock < known - CLOCK_ROLLBACK:
            raise ClockRolledBackError(self._clock, known)

    def pinned(self) -> Iterator[InstallRoot]:
        """Yield the change that stores the pinned root, unless it is stored: with the first document under it."""
        anchor = self._trust.anchor(())
        if anchor is not None and str(anchor[1].version) not in self.world.roots:
            yield InstallRoot(root=noun_of(anchor[1], anchor[1].issued_at), document=anchor[0])

    def verified(self, changes: Iterable[Change]) -> Iterator[Change]:
        """Yield *changes* with every document among them verified, and its contents read from it.

        Raises:
            SuperlicenseError: a document is refused; missing bytes are not a document.
        """
        wanted = tuple(changes)
        if is_behind(self.world, self._clock):
            self._follow_clock_of(wanted)
        yield from self.pinned()
        for change in wanted:
            if isinstance(change, ChangeInstallation):
                yield evolve(change, activation=self.activation(change.document or b""))
            elif not isinstance(change, ActivatePackage | KeepPackageWaiting | InstallRoot):
                yield change
            elif isinstance(change, ActivatePackage):
                yield self.activation(change.document or b"", change.releases, change.plan_moves)
            elif isinstance(change, KeepPackageWaiting):
                yield self.waiting(change.document or b"")
            else:
                yield self.next_root(change.document or b"")

    def _follow_clock_of(self, changes: Iterable[Change]) -> None:
        """Correct the clock if a package among *changes* does; whatever is wrong with them is found later."""
        root = self.root
        for change in changes:
            with suppress(SuperlicenseError):
                if isinstance(change, InstallRoot):
                    self.root = self._successor(change.document or b"")
                elif isinstance(change, ActivatePackage | ChangeInstallation):
                    self._correct_clock(self._opened(change.document or b""))
        self.root = root
