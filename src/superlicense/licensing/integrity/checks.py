"""Integrity checks: what an instance accepts of what a store shows, and which records it names as tampered.

Rule 1: packages and roots are always checked against their documents. Rows,
counts and head are checked against their seals, where the host has given a seal
key.

Rule 2: a row with a wrong seal is named, and counts as it stands, so that it
can be ended.

Rule 3: where rows are missing or were inserted, the journal shows which; where
the journal is broken, the head is named.

Nothing here changes what it is given: every check returns a value, a
`CheckedWorld` most often.

Source: documents.md, "Seals on stored rows"; which record blocks whom is in
`superlicense.rules.gate.blocking` (ADR 31).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from copy import copy
from datetime import datetime
from typing import Any, Final

from attrs import evolve

from superlicense.errors import StoreUnavailableError, TamperedStoreError
from superlicense.licensing.integrity.following import Followed, check_known, follow_plain, follow_sealed, is_known
from superlicense.licensing.integrity.integrity_state import CheckedWorld, IntegrityState
from superlicense.licensing.integrity.journal_replay import replay_journal
from superlicense.licensing.integrity.missing_tables import what_is_there
from superlicense.licensing.integrity.row_filters import PlainFilter, SealFilter, forgotten_until
from superlicense.licensing.integrity.sealed_usage import SealedRecording, SealedUsageReader, SealedUsageWriter
from superlicense.licensing.integrity.seals import Seals
from superlicense.licensing.integrity.stored_documents import StoredDocuments, concern_documents
from superlicense.licensing.integrity.stored_head import HEAD, INSTALLATION, mark_of, read_head
from superlicense.licensing.integrity.trust import Trust
from superlicense.licensing.integrity.unsigned import settled_policy
from superlicense.licensing.loading import RowFilter, load_past, load_present, marked, packages_ever
from superlicense.licensing.metering.usage_access import UsageReader, UsageWriter
from superlicense.logs import logger
from superlicense.model.policy import Policy
from superlicense.model.row import Row, Table
from superlicense.model.site import Installation
from superlicense.model.world import World
from superlicense.ports import Mark, Reading, Revision, StoredRow, Usage, Writing
from superlicense.rules.world_update import empty_world, with_issues

__all__ = ["IntegrityChecks"]

_log: Final = logger("seals")


class IntegrityChecks:
    """Checks what a store shows of one installation, with what one host trusts.

    Attributes:
        stored_documents: Checks documents.
        seals: Checks seals; `None` without a seal key.
    """

    __slots__ = ("_installation", "_key", "_policy", "_seal_key", "seals", "stored_documents")

    def __init__(
        self, installation: Installation, policy: Policy, *, trust: Trust | None, seal_key: bytes | None = None
    ) -> None:
        """Check records of *installation*.

        Raises:
            InvalidValueError: *seal_key* is not 32 bytes, or *policy* accepts
                unsigned packages beside *trust* and there is no *seal_key*.
        """
        self._installation = installation
        self._policy = settled_policy(policy, pinned=trust is not None, sealed=seal_key is not None)
        self.stored_documents = StoredDocuments(trust)
        self._seal_key = seal_key
        # The key that the installation was last found under.
        self._key = installation.key
        self.seals = self._made_seals(installation.key)

    def of(self, installation: Installation) -> IntegrityChecks:
        """Return checks of another *installation* with the same policy, trust and seal key."""
        trust = self.stored_documents.trust
        return IntegrityChecks(installation, self._policy, trust=trust, seal_key=self._seal_key)

    def _made_seals(self, key: str) -> Seals | None:
        return None if self._seal_key is None else Seals(self._seal_key, key)

    def seals_of(self, key: str) -> Seals | None:
        """Return the seals of what is stored under *key*; `None` without a seal key."""
        return self.seals if key == self._key else self._made_seals(key)

    def settle(self, view: Reading) -> None:
        """Use the seals of the key that *view* is stored under: its installation may have become an alias."""
        if view.key != self._key:
            self.seals, self._key = self._made_seals(view.key), view.key

    def copy(self) -> IntegrityChecks:
        """Return checks that start with what these have verified, and go on independently."""
        other = copy(self)
        other.stored_documents = self.stored_documents.copy()
        return other

    # Loading

    def load(self, view: Reading) -> CheckedWorld:
        """Load and check everything that runs.

        Raises:
            StoreError: the store cannot be read.
        """
        self.settle(view)
        bare = empty_world(self._installation, self._policy)
        if self.seals is None:
            plain = PlainFilter()
            world = load_present(view, marked(bare, view.mark), plain.running_row)
            checked = self._checked(view, world, plain.package_row, None)
            known = IntegrityState(view.head, sealed=frozenset(plain.tampered), documents=checked.tampered)
            return _with_tampered(checked, known)
        integrity, is_counted = read_head(view, self.seals)
        view = what_is_there(view)
        seal_filter = SealFilter(self.seals, forgotten_until(view, self.seals), collects_running=not is_counted)
        bare = marked(bare, integrity.mark or Mark(None, 0, 0))
        world = load_present(view, bare, seal_filter.running_row)
        return self._named(view, world, integrity, seal_filter, None)

    def load_past(self, view: Reading, at: datetime) -> World:
        """Load and check what held at *at*, under today's policy.

        Raises:
            StoreError: the store cannot be read.
        """
        self.settle(view)
        bare = empty_world(self._installation, self._policy)
        if self.seals is None:
            plain = PlainFilter()
            past = self._checked(view, load_past(view, bare, at, plain.running_row), plain.package_row, at)
            return evolve(past, tampered=past.tampered | plain.tampered) if plain.tampered else past
        integrity, is_counted = read_head(view, self.seals)
        view = what_is_there(view)
        seal_filter = SealFilter(self.seals, forgotten_until(view, self.seals), collects_running=not is_counted)
        world = load_past(view, bare, at, seal_filter.running_row)
        return self._named(view, world, integrity, seal_filter, at).world

    def _named(
        self, view: Reading, world: World, integrity: IntegrityState, seal_filter: SealFilter, at: datetime | None
    ) -> CheckedWorld:
        """Name the records that *seal_filter* has found, and those that differ from the journal."""
        found = integrity.sealed | seal_filter.tampered
        running = seal_filter.running
        if running is not None and self.seals is not None and integrity.head is not None:
            replay = replay_journal(view, self.seals, integrity.head)
            if not replay.is_complete:
                found |= {HEAD}
            else:
                due = {(row.table, row.key): row.digest for row in replay.rows.values() if row.holds_at(at)}
                found |= {
                    (Table(table), key)
                    for table, key in due.keys() | running.keys()
                    if due.get((table, key)) != running.get((table, key)) and is_known(table)
                }
        for table, key in sorted(found):
            _log.warning("tampered: %s %r", table, key)
        checked = self._checked(view, world, seal_filter.package_row, at)
        return _with_tampered(checked, integrity._replace(sealed=found, documents=checked.tampered))

    def _checked(self, view: Reading, world: World, ever: RowFilter, at: datetime | None) -> World:
        """Count the issues of the packages that were ever verified, and check the documents of *world*."""
        documents = self.stored_documents
        return documents.checked(with_issues(world, documents.counted(world, packages_ever(view, ever, at))))

    # Following what others have written

    def matches(self, view: Reading, integrity: IntegrityState) -> bool:
        """Return whether *view* has the head and the mark of *integrity*."""
        if self.seals is None:
            return view.key == self._key
        return view.key == self._key and (view.head, mark_of(view)) == (integrity.written, integrity.mark)

    def rows_since(self, view: Reading, revision: Revision) -> tuple[StoredRow, ...] | None:
        """Return what was written since *revision*; `None` if that is unknown, and everything has to be loaded."""
        if view.key != self._key:
            return None
        try:
            return view.rows_since(revision)
        except (StoreUnavailableError, TamperedStoreError):
            if self.seals is None:
                raise
            return None

    def follow(self, view: Reading, before: CheckedWorld, stored: tuple[StoredRow, ...]) -> Followed | None:
        """Check *stored*, written since *before*, and add it; `None` if everything has to be loaded.

        Raises:
            StoreNewerError: only a newer version can have written it.
            StoreUnavailableError: a row cannot be read.
        """
        if self.seals is None:
            found = follow_plain(view, before, stored)
        else:
            known = before.integrity
            head = None if view.head is None else self.seals.read_head(view.head)
            if head is None or known.head is None or known.sealed & {HEAD, INSTALLATION}:
                return None
            check_known(head)
            if head.revision != view.revision or head.mark != mark_of(view):
                return None
            found = follow_sealed(self.seals, view.head, head, before, stored)
        if found is None or not self._count(found):
            return None
        (world, integrity), rows = found
        return Followed(self.follow_documents(world, integrity, rows), rows)

    def _count(self, found: Followed) -> bool:
        """Return whether the issue of every package among the rows of *found* counts."""
        packages = [row for row in found.rows if row.table is Table.PACKAGES and row.end is None]
        return not packages or self.stored_documents.count(found.checked.world, packages)

    def follow_documents(self, world: World, integrity: IntegrityState, rows: Iterable[Row[Any]]) -> CheckedWorld:
        """Check the documents among *rows*, which led to *world*."""
        if not world.tampered and not integrity.documents and not integrity.sealed and not concern_documents(rows):
            return CheckedWorld(world, integrity)
        bare = world if world.tampered == integrity.documents else evolve(world, tampered=integrity.documents)
        checked = self.stored_documents.followed(bare, rows)
        return _with_tampered(checked, integrity._replace(documents=checked.tampered))

    # Writing

    def check_writable(self, integrity: IntegrityState) -> None:
        """Refuse to write where the head is not ours.

        Raises:
            TamperedStoreError: the head or the installation's row is tampered
                with, or the store is sealed and there is no seal key.
        """
        self.check_recordable(integrity)
        if self.seals is None:
            return
        if integrity.head is None or integrity.sealed & {HEAD, INSTALLATION}:
            raise TamperedStoreError("its head is not the one that was sealed; see verify_store")

    def check_recordable(self, integrity: IntegrityState) -> None:
        """Refuse to record without a seal key where everything is sealed.

        Raises:
            TamperedStoreError: the store is sealed, and there is no seal key.
        """
        if self.seals is None and integrity.written is not None:
            raise TamperedStoreError("it is sealed, and no seal key was given")

    # Usage

    def usage_in(self, view: Reading) -> UsageReader:
        """Return the usage that *view* shows; with a seal key, only what has the right seals can be read."""
        return SealedUsageReader(view.usage, self.seals_of(view.key))

    def usage_to_write(self, view: Writing) -> UsageWriter:
        """Return the usage of *view* to write, sealed where there is a seal key."""
        return SealedUsageWriter(view.usage, self.seals)

    def usage_to_record(self, block: AbstractContextManager[Usage]) -> AbstractContextManager[UsageWriter]:
        """Return *block* with the usage that it opens sealed where there is a seal key."""
        return SealedRecording(block, self.seals_of)


def _with_tampered(world: World, integrity: IntegrityState) -> CheckedWorld:
    """Name every tampered record in *world*.

    With a tampered root no signed package counts: what it revokes may be what
    was to be brought back.
    """
    named = integrity.documents | integrity.sealed
    if any(table == Table.ROOTS for table, _ in integrity.sealed):
        named |= {(Table.PACKAGES, owner) for owner, row in world.packages.items() if not row.noun.unsigned}
    return CheckedWorld(world if named == world.tampered else evolve(world, tampered=named), integrity)
