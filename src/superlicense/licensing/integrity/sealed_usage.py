"""Sealed usage: stored usage turned into nouns and back; with a seal key, checked and sealed.

Rule 1: a seal is checked before the record is read.

Rule 2: nothing is added to a meter month that was written without the key, and
nothing is answered from one.

Source: documents.md, "Seals on stored rows" (ADR 35).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import Final

from superlicense.codec import StoredMeterMonth, StoredUsageHead, StoredUsageMonth
from superlicense.document.seal import is_seal
from superlicense.errors import TamperedStoreError
from superlicense.licensing.integrity.seals import Seals
from superlicense.licensing.integrity.usage_seals import SealedCounts, UsageSeals
from superlicense.model.meter_month import MeterMonth, MeterMonthKey, UsageHead, UsageMonth, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import Crossing, UsageEventKey
from superlicense.ports import Usage, UsageReading

__all__ = ["SealedRecording", "SealedUsageReader", "SealedUsageWriter"]


_NO_HEAD: Final = UsageHead()
_NOTHING_COUNTED: Final = SealedCounts()


class SealedUsageReader:
    """The usage of one installation, to read."""

    __slots__ = ("_read", "_seals")

    def __init__(self, usage: UsageReading, seals: Seals | None) -> None:
        """Read *usage*; without *seals* nothing is checked."""
        self._read = usage
        self._seals = None if seals is None else UsageSeals(seals)

    def _counts(self, stored: StoredUsageHead) -> SealedCounts:
        """Return the counts of the head; none without a seal key."""
        if self._seals is None:
            return _NOTHING_COUNTED
        counts = self._seals.counts_of(stored)
        if counts is None:
            raise TamperedStoreError("the seal of the head of usage does not match")
        return counts

    def _month(self, stored: StoredUsageMonth) -> UsageMonth:
        if self._seals is not None and not is_seal(self._seals.month(stored, self._read), stored.seal):
            raise TamperedStoreError(f"the seal of {stored.month} does not match its users")
        return stored.noun()

    def _meter_month(self, stored: StoredMeterMonth) -> MeterMonth:
        if self._seals is not None and not is_seal(self._seals.meter_month(stored), stored.seal):
            raise TamperedStoreError(f"the seal of the meter month {stored.meter}/{stored.month} does not match")
        return stored.noun()

    def _row(self, row: UsageRow) -> UsageRow:
        if self._seals is not None and not is_seal(self._seals.row(row), row.seal):
            raise TamperedStoreError(f"the seal of the event {row.event.source}/{row.event.id} does not match")
        return row

    def head(self) -> UsageHead:
        """Return the head."""
        stored = self._read.head()
        self._counts(stored)
        return stored.noun()

    def months(self, *, since: Month | None = None, until: Month | None = None) -> tuple[UsageMonth, ...]:
        """Return the months from *since* to *until*."""
        return tuple([self._month(one) for one in self._read.months(since=since, until=until)])

    def month_before(self, month: Month) -> UsageMonth | None:
        """Return the newest stored month before *month*."""
        stored = self._read.month_before(month)
        return None if stored is None else self._month(stored)

    def meter_months(self, *, since: Month | None = None, until: Month | None = None) -> tuple[MeterMonth, ...]:
        """Return the meter months from *since* to *until*."""
        return tuple([self._meter_month(one) for one in self._read.meter_months(since=since, until=until)])

    def meter_month_before(self, month: Month, meter: str) -> MeterMonth | None:
        """Return the newest stored meter month of *meter* before *month*."""
        stored = self._read.meter_month_before(month, meter)
        return None if stored is None else self._meter_month(stored)

    def find_events(self, keys: Iterable[UsageEventKey]) -> Mapping[UsageEventKey, UsageRow]:
        """Return the accepted events that have one of *keys*."""
        return {key: self._row(row) for key, row in self._read.find_events(keys).items()}

    def corrections(self, originals: Iterable[UsageEventKey]) -> tuple[UsageRow, ...]:
        """Return the corrections of *originals*."""
        return tuple(map(self._row, self._read.corrections(originals)))

    def events(self, *, month: Month | None = None, meter: str | None = None) -> Iterator[UsageRow]:
        """Stream accepted events."""
        return map(self._row, self._read.events(month=month, meter=meter))

    def some_events(
        self,
        month: Month,
        meter: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        recorded_after: datetime | None = None,
    ) -> Iterator[UsageRow]:
        """Stream some of the events of *meter* in *month*."""
        rows = self._read.some_events(month, meter, since=since, until=until, recorded_after=recorded_after)
        return map(self._row, rows)

    def crossings(self, *, after: int = 0, most: int | None = None) -> tuple[tuple[int, Crossing], ...]:
        """Return crossings with their numbers."""
        return self._read.crossings(after=after, most=most)

    def crossing_number(self, id_: str) -> int | None:
        """Return the number of a crossing."""
        return self._read.crossing_number(id_)

    def statement(self, month: Month) -> bytes | None:
        """Return the statement of *month*."""
        return self._read.statement(month)


class SealedUsageWriter(SealedUsageReader):
    """The usage of one installation, to read and write."""

    __slots__ = ("_counted", "_head", "_write")

    def __init__(self, usage: Usage, seals: Seals | None) -> None:
        """Write to *usage*; without *seals* nothing is checked or sealed."""
        super().__init__(usage, seals)
        self._write = usage
        # The head as it is stored, and what it counts once it is saved.
        self._head = _NO_HEAD
        self._counted = _NOTHING_COUNTED

    def lock_head(self) -> UsageHead:
        """Lock the head."""
        stored = self._write.lock_head()
        self._counted = self._counts(stored)
        self._head = stored.noun()
        return self._head

    def save_head(self, head: UsageHead) -> None:
        """Replace the head."""
        self._head = head
        stored = StoredUsageHead.of(head)
        if self._seals is not None:
            stored = stored._replace(seal=self._seals.head(stored, self._counted))
        self._write.save_head(stored)

    def _count(self, *, months: int = 0, meter_months: int = 0) -> None:
        """Count what was opened in the sealed head."""
        if self._seals is not None and (months or meter_months):
            counted = self._counted
            self._counted = counted._replace(
                months=counted.months + months, meter_months=counted.meter_months + meter_months
            )
            self.save_head(self._head)

    def _stored_month(self, one: UsageMonth) -> StoredUsageMonth:
        stored = StoredUsageMonth.of(one)
        return stored if self._seals is None else stored._replace(seal=self._seals.month(stored, self._read))

    def add_months(self, months: Sequence[UsageMonth]) -> None:
        """Add new months."""
        self._write.add_months([self._stored_month(one) for one in months])
        self._count(months=len(months))

    def save_months(self, months: Sequence[UsageMonth]) -> None:
        """Replace months."""
        self._write.save_months([self._stored_month(one) for one in months])

    def lock_meter_months(self, keys: Iterable[MeterMonthKey]) -> Mapping[MeterMonthKey, MeterMonth]:
        """Lock those of the meter months that there are."""
        return {key: self._meter_month(one) for key, one in self._write.lock_meter_months(keys).items()}

    def lock_meter_months_since(self, month: Month) -> tuple[MeterMonth, ...]:
        """Lock all meter months of *month* and later."""
        return tuple([self._meter_month(one) for one in self._write.lock_meter_months_since(month)])

    def _stored_meter_month(self, one: MeterMonth) -> StoredMeterMonth:
        stored = StoredMeterMonth.of(one)
        return stored if self._seals is None else stored._replace(seal=self._seals.meter_month(stored))

    def add_meter_months(self, meter_months: Sequence[MeterMonth]) -> None:
        """Add new meter months."""
        self._write.add_meter_months([self._stored_meter_month(one) for one in meter_months])
        self._count(meter_months=len(meter_months))

    def save_meter_months(self, meter_months: Sequence[MeterMonth]) -> None:
        """Replace meter months."""
        self._write.save_meter_months([self._stored_meter_month(one) for one in meter_months])

    def add_events(self, rows: Sequence[UsageRow]) -> bool:
        """Add those of *rows* that are new."""
        seals = self._seals
        if seals is not None:
            rows = [row._replace(seal=seals.row(row)) for row in rows]
        return self._write.add_events(rows)

    def add_crossings(self, crossings: Sequence[tuple[int, Crossing]]) -> None:
        """Add crossings."""
        self._write.add_crossings(crossings)
        if self._seals is not None:
            for number, crossing in crossings:
                self._counted = self._seals.crossing(number, crossing, self._counted)

    def add_statement(self, month: Month, statement: bytes) -> None:
        """Add the statement of *month*."""
        self._write.add_statement(month, statement)


class SealedRecording:
    """A block that records; a class, because a generator costs as much as a recording in memory."""

    __slots__ = ("_block", "_seals_of")

    def __init__(self, block: AbstractContextManager[Usage], seals_of: Callable[[str], Seals | None]) -> None:
        """Open *block*, and seal what is written in it, for the key that it is stored under."""
        self._block = block
        self._seals_of = seals_of

    def __enter__(self) -> SealedUsageWriter:
        """Open the block."""
        usage = self._block.__enter__()
        return SealedUsageWriter(usage, self._seals_of(usage.key))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        """End the block."""
        return self._block.__exit__(kind, error, traceback)
