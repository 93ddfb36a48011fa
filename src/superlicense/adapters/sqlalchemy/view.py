"""A view: one installation as one transaction sees it, to read or to write."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from superlicense.adapters.sqlalchemy.aliases import add_alias, check_direct
from superlicense.adapters.sqlalchemy.columns import micros, read_micros
from superlicense.adapters.sqlalchemy.erasing import begin_erasing, erase
from superlicense.adapters.sqlalchemy.failures import translated_errors
from superlicense.adapters.sqlalchemy.missing_tables import MissingTables
from superlicense.adapters.sqlalchemy.rows import blank_text, check_head, read_entry, read_row, row_values, several
from superlicense.adapters.sqlalchemy.statements import Statements
from superlicense.adapters.sqlalchemy.streams import stream
from superlicense.adapters.sqlalchemy.transactions import begin_again
from superlicense.adapters.sqlalchemy.usage import SqlUsage
from superlicense.errors import ConflictError
from superlicense.model.license import LicenseName
from superlicense.ports import Count, Mark, Revision, StoredEntry, StoredRow, Subject

__all__ = ["SqlView"]

_LOWEST, _HIGHEST = -(2**63), 2**63 - 1
Values = tuple[object, ...]


class SqlView:
    """One view; it is its own `facts` and `journal`.

    Attributes:
        key: The key that everything is stored under.
        revision: The revision it shows, or has made.
        head: What is kept with the revision.
        form: The newest form of a record that the store takes.
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
        self._key = self.key = installation
        self.head: bytes | None = None
        self.facts = self
        self.journal = self
        # What is written is queued here: rows by statement, in order, then entries and their subjects.
        self._rows: list[tuple[str, list[Values]]] = []
        self._journal: list[Values] = []
        self._subjects: list[Values] = []
        self._missing = MissingTables(lambda: self._go_on(lock=lock))
        number, token, recorded_at, sequence, entries, steps, known_from, head, _, form = self._open(lock=lock)
        self.usage = SqlUsage(connection, statements.usage, self._key, reading=self._reading)
        self._sequence: int = sequence
        self._entries: int = entries
        self._steps: int = steps
        self.revision = Revision(number, token)
        self.next_revision = Revision(number + 1, secrets.token_hex(8) if lock else "")
        self.head = head
        self._kept: bytes | None = None
        self._committed: tuple[int | None, int, int] = (recorded_at, sequence, entries)
        self._recorded_at: int | None = recorded_at
        self._known_from: int = known_from
        self._committed_known_from: int = known_from
        self.form: int = 1 if form is None else form
        self._wrote = False

    def _open(self, *, lock: bool, is_alias: bool = False) -> Sequence[Any]:
        """Return the columns of the installation, of the one that it is an alias of where it is one."""
        sql = self._sql
        found = self._one(sql.lock) if lock else self._missing.head(self._one, sql.head, sql.head_alone, sql.any_seal)
        if found is None and lock:
            self._send(sql.begin_installation, [(self._key,)])
            found = self._one(sql.lock)
        columns = check_head(found or self._nothing_yet())
        alias_of = columns[-2]
        if alias_of is None:
            return columns
        check_direct(self.key, alias_of if is_alias else None)
        self._key = self.key = alias_of
        return self._open(lock=lock, is_alias=True)

    def _nothing_yet(self) -> tuple[Any, ...]:
        with translated_errors():
            form = self._connection.exec_driver_sql(self._sql.form).scalar()
        return (0, "", None, 0, 0, 0, 0, None, None, form)

    def _send(self, statement: str, batch: list[Values]) -> int:
        """Run *statement* for each of *batch*, at once, and return how many rows were changed."""
        with self._reading():
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

    def _go_on(self, *, lock: bool) -> bool:
        """Make the transaction usable after an error; false if its lock would be lost."""
        if self._connection.dialect.name == "postgresql":
            if lock:
                return False
            self._begin_again()
        return True

    def _begin_again(self) -> None:
        """Begin the transaction of a view to read again."""
        begin_again(self._connection)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Translate errors; what a sealed store lacks was taken from it."""
        with self._missing.told(sealed=self.head is not None), translated_errors():
            yield

    def _one(self, statement: str, *values: object) -> Any:  # noqa: ANN401 - a row of whatever columns were asked for
        self._flush()
        with self._reading():
            return self._connection.exec_driver_sql(statement, (self._key, *values)).first()

    def _all(self, statement: str, *values: object) -> Sequence[Sequence[Any]]:
        self._flush()
        with self._reading():
            return self._connection.exec_driver_sql(statement, (self._key, *values)).all()

    def _stream(self, statement: str, *values: object) -> Iterator[Sequence[Any]]:
        self._flush()
        with self._reading():
            yield from stream(self._connection, statement, (self._key, *values))

    @property
    def mark(self) -> Mark:
        """How far the committed records go."""
        recorded_at, sequence, entries = self._committed
        return Mark(None if recorded_at is None else read_micros(recorded_at), sequence, entries)

    def add_alias(self, key: str) -> bool:
        """Make *key* another key of this installation; false if it is taken."""
        return add_alias(self._connection, self._sql, self._key, key)

    def running(self, table: str) -> Iterator[StoredRow]:
        """Stream the rows of *table* that have no end, in order."""
        return map(read_row, self._stream(self._sql.running, str(table)))

    def running_in(self, tables: Collection[str]) -> Iterator[StoredRow]:
        """Stream the rows of all *tables* that have no end, in order."""
        return map(read_row, self._stream(self._sql.running_in, several(self._connection, map(str, tables))))

    def running_at(self, table: str, at: datetime) -> Iterator[StoredRow]:
        """Stream the rows of *table* that held at *at*, in order."""
        name, then = str(table), micros(at)
        return map(read_row, self._stream(self._sql.running_at, name, then, self._key, name, then, then))

    def history(self, table: str, key: str | None = None) -> Iterator[StoredRow]:
        """Stream every row of *key*, or of the whole *table*, in order."""
        which = (str(table),) if key is None else (str(table), key)
        statement = self._sql.history if key is None else self._sql.history_of_key
        return map(read_row, self._stream(statement, *which, self._key, *which))

    def rows(self, sequences: Iterable[int]) -> dict[int, StoredRow]:
        """Return the rows of *sequences*."""
        found = map(read_row, self._all(self._sql.some_rows, several(self._connection, sequences)))
        return {row.sequence: row for row in found}

    def counts(self) -> dict[str, Count]:
        """Count the rows of every table that has rows."""
        return {table: Count(ever, ended) for table, ever, ended in self._all(self._sql.counts)}

    def keep_head(self, head: bytes) -> None:
        """Keep *head* with the revision that this block makes."""
        self._kept = head
        self._wrote = True

    def start(self, row: StoredRow) -> None:
        """Keep a new row."""
        if row.end is not None or row.sequence <= self._sequence:
            raise ConflictError(f"row {row.sequence} has an end, or its sequence is taken")
        self._steps += 1
        self._write(self._sql.start, (self._key, *row_values(row, self._steps)))
        self._sequence = row.sequence

    def end(self, row: StoredRow) -> None:
        """Keep the end of a running row."""
        if row.end is None:
            raise ConflictError(f"row {row.sequence} ends without an end")
        self._steps += 1
        which = (self._key, row.sequence, str(row.table), row.key)
        self._write(self._sql.end, (micros(row.end), row.ended_by, self._steps, row.seal, *which))

    def blank(self, key: str) -> None:
        """Blank the personal texts of the user *key*."""
        prefix = f"{key}\n"
        with translated_errors():
            begin_erasing(self._connection)
        for sequence, *record in self._all(self._sql.personal, key, len(prefix), prefix):
            self._write(self._sql.blank, (blank_text(*record), self._key, sequence))
        self._known_from = self.next_revision.number
        self._wrote = True

    def _write(self, statement: str, values: Values) -> None:
        """Queue a row; those of one statement are sent together, and order is kept."""
        if not self._rows or self._rows[-1][0] != statement:
            self._rows.append((statement, []))
        self._rows[-1][1].append(values)
        self._wrote = True

    def append(self, entry: StoredEntry, subjects: Collection[Subject] = ()) -> None:
        """Keep a new entry."""
        number, at, by, kind, record, seal = entry
        if number != self._entries + 1:
            raise ConflictError(f"journal entry {number} comes where {self._entries + 1} is due")
        self._journal.append((self._key, number, micros(at), by, str(kind), record.text, seal))
        self._subjects += ((self._key, *about, number) for about in dict.fromkeys(subjects))
        self._entries = number
        self._recorded_at = None if record.floor is None else micros(record.floor)
        self._wrote = True

    def entries(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        holder: str | None = None,
        license: LicenseName | None = None,
        after: int = 0,
    ) -> Iterator[StoredEntry]:
        """Stream entries in order of their number."""
        period = (after, _LOWEST if since is None else micros(since), _HIGHEST if until is None else micros(until))
        statement, about = {
            (False, False): (self._sql.entries, ()),
            (True, False): (self._sql.entries_of_holder, (self._key, holder)),
            (False, True): (self._sql.entries_of_license, (self._key, str(license))),
            (True, True): (self._sql.entries_of_both, (self._key, holder, str(license))),
        }[holder is not None, license is not None]
        return map(read_entry, self._stream(statement, *period, *about))

    def rows_since(self, revision: Revision) -> tuple[StoredRow, ...] | None:
        """Return what was written after *revision*, `None` if it is unknown."""
        if revision == self.revision:
            return ()
        if not self._committed_known_from <= revision.number <= self.revision.number:
            return None
        found = ("", 0, 0) if revision.number == 0 else self._one(self._sql.token, revision.number)
        if found is None or found[0] != revision.token:
            return None
        _, steps, sequence = found
        started = [(one[0], read_row(one[1:]).started()) for one in self._all(self._sql.started_since, sequence)]
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
            erase(self._connection, self._sql.rows)
            advanced = self._connection.exec_driver_sql(
                self._sql.advance,
                (
                    *made,
                    self._recorded_at,
                    self._sequence,
                    self._entries,
                    self._steps,
                    self._known_from,
                    head,
                    self._key,
                    *self.revision,
                ),
            ).first()
        if advanced is None:
            raise ConflictError(f"revision {self.revision.number} is no longer the newest")
        self._send(self._sql.remember, [(self._key, *made, self._steps, self._sequence)])
        self.revision, self.head = made, head
        self._committed = (self._recorded_at, self._sequence, self._entries)
