"""Sealed usage: what is written of usage gets a seal, and what is read must have a matching one.

Rule 1: events are sealed singly; their number and sum are in the sealed totals
of their meter and month, which a recording takes anyway.

Rule 2: the seal of the totals of a closed month covers its statement as well.
The head counts the totals that were opened and holds the seal of the newest
crossing, which covers those before it, too.

Rule 3: totals whose seal does not match are neither read nor written.

Source: documents.md, "Seals on stored rows" (ADR 35).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from superlicense.document.seal import is_seal
from superlicense.errors import TamperedStoreError
from superlicense.licensing.integrity.seals import Seals
from superlicense.model.meter_month import EventKey, MeterMonth, MeterMonthKey, UsageHead, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import Crossing
from superlicense.ports import Usage, UsageReading

__all__ = ["HeadPrefix", "SealedUsage", "SealedUsageReading", "UsageSeals"]

_SEAL_BYTES: Final = 32
_NUMBER_BYTES: Final = 8


class HeadPrefix(NamedTuple):
    """What the stored seal of the head has in front of the seal itself.

    Attributes:
        books: Number of totals that were opened, one for each meter and month.
        crossings: Seal of the newest crossing; zeros while there is none.
    """

    books: int = 0
    crossings: bytes = bytes(_SEAL_BYTES)


class UsageSeals:
    """Makes and checks the seals of usage."""

    __slots__ = ("_seals",)

    def __init__(self, seals: Seals) -> None:
        """Make and check them with *seals*."""
        self._seals = seals

    def row(self, row: UsageRow) -> bytes:
        """Return the seal that *row* has to have."""
        return self._seals.event(row)

    def books(self, books: MeterMonth, usage: UsageReading) -> bytes:
        """Return the seal that *books* have to have; it covers the statement in *usage* if they are closed."""
        return self._seals.usage(books, usage.statement(books.month) if books.closed else None)

    def crossing(self, number: int, crossing: Crossing, prefix: HeadPrefix) -> HeadPrefix:
        """Return *prefix* with one more crossing."""
        return prefix._replace(crossings=self._seals.crossing(number, crossing, prefix.crossings))

    def head(self, head: UsageHead, prefix: HeadPrefix) -> bytes:
        """Return the seal that *head* has to have, with its *prefix* in front."""
        kept = prefix.books.to_bytes(_NUMBER_BYTES, "big") + prefix.crossings
        return kept + self._seals.usage(head, kept)

    def prefix_of(self, head: UsageHead) -> HeadPrefix | None:
        """Read the prefix of *head*; `None` if its seal does not match."""
        if head == UsageHead():
            return HeadPrefix()
        seal = head.seal or b""
        books, crossings = seal[:_NUMBER_BYTES], seal[_NUMBER_BYTES : _NUMBER_BYTES + _SEAL_BYTES]
        prefix = HeadPrefix(int.from_bytes(books, "big"), crossings)
        return prefix if is_seal(self.head(head, prefix), head.seal) else None


class SealedUsageReading:
    """The usage of one installation, whose seals are checked."""

    __slots__ = ("_read", "_seals")

    def __init__(self, usage: UsageReading, seals: Seals) -> None:
        """Read *usage*, and check it with *seals*."""
        self._read = usage
        self._seals = UsageSeals(seals)

    def _prefix(self, head: UsageHead) -> HeadPrefix:
        prefix = self._seals.prefix_of(head)
        if prefix is None:
            raise TamperedStoreError("the head of the usage has a seal that does not match")
        return prefix

    def _books(self, books: Iterable[MeterMonth]) -> tuple[MeterMonth, ...]:
        every = tuple(books)
        for one in every:
            if not is_seal(self._seals.books(one, self._read), one.seal):
                raise TamperedStoreError(f"the totals of {one.meter} for {one.month} have a seal that does not match")
        return every

    def _row(self, row: UsageRow) -> UsageRow:
        if not is_seal(self._seals.row(row), row.seal):
            raise TamperedStoreError(f"the event {row.event.source}/{row.event.id} has a seal that does not match")
        return row

    def head(self) -> UsageHead:
        """Return the head."""
        head = self._read.head()
        self._prefix(head)
        return head

    def books(self, *, since: Month | None = None, until: Month | None = None) -> tuple[MeterMonth, ...]:
        """Return the totals of the months from *since* to *until*."""
        return self._books(self._read.books(since=since, until=until))

    def books_before(self, month: Month) -> tuple[MeterMonth, ...]:
        """Return the newest totals of each meter before *month*."""
        return self._books(self._read.books_before(month))

    def find(self, keys: Iterable[EventKey]) -> Mapping[EventKey, UsageRow]:
        """Return the accepted events that have one of *keys*."""
        return {key: self._row(row) for key, row in self._read.find(keys).items()}

    def corrections(self, originals: Iterable[EventKey]) -> tuple[UsageRow, ...]:
        """Return the corrections of *originals*."""
        return tuple(map(self._row, self._read.corrections(originals)))

    def events(self, *, month: Month | None = None, meter: str | None = None) -> Iterator[UsageRow]:
        """Stream the events."""
        return map(self._row, self._read.events(month=month, meter=meter))

    def crossings(self, *, after: int = 0, most: int | None = None) -> tuple[tuple[int, Crossing], ...]:
        """Return crossings with their numbers."""
        return self._read.crossings(after=after, most=most)

    def crossing_number(self, id_: str) -> int | None:
        """Return the number of a crossing."""
        return self._read.crossing_number(id_)

    def statement(self, month: Month) -> bytes | None:
        """Return the statement of *month*."""
        return self._read.statement(month)


class SealedUsage(SealedUsageReading):
    """The same, to write."""

    __slots__ = ("_next_prefix", "_taken", "_write")

    def __init__(self, usage: Usage, seals: Seals) -> None:
        """Write to *usage* with *seals*."""
        super().__init__(usage, seals)
        self._write = usage
        # The head as it is, and its prefix once it is saved.
        self._taken = UsageHead()
        self._next_prefix = HeadPrefix()

    def take_head(self) -> UsageHead:
        """Take the head."""
        self._taken = self._write.take_head()
        self._next_prefix = self._prefix(self._taken)
        return self._taken

    def save_head(self, head: UsageHead) -> None:
        """Replace the head."""
        self._taken = head._replace(seal=self._seals.head(head, self._next_prefix))
        self._write.save_head(self._taken)

    def take(self, keys: Iterable[MeterMonthKey]) -> Mapping[MeterMonthKey, MeterMonth]:
        """Take those totals that exist."""
        found = self._write.take(keys)
        self._books(found.values())
        return found

    def take_since(self, month: Month) -> tuple[MeterMonth, ...]:
        """Take all totals of *month* and later."""
        return self._books(self._write.take_since(month))

    def _sealed(self, books: Iterable[MeterMonth]) -> list[MeterMonth]:
        return [one._replace(seal=self._seals.books(one, self._read)) for one in books]

    def open(self, books: Sequence[MeterMonth]) -> None:
        """Store new totals."""
        self._write.open(self._sealed(books))
        if books:
            self._next_prefix = self._next_prefix._replace(books=self._next_prefix.books + len(books))
            self.save_head(self._taken)

    def save(self, books: Sequence[MeterMonth]) -> None:
        """Replace totals."""
        self._write.save(self._sealed(books))

    def keep(self, rows: Sequence[UsageRow]) -> bool:
        """Store those of *rows* that are new."""
        return self._write.keep([row._replace(seal=self._seals.row(row)) for row in rows])

    def cross(self, crossings: Sequence[tuple[int, Crossing]]) -> None:
        """Store crossings."""
        self._write.cross(crossings)
        for number, crossing in crossings:
            self._next_prefix = self._seals.crossing(number, crossing, self._next_prefix)

    def freeze(self, month: Month, statement: bytes) -> None:
        """Store the statement of *month*."""
        self._write.freeze(month, statement)
