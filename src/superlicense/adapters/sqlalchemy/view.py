"""A view: one installation as one transaction sees it, to read or to write."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import starmap
from typing import Any

from attrs import evolve
from sqlalchemy import Connection

from superlicense.adapters.sqlalchemy.columns import micros, read_micros
from superlicense.adapters.sqlalchemy.failures import translated_errors
from superlicense.adapters.sqlalchemy.rows import as_started, read_entry, read_row, subjects_of
from superlicense.adapters.sqlalchemy.statements import Statements
from superlicense.adapters.sqlalchemy.streams import stream
from superlicense.adapters.sqlalchemy.usage import SqlUsage
from superlicense.codec import ENTRY, dump_noun
from superlicense.errors import ConflictError
from superlicense.model.journal import JournalEntry
from superlicense.model.license import LicenseName
from superlicense.model.row import Row, Table
from superlicense.ports import Count, Mark, Revision

__all__ = ["SqlView"]

_LOWEST, _HIGHEST = -(2**63), 2**63 - 1
Values = tuple[object, ...]


class SqlView:
    """One view; it is its own `facts` and `journal`.

    Attributes:
        revision: The revision it shows, or has made.
        head: What is kept with the revision.
        next_revision: The revision it makes if it writes; nothing to a reader.
        usage: The usage.
    """

    def __init__(self, connection: Connection, statements: Statements, installation: str, *, lock: bool) -> None:
        """Open a view of *installation*; with *lock* as its only writer.

        Raises:
            StoreError: the database failed.
        """
        self._connection = connection
        self._sql = statements
        self._key = installation
        self.facts = self
        self.journal = self
        self.usage = SqlUsage(connection, statements.usage, installation)
        # What is written is queued here: rows by statement, in order, then entries and their subjects.
        self._rows: list[tuple[str, list[Values]]] = []
        self._journal: list[Values] = []
        self._subjects: list[Values] = []
        found = self._one(statements.lock if lock else statements.head)
        if found is None and lock:
            self._send(statements.begin_installation, [(installation,)])
            found = self._one(statements.lock)
        found = found or (0, "", None, 0, 0, 0, None)
        number, token, recorded_at, sequence, entries, steps, head = found
        self._sequence: int = sequence
        self._entries: int = entries
        self._steps: int = steps
        self.revision = Revision(number, token)
        self.next_revision = Revision(number + 1, secrets.token_hex(8) if lock else "")
        self.head: bytes | None = head
        self._kept: bytes | None = None
        self._committed: tuple[int | None, int, int] = (recorded_at, sequence, entries)
        self._recorded_at: int | None = recorded_at
        self._wrote = False

    def _send(self, statement: str, batch: list[Values]) -> int:
        """Run *statement* for each of *batch*, at once, and return how many rows were changed."""
        with translated_errors():
            return self._connection.exec_driver_sql(statement, batch[0] if len(batch) == 1 else batch).rowcount

    def _flush(self) -> None:
        """Send what is queued.

        Raises:
            ConflictError: something does not fit what is stored.
        """
        for statement, batch in self._rows:
            touched = self._send(statement, batch)
            if statement == self._sql.end and touched != len(batch):
                raise ConflictError("a row that is to end does not run")
        self._rows = []
        for statement, waiting in ((self._sql.append, self._journal), (self._sql.subject, self._subjects)):
            if waiting:
                self._send(statement, waiting)
                waiting.clear()

    def _one(self, statement: str, *values: object) -> Any:  # noqa: ANN401 - a row of whatever columns were asked for
        self._flush()
        with translated_errors():
            return self._connection.exec_driver_sql(statement, (self._key, *values)).first()

    def _all(self, statement: str, *values: object) -> Sequence[Sequence[Any]]:
        self._flush()
        with translated_errors():
            return self._connection.exec_driver_sql(statement, (self._key, *values)).all()

    def _stream(self, statement: str, *values: object) -> Iterator[Sequence[Any]]:
        self._flush()
        yield from stream(self._connection, statement, (self._key, *values))

    @property
    def mark(self) -> Mark:
        """How far the committed records go."""
        recorded_at, sequence, entries = self._committed
        return Mark(None if recorded_at is None else read_micros(recorded_at), sequence, entries)

    def running(self, table: Table) -> Iterator[Row[Any]]:
        """Stream the rows of *table* that have no end, in order."""
        return map(read_row, self._stream(self._sql.running, str(table)))

    def running_at(self, table: Table, at: datetime) -> Iterator[Row[Any]]:
        """Stream the rows of *table* that held at *at*, in order."""
        return map(read_row, self._stream(self._sql.running_at, str(table), micros(at), micros(at)))

    def history(self, table: Table, key: str | None = None) -> Iterator[Row[Any]]:
        """Stream every row of *key*, or of the whole *table*, in order."""
        if key is None:
            return map(read_row, self._stream(self._sql.history, str(table)))
        return map(read_row, self._stream(self._sql.history_of_key, str(table), key))

    def counts(self) -> dict[Table, Count]:
        """Count the rows of every table."""
        found = {kind: Count(ever, ended) for kind, ever, ended in self._all(self._sql.counts)}
        return {table: found.get(table, Count(0, 0)) for table in Table}

    def keep_head(self, head: bytes) -> None:
        """Keep *head* with the revision that this block makes."""
        self._kept = head
        self._wrote = True

    def start(self, row: Row[Any]) -> None:
        """Keep a new row."""
        if row.end is not None or row.sequence <= self._sequence:
            raise ConflictError(f"row {row.sequence} has an end, or its sequence is taken")
        self._steps += 1
        self._write(
            self._sql.start,
            (
                self._key,
                row.sequence,
                str(row.table),
                row.key,
                micros(row.start),
                row.started_by,
                self._steps,
                dump_noun(row.table, row.noun),
                row.document,
                row.seal,
            ),
        )
        self._sequence = row.sequence
        self._note(row)

    def end(self, row: Row[Any]) -> None:
        """Keep the end of a running row."""
        if row.end is None:
            raise ConflictError(f"row {row.sequence} ends without an end")
        self._steps += 1
        self._write(
            self._sql.end,
            (
                micros(row.end),
                row.ended_by,
                self._steps,
                row.seal,
                self._key,
                row.sequence,
                str(row.table),
                row.key,
            ),
        )
        self._note(row)

    def _write(self, statement: str, values: Values) -> None:
        """Queue a row; those of one statement are sent together, and order is kept."""
        if not self._rows or self._rows[-1][0] != statement:
            self._rows.append((statement, []))
        self._rows[-1][1].append(values)

    def _note(self, row: Row[Any]) -> None:
        self._wrote = True
        newest = micros(row.instant)
        self._recorded_at = newest if self._recorded_at is None else max(self._recorded_at, newest)

    def append(self, entry: JournalEntry) -> None:
        """Keep a new entry."""
        if entry.number != self._entries + 1:
            raise ConflictError(f"journal entry {entry.number} comes where {self._entries + 1} is due")
        # The seal has a column of its own.
        written = ENTRY.dumps(entry if entry.seal is None else evolve(entry, seal=None))
        self._journal.append((self._key, entry.number, micros(entry.at), written, entry.seal))
        self._subjects += ((self._key, entry.number, *about) for about in subjects_of(entry))
        self._entries = entry.number
        self._wrote = True

    def entries(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        holder: str | None = None,
        license: LicenseName | None = None,
    ) -> Iterator[JournalEntry]:
        """Stream entries in order of their number."""
        period = (_LOWEST if since is None else micros(since), _HIGHEST if until is None else micros(until))
        statement, about = {
            (False, False): (self._sql.entries, ()),
            (True, False): (self._sql.entries_of_holder, (self._key, holder)),
            (False, True): (self._sql.entries_of_license, (self._key, str(license))),
            (True, True): (self._sql.entries_of_both, (self._key, holder, str(license))),
        }[holder is not None, license is not None]
        return starmap(read_entry, self._stream(statement, *period, *about))

    def rows_since(self, revision: Revision) -> tuple[Row[Any], ...] | None:
        """Return what was written after *revision*, `None` if it is unknown."""
        if revision == self.revision:
            return ()
        if revision == Revision(0, ""):
            known, steps = True, 0
        else:
            found = self._one(self._sql.token, revision.number)
            known, steps = (False, 0) if found is None else (found[0] == revision.token, found[1])
        if not known or revision.number > self.revision.number:
            return None
        started = [(one[0], as_started(read_row(one[1:]))) for one in self._all(self._sql.started_since, steps)]
        ended = [(one[0], read_row(one[1:])) for one in self._all(self._sql.ended_since, steps)]
        in_order = sorted((*started, *ended), key=lambda step: step[0])
        # In a transaction of the host's, what was committed since this view was opened shows as well.
        return tuple(row for step, row in in_order if step <= self._steps)

    def conclude(self) -> None:
        """Make a revision of what was written, if anything was.

        Raises:
            ConflictError: another writer has made one meanwhile.
            StoreError: the database failed.
        """
        if not self._wrote:
            return
        self._flush()
        made = self.next_revision
        head = self.head if self._kept is None else self._kept
        with translated_errors():
            advanced = self._connection.exec_driver_sql(
                self._sql.advance,
                (
                    *made,
                    self._recorded_at,
                    self._sequence,
                    self._entries,
                    self._steps,
                    head,
                    self._key,
                    *self.revision,
                ),
            ).first()
        if advanced is None:
            raise ConflictError(f"revision {self.revision.number} is no longer the newest")
        self._send(self._sql.remember, [(self._key, *made, self._steps)])
        self.revision, self.head = made, head
        self._committed = (self._recorded_at, self._sequence, self._entries)
