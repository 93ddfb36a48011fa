"""A store in memory, with the promises and the errors of a database.

One lock per installation serializes its writers. What a block writes is staged
and applied at its end, at a cost that does not depend on what is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import timedelta
from threading import Lock

from superlicense.adapters.memory_facts import MemoryFacts, MemoryJournal
from superlicense.adapters.memory_state import Block, Commit, StoredInstallation
from superlicense.adapters.memory_usage import MemoryUsage
from superlicense.adapters.open_block import OpenBlock, Taken, take
from superlicense.codec import FORM
from superlicense.model.site import Installation
from superlicense.ports import Mark, Revision, StoredRow

__all__ = ["MemoryStore"]


_READERS_PATIENCE = timedelta(seconds=60)


class _MemoryView:
    """One view of an installation, to read or to write."""

    __slots__ = (
        "_aliases",
        "_find",
        "_kept",
        "_locks",
        "_patience",
        "_stored",
        "_usage",
        "facts",
        "head",
        "journal",
        "key",
        "revision",
    )

    def __init__(
        self,
        stored: StoredInstallation,
        locks: Taken,
        find: Callable[[str], StoredInstallation],
        patience: timedelta | None = None,
    ) -> None:
        """Open a view of *stored*; with a *patience*, to write. Others are found with *find*."""
        self._stored = stored
        self._find = find
        self._aliases: list[StoredInstallation] = []
        self.key = stored.key
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
        self._stored.commit(Commit(block, self._usage, tuple(self._aliases)))
        self.revision = self._stored.revision
        self.head = self._stored.head

    def keep_head(self, head: bytes) -> None:
        """Stage a new head."""
        self._kept = head

    def add_alias(self, key: str) -> bool:
        """Stage that *key* becomes an alias; false if it is taken.

        Raises:
            StoreBusyError: other blocks of *key* kept it longer than the patience.
        """
        other = self._find(key)
        if other is self._stored or other in self._aliases:
            return True
        patience = _READERS_PATIENCE if self._patience is None else self._patience
        take(other.lock, self._locks, patience)
        take(other.usage.lock, self._locks, patience)
        other.settle()
        other.usage.settle()
        if other.alias_of is not None or not other.is_empty:
            return other.alias_of is self._stored
        self._aliases.append(other)
        return True

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

    def _find(self, key: str) -> StoredInstallation:
        with self._lock:
            stored = self._installations.get(key)
            if stored is None:
                stored = self._installations[key] = StoredInstallation(key)
            return stored.alias_of or stored

    def _taken(self, key: str, block: Taken, patience: timedelta) -> StoredInstallation:
        """Return the installation of *key*, locked until *block* ends."""
        while True:
            stored = self._find(key)
            take(stored.lock, block, patience)
            stored.settle()
            # It may have become an alias while this block waited.
            if stored.alias_of is None:
                return stored

    def _recorded(self, key: str, block: Taken, patience: timedelta) -> MemoryUsage:
        """Return the usage of *key*, locked until *block* ends."""
        stored = self._find(key)
        while True:
            view = stored.usage.begin(block, patience, write=True)
            if stored.alias_of is None:
                return view
            stored = stored.alias_of

    def reading(self, installation: Installation) -> AbstractContextManager[_MemoryView]:
        """Open a consistent view; writers wait until it is closed."""

        def begin(block: Taken) -> _MemoryView:
            return _MemoryView(self._taken(installation.key, block, _READERS_PATIENCE), block, self._find)

        return OpenBlock(begin)

    def writing(
        self, installation: Installation, *, patience: timedelta = timedelta(seconds=60)
    ) -> AbstractContextManager[_MemoryView]:
        """Open a view to write, and commit it at the end of the block.

        Raises:
            StoreBusyError: another block held the installation longer than *patience*.
            ConflictError: the same thread is already writing, or what the block
                wrote does not fit what is stored.
        """

        def begin(block: Taken) -> _MemoryView:
            stored = self._taken(installation.key, block, patience)
            stored.writing.set_until_the_end(block)
            # The locks that the view takes are released after its commit.
            locks = Taken()
            block.at_end(locks.__exit__)
            view = _MemoryView(stored, locks, self._find, patience)
            block.at_end(view.conclude)
            return view

        return OpenBlock(begin)

    def recording(
        self, installation: Installation, *, patience: timedelta = timedelta(seconds=60)
    ) -> AbstractContextManager[MemoryUsage]:
        """Open the usage to record, and commit it at the end of the block."""

        def begin(block: Taken) -> MemoryUsage:
            view = self._recorded(installation.key, block, patience)
            block.at_end(view.conclude)
            return view

        return OpenBlock(begin)

    def revisions(self, keys: Iterable[str]) -> dict[str, Revision]:
        """Return the newest revisions of the installations with *keys*."""
        return {key: self._find(key).revision for key in keys}

    def heartbeat(self, installation: Installation) -> StoredInstallation:
        """Return the stored installation: its ``revision`` is always the newest."""
        return self._find(installation.key)
