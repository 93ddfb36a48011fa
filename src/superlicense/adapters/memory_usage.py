"""Usage in memory: one lock, a few dicts, and the writes that a block has staged.

Writes are applied when the block ends, at a cost that does not depend on what
is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from threading import RLock
from typing import NamedTuple, Protocol

from superlicense.adapters.memory_usage_reading import MemoryUsageReading, UsageTables
from superlicense.adapters.open_block import Flag, Taken, take
from superlicense.codec import StoredMeterMonth, StoredUsageHead, StoredUsageMonth
from superlicense.errors import ConflictError
from superlicense.model.meter_month import MeterMonthKey, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import Crossing

__all__ = ["MemoryUsage", "StoredUsage"]


class UsageCommit(Protocol):
    """What a block has written of usage, and whether it is committed."""

    @property
    def usage(self) -> MemoryUsage | None:
        """The usage; `None` for none."""

    @property
    def is_made(self) -> bool:
        """Whether it is committed."""


class StoredUsage(UsageTables):
    """The stored usage of one installation.

    A recording holds its lock, and so does a writer or reader of licensing facts
    from its first access to usage; that lock is acquired after theirs.
    """

    __slots__ = ("lock", "pending", "recording")

    def __init__(self, key: str) -> None:
        """Start empty; the installation is stored under *key*."""
        super().__init__(key)
        self.lock = RLock()
        self.recording = Flag("this thread is already recording")
        self.pending: UsageCommit | None = None

    def begin(self, locks: Taken, patience: timedelta, *, write: bool) -> MemoryUsage:
        """Acquire the lock until *locks* are released, and return a view.

        Raises:
            StoreBusyError: another block held it longer than *patience*.
            ConflictError: this thread is already writing.
        """
        take(self.lock, locks, patience)
        if write:
            self.recording.set_until_the_end(locks)
        self.settle()
        return MemoryUsage(self)

    def settle(self) -> None:
        """Apply what was committed and not applied to its end; forget what was not committed."""
        commit = self.pending
        if commit is not None and commit.is_made and commit.usage is not None:
            commit.usage.apply()
        self.pending = None


class MemoryUsage(MemoryUsageReading):
    """The usage of one installation as one block reads and writes it; its lock is held."""

    __slots__ = ()
    _stored: StoredUsage

    lock_head = MemoryUsageReading.head

    def lock_meter_months(self, keys: Iterable[MeterMonthKey]) -> Mapping[MeterMonthKey, StoredMeterMonth]:
        """Return those of the meter months that there are."""
        staged, stored = self._meter_months, self._stored.meter_months
        found = {}
        for key in keys:
            one = staged.get(key) or stored.get(key)
            if one is not None:
                found[key] = one
        return found

    def lock_meter_months_since(self, month: Month) -> tuple[StoredMeterMonth, ...]:
        """Return all meter months of *month* and later."""
        return self.meter_months(since=month)

    def add_months(self, months: Sequence[StoredUsageMonth]) -> None:
        """Stage new months."""
        for one in months:
            if one.month in self._months or one.month in self._stored.months:
                raise ConflictError(f"{one.month} is stored already")
            self._months[one.month] = one

    def save_months(self, months: Sequence[StoredUsageMonth]) -> None:
        """Stage changed months."""
        for one in months:
            kept = self._months.get(one.month) or self._stored.months.get(one.month)
            if kept is None or kept.closed:
                raise ConflictError(f"{one.month} is {'closed' if kept else 'missing'}")
            self._months[one.month] = one

    def add_meter_months(self, meter_months: Sequence[StoredMeterMonth]) -> None:
        """Stage new meter months."""
        for one in meter_months:
            key = (one.month, one.meter)
            if key in self._meter_months or key in self._stored.meter_months:
                raise ConflictError(f"the meter month {one.meter}/{one.month} is there already")
            self._meter_months[key] = one

    def save_meter_months(self, meter_months: Sequence[StoredMeterMonth]) -> None:
        """Stage changed meter months."""
        for one in meter_months:
            key = (one.month, one.meter)
            kept = self._meter_months.get(key) or self._stored.meter_months.get(key)
            if kept is None or kept.closed:
                raise ConflictError(f"the meter month {one.meter}/{one.month} is {'closed' if kept else 'missing'}")
            self._meter_months[key] = one

    def add_events(self, rows: Sequence[UsageRow]) -> bool:
        """Stage events that are new."""
        stored, staged = self._stored.events, self._events
        keyed = {(row[0].source, row[0].id): row for row in rows}
        if stored.keys().isdisjoint(keyed) and staged.keys().isdisjoint(keyed):
            staged.update(keyed)
            return True
        staged.update({key: row for key, row in keyed.items() if key not in stored and key not in staged})
        return False

    def add_crossings(self, crossings: Sequence[tuple[int, Crossing]]) -> None:
        """Stage crossings."""
        staged = {(one.meter, one.month, one.level) for one in self._crossings}
        for number, crossing in crossings:
            what = (crossing.meter, crossing.month, crossing.level)
            if (
                what in staged
                or what in self._stored.crossed
                or number != len(self._stored.crossings) + len(self._crossings) + 1
            ):
                raise ConflictError(f"crossing {number} ({crossing.id}) is there already, or out of order")
            staged.add(what)
            self._crossings.append(crossing)

    def add_statement(self, month: Month, statement: bytes) -> None:
        """Stage a statement."""
        if self.statement(month) is not None:
            raise ConflictError(f"{month} has a statement already")
        self._statements[month] = statement

    def save_head(self, head: StoredUsageHead) -> None:
        """Stage the head."""
        self._head = head

    def conclude(self, kind: type[BaseException] | None, *_: object) -> None:
        """Commit the staged writes of a recording, unless the block has failed."""
        if kind is None:
            # Nothing but usage was written, so it is committed with this reference.
            self._stored.pending = _RecordingCommit(self)
            self._stored.settle()

    def apply(self) -> None:
        """Apply the staged writes; a second time changes nothing."""
        stored = self._stored
        if self._events:
            stored.events.update(self._events)
            month, meter, rows = None, "", {}
            for key, row in self._events.items():
                event = row[0]
                if row.counted_in is not month or event.meter != meter:
                    month, meter = row.counted_in, event.meter
                    rows = stored.of_home.setdefault((month, meter), {})
                rows[key] = row
                if event.corrects is not None:
                    stored.corrections.setdefault((event.source, event.corrects), {})[key] = row
        stored.months.update(self._months)
        stored.meter_months.update(self._meter_months)
        if self._head is not None:
            stored.head = self._head
        if self._crossings:
            stored.crossings[self._crossing_count :] = self._crossings
            stored.crossed.update((one.meter, one.month, one.level) for one in self._crossings)
            numbered = enumerate(self._crossings, start=self._crossing_count + 1)
            stored.numbers.update((one.id, number) for number, one in numbered)
        stored.statements.update(self._statements)


class _RecordingCommit(NamedTuple):
    """A commit of usage alone."""

    usage: MemoryUsage | None
    is_made: bool = True
