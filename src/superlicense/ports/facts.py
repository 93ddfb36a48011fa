"""Facts and the journal: rows that start and end, seen and written in blocks; see `superlicense.ports`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from superlicense.model.license import LicenseName
from superlicense.model.site import Installation
from superlicense.ports.stored import Count, Mark, Revision, StoredEntry, StoredRow
from superlicense.ports.usage import Usage, UsageReading

__all__ = ["Facts", "Heartbeat", "Journal", "Reading", "SingleConnection", "Store", "Subject", "Writing"]


Subject = tuple[str, str]
"""Whom an entry is about: a user or site, and a license; empty for none of a license."""


class Facts(Protocol):
    """The rows of one installation, with what the block itself has written.

    Rows are identified by their sequence, which the caller assigns and which only
    increases. Order is always (start, sequence), whatever was written first. Streams
    may be read side by side, but none on after the block has written.

    Every method raises `StoreUnavailableError` if the storage fails or holds what
    cannot be read, a stream while it is read; those that write may raise
    `StoreBusyError` and `StoreFullError` as well. After an error of the store the
    block is over: the caller lets the error leave the block.
    """

    def running(self, table: str) -> Iterator[StoredRow]:
        """Stream the rows of *table* that have no end, in order."""

    def running_at(self, table: str, at: datetime) -> Iterator[StoredRow]:
        """Stream the rows of *table* that held at *at*, an aware instant, in order.

        A row holds from its start until before its end (`StoredRow.holds_at`).
        """

    def history(self, table: str, key: str | None = None) -> Iterator[StoredRow]:
        """Stream every row of *key*, or of the whole *table*, ended ones included, in order.

        A key is compared to the character; an unknown one has no rows.
        """

    def rows(self, sequences: Iterable[int]) -> Mapping[int, StoredRow]:
        """Return the rows of *sequences*, as they are now; those that do not exist are left out."""

    def counts(self) -> Mapping[str, Count]:
        """Count the rows of every table that has rows."""

    def start(self, row: StoredRow) -> None:
        """Keep a new row; only inside ``writing``, and nothing of it stays before the block commits.

        Raises:
            ConflictError: a row of its table and key runs, its sequence is not
                higher than every other of the installation, or it has an end.
        """

    def end(self, row: StoredRow) -> None:
        """Replace the running row of ``row.table`` and ``row.key`` by *row*, which has an end; only inside ``writing``.

        *row* is the running one with its end, who ended it and the seal of that
        state; the rest of it is equal. A row that ends when it started is kept
        like any other, although it never held.

        Raises:
            ConflictError: no such row runs, or another than ``row.sequence``, or
                *row* has no end.
        """

    def blank(self, key: str) -> None:
        """Blank the personal texts of *key*; only inside ``writing``.

        Every row of the users table with this key, and every row of the assignments
        table whose key begins with it and a line feed, ended ones included, has its
        record replaced by ``record.blanked()``: the texts and their salts are gone
        from the storage, and so from every ``rows_since``. The revision that the
        block makes answers `Reading.rows_since` of every earlier one with `None`,
        also where there was nothing to blank.
        """


class Journal(Protocol):
    """The journal of one installation, with what the block itself has written; errors as of `Facts`."""

    def append(self, entry: StoredEntry, subjects: Collection[Subject] = ()) -> None:
        """Keep a new entry; only inside ``writing``.

        Args:
            entry: The entry.
            subjects: Each user and site that it is about, with an empty text, and
                each holder with the license of an assignment. Entries are found by
                them, and come out without them.

        Raises:
            ConflictError: its number is not the next one, the first being 1.
        """

    def entries(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        holder: str | None = None,
        license: LicenseName | None = None,
        after: int = 0,
    ) -> Iterator[StoredEntry]:
        """Stream entries in order of their number; all conditions apply.

        Args:
            since: Only entries at this instant or later.
            until: Only entries before this instant.
            holder: Only entries with a subject of this user or site.
            license: Only entries with a subject of this license; with a *holder*,
                of both at once (`touches`).
            after: Only entries with a higher number.
        """


class Reading(Protocol):
    """A consistent view of one installation."""

    @property
    def key(self) -> str:
        """The key that everything is stored under: the installation's own, or the one that it is an alias of."""

    @property
    def revision(self) -> Revision:
        """The revision that this view shows; after the end of a ``writing`` block, the one it made."""

    @property
    def mark(self) -> Mark:
        """How far the committed records go; what the block itself has written does not count before its end."""

    @property
    def form(self) -> int:
        """The newest form of a record that the store takes: `superlicense.codec.FORM` where there is no migration."""

    @property
    def head(self) -> bytes | None:
        """The head that is kept with that revision, `None` if there never was one.

        A head is made by the front door and opaque to stores. It stays until a
        block keeps another.
        """

    @property
    def facts(self) -> Facts:
        """The rows."""

    @property
    def journal(self) -> Journal:
        """The journal."""

    @property
    def usage(self) -> UsageReading:
        """The usage."""

    def rows_since(self, revision: Revision) -> tuple[StoredRow, ...] | None:
        """Return the rows of every table that started or ended after *revision*, in the order they were written in.

        A row that started and ended since is returned twice: as it started (its seal of
        that time may be lost), and as it ended. What the block itself has written is
        not among them.

        Returns:
            The rows, none for the present revision; or `None` if this view does
            not know *revision* (its token is unknown, it is newer than the
            view, or too long ago), and everything must be read anew.
        """


