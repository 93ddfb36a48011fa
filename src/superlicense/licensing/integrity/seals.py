"""Sealing: what is sealed of rows, journal entries and heads, and how a seal is checked.

Rule 1: the seal of a row covers the stored bytes of its record, its other
columns, and which installation it belongs to. It is checked before the record is
read. An end is part of it, so a row that has ended has another seal than before.

Rule 2: the journal is a chain: the seal of an entry covers its stored bytes,
which name rows by digest, and the seal of the entry before it.

Rule 3: the head says what there has to be: the revision, how far the records
go, how many rows every table with rows has, and the seal of the newest entry.

Source: documents.md, "Seals on stored rows".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from superlicense.codec import CROSSING, read_instant, record_instant
from superlicense.codec.records import RECORD_READER, dump_json
from superlicense.document.seal import derive, encode, is_seal, make_seal
from superlicense.errors import InvalidValueError, StoreNewerError, SuperlicenseError
from superlicense.licensing.integrity.row_bytes import row_bytes
from superlicense.model.meter_month import UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import Crossing
from superlicense.ports import Count, Mark, Revision, StoredEntry, StoredRow

__all__ = ["Head", "Seals", "noted_head", "read_noted_head"]

_LONGEST_NUMBER: Final = 18
_SEAL_DIGITS: Final = 64


class Head(NamedTuple):
    """What a store has to hold at one revision.

    Attributes:
        revision: Which one.
        mark: How far its records go.
        counts: How many rows each table has, of those that have any; a newer
            version may have more tables.
        journal: Seal of the newest journal entry, `None` while there is none.
    """

    revision: Revision
    mark: Mark
    counts: Mapping[str, Count]
    journal: bytes | None


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

    def __init__(self, seal_key: bytes, stored_key: str) -> None:
        """Derive the key of one installation from *seal_key*.

        Args:
            seal_key: 32 bytes.
            stored_key: The key that the installation is stored under, which a
                changed serial number or company does not touch.

        Raises:
            InvalidValueError: *seal_key* is not 32 bytes.
        """
        self._key = derive(seal_key, stored_key)
        self._home = encode(stored_key)

    def of_bytes(self, written: bytes) -> bytes:
        """Make the seal of a row, given its `row_bytes`."""
        return make_seal(self._key, b"row" + self._home + written)

    def holds(self, row: StoredRow, written: bytes | None = None) -> bool:
        """Return whether the seal of *row* is the one of its contents, and its personal texts are theirs.

        Args:
            row: A row as stored; its record is not read.
            written: Its `row_bytes`, where they are known.
        """
        made = self.of_bytes(row_bytes(row) if written is None else written)
        return is_seal(made, row.seal) and row.record.personal_holds()

    def entry(self, entry: StoredEntry, previous: bytes | None) -> bytes:
        """Make the seal that *entry* has to have.

        Args:
            entry: An entry, whose own seal does not count.
            previous: Seal of the entry before it, `None` for the first.
        """
        told = (entry.number, entry.at, entry.by, str(entry.kind), entry.record.text, previous)
        return make_seal(self._key, b"entry" + self._home + encode(told))

    def entry_holds(self, entry: StoredEntry, previous: bytes | None) -> bool:
        """Return whether the seal of *entry* is the one of its contents and of its place."""
        return is_seal(self.entry(entry, previous), entry.seal)

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
        """Write *head* as text in ASCII, with its seal in front."""
        told = {
            "counts": {str(table): list(head.counts[table]) for table in sorted(head.counts)},
            "entries": head.mark.entries,
            "journal": None if head.journal is None else head.journal.hex(),
            "recorded_at": None if head.mark.recorded_at is None else record_instant(head.mark.recorded_at),
            "revision": list(head.revision),
            "sequence": head.mark.sequence,
        }
        text = dump_json(told).encode("ascii")
        return self._head_seal(text) + b" " + text

    def _head_seal(self, text: bytes) -> bytes:
        return make_seal(self._key, b"head" + self._home + text).hex().encode("ascii")

    def read_head(self, written: bytes) -> Head | None:
        """Read what `head` wrote; `None` if nobody who has the key wrote it, or for another installation.

        Raises:
            StoreNewerError: the seal is right, and only a newer version can have written it.
        """
        seal, _, text = written.partition(b" ")
        if not is_seal(self._head_seal(text), seal):
            return None
        try:
            return _head(RECORD_READER.read(text))
        except (ValueError, KeyError, TypeError, AttributeError, SuperlicenseError) as error:
            raise StoreNewerError("its head has another form") from error


def _head(told: Any) -> Head:  # noqa: ANN401 - what a text says
    recorded_at = told["recorded_at"]
    return Head(
        revision=Revision(*told["revision"]),
        mark=Mark(None if recorded_at is None else read_instant(recorded_at), told["sequence"], told["entries"]),
        counts={table: Count(*count) for table, count in told["counts"].items()},
        journal=None if told["journal"] is None else bytes.fromhex(told["journal"]),
    )


@lru_cache(maxsize=256)
def _text_of(month: Month) -> str:
    return str(month)
