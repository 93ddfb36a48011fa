"""Sealed usage: what is written of usage gets a seal, and what is read has to have the right one.

Rule 1: events are sealed singly; how many there are and what they come to is in
the sealed books of their meter and month, which a recording takes anyway.

Rule 2: nothing is written upon books that somebody else has written, and
nothing is answered from them.

Source: documents.md, "Seals on stored rows".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from superlicense.errors import TamperedStoreError
from superlicense.licensing.sealing import Sealing
from superlicense.model.books import Books, BooksKey, EventKey, UsageHead, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import Crossing
from superlicense.ports import Usage, UsageReading

__all__ = ["SealedUsage", "SealedUsageReading"]


class SealedUsageReading:
    """The usage of one installation, looked at with a seal key."""

    __slots__ = ("_read", "_sealing")

    def __init__(self, usage: UsageReading, sealing: Sealing) -> None:
        """Look at *usage* with the eyes of *sealing*."""
        self._read = usage
        self._sealing = sealing

    def _head(self, head: UsageHead) -> UsageHead:
        if head != UsageHead() and not self._sealing.usage_holds(head):
            raise TamperedStoreError("the head of the usage has not the seal of its contents")
        return head

    def _books(self, books: Iterable[Books]) -> tuple[Books, ...]:
        every = tuple(books)
        for one in every:
            if not self._sealing.usage_holds(one):
                raise TamperedStoreError(
                    f"the books of {one.meter} for {one.month} have not the seal of their contents"
                )
        return every

    def _row(self, row: UsageRow) -> UsageRow:
        if not self._sealing.usage_holds(row):
            raise TamperedStoreError(f"the event {row.event.source}/{row.event.id} has not the seal of its contents")
        return row

    def head(self) -> UsageHead:
        """Give the head."""
        return self._head(self._read.head())

    def books(self, *, since: Month | None = None, until: Month | None = None) -> tuple[Books, ...]:
        """Give the books of the months from *since* to *until*."""
        return self._books(self._read.books(since=since, until=until))

    def books_before(self, month: Month) -> tuple[Books, ...]:
        """Give the newest books of each meter before *month*."""
        return self._books(self._read.books_before(month))

    def find(self, keys: Iterable[EventKey]) -> Mapping[EventKey, UsageRow]:
        """Give the accepted events that have one of *keys*."""
        return {key: self._row(row) for key, row in self._read.find(keys).items()}

    def corrections(self, originals: Iterable[EventKey]) -> tuple[UsageRow, ...]:
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

    __slots__ = ("_write",)

    def __init__(self, usage: Usage, sealing: Sealing) -> None:
        """Write to *usage* with the seals of *sealing*."""
        super().__init__(usage, sealing)
        self._write = usage

    def take_head(self) -> UsageHead:
        """Take the head."""
        return self._head(self._write.take_head())

    def save_head(self, head: UsageHead) -> None:
        """Replace the head."""
        self._write.save_head(head._replace(seal=self._sealing.usage(head)))

    def take(self, keys: Iterable[BooksKey]) -> Mapping[BooksKey, Books]:
        """Take those of the books that there are."""
        found = self._write.take(keys)
        self._books(found.values())
        return found

    def take_since(self, month: Month) -> tuple[Books, ...]:
        """Take all books of *month* and later."""
        return self._books(self._write.take_since(month))

    def _sealed(self, books: Iterable[Books]) -> list[Books]:
        return [one._replace(seal=self._sealing.usage(one)) for one in books]

    def open(self, books: Sequence[Books]) -> None:
        """Keep new books."""
        self._write.open(self._sealed(books))

    def save(self, books: Sequence[Books]) -> None:
        """Replace books."""
        self._write.save(self._sealed(books))

    def keep(self, rows: Sequence[UsageRow]) -> bool:
        """Keep those of *rows* that are new."""
        return self._write.keep([row._replace(seal=self._sealing.usage(row)) for row in rows])

    def cross(self, crossings: Sequence[tuple[int, Crossing]]) -> None:
        """Keep crossings."""
        self._write.cross(crossings)

    def freeze(self, month: Month, statement: bytes) -> None:
        """Keep the statement of *month*."""
        self._write.freeze(month, statement)
