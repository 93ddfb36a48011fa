"""Seals: what is sealed of rows, journal entries and heads, and how a seal is checked.

Rule 1: the seal of a row covers all of it but the seal itself, and which
installation it belongs to. The end is part of it, so a row gets a new
seal when it ends.

Rule 2: the journal is a chain: the seal of an entry covers its rows and the
seal of the entry before it.

Rule 3: the head states what must be stored: the revision, how far the records
go, how many rows every table has, and the seal of the newest entry.

Source: documents.md, "Seals on stored rows".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from attrs import fields, has

from superlicense.codec import instant_text, read_instant
from superlicense.document.seal import derive, encode, is_seal, make_seal
from superlicense.errors import InvalidValueError, SuperlicenseError
from superlicense.model.journal import JournalEntry
from superlicense.model.license import LicenseName
from superlicense.model.meter_month import MeterMonth, UsageHead, UsageRow
from superlicense.model.month import Month
from superlicense.model.row import Row, Table
from superlicense.model.site import Installation
from superlicense.model.usage import Crossing
from superlicense.ports import Count, Mark, Revision

__all__ = ["Head", "Seals", "noted_head", "nothing_counted", "read_noted_head"]

_LONGEST_NUMBER: Final = 18
_SEAL_DIGITS: Final = 64
_SEALED_AS_IT_IS: Final = frozenset({type(None), bool, int, str, bytes, datetime, Table, LicenseName})

# Distinguishes the seal of one from the seal of the other.
_USAGE: Final = MappingProxyType({MeterMonth: b"usage books", UsageHead: b"usage head"})

# The names of the fields are encoded once, because a batch has thousands of events.
_EVENT: Final = b"usage event" + encode(
    ["source", "id", "meter", "quantity", "at", "corrects", "month", "booked", "place", "recorded_at", "recorded_by"]
)


class Head(NamedTuple):
    """What must be stored at one revision.

    Attributes:
        revision: The revision.
        mark: How far its records go.
        counts: How many rows every table has.
        journal: Seal of the newest journal entry, `None` while there is none.
    """

    revision: Revision
    mark: Mark
    counts: Mapping[Table, Count]
    journal: bytes | None


def nothing_counted() -> dict[Table, Count]:
    """Return the counts of an empty installation."""
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
        """Return the seal that *row* has to have."""
        return make_seal(self._key, self._written(row))

    def holds(self, row: Row[Any]) -> bool:
        """Return whether the seal of *row* matches."""
        return is_seal(self.row(row), row.seal)

    def _written(self, row: Row[Any]) -> bytes:
        return b"row" + self._home + encode({**_plain(row), "seal": None})

    def entry(self, entry: JournalEntry, previous: bytes | None, rows: Iterable[bytes] | None = None) -> bytes:
        """Return the seal that *entry* has to have.

        Args:
            entry: An entry; its own seal is ignored.
            previous: Seal of the entry before it, `None` for the first.
            rows: Seals of the rows before and after, where they are known.
        """
        sealed = [*map(self.row, (*entry.before, *entry.after))] if rows is None else list(rows)
        month = None if entry.month is None else _text_of(entry.month)
        stated = [entry.number, entry.at, entry.by, entry.kind, month, len(entry.before), sealed, previous]
        return make_seal(self._key, b"entry" + self._home + encode(stated))

    def entry_holds(self, entry: JournalEntry, previous: bytes | None) -> bool:
        """Return whether the seal of *entry* matches its contents and its position; its rows have no seals."""
        bare = all(row.seal is None for row in (*entry.before, *entry.after))
        return bare and is_seal(self.entry(entry, previous), entry.seal)

    def event(self, row: UsageRow) -> bytes:
        """Return the seal that an accepted event has to have."""
        event = row.event
        values = (
            *(event.source, event.id, event.meter, event.quantity, event.at, event.corrects),
            *(_text_of(row.month), _text_of(row.booked), row.place, row.recorded_at, row.recorded_by),
        )
        return make_seal(self._key, _EVENT + self._home + encode(values))

    def usage(self, what: MeterMonth | UsageHead, extra: bytes | None = None) -> bytes:
        """Return the seal that the totals of a month or the head of the usage have to have, with *extra* bytes."""
        fields = {name: _plain(value) for name, value in what._asdict().items()}
        return make_seal(self._key, _USAGE[type(what)] + self._home + encode({**fields, "seal": extra}))

    def crossing(self, number: int, crossing: Crossing, previous: bytes) -> bytes:
        """Return the seal of *crossing*, which also covers those before it: *previous* is theirs."""
        return make_seal(self._key, b"usage crossing" + self._home + encode([number, _plain(crossing), previous]))

    def head(self, head: Head) -> bytes:
        """Write *head* with its seal, as text in ASCII."""
        stated = {
            "revision": list(head.revision),
            "recorded_at": None if head.mark.recorded_at is None else instant_text(head.mark.recorded_at),
            "sequence": head.mark.sequence,
            "entries": head.mark.entries,
            "counts": {str(table): list(head.counts[table]) for table in Table},
            "journal": None if head.journal is None else head.journal.hex(),
        }
        seal = make_seal(self._key, b"head" + self._home + encode(stated))
        return json.dumps({**stated, "seal": seal.hex()}, separators=(",", ":")).encode("ascii")

    def read_head(self, written: bytes) -> Head | None:
        """Read what `head` wrote; `None` if it did not write that, or for another installation."""
        try:
            head = _head(json.loads(written))
            wrote = self.head(head)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, SuperlicenseError):
            # It was not written with this key.
            return None
        return head if is_seal(wrote, written) else None


def _head(stated: Any) -> Head:  # noqa: ANN401 - whatever a text holds
    recorded_at = stated["recorded_at"]
    return Head(
        revision=Revision(*stated["revision"]),
        mark=Mark(None if recorded_at is None else read_instant(recorded_at), stated["sequence"], stated["entries"]),
        counts={table: Count(*stated["counts"][table]) for table in Table},
        journal=None if stated["journal"] is None else bytes.fromhex(stated["journal"]),
    )


@lru_cache(maxsize=256)
def _text_of(month: Month) -> str:
    return str(month)


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(sorted(one.name for one in fields(kind) if one.init))


def _plain(value: object) -> Any:  # noqa: ANN401 - what can be sealed of any noun
    """Return *value* in a form that can be sealed: a noun as a map of its fields by name."""
    kind = type(value)
    if kind in _SEALED_AS_IT_IS:
        return value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    return {name: _plain(getattr(value, name)) for name in _names(kind)} if has(kind) else value
