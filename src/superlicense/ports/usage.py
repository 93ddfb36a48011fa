"""Usage: the event log of an installation, and its meter months, crossings and statements.

Usage is its own append-only log, exactly once by ``(source, id)`` for ever in
each installation, and does not queue behind the revision. Every store promises:

1. Everything in one ``recording`` block commits together or not at all.
2. A meter month that one block has locked is not available to another until
   that block ends; recordings of other meter months go on meanwhile, and so do
   writers that lock none.
3. A block that waits longer than its *patience* gets `StoreBusyError`.
4. What goes in comes out equal and shares no mutable state.

**Locks.** The order is revision, head, meter months by month and meter, so no
two blocks wait for each other. A plain recording locks nothing but the open
meter months it adds to. Whatever concerns more (opening a month, a crossing, a
closed month, a change of users, a close) locks the head first. A store that has
one lock for all of it keeps every promise, too.

**Records.** A month, a meter month and the head are stored as the columns that
the store searches and compares by, a record and a seal; record and seal are
opaque. A block writes months and the head only if it has locked the head.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from superlicense.model.meter_month import MeterMonthKey, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import Crossing, UsageEventKey

if TYPE_CHECKING:
    from superlicense.codec.stored_usage import StoredMeterMonth, StoredUsageHead, StoredUsageMonth

__all__ = ["Usage", "UsageLog", "UsageLogReading", "UsageReading"]


class UsageLogReading(Protocol):
    """The events, crossings and statements of one installation."""

    def find_events(self, keys: Iterable[UsageEventKey]) -> Mapping[UsageEventKey, UsageRow]:
        """Return the accepted events that have one of *keys*."""

    def corrections(self, originals: Iterable[UsageEventKey]) -> tuple[UsageRow, ...]:
        """Return the corrections of *originals*, by (counted_in, position)."""

    def events(self, *, month: Month | None = None, meter: str | None = None) -> Iterator[UsageRow]:
        """Stream the events used in *month* (any if `None`) of *meter* (any if `None`), by (counted_in, position)."""

    def some_events(
        self,
        month: Month,
        meter: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        recorded_after: datetime | None = None,
    ) -> Iterator[UsageRow]:
        """Stream some of the events used in *month* of *meter*, by (counted_in, position).

        Those found by *recorded_after* should not cost more where more was accepted before it.

        Args:
            month: The month.
            meter: The meter.
            since: Only those used at this instant or later.
            until: Only those used before this instant.
            recorded_after: Only those accepted after this instant.
        """

    def crossings(self, *, after: int = 0, most: int | None = None) -> tuple[tuple[int, Crossing], ...]:
        """Return crossings with their numbers, in order: those above *after*, and at most *most* of them.

        Numbers are assigned in the order of commits, without gaps, so no crossing
        is ever inserted before a number that was read.
        """

    def crossing_number(self, id_: str) -> int | None:
        """Return the number of the crossing with this id; `None` if there is none."""

    def statement(self, month: Month) -> bytes | None:
        """Return the final statement of *month*; `None` if the month is open."""


class UsageLog(UsageLogReading, Protocol):
    """Events, crossings and statements that can be added to."""

    def add_events(self, rows: Sequence[UsageRow]) -> bool:
        """Add those *rows* whose source and id are new; each pair occurs only once in *rows*.

        Returns:
            Whether all of them were new.
        """

    def add_crossings(self, crossings: Sequence[tuple[int, Crossing]]) -> None:
        """Add *crossings* with the next numbers; the head is locked.

        Raises:
            ConflictError: a meter, month and level has a crossing already, or a
                number is not the next one.
        """

    def add_statement(self, month: Month, statement: bytes) -> None:
        """Add the final *statement* of *month*; the head is locked.

        Raises:
            ConflictError: there is one already.
        """


class UsageReading(UsageLogReading, Protocol):
    """The usage of one installation, including what the block itself has written."""

    @property
    def key(self) -> str:
        """The key that everything is stored under; see `superlicense.ports.Reading.key`."""

    def head(self) -> StoredUsageHead:
        """Return the head; an empty one if there is none yet."""

    def months(self, *, since: Month | None = None, until: Month | None = None) -> tuple[StoredUsageMonth, ...]:
        """Return the months from *since* to *until*, both inclusive, in order."""

    def month_before(self, month: Month) -> StoredUsageMonth | None:
        """Return the newest stored month before *month*; `None` if there is none."""

    def meter_months(self, *, since: Month | None = None, until: Month | None = None) -> tuple[StoredMeterMonth, ...]:
        """Return the meter months from *since* to *until*, both inclusive, by month and meter."""

    def meter_month_before(self, month: Month, meter: str) -> StoredMeterMonth | None:
        """Return the newest stored meter month of *meter* before *month*; `None` if there is none."""


class Usage(UsageReading, UsageLog, Protocol):
    """Usage that can be written; it commits when its block ends without an error."""

    def lock_head(self) -> StoredUsageHead:
        """Lock the head, before any meter month, and return it."""

    def lock_meter_months(self, keys: Iterable[MeterMonthKey]) -> Mapping[MeterMonthKey, StoredMeterMonth]:
        """Lock those meter months that there are, by month and meter, and return them as they are then."""

    def lock_meter_months_since(self, month: Month) -> tuple[StoredMeterMonth, ...]:
        """Lock all meter months of *month* and later, by month and meter, and return them; the head is locked."""

    def add_months(self, months: Sequence[StoredUsageMonth]) -> None:
        """Add new *months*; the head is locked.

        Raises:
            ConflictError: one of them is there already.
        """

    def save_months(self, months: Sequence[StoredUsageMonth]) -> None:
        """Replace *months*; the head is locked.

        Raises:
            ConflictError: one of them is missing or closed.
        """

    def add_meter_months(self, meter_months: Sequence[StoredMeterMonth]) -> None:
        """Add new *meter_months*; the head is locked.

        Raises:
            ConflictError: one of them is there already.
        """

    def save_meter_months(self, meter_months: Sequence[StoredMeterMonth]) -> None:
        """Replace *meter_months*, which are locked.

        Raises:
            ConflictError: one of them is missing or closed.
        """

    def save_head(self, head: StoredUsageHead) -> None:
        """Replace the head, which is locked."""
