"""A view of one installation in a key-value store: its own `facts` and `journal`."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from superlicense.adapters.key_value_keys import InstallationKeys, add_alias, number_text
from superlicense.adapters.key_value_usage import KeyValueUsage
from superlicense.codec import FORM, EntryRecord, Record, read_instant, record_instant
from superlicense.errors import ConflictError, StoreUnusableError
from superlicense.model.license import LicenseName
from superlicense.ports import Count, Mark, Revision, StoredEntry, StoredRow, Subject, touches

if TYPE_CHECKING:
    from superlicense.adapters.key_value import KeyValueTransaction

__all__ = ["KeyValueView", "read_revision"]


def read_revision(transaction: KeyValueTransaction, installation: str) -> Revision:
    """Return the revision of the installation with this key.

    Raises:
        StoreUnavailableError: it cannot be read.
    """
    number, token, *_ = _state(InstallationKeys(transaction, installation).get("state"))
    return Revision(number, token)


def _state(text: str | None) -> Sequence[Any]:
    return (0, "", None, 0, 0, 0, None, FORM) if text is None else _load(text, "the state")


class KeyValueView(InstallationKeys):
    """One view; it writes into the transaction, so that a block sees what it has written.

    Attributes:
        key: The key that everything is stored under.
        revision: The revision it shows, or has made.
        next_revision: The revision it makes if it writes.
        mark: How far the committed records go.
        head: The head.
        form: The newest form of a record that the store takes.
        usage: The usage.
    """

    def __init__(self, transaction: KeyValueTransaction, installation: str) -> None:
        """Open a view of *installation*."""
        super().__init__(transaction, installation)
        self.facts = self.journal = self
        self.usage = KeyValueUsage(transaction, installation)
        self._steps = 0
        self._touched = False
        number, token, floor, sequence, entries, known_from, head, form = _state(self.get("state"))
        self._floor: str | None = floor
        self._sequence: int = sequence
        self._entries: int = entries
        self._known_from: int = known_from
        self._committed_known_from: int = known_from
        self.form: int = form
        self.revision = Revision(number, token)
        self.next_revision = Revision(number + 1, secrets.token_hex(8))
        self.mark = self._present_mark()
        self.head = self._kept = None if head is None else bytes.fromhex(head)

    def _present_mark(self) -> Mark:
        return Mark(None if self._floor is None else read_instant(self._floor), self._sequence, self._entries)

    # Rows

    def _row(self, sequence: int | str) -> StoredRow | None:
        text = self._transaction.get(self._key("row", number_text(int(sequence))))
        return None if text is None else _load_row(text)

    def _rows(self, *parts: str) -> Iterator[StoredRow]:
        for sequence in self._under(*parts):
            row = self._row(sequence)
            if row is None:
                raise StoreUnusableError(f"row {sequence} is missing")
            yield row

    def running(self, table: str) -> Iterator[StoredRow]:
        """Stream the rows of *table* that have no end, in order."""
        return self._rows("run", table)

    def running_at(self, table: str, at: datetime) -> Iterator[StoredRow]:
        """Stream the rows of *table* that held at *at*, in order."""
        return (row for row in self._rows("in", table) if row.holds_at(at))

    def history(self, table: str, key: str | None = None) -> Iterator[StoredRow]:
        """Stream every row of *key*, or of the whole *table*, in order."""
        return self._rows("in", table) if key is None else self._rows("of", table, key)

    def rows(self, sequences: Iterable[int]) -> dict[int, StoredRow]:
        """Return the rows of *sequences*."""
        found = ((sequence, self._row(sequence)) for sequence in sequences)
        return {sequence: row for sequence, row in found if row is not None}

    def counts(self) -> dict[str, Count]:
        """Count the rows of every table that has rows."""
        found: dict[str, Count] = {}
        for row in map(_load_row, self._under("row")):
            ever, ended = found.get(row.table, (0, 0))
            found[row.table] = Count(ever + 1, ended + (row.end is not None))
        return found

    def start(self, row: StoredRow) -> None:
        """Keep a new row."""
        now = self._key("now", row.table, row.key)
        if row.end is not None or row.sequence <= self._sequence or self._transaction.get(now) is not None:
            raise ConflictError(f"row {row.sequence} of {row.table}/{row.key} does not fit")
        self._sequence = row.sequence
        place = _place(row)
        self._transaction.put(now, "\0".join(place))
        for parts in (("in", row.table), ("run", row.table), ("of", row.table, row.key)):
            self._transaction.put(self._key(*parts, *place), str(row.sequence))
        self._keep(row)
        self._log(str(row.sequence))

    def end(self, row: StoredRow) -> None:
        """Keep the end of a running row."""
        now = self._key("now", row.table, row.key)
        if row.end is None or self._transaction.get(now) != "\0".join(_place(row)):
            raise ConflictError(f"row {row.sequence} of {row.table}/{row.key} does not run")
        self._transaction.delete(now)
        self._transaction.delete(self._key("run", row.table, *_place(row)))
        self._keep(row)
        self._log(str(-row.sequence))

    def blank(self, key: str) -> None:
        """Blank the personal texts of the user *key*."""
        # A row is stored once, and its log has no copy.
        for row in (*self.history("users", key), *self.history("assignments")):
            if row.table == "users" or row.key.startswith(f"{key}\n"):
                self._keep(row._replace(record=row.record.blanked()))
        self._known_from = self.next_revision.number
        self._touched = True

    def _keep(self, row: StoredRow) -> None:
        self._transaction.put(self._key("row", number_text(row.sequence)), _row_text(row))
        self._touched = True

    def _log(self, step: str) -> None:
        self._transaction.put(self._key("log", number_text(self.next_revision.number), number_text(self._steps)), step)
        self._steps += 1

    # The journal

    def append(self, entry: StoredEntry, subjects: Collection[Subject] = ()) -> None:
        """Keep a new entry."""
        number, at, by, kind, record, seal = entry
        if number != self._entries + 1:
            raise ConflictError(f"entry {number} comes where {self._entries + 1} is due")
        told = (number, record_instant(at), by, str(kind), record.text, _hex(seal), sorted(set(subjects)))
        self._transaction.put(self._key("entry", number_text(number)), json.dumps(told))
        self._entries = number
        self._floor = None if record.floor is None else record_instant(record.floor)
        self._touched = True

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
        first = self._key("entry", number_text(after + 1))
        for text in self._transaction.scan(first, self._key("entry") + "\1"):
            number, at, by, kind, record, seal, subjects = _load(text, "a journal entry")
            entry = StoredEntry(number, read_instant(at), by, kind, EntryRecord(record), _bytes(seal))
            if (since is not None and entry.at < since) or (until is not None and entry.at >= until):
                continue
            if touches(subjects, holder=holder, license=license):
                yield entry

    # The view itself

    def add_alias(self, key: str) -> bool:
        """Make *key* another key of this installation; false if it is taken."""
        return add_alias(self._transaction, self.key, key)

    def keep_head(self, head: bytes) -> None:
        """Keep *head* with the revision that this block makes."""
        self._kept = head
        self._touched = True

    def rows_since(self, revision: Revision) -> tuple[StoredRow, ...] | None:
        """Return what was written after *revision*, `None` if it is unknown."""
        number = revision.number
        token = "" if number == 0 else self._transaction.get(self._key("made", number_text(number)))
        if revision.token != token or not self._committed_known_from <= number <= self.revision.number:
            return None
        # What this block has written itself it has not missed.
        first, last = (self._key("log", number_text(one.number)) + "\1" for one in (revision, self.revision))
        found = []
        for step in map(int, self._transaction.scan(first, last)):
            row = self._row(abs(step))
            if row is not None:
                found.append(row if step < 0 else row.started())
        return tuple(found)

    def conclude(self, kind: type[BaseException] | None, *_: object) -> None:
        """Commit what was written, unless the block has failed."""
        if kind is not None:
            return
        if self._touched:
            made, head = self.next_revision, self._kept
            state = (*made, self._floor, self._sequence, self._entries, self._known_from, _hex(head), self.form)
            self._transaction.put(self._key("state"), json.dumps(state))
            self._transaction.put(self._key("made", number_text(made.number)), made.token)
        self._transaction.commit()
        if self._touched:
            self.revision, self.head, self.mark = self.next_revision, self._kept, self._present_mark()


def _place(row: StoredRow) -> tuple[str, str]:
    return record_instant(row.start), number_text(row.sequence)


def _row_text(row: StoredRow) -> str:
    record = row.record
    return json.dumps(
        (
            str(row.table),
            row.key,
            record_instant(row.start),
            row.started_by,
            row.sequence,
            record.form,
            record.text,
            record.personal_text,
            None if row.end is None else record_instant(row.end),
            row.ended_by,
            _hex(row.document),
            _hex(row.seal),
        )
    )


def _load_row(text: str) -> StoredRow:
    table, key, start, started_by, sequence, form, record, personal, end, ended_by, document, seal = _load(
        text, "a row"
    )
    return StoredRow(
        table,
        key,
        read_instant(start),
        started_by,
        sequence,
        Record(table, text=record, form=form, personal_text=personal),
        None if end is None else read_instant(end),
        ended_by,
        _bytes(document),
        _bytes(seal),
    )


def _load(text: str, what: str) -> Any:  # noqa: ANN401 - what was written
    try:
        return json.loads(text)
    except ValueError as error:
        raise StoreUnusableError(f"{what} is corrupt: {error}") from error


def _hex(value: bytes | None) -> str | None:
    return None if value is None else value.hex()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)
