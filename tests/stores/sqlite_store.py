"""A small store on the standard library's sqlite3: it proves that a database can keep the promises of the ports.

One connection a view. A writer takes SQLite's only write lock first (``BEGIN
IMMEDIATE``); a reader sees the state of its beginning (write-ahead log).
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import local
from typing import Any

from superlicense.errors import ConflictError, StoreBusyError, StoreError, StoreFullError, StoreUnavailableError
from superlicense.model.change import JournalEntry
from superlicense.model.fact import Row, Table
from superlicense.model.license import LicenseName
from superlicense.model.site import Installation
from superlicense.ports import Count, Mark, Revision, touches
from superlicense.records import dump_entry, dump_row, instant_text, load_entry, load_row, read_instant

# In every statement ?1 is the installation.
SCHEMA = """
CREATE TABLE IF NOT EXISTS installation (
    installation TEXT PRIMARY KEY, number INTEGER NOT NULL, token TEXT NOT NULL,
    recorded_at TEXT, sequence INTEGER NOT NULL, entries INTEGER NOT NULL, head BLOB
) STRICT;
CREATE TABLE IF NOT EXISTS row (
    installation TEXT NOT NULL, sequence INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
    started_at TEXT NOT NULL, ended_at TEXT, record TEXT NOT NULL, PRIMARY KEY (installation, sequence)
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS running ON row (installation, kind, key) WHERE ended_at IS NULL;
CREATE INDEX IF NOT EXISTS history ON row (installation, kind, key, started_at, sequence);
CREATE TABLE IF NOT EXISTS written (
    installation TEXT NOT NULL, number INTEGER NOT NULL, place INTEGER NOT NULL, record TEXT NOT NULL,
    PRIMARY KEY (installation, number, place)
) STRICT;
CREATE TABLE IF NOT EXISTS made (
    installation TEXT NOT NULL, number INTEGER NOT NULL, token TEXT NOT NULL, PRIMARY KEY (installation, number)
) STRICT;
CREATE TABLE IF NOT EXISTS entry (
    installation TEXT NOT NULL, number INTEGER NOT NULL, at TEXT NOT NULL, record TEXT NOT NULL,
    PRIMARY KEY (installation, number)
) STRICT;
"""
ROWS = "SELECT record FROM row WHERE installation = ?1 AND kind = ?2"
END = """
UPDATE row SET ended_at = ?5, record = ?6
WHERE installation = ?1 AND sequence = ?2 AND kind = ?3 AND key = ?4 AND ended_at IS NULL
"""
IN_ORDER = "ORDER BY started_at, sequence"


def ours(error: sqlite3.Error) -> StoreError:
    """Give the error of the family for one of the driver's."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return StoreBusyError(str(error))
    if code == sqlite3.SQLITE_FULL:
        return StoreFullError(str(error))
    return ConflictError(str(error)) if code == sqlite3.SQLITE_CONSTRAINT else StoreUnavailableError(str(error))


class View:
    """One view of one installation; it is its own `facts` and `journal`."""

    def __init__(self, connection: sqlite3.Connection, installation: str, begin: str) -> None:
        self._connection = connection
        self._key = installation
        self.facts = self.journal = self
        self._written: list[Row[Any]] = []
        self._do(begin, bare=True)
        # The first read fixes what a deferred transaction shows.
        held = self._all(
            "SELECT number, token, recorded_at, sequence, entries, head FROM installation WHERE installation = ?1"
        )
        number, token, recorded_at, self._sequence, self._entries, self.head = next(held, (0, "", None, 0, 0, None))
        self._kept: bytes | None = None
        self.revision = Revision(number, token)
        self.next_revision = Revision(number + 1, secrets.token_hex(8))
        self.mark = Mark(None if recorded_at is None else read_instant(recorded_at), self._sequence, self._entries)

    def _do(self, statement: str, *values: object, bare: bool = False) -> int:
        try:
            return self._connection.execute(statement, () if bare else (self._key, *values)).rowcount
        except sqlite3.Error as error:
            raise ours(error) from error

    def _all(self, statement: str, *values: object) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._connection.execute(statement, (self._key, *values))
        except sqlite3.Error as error:
            raise ours(error) from error

    def _rows(self, statement: str, *values: object) -> Iterator[Row[Any]]:
        return (load_row(record) for (record,) in self._all(statement, *values))

    def running(self, table: Table) -> Iterator[Row[Any]]:
        return self._rows(f"{ROWS} AND ended_at IS NULL {IN_ORDER}", table)

    def running_at(self, table: Table, at: datetime) -> Iterator[Row[Any]]:
        holds = "started_at <= ?3 AND (ended_at IS NULL OR ended_at > ?3)"
        return self._rows(f"{ROWS} AND {holds} {IN_ORDER}", table, instant_text(at))

    def history(self, table: Table, key: str | None = None) -> Iterator[Row[Any]]:
        if key is None:
            return self._rows(f"{ROWS} {IN_ORDER}", table)
        return self._rows(f"{ROWS} AND key = ?3 {IN_ORDER}", table, key)

    def counts(self) -> dict[Table, Count]:
        counted = self._all("SELECT kind, COUNT(*), COUNT(ended_at) FROM row WHERE installation = ?1 GROUP BY kind")
        found = {kind: Count(ever, ended) for kind, ever, ended in counted}
        return {table: found.get(table, Count(0, 0)) for table in Table}

    def keep_head(self, head: bytes) -> None:
        self._kept = head

    def start(self, row: Row[Any]) -> None:
        if row.end is not None or row.sequence <= self._sequence:
            raise ConflictError(f"row {row.sequence} has an end, or its sequence is taken")
        values = (row.sequence, row.table, row.key, instant_text(row.start), dump_row(row))
        self._do("INSERT INTO row VALUES (?1, ?2, ?3, ?4, ?5, NULL, ?6)", *values)
        self._sequence = row.sequence
        self._written.append(row)

    def end(self, row: Row[Any]) -> None:
        if row.end is None:
            raise ConflictError(f"row {row.sequence} ends without an end")
        values = (row.sequence, row.table, row.key, instant_text(row.end), dump_row(row))
        if self._do(END, *values) != 1:
            raise ConflictError(f"row {row.sequence} of {row.table}/{row.key} does not run")
        self._written.append(row)

    def append(self, entry: JournalEntry) -> None:
        if entry.number != self._entries + 1:
            raise ConflictError(f"journal entry {entry.number} comes where {self._entries + 1} is due")
        self._do("INSERT INTO entry VALUES (?1, ?2, ?3, ?4)", entry.number, instant_text(entry.at), dump_entry(entry))
        self._entries = entry.number

    def entries(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        holder: str | None = None,
        license: LicenseName | None = None,
    ) -> Iterator[JournalEntry]:
        first = "" if since is None else instant_text(since)
        last = "~" if until is None else instant_text(until)
        held = self._all(
            "SELECT record FROM entry WHERE installation = ?1 AND at >= ?2 AND at < ?3 ORDER BY number", first, last
        )
        found = (load_entry(record) for (record,) in held)
        return (entry for entry in found if touches(entry, holder=holder, license=license))

    def rows_since(self, revision: Revision) -> tuple[Row[Any], ...] | None:
        known = (
            (0, ""),
            *self._all("SELECT number, token FROM made WHERE installation = ?1 AND number = ?2", revision.number),
        )
        if tuple(revision) not in known:
            return None
        after = "SELECT record FROM written WHERE installation = ?1 AND number > ?2 ORDER BY number, place"
        return tuple(self._rows(after, revision.number))

    def commit(self) -> None:
        """Make a revision of what was written, if anything was."""
        if self._written or self._entries != self.mark.entries or self._kept is not None:
            self.revision = self.next_revision
            self.head = self.head if self._kept is None else self._kept
            known = () if self.mark.recorded_at is None else (self.mark.recorded_at,)
            newest = max((*known, *(row.instant for row in self._written)), default=None)
            self.mark = Mark(newest, self._sequence, self._entries)
            self._do("INSERT INTO made VALUES (?1, ?2, ?3)", *self.revision)
            for place, row in enumerate(self._written):
                self._do("INSERT INTO written VALUES (?1, ?2, ?3, ?4)", self.revision.number, place, dump_row(row))
            recorded_at = None if newest is None else instant_text(newest)
            values = (*self.revision, recorded_at, self._sequence, self._entries, self.head)
            self._do("INSERT OR REPLACE INTO installation VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", *values)
        self._do("COMMIT", bare=True)


class SqliteStore:
    """Keeps installations in one database file."""

    view_type = View

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writing = local()
        with closing(self._connect(timedelta(seconds=60))) as connection:
            connection.executescript(f"PRAGMA journal_mode = WAL; {SCHEMA}")

    def _connect(self, patience: timedelta) -> sqlite3.Connection:
        try:
            # Without an isolation level the module begins nothing by itself.
            return sqlite3.connect(self.path, timeout=patience.total_seconds(), isolation_level=None)
        except sqlite3.Error as error:
            raise ours(error) from error

    @contextmanager
    def reading(self, installation: Installation) -> Iterator[View]:
        with closing(self._connect(timedelta(seconds=60))) as connection:
            yield self.view_type(connection, installation.key, "BEGIN")

    @contextmanager
    def writing(self, installation: Installation, *, patience: timedelta = timedelta(seconds=60)) -> Iterator[View]:
        if getattr(self._writing, "now", False):
            raise ConflictError("this thread is writing already")
        # Closing a connection undoes what it has not committed.
        with closing(self._connect(patience)) as connection:
            view = self.view_type(connection, installation.key, "BEGIN IMMEDIATE")
            self._writing.now = True
            try:
                yield view
                view.commit()
            finally:
                self._writing.now = False

    def heartbeat(self, installation: Installation) -> None:
        del installation  # other processes may write, too
