"""Sealed usage: what is written of usage gets a seal, and what is read has to have the right one.

Rule 1: events are sealed singly; how many there are and what they come to is in
the sealed books of their meter and month, which a recording takes anyway.

Rule 2: the seal of closed books covers the statement of their month as well.
The head counts the books that were opened and keeps the seal of the newest
crossing, which stands for those before it, too.

Rule 3: nothing is written upon books that somebody else has written, and
nothing is answered from them.

Source: documents.md, "Seals on stored rows" (ADR 35).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from superlicense.document.seal import is_seal
from superlicense.errors import TamperedStoreError
from superlicense.licensing.integrity.seals import Seals
from superlicense.model.meter_month import MeterMonth, MeterMonthKey, UsageHead, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import Crossing, UsageEventKey
from superlicense.ports import Usage, UsageReading

__all__ = ["SealedUsage", "SealedUsageReading", "Tally", "UsageSeals"]

_SEAL_BYTES: Final = 32
_NUMBER_BYTES: Final = 8


class Tally(NamedTuple):
    """What the head keeps in front of its seal.

    Attributes:
        books: How many books were opened.
        crossings: Seal of the newest crossing; zeros while there is none.
    """

    books: int = 0
    crossings: bytes = bytes(_SEAL_BYTES)


class UsageSeals:
    """Makes and checks the seals of usage."""

    __slots__ = ("_seals",)

    def __init__(self, seals: Seals) -> None:
        """Look with the eyes of *sealing*."""
        self._seals = seals

    def row(self, row: UsageRow) -> bytes:
        """Make the seal that *row* has to have."""
        return self._seals.event(row)

    def meter_month(self, books: MeterMonth, usage: UsageReading) -> bytes:
        """Make the seal that *books* have to have; if they are closed, with the statement that is in *usage*."""
        return self._seals.usage(books, usage.statement(books.month) if books.closed else None)

    def crossing(self, number: int, crossing: Crossing, tally: Tally) -> Tally:
        """Give *tally* with one crossing more."""
        return tally._replace(crossings=self._seals.crossing(number, crossing, tally.crossings))

    def head(self, head: UsageHead, tally: Tally) -> bytes:
        """Make the seal that *head* has to have, with its *tally* in front."""
        kept = tally.books.to_bytes(_NUMBER_BYTES, "big") + tally.crossings
        return kept + self._seals.usage(head, kept)

    def tally_of(self, head: UsageHead) -> Tally | None:
        """Read the tally of *head*; `None` if its seal is not the one of its contents."""
        if head == UsageHead():
            return Tally()
        seal = head.seal or b""
        books, crossings = seal[:_NUMBER_BYTES], seal[_NUMBER_BYTES : _NUMBER_BYTES + _SEAL_BYTES]
        tally = Tally(int.from_bytes(books, "big"), crossings)
        return tally if is_seal(self.head(head, tally), head.seal) else None


class SealedUsageReading:
    """The usage of one installation, looked at with a seal key."""

    __slots__ = ("_read", "_seals")

    def __init__(self, usage: UsageReading, seals: Seals) -> None:
        """Look at *usage* with the eyes of *sealing*."""
        self._read = usage
        self._seals = UsageSeals(seals)

    def _tally(self, head: UsageHead) -> Tally:
        tally = self._seals.tally_of(head)
        if tally is None:
            raise TamperedStoreError("the head of the usage has not the seal of its contents")
        return tally

    def _books(self, books: Iterable[MeterMonth]) -> tuple[MeterMonth, ...]:
        every = tuple(books)
        for one in every:
            if not is_seal(self._seals.meter_month(one, self._read), one.seal):
                raise TamperedStoreError(
                    f"the books of {one.meter} for {one.month} have not the seal of their contents"
                )
        return every

    def _row(self, row: UsageRow) -> UsageRow:
        if not is_seal(self._seals.row(row), row.seal):
            raise TamperedStoreError(f"the event {row.event.source}/{row.event.id} has not the seal of its contents")
        return row

    def head(self) -> UsageHead:
        """Give the head."""
        head = self._read.head()
        self._tally(head)
        return head

    def meter_months(self, *, since: Month | None = None, until: Month | None = None) -> tuple[MeterMonth, ...]:
        """Give the books of the months from *since* to *until*."""
        return self._books(self._read.meter_months(since=since, until=until))

    def meter_months_before(self, month: Month) -> tuple[MeterMonth, ...]:
        """Give the newest books of each meter before *month*."""
        return self._books(self._read.meter_months_before(month))

    def find_events(self, keys: Iterable[UsageEventKey]) -> Mapping[UsageEventKey, UsageRow]:
        """Give the accepted events that have one of *keys*."""
        return {key: self._row(row) for key, row in self._read.find_events(keys).items()}

    def corrections(self, originals: Iterable[UsageEventKey]) -> tuple[UsageRow, ...]:
        """Give what corrects one of *originals*."""
        return tuple(map(self._row, self._read.corrections(originals)))

    def events(self, *, month: Month | None = None, meter: str | None = None) -> Iterator[UsageRow]:
        """Stream what was used."""
        return map(self._row, self._read.events(month=month, meter=meter))

    def crossings(self, *, after: int = 0, most: int | None = None) -> tuple[tuple[int, Crossing], ...]:
        """Give crossings with their numbers."""
        return self._read.crossings(after=after, most=most)

    def crossing_number(self, id_: str) -> int | None:
        """Give the number of a crossing."""
        return self._read.crossing_number(id_)

    def statement(self, month: Month) -> bytes | None:
        """Give the statement of *month*."""
        return self._read.statement(month)


class SealedUsage(SealedUsageReading):
    """The same, to write."""

    __slots__ = ("_taken", "_told", "_write")

    def __init__(self, usage: Usage, seals: Seals) -> None:
        """Write to *usage* with the seals of *sealing*."""
        super().__init__(usage, seals)
        self._write = usage
        # The head as it is, and what it tells once it is saved.
        self._taken = UsageHead()
        self._told = Tally()

    def lock_head(self) -> UsageHead:
        """Take the head."""
        self._taken = self._write.lock_head()
        self._told = self._tally(self._taken)
        return self._taken

    def save_head(self, head: UsageHead) -> None:
        """Replace the head."""
        self._taken = head._replace(seal=self._seals.head(head, self._told))
        self._write.save_head(self._taken)

    def lock_meter_months(self, keys: Iterable[MeterMonthKey]) -> Mapping[MeterMonthKey, MeterMonth]:
        """Take those of the books that there are."""
        found = self._write.lock_meter_months(keys)
        self._books(found.values())
        return found

    def lock_meter_months_since(self, month: Month) -> tuple[MeterMonth, ...]:
        """Take all books of *month* and later."""
        return self._books(self._write.lock_meter_months_since(month))

    def _sealed(self, books: Iterable[MeterMonth]) -> list[MeterMonth]:
        return [one._replace(seal=self._seals.meter_month(one, self._read)) for one in books]

    def add_meter_months(self, books: Sequence[MeterMonth]) -> None:
        """Keep new books."""
        self._write.add_meter_months(self._sealed(books))
        if books:
            self._told = self._told._replace(books=self._told.books + len(books))
            self.save_head(self._taken)

    def save_meter_months(self, books: Sequence[MeterMonth]) -> None:
        """Replace books."""
        self._write.save_meter_months(self._sealed(books))

    def add_events(self, rows: Sequence[UsageRow]) -> bool:
        """Keep those of *rows* that are new."""
        return self._write.add_events([row._replace(seal=self._seals.row(row)) for row in rows])

    def add_crossings(self, crossings: Sequence[tuple[int, Crossing]]) -> None:
        """Keep crossings."""
        self._write.add_crossings(crossings)
        for number, crossing in crossings:
            self._told = self._seals.crossing(number, crossing, self._told)

    def add_statement(self, month: Month, statement: bytes) -> None:
        """Keep the statement of *month*."""
        self._write.add_statement(month, statement)
