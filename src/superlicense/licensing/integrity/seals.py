"""Sealing: what is sealed of rows, journal entries and heads, and how a seal is checked.

Rule 1: the seal of a row covers all of it but the seal itself, and which
installation it belongs to. An end is part of it, so a row that has ended has
another seal than before.

Rule 2: the journal is a chain: the seal of an entry covers its rows and the
seal of the entry before it.

Rule 3: the head says what there has to be: the revision, how far the records
go, how many rows every table has, and the seal of the newest entry.

Source: documents.md, "Seals on stored rows".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from superlicense.codec import CROSSING, dump_noun, read_instant, record_instant
from superlicense.codec.records import RECORD_READER, dump_json
from superlicense.document.seal import derive, encode, is_seal, make_seal
from superlicense.errors import InvalidValueError, SuperlicenseError
from superlicense.model.journal import JournalEntry
from superlicense.model.meter_month import UsageRow
from superlicense.model.month import Month
from superlicense.model.row import Row, Table
from superlicense.model.site import Installation
from superlicense.model.usage import Crossing
from superlicense.ports import Count, Mark, Revision

__all__ = ["Head", "Seals", "noted_head", "nothing_counted", "read_noted_head"]

_LONGEST_NUMBER: Final = 18
_SEAL_DIGITS: Final = 64


class Head(NamedTuple):
    """What a store has to hold at one revision.

    Attributes:
        revision: Which one.
        mark: How far its records go.
        counts: How many rows every table has.
        journal: Seal of the newest journal entry, `None` while there is none.
    """

    revision: Revision
    mark: Mark
    counts: Mapping[Table, Count]
    journal: bytes | None


def nothing_counted() -> dict[Table, Count]:
    """Return the counts of an installation without any stored rows."""
    return dict.fromkeys(Table, Count(0, 0))


def noted_head(head: Head | None) -> str | None:
    """Return *head* in a form to be noted elsewhere: number and seal of the newest journal entry.

    `None` while nothing is written, or where the head cannot be trusted.
    """
    return None if head is None or head.journal is None else f"{head.mark.entries}-{head.journal.hex()}"


def read_noted_head(text: object) -> tuple[int, bytes]:
    """Read what `noted_head` returned: number and seal of a journal entry.

    Raises:
        InvalidValueError: *text* is not such a form.
    """
    if isinstance(text, str):
        number, _, seal = text.partition("-")
        digits = number.isascii() and number.isdecimal() and len(number) <= _LONGEST_NUMBER
        if digits and len(seal) == _SEAL_DIGITS and not set(seal) - set("0123456789abcdef"):
            return int(number), bytes.fromhex(seal)
    raise InvalidValueError("earlier_head", text, "must be a value that seal_head returned")


class Seals:
    """Makes and checks the seals of one installation."""

    __slots__ = ("_home", "_key")

    def __init__(self, seal_key: bytes, installation: Installation) -> None:
        """Derive the key of *installation* from *seal_key*.

        Raises:
            InvalidValueError: *seal_key* is not 32 bytes.
        """
        self._key = derive(seal_key, installation.key)
        self._home = encode([installation.database_id, installation.serial_number])

    def row(self, row: Row[Any]) -> bytes:
        """Make the seal that *row* has to have."""
        return make_seal(self._key, self._written(row))

    def holds(self, row: Row[Any]) -> bool:
        """Return whether the seal of *row* matches its contents."""
        return is_seal(self.row(row), row.seal)

    def _written(self, row: Row[Any]) -> bytes:
        columns = (
            *(row.table, row.key, row.start, row.started_by, row.sequence),
            *(row.end, row.ended_by, row.document, dump_noun(row.table, row.noun)),
        )
        return b"row" + self._home + encode(columns)

    def entry(self, entry: JournalEntry, previous: bytes | None, rows: Iterable[bytes] | None = None) -> bytes:
        """Make the seal that *entry* has to have.

        Args:
            entry: An entry, whose own seal does not count.
            previous: Seal of the entry before it, `None` for the first.
            rows: Seals of what was before and after, where they are known.
        """
        sealed = [*map(self.row, (*entry.before, *entry.after))] if rows is None else list(rows)
        month = None if entry.month is None else _text_of(entry.month)
        told = [entry.number, entry.at, entry.by, entry.kind, month, len(entry.before), sealed, previous]
        return make_seal(self._key, b"entry" + self._home + encode(told))

    def entry_holds(self, entry: JournalEntry, previous: bytes | None) -> bool:
        """Return whether the seal of *entry* matches its contents and its place; its rows have none."""
        bare = all(row.seal is None for row in (*entry.before, *entry.after))
        return bare and is_seal(self.entry(entry, previous), entry.seal)

    def event(self, row: UsageRow) -> bytes:
        """Make the seal that an accepted event has to have."""
        event = row.event
        values = (
            *(event.source, event.id, event.meter, event.quantity, event.at, event.corrects),
            *(_text_of(row.month), _text_of(row.counted_in), row.position, row.recorded_at, row.recorded_by),
        )
        return make_seal(self._key, b"usage event" + self._home + encode(values))

    def usage(self, label: bytes, *stored: object) -> bytes:
        """Return the seal of what is *stored* of usage under *label*: its columns and the text of its record."""
        return make_seal(self._key, label + self._home + encode(stored))

    def crossing(self, number: int, crossing: Crossing, previous: bytes) -> bytes:
        """Make the seal of *crossing*, which also stands for those before it: *previous* is theirs."""
        return make_seal(
            self._key, b"usage crossing" + self._home + encode([number, CROSSING.dumps(crossing), previous])
        )

    def head(self, head: Head) -> bytes:
        """Write *head* with its seal, as text in ASCII."""
        told = {
            "revision": list(head.revision),
            "recorded_at": None if head.mark.recorded_at is None else record_instant(head.mark.recorded_at),
            "sequence": head.mark.sequence,
            "entries": head.mark.entries,
            "counts": {str(table): list(head.counts[table]) for table in Table},
            "journal": None if head.journal is None else head.journal.hex(),
        }
        seal = make_seal(self._key, b"head" + self._home + encode(told))
        return dump_json({**told, "seal": seal.hex()}).encode("ascii")

    def read_head(self, written: bytes) -> Head | None:
        """Read what `head` wrote; `None` if it did not write that, or for another installation."""
        try:
            head = _head(RECORD_READER.read(written))
            wrote = self.head(head)
        except (ValueError, KeyError, TypeError, AttributeError, SuperlicenseError):
            # Whatever it says, nobody who has the key has said it.
            return None
        return head if is_seal(wrote, written) else None


def _head(told: Any) -> Head:  # noqa: ANN401 - what a text says, right or wrong
    recorded_at = told["recorded_at"]
    return Head(
        revision=Revision(*told["revision"]),
        mark=Mark(None if recorded_at is None else read_instant(recorded_at), told["sequence"], told["entries"]),
        counts={table: Count(*told["counts"][table]) for table in Table},
        journal=None if told["journal"] is None else bytes.fromhex(told["journal"]),
    )


@lru_cache(maxsize=256)
def _text_of(month: Month) -> str:
    return str(month)
