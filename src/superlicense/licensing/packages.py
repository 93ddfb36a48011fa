"""Packages: preview, activate and read what an owner has licensed.

Rule 1: nothing of a document is used before its signatures are good, and every
check is made again inside the transaction that stores it.

Rule 2: an activation does what its preview showed. If the consequences have
changed since, nothing happens and the caller gets the new preview.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from superlicense.codec.file_bytes import bytes_of_file
from superlicense.errors import InvalidValueError, PreviewOutdatedError, RefusedError
from superlicense.licensing.activation_previews import preview_in_write, preview_now
from superlicense.licensing.comparing import Comparing
from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.engine.open_write import OpenWrite
from superlicense.licensing.fetching import fetched
from superlicense.licensing.hooks import audited
from superlicense.licensing.integrity.unsigned import warn_of
from superlicense.licensing.readable_packages import ReadablePackages
from superlicense.licensing.unsigned_packages import Adoption
from superlicense.model.change import ActivatePackage, Change, PlanMove, Release, RemovePackage
from superlicense.model.license import SUPEROFFICE
from superlicense.model.package import InstalledPackage, LicensePackage, key_of_owner
from superlicense.model.preview import Activation, ActivationPreview, FetchOutcome
from superlicense.model.reason import ReasonCode, because
from superlicense.ports import PackageSource
from superlicense.rules.packages.checks import day_of_issue

__all__ = ["Packages"]


class Packages(Comparing, ReadablePackages):
    """The packages of one installation.

    Whatever takes an *owner* raises `InvalidValueError` for what cannot be the
    name of an owner. Documents may begin with a byte order mark.
    """

    __slots__ = ("_source",)

    def __init__(self, engine: Engine, source: PackageSource | None) -> None:
        """Write through *engine*; *source* returns newer packages."""
        super().__init__(engine)
        self._source = source

    def preview(
        self, document: bytes, releases: Iterable[Release] = (), plan_moves: Iterable[PlanMove] = ()
    ) -> ActivationPreview:
        """Preview the activation of *document*. It changes nothing.

        Args:
            document: A signed package, as received.
            releases: Assignments to release first, for instance the
                `proposed_releases` of an earlier preview.
            plan_moves: Holders who change plans with it, for instance its
                `proposed_moves`.

        Raises:
            SuperlicenseError: the document is refused; the first failed check of
                documents.md decides the class.
        """
        document = bytes_of_file(document)
        world, now = self._engine.worlds.world_at(None)
        documents = self._engine.documents(world, now)
        change = documents.activation(document, releases, plan_moves)
        return preview_now(self._engine, documents.world, documents.now, change)

    @audited("packages.activate", writes=True)
    def activate(self, preview: ActivationPreview, *, by: str, at: datetime | None = None) -> Activation:
        """Put the package of *preview* in force, with its releases and plan moves.

        Args:
            preview: What `preview` returned. Its bytes are verified again.
            by: The author.
            at: The instant; now if `None`.

        Returns:
            The package in force. A package that is already in force changes
            nothing.

        Raises:
            InvalidValueError: *preview* is something else, such as a document.
            PreviewOutdatedError: the consequences have changed; with the new preview.
            PackageBlockedError: more is in use than it has; with every blocker.
            SuperlicenseError: the document is refused.
        """
        if not isinstance(preview, ActivationPreview):
            raise InvalidValueError("preview", preview, "must be what packages.preview returned")
        if preview.document is None:
            raise RefusedError([because(ReasonCode.UNSIGNED_DOCUMENT, change="ActivatePackage")])
        document = preview.document
        seen: list[ActivationPreview] = []

        def plan(write: OpenWrite) -> Iterator[Change]:
            documents = self._engine.documents(write.world, write.now)
            change = documents.activation(document, preview.releases, preview.plan_moves)
            again = preview_in_write(self._engine, write, documents, change)
            if again.consequences != preview.consequences:
                raise PreviewOutdatedError(again)
            seen[:] = [again]
            if documents.rebased:
                write.correct_clock(documents.world)
            if again.is_new:
                yield from documents.pinned()
                yield change

        applied = self._engine.writer.propose(plan, by=by, at=at)
        installed = applied.world.packages[preview.package.owner_key].noun
        return Activation(installed=installed, activated=seen[0].is_new, preview=seen[0])

    @audited("packages.offer", writes=True)
    def offer(self, document: bytes, *, by: str, at: datetime | None = None) -> Activation:
        """Activate *document* if that is safe unattended, else keep it waiting.

        Safe means that nothing blocks it and no user loses a license, a feature
        or a login. A document that is issued in the future waits, too; its preview
        shows the day of its issue, and `fetch` tries it again from then on.

        Raises:
            SuperlicenseError: the document is refused.
        """
        document = bytes_of_file(document)
        seen: list[tuple[ActivationPreview, bool]] = []

        def plan(write: OpenWrite) -> Iterator[Change]:
            documents = self._engine.documents(write.world, write.now)
            change = documents.offered(document)
            day = day_of_issue(documents.world, change, documents.now)
            preview = preview_in_write(self._engine, write, documents, change, day)
            safe = day is None and preview.safe_unattended
            seen[:] = [(preview, safe)]
            if documents.rebased:
                if safe:
                    write.correct_clock(documents.world)
                else:
                    documents = self._engine.documents(write.world, write.now)
            if preview.is_new:
                yield from documents.pinned()
                yield change if safe else documents.waiting(document)

        applied = self._engine.writer.propose(plan, by=by, at=at)
        preview, safe = seen[0]
        kept = applied.world.packages if safe or not preview.is_new else applied.world.waiting
        return Activation(
            installed=kept[preview.package.owner_key].noun,
            activated=safe and preview.is_new,
            preview=preview,
        )

    @audited("packages.install_root", writes=True)
    def install_root(self, document: bytes, *, by: str, at: datetime | None = None) -> int:
        """Accept the next trust root: version N+1, signed under both N and N+1.

        An expired root N does not prevent it. A refused root leaves N in force.

        Returns:
            The version in force.

        Raises:
            NoTrustRootError: no root is pinned.
            SuperlicenseError: the root is refused; see `superlicense.document.root.open_next`.
        """
        document = bytes_of_file(document)

        def plan(write: OpenWrite) -> Iterator[Change]:
            documents = self._engine.documents(write.world, write.now)
            change = documents.next_root(document)
            yield from documents.pinned()
            yield change

        applied = self._engine.writer.propose(plan, by=by, at=at)
        return max(map(int, applied.world.roots))

    @audited("packages.remove", writes=True)
    def remove(self, owner: str, *, by: str, at: datetime | None = None) -> None:
        """Remove the package of a partner; the assignments of its licenses end.

        Raises:
            RefusedError: it is the package of SUPEROFFICE, or there is none.
        """
        key_of_owner(owner)
        self._engine.writer.write((RemovePackage(owner=owner),), by=by, at=at)

    def preview_unsigned(
        self,
        package: LicensePackage,
        releases: Iterable[Release] = (),
        plan_moves: Iterable[PlanMove] = (),
        *,
        resets_clock: bool = False,
    ) -> ActivationPreview:
        """Preview the adoption of *package*. It changes nothing, and `activate` does not accept it.

        Raises:
            SuperlicenseError: as for `adopt_unsigned`.
        """
        return Adoption(package, releases, plan_moves, resets_clock).preview(self._engine)

    @audited("packages.adopt_unsigned", writes=True)
    def adopt_unsigned(  # noqa: PLR0913 - what an activation has, and what it is said to do
        self,
        package: LicensePackage,
        *,
        by: str,
        at: datetime | None = None,
        releases: tuple[Release, ...] = (),
        plan_moves: tuple[PlanMove, ...] = (),
        resets_clock: bool = False,
    ) -> InstalledPackage:
        """Put *package* in force although it is not signed. This is unsafe.

        Every check of an activation is made except signature, trust and
        revocation. A package without ``issue`` and ``issued_at`` gets the next
        number and the reading of the clock. It is logged as a warning, and journaled.

        Args:
            package: The package.
            by: The author, who is responsible for it.
            at: The instant; now if `None`.
            releases: Assignments to release first.
            plan_moves: Holders who change plans with it.
            resets_clock: Correct a clock that has been wrong with it, as a package
                that says ``resets_clock`` does.

        Returns:
            The package in force, the old one if an equal package is in force.

        Raises:
            MalformedPackageError: it is not a valid package.
            PackageRollbackError: a newer issue has been installed.
            PackageConflictError: this issue has been installed with other
                contents.
            RefusedError: unsigned packages are not accepted here (see
                `Policy.accept_unsigned`), it was issued to another company, has
                stopped, or has less than is in use; with every reason.
        """
        adoption = Adoption(package, releases, plan_moves, resets_clock)

        def plan(write: OpenWrite) -> tuple[ActivatePackage]:
            return (adoption.change(self._engine, write),)

        applied = self._engine.writer.propose(plan, by=by, at=at)
        if applied.rows:
            warn_of(package, by)
        return applied.world.packages[package.owner_key].noun

    def preview_waiting(
        self,
        owner: str = SUPEROFFICE,
        *,
        releases: Iterable[Release] = (),
        plan_moves: Iterable[PlanMove] = (),
    ) -> ActivationPreview | None:
        """Preview the activation of the waiting package of *owner*; `None` if none waits.

        Raises:
            SuperlicenseError: it is refused.
        """
        key = key_of_owner(owner)
        world, now = self._engine.worlds.world_at(None)
        row = world.waiting.get(key)
        if row is None or row.document is None:
            return None
        documents = self._engine.documents(world, now)
        change = documents.activation(row.document, releases, plan_moves)
        return preview_now(self._engine, documents.world, documents.now, change)

    def fetch(self, *, by: str) -> tuple[FetchOutcome, ...]:
        """Ask the host's `PackageSource` for every owner whose check is due, and offer what it returns.

        SUPEROFFICE comes first, then the others by name, each on its own: what goes
        wrong for one owner is in its outcome. If the source returns nothing for an
        owner, or fails, the owner's waiting package is offered again, once the day
        of its issue has come.

        Returns:
            The outcome of each owner that was asked for, or whose waiting package
            was tried.

        Raises:
            StoreError: the store cannot be read.
        """
        return fetched(self._engine, self._source, lambda document: self.offer(document, by=by))
