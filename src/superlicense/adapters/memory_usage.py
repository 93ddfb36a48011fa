"""Usage in memory: one lock, a few dicts, and what a block has written beside them.

What a block writes is staged and applied at its end, at a cost that does not
depend on what is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import chain
from operator import attrgetter
from threading import RLock

from superlicense.errors import ConflictError, StoreBusyError
from superlicense.model.meter_month import EventKey, MeterMonth, MeterMonthKey, UsageHead, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import Crossing

__all__ = ["MemoryUsage", "UsageShelf"]

_by_place = attrgetter("booked", "place")
_by_month = attrgetter("month", "meter")


class UsageShelf:
    """The usage that is stored of one installation.

    Its lock is taken by whoever records, and by a writer or reader of licensing
    facts from the first time that they look at usage; it comes after theirs.
    """

    __slots__ = (
        "books",
        "corrections",
        "crossed",
        "crossings",
        "events",
        "head",
        "lock",
        "of_meter",
        "open",
        "statements",
    )

    def __init__(self) -> None:
        """Begin with nothing stored."""
        self.lock = RLock()
        self.open = False
        self.head = UsageHead()
        self.books: dict[MeterMonthKey, MeterMonth] = {}
        self.events: dict[EventKey, UsageRow] = {}
        self.of_meter: dict[str, list[UsageRow]] = {}
        self.corrections: dict[EventKey, list[UsageRow]] = {}
        self.crossings: list[Crossing] = []
        self.crossed: set[tuple[str, Month, int]] = set()
        self.statements: dict[Month, bytes] = {}

    def begin(self, patience: timedelta, *, write: bool) -> MemoryUsage:
        """Take the lock, and look.

        Raises:
            StoreBusyError: others kept it longer than *patience*.
            ConflictError: the same thread writes already.
        """
        if not self.lock.acquire(timeout=patience.total_seconds()):
            raise StoreBusyError(f"waited {patience}")
        if write:
            if self.open:
                self.lock.release()
                raise ConflictError("this thread is recording already")
            self.open = True
        return MemoryUsage(self)

    def end(self, *, write: bool) -> None:
        """Let go of the lock."""
        if write:
            self.open = False
        self.lock.release()


class MemoryUsage:
    """The usage of one installation as one block sees it; its lock is held."""

    __slots__ = ("_books", "_crossings", "_events", "_head", "_shelf", "_statements")

    def __init__(self, shelf: UsageShelf) -> None:
        """Look at *shelf*."""
        self._shelf = shelf
        self._head: UsageHead | None = None
        self._books: dict[MeterMonthKey, MeterMonth] = {}
        self._events: dict[EventKey, UsageRow] = {}
        self._crossings: list[Crossing] = []
        self._statements: dict[Month, bytes] = {}

    def head(self) -> UsageHead:
        """Give the head."""
        return self._shelf.head if self._head is None else self._head

    take_head = head

    def books(self, *, since: Month | None = None, until: Month | None = None) -> tuple[MeterMonth, ...]:
        """Give the books of the months from *since* to *until*."""
        found = (
            books
            for books in self._all_books()
            if (since is None or since <= books.month) and (until is None or books.month <= until)
        )
        return tuple(sorted(found, key=_by_month))

    def _all_books(self) -> Iterable[MeterMonth]:
        return {**self._shelf.books, **self._books}.values() if self._books else self._shelf.books.values()

    def books_before(self, month: Month) -> tuple[MeterMonth, ...]:
        """Give the newest books of each meter before *month*."""
        newest = {books.meter: books for books in self.books() if books.month < month}
        return tuple(newest[meter] for meter in sorted(newest))

    def find(self, keys: Iterable[EventKey]) -> Mapping[EventKey, UsageRow]:
        """Give the accepted events that have one of *keys*."""
        found = ((key, self._events.get(key) or self._shelf.events.get(key)) for key in keys)
        return {key: row for key, row in found if row is not None}

    def corrections(self, originals: Iterable[EventKey]) -> tuple[UsageRow, ...]:
        """Give what corrects one of *originals*."""
        wanted = set(originals)
        stored = chain.from_iterable(self._shelf.corrections.get(key, ()) for key in wanted)
        staged = (row for row in self._events.values() if (row.event.source, row.event.corrects or "") in wanted)
        return tuple(sorted(chain(stored, staged), key=_by_place))

    def events(self, *, month: Month | None = None, meter: str | None = None) -> Iterator[UsageRow]:
        """Stream what was used."""
        stored = self._shelf.events.values() if meter is None else self._shelf.of_meter.get(meter, ())
        rows = (
            row
            for row in chain(stored, self._events.values())
            if month in (None, row.month) and meter in (None, row.event.meter)
        )
        return iter(sorted(rows, key=_by_place))

    def crossings(self, *, after: int = 0, most: int | None = None) -> tuple[tuple[int, Crossing], ...]:
        """Give crossings with their numbers."""
        numbered = enumerate((*self._shelf.crossings, *self._crossings), start=1)
        return tuple(numbered)[after : None if most is None else after + most]

    def crossing_number(self, id_: str) -> int | None:
        """Give the number of a crossing."""
        return next((number for number, one in self.crossings() if one.id == id_), None)

    def statement(self, month: Month) -> bytes | None:
        """Give the statement of *month*."""
        return self._statements.get(month) or self._shelf.statements.get(month)

    def take(self, keys: Iterable[MeterMonthKey]) -> Mapping[MeterMonthKey, MeterMonth]:
        """Give those of the books that there are."""
        staged, stored = self._books, self._shelf.books
        found = {}
        for key in keys:
            books = staged.get(key) or stored.get(key)
            if books is not None:
                found[key] = books
        return found

    def take_since(self, month: Month) -> tuple[MeterMonth, ...]:
        """Give all books of *month* and later."""
        return self.books(since=month)

    def open(self, books: Sequence[MeterMonth]) -> None:
        """Stage new books."""
        for one in books:
            key = (one.month, one.meter)
            if key in self._books or key in self._shelf.books:
                raise ConflictError(f"there are books of {one.meter} for {one.month} already")
            self._books[key] = one

    def save(self, books: Sequence[MeterMonth]) -> None:
        """Stage changed books."""
        for one in books:
            key = (one.month, one.meter)
            kept = self._books.get(key) or self._shelf.books.get(key)
            if kept is None or kept.closed:
                raise ConflictError(f"the books of {one.meter} for {one.month} are {'closed' if kept else 'missing'}")
            self._books[key] = one

    def keep(self, rows: Sequence[UsageRow]) -> bool:
        """Stage events that are new."""
        stored, staged = self._shelf.events, self._events
        keyed = {(row[0].source, row[0].id): row for row in rows}
        if stored.keys().isdisjoint(keyed) and staged.keys().isdisjoint(keyed):
            staged.update(keyed)
            return True
        staged.update({key: row for key, row in keyed.items() if key not in stored and key not in staged})
        return False

    def cross(self, crossings: Sequence[tuple[int, Crossing]]) -> None:
        """Stage crossings."""
        staged = {(one.meter, one.month, one.level) for one in self._crossings}
        for number, crossing in crossings:
            what = (crossing.meter, crossing.month, crossing.level)
            if (
                what in staged
                or what in self._shelf.crossed
                or number != len(self._shelf.crossings) + len(self._crossings) + 1
            ):
                raise ConflictError(f"crossing {number} ({crossing.id}) is there already, or out of order")
            staged.add(what)
            self._crossings.append(crossing)

    def freeze(self, month: Month, statement: bytes) -> None:
        """Stage a statement."""
        if self.statement(month) is not None:
            raise ConflictError(f"{month} has a statement already")
        self._statements[month] = statement

    def save_head(self, head: UsageHead) -> None:
        """Stage the head."""
        self._head = head

    def commit(self) -> None:
        """Apply what was staged; nothing in here can fail half-way."""
        shelf = self._shelf
        if self._events:
            shelf.events.update(self._events)
            last, rows = "", []
            for row in self._events.values():
                event = row[0]
                if event.meter != last:
                    last = event.meter
                    rows = shelf.of_meter.setdefault(last, [])
                rows.append(row)
                if event.corrects is not None:
                    shelf.corrections.setdefault((event.source, event.corrects), []).append(row)
        shelf.books.update(self._books)
        if self._head is not None:
            shelf.head = self._head
        if self._crossings:
            shelf.crossings += self._crossings
            shelf.crossed.update((one.meter, one.month, one.level) for one in self._crossings)
        shelf.statements.update(self._statements)


class Recording:
    """A block that records in memory; a class of its own, because a generator costs as much as the recording."""

    __slots__ = ("_patience", "_shelf", "_usage")

    def __init__(self, shelf: UsageShelf, patience: timedelta) -> None:
        self._shelf = shelf
        self._patience = patience

    def __enter__(self) -> MemoryUsage:
        """Begin."""
        self._usage = self._shelf.begin(self._patience, write=True)
        return self._usage

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        """Commit, unless the block has failed."""
        try:
            if kind is None:
                self._usage.commit()
        finally:
            self._shelf.end(write=True)
