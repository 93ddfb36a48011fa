"""Inspection: what an instance believes of what a store shows, and what it names as tampered.

Rule 1: packages and roots are looked at by their documents, always. Rows, counts
and head are looked at by their seals, where the host has given a seal key.

Rule 2: a row with a wrong seal is named, and counts as it stands, so that it
can be ended; a seal that is wrong stays wrong when its row ends. Nothing that
this instance writes makes a wrong record right.

Rule 3: where rows are missing, or are there that should not be, the journal
tells which; where the journal cannot be believed, the head is named.

Source: documents.md, "Seals on stored rows"; which record blocks whom is said in
`superlicense.rules.gate.blocking` (ADR 31).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from copy import copy
from datetime import datetime
from typing import Any, Final, NamedTuple

from attrs import evolve

from superlicense.errors import StoreUnavailableError, TamperedStoreError
from superlicense.licensing.integrity.journal_replay import replay_journal
from superlicense.licensing.integrity.seals import Head, Seals, nothing_counted
from superlicense.licensing.integrity.stored_documents import StoredDocuments
from superlicense.licensing.integrity.tampered_records import SealFilter, leads_to, names_of, renamed
from superlicense.licensing.integrity.trust import Trust
from superlicense.licensing.loading import follow, load_past, load_present, marked, readable
from superlicense.model.journal import JournalEntry
from superlicense.model.policy import Policy
from superlicense.model.row import Row, Table, Unreadable
from superlicense.model.site import Installation
from superlicense.model.world import TamperedRecord, World
from superlicense.ports import Count, Mark, Reading, Revision, Writing
from superlicense.rules.apply import Applied
from superlicense.rules.world_update import empty_world

__all__ = ["HEAD", "INSTALLATION", "IntegrityChecks", "Known", "Seen"]

HEAD: Final[TamperedRecord] = ("head", "")
INSTALLATION: Final[TamperedRecord] = ("installation", "")
_NOTHING: Final = Head(Revision(0, ""), Mark(None, 0, 0), nothing_counted(), None)

_log = logging.getLogger("superlicense.seals")


class Known(NamedTuple):
    """What is known of the records of a world, besides the world itself.

    Attributes:
        written: The head as it is stored.
        head: What it says; `None` if it cannot be believed, or nobody looks.
        mark: How far the records go, as the store says.
        sealed: Records that their seals, counts or the head tell of.
        documents: Records that their documents tell of.
    """

    written: bytes | None = None
    head: Head | None = None
    mark: Mark | None = None
    sealed: frozenset[TamperedRecord] = frozenset()
    documents: frozenset[TamperedRecord] = frozenset()


class Seen(NamedTuple):
    """A world, and what is known of its records."""

    world: World
    known: Known


class IntegrityChecks:
    """Looks at one installation with the eyes of one host.

    Attributes:
        verification: Looks at documents.
        seals: Looks at seals; `None` without a seal key.
    """

    __slots__ = ("_installation", "_policy", "seals", "stored_documents")

    def __init__(
        self, installation: Installation, policy: Policy, *, trust: Trust | None, seal_key: bytes | None = None
    ) -> None:
        """Look at *installation*.

        Raises:
            InvalidValueError: *seal_key* is not 32 bytes.
        """
        self._installation = installation
        self._policy = policy
        self.stored_documents = StoredDocuments(trust)
        self.seals = None if seal_key is None else Seals(seal_key, installation)

    def copy(self) -> IntegrityChecks:
        """Give one that knows what this one has verified, and learns by itself."""
        other = copy(self)
        other.stored_documents = self.stored_documents.copy()
        return other

    # Reading

    def present(self, view: Reading) -> Seen:
        """Give what runs.

        Raises:
            StoreError: the store cannot be read.
        """
        bare = empty_world(self._installation, self._policy)
        if self.seals is None:
            world = self.stored_documents.seen(load_present(view, marked(bare, view.mark)))
            return Seen(world, Known(written=view.head, documents=world.tampered))
        known, counted = self.head_of(view, self.seals)
        look = SealFilter(self.seals, keep=not counted)
        loaded = load_present(view, marked(bare, known.mark or Mark(None, 0, 0)), look.at_running, look.at_package)
        return self._named(view, loaded, known, look, None)

    def past(self, view: Reading, at: datetime) -> World:
        """Give what held at *at*, under today's policy.

        Raises:
            StoreError: the store cannot be read.
        """
        bare = empty_world(self._installation, self._policy)
        if self.seals is None:
            return self.stored_documents.seen(load_past(view, bare, at))
        known, counted = self.head_of(view, self.seals)
        look = SealFilter(self.seals, keep=not counted)
        return self._named(view, load_past(view, bare, at, look.at_running, look.at_package), known, look, at).world

    def head_of(self, view: Reading, seals: Seals) -> tuple[Known, bool]:
        """Read the head, and say whether the rows are as many as it tells (nobody knows without a head)."""
        counts = dict(view.facts.counts())
        mark, written = _mark_of(view), view.head
        if written is None and (mark, view.revision.number, counts) == (_NOTHING.mark, 0, _NOTHING.counts):
            return Known(head=_NOTHING, mark=mark), True
        head = None if written is None else seals.read_head(written)
        if head is None:
            return Known(written, None, mark, frozenset({HEAD})), True
        if (head.revision, head.mark) != (view.revision, mark):
            return Known(written, head, mark, frozenset({INSTALLATION})), head.counts == counts
        return Known(written, head, mark), head.counts == counts

    def _named(self, view: Reading, world: World, known: Known, look: SealFilter, at: datetime | None) -> Seen:
        """Name what *look* has found, and what the journal tells besides."""
        found = known.sealed | look.tampered
        if look.running is not None and self.seals is not None and known.head is not None:
            told = replay_journal(view, self.seals, known.head)
            if told.breaks:
                found |= {HEAD}
            else:
                due = {(row.table, row.key): row.seal for row in told.rows.values() if row.holds_at(at)}
                found |= {key for key in due.keys() | look.running.keys() if due.get(key) != look.running.get(key)}
        for table, key in sorted(found):
            _log.warning("tampered: %s %r", table, key)
        seen = self.stored_documents.seen(world)
        return _with(seen, known._replace(sealed=found, documents=seen.tampered))

    def missed(self, view: Reading, revision: Revision) -> tuple[Row[Any], ...] | None:
        """Give what was written since *revision*; `None` if that cannot be told."""
        try:
            return view.rows_since(revision)
        except StoreUnavailableError:
            if self.seals is None:
                raise
            return None

    def agrees(self, view: Reading, known: Known) -> bool:
        """Say whether *view* has the head and the mark that are *known*."""
        if self.seals is None:
            return True
        return (view.head, _mark_of(view)) == (known.written, known.mark)

    def followed(self, view: Reading, seen: Seen, rows: tuple[Row[Any], ...]) -> Seen | None:
        """Give what *rows*, written since, make of what was *seen*; `None` if everything has to be read anew.

        Raises:
            StoreUnavailableError: a row cannot be read.
        """
        if self.seals is None:
            world = follow(seen.world, map(readable, rows), view.mark)
            return self._documents(world, seen.known._replace(written=view.head), rows)
        head = None if view.head is None else self.seals.read_head(view.head)
        before = seen.known.head
        if head is None or before is None or seen.known.sealed & {HEAD, INSTALLATION}:
            return None
        if any(isinstance(row.noun, Unreadable) for row in rows) or head.revision != view.revision:
            return None
        # In this order every row ends after it has started, whatever the store says.
        ordered = tuple(sorted(rows, key=lambda row: (row.sequence, row.end is not None)))
        if head.mark != _mark_of(view) or not leads_to(seen.world, before, ordered, head):
            return None
        newest = {row.sequence: row for row in ordered}
        wrong = {row.sequence for row in newest.values() if not self.seals.holds(row)}
        world = follow(seen.world, ordered, head.mark)
        known = Known(view.head, head, head.mark, renamed(seen.known.sealed, ordered, wrong), seen.known.documents)
        return self._documents(world, known, ordered)

    def _documents(self, world: World, known: Known, rows: Iterable[Row[Any]]) -> Seen:
        """Look at the documents among *rows*."""
        bare = world if world.tampered == known.documents else evolve(world, tampered=known.documents)
        seen = self.stored_documents.followed(bare, rows)
        return _with(seen, known._replace(documents=seen.tampered))

    # Writing

    def check_writable(self, known: Known) -> None:
        """Refuse to write upon a head that somebody else has written.

        Raises:
            TamperedStoreError: the head or the installation's row is tampered
                with, or the store is sealed and there is no seal key.
        """
        self.check_recordable(known)
        if self.seals is None:
            return
        if known.head is None or known.sealed & {HEAD, INSTALLATION}:
            raise TamperedStoreError("its head is not the one that was sealed; see verify_store")

    def check_recordable(self, known: Known) -> None:
        """Refuse to record without a seal key where everything is sealed.

        Raises:
            TamperedStoreError: the store is sealed, and there is no seal key.
        """
        if self.seals is None and known.written is not None:
            raise TamperedStoreError("it is sealed, and no seal key was given")

    def sealed(
        self, view: Writing, known: Known, applied: Applied
    ) -> tuple[tuple[Row[Any], ...], tuple[JournalEntry, ...], Known]:
        """Give the rows and entries of *applied* with their seals, and what is known once they are written.

        Args:
            view: What they are written to.
            known: What is known of what is stored; its head is right.
            applied: What is to be written.
        """
        seals, head = self.seals, known.head
        if seals is None or head is None or not applied.entries:
            return applied.rows, applied.entries, known
        counts, named = dict(head.counts), known.sealed
        kept, row_seals = [], {}
        for row in applied.rows:
            ever, ended = counts[row.table]
            counts[row.table] = Count(ever + (row.end is None), ended + (row.end is not None))
            row_seals[id(row)] = seal = seals.row(row)
            wrong = row.end is not None and not named.isdisjoint(names_of(row))
            kept.append(row if wrong else evolve(row, seal=seal))
            named = renamed(named, (row,), set())
        journal = head.journal
        told = []
        for entry in applied.entries:
            journal = seals.entry(entry, journal, (row_seals[id(row)] for row in (*entry.before, *entry.after)))
            told.append(evolve(entry, before=_bare(entry.before), after=_bare(entry.after), seal=journal))
        mark = Mark(applied.world.recorded_at, applied.world.sequence, head.mark.entries + len(told))
        made = Head(view.next_revision, mark, counts, journal)
        return tuple(kept), tuple(told), Known(seals.head(made), made, mark, named, known.documents)

    def written(self, world: World, known: Known, rows: Iterable[Row[Any]]) -> Seen:
        """Give *world* as it is seen after *rows* have been written, which led to it."""
        return self._documents(world, known, rows)


def _mark_of(view: Reading) -> Mark | None:
    """Give how far the records go, `None` where the store cannot say."""
    try:
        return view.mark
    except StoreUnavailableError:
        return None


def _bare(rows: tuple[Row[Any], ...]) -> tuple[Row[Any], ...]:
    return tuple(row if row.seal is None else evolve(row, seal=None) for row in rows)


def _with(world: World, known: Known) -> Seen:
    """Give *world* with everything named that is tampered.

    A root that is tampered with vouches for nothing: what it revokes may be
    what somebody wanted to have back.
    """
    named = known.documents | known.sealed
    if any(table == Table.ROOTS for table, _ in known.sealed):
        named |= {(Table.PACKAGES, owner) for owner, row in world.packages.items() if not row.noun.unsigned}
    return Seen(world if named == world.tampered else evolve(world, tampered=named), known)