class Writing(Reading, Protocol):
    """A view that can be changed; it commits when its block ends without an error.

    Rows, entries and head become visible to others all at once. A block that
    wrote nothing leaves the revision as it is; a row, an entry or a head makes
    the next one. Usage makes none by itself.
    """

    @property
    def next_revision(self) -> Revision:
        """The revision that this block makes if it writes."""

    def keep_head(self, head: bytes) -> None:
        """Keep *head* with the revision that this block makes, in the place of the one before."""

    def add_alias(self, key: str) -> bool:
        """Make *key* another key of this installation, for ever.

        Once the block has committed, every view and every recording of an
        installation with this `Installation.key` is one of this installation. By
        itself it makes no revision.

        Returns:
            Whether it is one: true for the installation's own key and for an alias
            that it has; false, and nothing happens, where *key* has rows, entries
            or usage of its own, or is an alias of another installation.

        Raises:
            StoreBusyError: other blocks of *key* kept it longer than the patience.
        """

    @property
    def usage(self) -> Usage:
        """The usage, to write."""


@runtime_checkable
class Heartbeat(Protocol):
    """An object whose ``revision`` is always the very object of the newest commit."""

    revision: Revision


@runtime_checkable
class SingleConnection(Protocol):
    """A store that may have one connection only, which a thread in the background must not take away from others."""

    @property
    def has_single_connection(self) -> bool:
        """Whether it has; then the revision is read by the threads that ask."""


class Store(Protocol):
    """Where the facts of installations are stored."""

    def reading(self, installation: Installation) -> AbstractContextManager[Reading]:
        """Open a consistent view: all of it shows what was committed when it was opened.

        Inside a ``writing`` block of the same thread it shows the state before
        that block. Several may be open at once, of one thread or many. What is
        written to it is refused or dropped.

        Raises:
            StoreUnavailableError: the store cannot be read.
        """

    def writing(
        self, installation: Installation, *, patience: timedelta = timedelta(seconds=60)
    ) -> AbstractContextManager[Writing]:
        """Open a view to write; other writers of the installation wait.

        What the block wrote is committed when it ends; an error that leaves the
        block undoes all of it and is raised as it is. Errors of the commit are
        raised at the end of the block, and nothing is committed then, unless the
        storage was lost before it could say so. A process that dies in a block
        leaves nothing behind, no lock either.

        What is read in the block stays true until it commits: the lock comes
        before the first read, or the commit finds out.

        Args:
            installation: Whose records are written.
            patience: How long to wait for other writers, 0 or more.

        Raises:
            StoreBusyError: others kept it longer than *patience*, or the same
                thread is already writing and the store cannot tell.
            StoreFullError: no room is left.
            StoreUnavailableError: the store cannot be written.
            ConflictError: another writer has committed since the view was opened,
                or the same thread is already writing. The front door tries the
                former again.
        """

    def recording(
        self, installation: Installation, *, patience: timedelta = timedelta(seconds=60)
    ) -> AbstractContextManager[Usage]:
        """Open the usage of *installation* to record; see `superlicense.ports.usage`.

        It waits for meter months that another block has locked, never for a writer
        that has locked none. (SQLite has one lock for the whole database.)

        Raises:
            StoreBusyError: another block held a lock longer than *patience*.
            StoreFullError: no room is left.
            StoreUnavailableError: the store cannot be written.
            ConflictError: the same thread is already recording.
        """

    def heartbeat(self, installation: Installation) -> Heartbeat | None:
        """Return an object that always shows the newest revision.

        `None` if there is none, as in every store that other
        processes write, too; then the revision is read again after
        `Policy.max_staleness`.
        """
