"""Usage: the log of what was used, the books that meters keep of each month, and what follows of them.

Usage is its own append-only log, exactly once by ``(source, id)`` for ever in
each installation, and does not queue behind the revision. Every store promises:

1. Everything in one ``recording`` block commits together or not at all.
2. Books that one block has taken are nobody else's until it ends; recordings
   of other books go on meanwhile, and so do writers that take none.
3. Whoever waits longer than their *patience* gets `StoreBusyError`.
4. What goes in comes out equal and shares no mutable state.

**Locks.** The order is revision, head, books by month and meter, so nobody
waits in a circle. A plain recording takes nothing but the open books it adds
to. Whatever concerns more (opening a month, a crossing, a closed month, moved
users, a close) takes the head first. A store that has one lock for all of it
keeps every promise, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from superlicense.model.meter_month import MeterMonth, MeterMonthKey, UsageEventKey, UsageHead, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import Crossing

__all__ = ["Usage", "UsageReading"]


class UsageReading(Protocol):
    """The usage of one installation, with what the block itself has written."""

    def head(self) -> UsageHead:
        """Give the head; one of nothing if there is none yet."""

    def meter_months(self, *, since: Month | None = None, until: Month | None = None) -> tuple[MeterMonth, ...]:
        """Give the books of the months from *since* to *until*, both inclusive, by month and meter."""

    def meter_months_before(self, month: Month) -> tuple[MeterMonth, ...]:
        """Give the newest books of each meter before *month*, by meter."""

    def find_events(self, keys: Iterable[UsageEventKey]) -> Mapping[UsageEventKey, UsageRow]:
        """Give the accepted events that have one of *keys*."""

    def corrections(self, originals: Iterable[UsageEventKey]) -> tuple[UsageRow, ...]:
        """Give what corrects one of *originals*, by (booked, place)."""

    def events(self, *, month: Month | None = None, meter: str | None = None) -> Iterator[UsageRow]:
        """Stream what was used in *month* (any if `None`) of *meter* (any if `None`), by (booked, place)."""

    def crossings(self, *, after: int = 0, most: int | None = None) -> tuple[tuple[int, Crossing], ...]:
        """Give crossings with their numbers, in order: those above *after*, and no more than *most*.

        Numbers are given in the order of commits, without gaps, so nothing comes
        later in front of a number that was seen.
        """

    def crossing_number(self, id_: str) -> int | None:
        """Give the number of the crossing with this id; `None` if there is none."""

    def statement(self, month: Month) -> bytes | None:
        """Give the statement of *month* as it was frozen; `None` if it is open."""


class Usage(UsageReading, Protocol):
    """Usage that can be written; it commits when its block ends without an error."""

    def lock_head(self) -> UsageHead:
        """Take the head, before any books."""

    def lock_meter_months(self, keys: Iterable[MeterMonthKey]) -> Mapping[MeterMonthKey, MeterMonth]:
        """Take those of the books that there are, in order of month and meter, as they are once they are ours."""

    def lock_meter_months_since(self, month: Month) -> tuple[MeterMonth, ...]:
        """Take all books of *month* and later, by month and meter; the head is ours."""

    def add_meter_months(self, books: Sequence[MeterMonth]) -> None:
        """Keep new *books*; the head is ours.

        Raises:
            ConflictError: there are such books already.
        """

    def save_meter_months(self, books: Sequence[MeterMonth]) -> None:
        """Replace *books* that are ours.

        Raises:
            ConflictError: there are none, or they are closed.
        """

    def add_events(self, rows: Sequence[UsageRow]) -> bool:
        """Keep those *rows* whose source and id are new; each is there only once.

        Returns:
            Whether all of them were new.
        """

    def add_crossings(self, crossings: Sequence[tuple[int, Crossing]]) -> None:
        """Keep *crossings* with their numbers, which follow those that were given; the head is ours.

        Raises:
            ConflictError: its meter, month and level have one already, or its
                number is not the next one.
        """

    def add_statement(self, month: Month, statement: bytes) -> None:
        """Keep the *statement* of *month* for good; the head is ours.

        Raises:
            ConflictError: there is one already.
        """

    def save_head(self, head: UsageHead) -> None:
        """Replace the head, which is ours."""
