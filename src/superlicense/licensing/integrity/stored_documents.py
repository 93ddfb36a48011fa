"""Stored documents: they are verified again on every load.

Rule 1: rows are a cache of signed bytes. A package row whose document no longer
verifies, or differs from the row, is reported as tampered.

Rule 2: the same instance verifies the same bytes once: the same document under
the same root has the same contents.

Rule 3: a row names the keys that signed its document when it was accepted. They
have to have signed it still and to be enough; signatures that were added later
change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from attrs import evolve

from superlicense.document.package import digest, open_package, read
from superlicense.document.root import Root
from superlicense.errors import SuperlicenseError, UnreachableRootError
from superlicense.licensing.integrity.trust import Trust, noun_of
from superlicense.logs import logger
from superlicense.model.identity import names_of
from superlicense.model.license import SUPEROFFICE
from superlicense.model.package import InstalledPackage
from superlicense.model.row import Row, Table
from superlicense.model.world import TamperedRecord, World
from superlicense.rules.gate.entitlement import accepts_unsigned
from superlicense.rules.gate.identity import IDENTITY_RECORD, addressee_mismatches, identity_of
from superlicense.rules.recorded_time import period
from superlicense.rules.world_update import series_of

__all__ = ["StoredDocuments"]

_EVER: Final = datetime.min.replace(tzinfo=UTC)
_DOCUMENTS: Final = frozenset({Table.PACKAGES, Table.WAITING_PACKAGES, Table.ROOTS, Table.IDENTITIES})

_log = logger("packages")


class StoredDocuments:
    """Checks the packages and roots of a world against their documents.

    Attributes:
        trust: The root that the host has pinned; `None` trusts no signed document.
    """

    __slots__ = ("_good", "trust")

    def __init__(self, trust: Trust | None) -> None:
        """Check with the roots that *trust* leads to."""
        self.trust = trust
        # By document and the digest of its root, empty for an unsigned one: what a row may contain.
        self._good: set[tuple[bytes, str, InstalledPackage]] = set()

    def copy(self) -> StoredDocuments:
        """Return checks that start with what these have verified, and go on independently."""
        other = StoredDocuments(self.trust)
        other._good |= self._good
        return other

    def checked(self, world: World) -> World:
        """Return *world* with the roots that can be trusted; records that differ from their documents are named."""
        stored = {row.noun.version: row.document or b"" for row in world.roots.values()}
        roots, broken = ({}, tuple(stored)) if self.trust is None else self.trust.line(stored)
        records: set[TamperedRecord] = {(Table.ROOTS, str(version)) for version in broken}
        trusted = []
        for version, root in sorted(roots.items()):
            row = world.roots.get(str(version))
            # The pinned root counts from its own issue, until it is stored.
            noun = noun_of(root, root.issued_at if row is None else row.noun.accepted_at)
            if row is not None and row.noun != noun:
                records.add((Table.ROOTS, str(version)))
            if row is not None and world.rebases:
                accepted_at = period(row.sequence, noun.accepted_at, None, world.rebases.values()).start
                noun = evolve(noun, accepted_at=accepted_at)
            trusted.append(noun)
        for table, rows in ((Table.PACKAGES, world.packages), (Table.WAITING_PACKAGES, world.waiting)):
            records |= {(table, owner) for owner, row in rows.items() if not self._holds(table, row, roots)}
        if not self._proves_identity(world, roots):
            records.add(IDENTITY_RECORD)
        return evolve(world, trusted=tuple(trusted), tampered=world.tampered | records)

    def counted(self, world: World, rows: Sequence[Row[InstalledPackage]]) -> list[Row[InstalledPackage]]:
        """Return those of *rows*, the packages ever in force, that decide which issues were installed, and when.

        A row whose document does not verify raises neither. Only the highest of
        every series are verified, until one does.

        Args:
            world: What `checked` returned.
            rows: The packages, in the order of writing.
        """
        roots = self._roots(world)
        corrected = max((row.sequence for row in world.rebases.values()), default=0)
        groups: dict[tuple[object, ...], list[Row[InstalledPackage]]] = {}
        for row in rows:
            package, unsigned = row.noun.package, row.noun.unsigned
            groups.setdefault(("issue", series_of(package, unsigned=unsigned)), []).append(row)
            if not unsigned and package.is_superoffice:
                groups.setdefault(("sequence", names_of(package)[:2]), []).append(row)
            if not unsigned and row.sequence > corrected and package.issued_at is not None:
                groups.setdefault(("issued_at",), []).append(row)
        found = {}
        for key, those in groups.items():
            ordered = sorted(those, key=_ORDERS[key[0]], reverse=True)
            newest = next((row for row in ordered if self._counts(world, row, roots)), None)
            if newest is not None:
                found[newest.sequence] = newest
        return [found[sequence] for sequence in sorted(found)]

    def count(self, world: World, rows: Iterable[Row[InstalledPackage]]) -> bool:
        """Return whether every one of *rows*, packages that were put in force, counts."""
        roots = self._roots(world)
        return all(self._counts(world, row, roots) for row in rows)

    def _counts(self, world: World, row: Row[InstalledPackage], roots: Mapping[int, Root]) -> bool:
        if row.noun.unsigned and not accepts_unsigned(world):
            return False
        return self._verifies(Table.PACKAGES, row, roots)

    def _roots(self, world: World) -> Mapping[int, Root]:
        """Return the roots of *world* that can be trusted, by version."""
        if self.trust is None:
            return {}
        return self.trust.line({row.noun.version: row.document or b"" for row in world.roots.values()})[0]

    def check_reached(self, world: World, sealed: Collection[TamperedRecord]) -> None:
        """Require that the pinned root leads to the root of every package in force.

        A root that is stored and does not verify is tampered with, as is what its
        seal or that of its package shows to be; neither is an error of the pin.

        Args:
            world: What `checked` returned.
            sealed: Records that their seals show to be tampered with.

        Raises:
            UnreachableRootError: a root in between is missing.
        """
        if self.trust is None or any(table != Table.PACKAGES for table, _ in sealed):
            return
        stored = {row.noun.version: row.document or b"" for row in world.roots.values()}
        anchor = self.trust.anchor(stored.values())
        reached = {root.version for root in world.trusted}
        for owner, row in sorted(world.packages.items()):
            version = row.noun.root_version
            if version is None or version in reached or (Table.PACKAGES, owner) in sealed:
                continue
            if anchor is None:
                raise UnreachableRootError(owner, version, None)
            pinned = anchor[1].version
            way = range(pinned + 1, version + 1) if version > pinned else range(pinned - 1, version - 1, -1)
            missing = next((step for step in way if step not in stored), None)
            if missing is not None:
                raise UnreachableRootError(owner, version, missing)

    def followed(self, world: World, rows: Iterable[Row[Any]]) -> World:
        """Return *world*, which *rows* led to, checked again if they concern documents."""
        if not concern_documents(rows):
            return world
        others = frozenset(record for record in world.tampered if record[0] not in _DOCUMENTS)
        return self.checked(evolve(world, tampered=others))

    def _proves_identity(self, world: World, roots: Mapping[int, Root]) -> bool:
        """Return whether signed packages prove the stored identity of *world*, where they have to.

        The package in force has to be issued to it, and another one that was ever in
        force to each of the former identities.
        """
        identity = identity_of(world)
        if identity is None or self.trust is None or accepts_unsigned(world):
            return True
        in_force = world.packages.get(SUPEROFFICE)
        if in_force is None or in_force.noun.unsigned or addressee_mismatches(in_force.noun.package, identity):
            return False
        proofs = [world.addressed.get(names_of(former)[:2]) for former in identity.former]
        return all(row is not None and self._holds(Table.PACKAGES, row, roots) for row in proofs)

    def _holds(self, table: Table, row: Row[InstalledPackage], roots: Mapping[int, Root]) -> bool:
        """Return whether *row* matches its document."""
        installed = row.noun
        if installed.unsigned and table == Table.PACKAGES:
            _log.warning("an unsigned package of %s is in force", installed.package.owner_key)
        return self._verifies(table, row, roots)

    def _verifies(self, table: Table, row: Row[InstalledPackage], roots: Mapping[int, Root]) -> bool:
        installed, document = row.noun, row.document
        owner = installed.package.owner_key
        root = roots.get(installed.root_version or 0)
        # Only a signed package waits, and what is signed needs the root it was accepted under.
        if document is None or (root is None and (not installed.unsigned or table != Table.PACKAGES)):
            return False
        key = (document, "" if root is None else root.digest, installed)
        if key in self._good:
            return True
        try:
            good = _matches_payload(document, installed) if root is None else _matches(document, installed, root)
        except SuperlicenseError as error:
            _log.warning("the package of %s does not verify: %s", owner, error)
            return False
        if good:
            self._good.add(key)
        return good


def concern_documents(rows: Iterable[Row[Any]]) -> bool:
    """Return whether any of *rows* is of a document."""
    return not _DOCUMENTS.isdisjoint([row.table for row in rows])


def _issue(row: Row[InstalledPackage]) -> tuple[int, int]:
    return row.noun.package.issue or 0, row.sequence


def _issued_at(row: Row[InstalledPackage]) -> tuple[datetime, int]:
    return row.noun.package.issued_at or _EVER, row.sequence


_ORDERS: Final[Mapping[object, Callable[[Row[InstalledPackage]], Any]]] = MappingProxyType(
    {"issue": _issue, "issued_at": _issued_at, "sequence": lambda row: row.sequence}
)
"""What makes a package the highest of its group."""


def _matches_payload(document: bytes, installed: InstalledPackage) -> bool:
    """Return whether *installed* is what the unsigned payload *document* contains."""
    unsigned = (installed.unsigned, installed.signed_by, installed.root_version) == (True, (), None)
    return unsigned and digest(document) == installed.digest and read(document) == installed.package


def _matches(document: bytes, installed: InstalledPackage, root: Root) -> bool:
    """Return whether *installed* is what *document* contains, signed by enough keys of *root*."""
    verified = open_package(document, root)
    signed_by = set(installed.signed_by)
    return (
        not installed.unsigned
        and (verified.package, verified.digest) == (installed.package, installed.digest)
        and len(signed_by) == len(installed.signed_by) >= root.owners[verified.package.owner_key].threshold
        and signed_by.issubset(verified.signed_by)
    )
