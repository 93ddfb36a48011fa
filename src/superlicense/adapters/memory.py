"""A store in memory, with the promises and the errors of a database.

One lock per installation serializes its writers. What a block writes is staged
and applied at its end, at a cost that does not depend on what is stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from threading import Lock

from superlicense.adapters.memory_facts import MemoryFacts, MemoryJournal
from superlicense.adapters.memory_state import Block, Commit, StoredInstallation
from superlicense.adapters.memory_usage import MemoryUsage
from superlicense.adapters.open_block import OpenBlock, take
from superlicense.codec import FORM
from superlicense.model.site import Installation
from superlicense.ports import Mark, Revision, StoredRow

__all__ = ["MemoryStore"]


_READERS_PATIENCE = timedelta(seconds=60)


class _MemoryView:
    """One view of an installation, to read or to write."""

    __slots__ = ("_kept", "_locks", "_patience", "_stored", "_usage", "facts", "head", "journal", "revision")

    def __init__(self, stored: StoredInstallation, locks: ExitStack, patience: timedelta | None = None) -> None:
        """Open a view of *stored*; with a *patience*, to write."""
        self._stored = stored
        self._locks = locks
        self._kept: bytes | None = None
        self.head = stored.head
        self._patience = patience
        self._usage: MemoryUsage | None = None
        self.revision = stored.revision
        self.facts = MemoryFacts(stored)
        self.journal = MemoryJournal(stored)

    def conclude(self, kind: type[BaseException] | None, *_: object) -> None:
        """Commit what this view has written, unless the block has failed."""
        if kind is not None:
            return
        facts, journal = self.facts, self.journal
        block: Block | None = None
        if facts.written or journal.written or facts.blanked or self._kept is not None:
            written, entries, blanked = tuple(facts.written), tuple(journal.written), tuple(facts.blanked)
            block = Block(self.next_revision, written, entries, self._kept, blanked)
        self._stored.commit(Commit(block, self._usage))
        self.revision = self._stored.revision
        self.head = self._stored.head

    def keep_head(self, head: bytes) -> None:
        """Stage a new head."""
        self._kept = head

    @property
    def next_revision(self) -> Revision:
        """The revision that this block makes if it writes."""
        return self._stored.next_revision

    @property
    def usage(self) -> MemoryUsage:
        """The usage, locked until the end of the block.

        Raises:
            StoreBusyError: others kept it longer than the patience.
            ConflictError: this thread is already recording.
        """
        if self._usage is None:
            patience = self._patience
            self._usage = self._stored.usage.begin(
                self._locks, _READERS_PATIENCE if patience is None else patience, write=patience is not None
            )
        return self._usage

    @property
    def mark(self) -> Mark:
        """How far the committed records go."""
        return self._stored.mark

    @property
    def form(self) -> int:
        """The newest form: objects need no migration."""
        return FORM

    def rows_since(self, revision: Revision) -> tuple[StoredRow, ...] | None:
        """Return what was written after *revision*, `None` if it is unknown."""
        return self._stored.rows_since(revision)


class MemoryStore:
    """Stores installations in this process, until it ends.

    >>> from superlicense.model.site import Installation
    >>> store = MemoryStore()
    >>> installation = Installation(serial_number="1010000014", company="Nordvik Handel A/S")
    >>> with store.reading(installation) as view:
    ...     view.revision.number
    0
    """

    __slots__ = ("_installations", "_lock")

    def __init__(self) -> None:
        """Start empty."""
        self._lock = Lock()
        self._installations: dict[str, StoredInstallation] = {}

    def _installation(self, installation: Installation) -> StoredInstallation:
        return self._stored(installation.key)

    def _stored(self, key: str) -> StoredInstallation:
        with self._lock:
            stored = self._installations.get(key)
            if stored is None:
                stored = self._installations[key] = StoredInstallation()
            return stored

    def reading(self, installation: Installation) -> AbstractContextManager[_MemoryView]:
        """Open a consistent view; writers wait until it is closed."""
        stored = self._installation(installation)

        def begin(block: ExitStack) -> _MemoryView:
            take(stored.lock, block, _READERS_PATIENCE)
            stored.settle()
            return _MemoryView(stored, block)

        return OpenBlock.that(begin)

    def writing(
        self, installation: Installation, *, patience: timedelta = timedelta(seconds=60)
    ) -> AbstractContextManager[_MemoryView]:
        """Open a view to write, and commit it at the end of the block.

        Raises:
            StoreBusyError: another block held the installation longer than *patience*.
            ConflictError: the same thread is already writing, or what the block
                wrote does not fit what is stored.
        """
        stored = self._installation(installation)

        def begin(block: ExitStack) -> _MemoryView:
            take(stored.lock, block, patience)
            stored.writing.set_until_the_end(block)
            stored.settle()
            # The locks that the view takes are released after its commit.
            view = _MemoryView(stored, block.enter_context(ExitStack()), patience)
            block.push(view.conclude)
            return view

        return OpenBlock.that(begin)

    def recording(
        self, installation: Installation, *, patience: timedelta = timedelta(seconds=60)
    ) -> AbstractContextManager[MemoryUsage]:
        """Open the usage to record, and commit it at the end of the block."""
        usage = self._installation(installation).usage

        def begin(block: ExitStack) -> MemoryUsage:
            view = usage.begin(block, patience, write=True)
            block.push(view.conclude)
            return view

        return OpenBlock.that(begin)

    def revisions(self, keys: Iterable[str]) -> dict[str, Revision]:
        """Return the newest revisions of the installations with *keys*."""
        return {key: self._stored(key).revision for key in keys}

    def heartbeat(self, installation: Installation) -> StoredInstallation:
        """Return the stored installation: its ``revision`` is always the newest."""
        return self._installation(installation)
