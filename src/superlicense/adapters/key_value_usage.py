"""Usage of one installation in a key-value store.

The whole transaction has the lock of the writers, so locking is reading.

| key | value |
|---|---|
| ``usage`` | the head |
| ``month``, month | the users of a month |
| ``meter_month``, month, meter | the total of a meter in a month |
| ``id``, source, id | an accepted event |
| ``event``, month that counts it, position, source, id | the same events, in order |
| ``corrects``, source, id, … | the corrections of an event |
| ``crossing``, number and ``crossed``, id | crossings in order, and the number of each |
| ``statement``, month | the final statement |
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from superlicense.adapters.key_value_keys import InstallationKeys, number_text
from superlicense.codec import (
    CROSSING,
    METER_MONTH,
    USAGE_HEAD,
    USAGE_MONTH,
    USAGE_ROW,
    StoredMeterMonth,
    StoredUsageHead,
    StoredUsageMonth,
)
from superlicense.errors import ConflictError
from superlicense.model.meter_month import MeterMonthKey, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import Crossing, UsageEventKey

__all__ = ["KeyValueUsage"]


class KeyValueUsage(InstallationKeys):
    """The usage of one installation, in one transaction."""

    def head(self) -> StoredUsageHead:
        """Return the head."""
        text = self._transaction.get(self._key("usage"))
        return StoredUsageHead() if text is None else USAGE_HEAD.loads(text)

    lock_head = head

    def save_head(self, head: StoredUsageHead) -> None:
        """Replace the head."""
        self._transaction.put(self._key("usage"), USAGE_HEAD.dumps(head))

    def months(self, *, since: Month | None = None, until: Month | None = None) -> tuple[StoredUsageMonth, ...]:
        """Return the months from *since* to *until*."""
        return tuple(one for one in map(USAGE_MONTH.loads, self._under("month")) if _is_within(one.month, since, until))

    def month_before(self, month: Month) -> StoredUsageMonth | None:
        """Return the newest month before *month*."""
        return next((one for one in reversed(self.months(until=month)) if one.month != month), None)

    def add_months(self, months: Sequence[StoredUsageMonth]) -> None:
        """Add new months."""
        if any(self._transaction.get(self._key("month", one.month)) is not None for one in months):
            raise ConflictError("a month is stored already")
        self._put_months(months)

    def save_months(self, months: Sequence[StoredUsageMonth]) -> None:
        """Replace months."""
        open_months = {one.month for one in self.months() if not one.closed}
        if not {one.month for one in months} <= open_months:
            raise ConflictError("a month is missing or closed")
        self._put_months(months)

    def _put_months(self, months: Iterable[StoredUsageMonth]) -> None:
        for one in months:
            self._transaction.put(self._key("month", one.month), USAGE_MONTH.dumps(one))

    def meter_months(self, *, since: Month | None = None, until: Month | None = None) -> tuple[StoredMeterMonth, ...]:
        """Return the meter months from *since* to *until*."""
        found = map(METER_MONTH.loads, self._under("meter_month"))
        return tuple(one for one in found if _is_within(one.month, since, until))

    def meter_month_before(self, month: Month, meter: str) -> StoredMeterMonth | None:
        """Return the newest meter month of *meter* before *month*."""
        found = (one for one in reversed(self.meter_months(until=month)) if one.meter == meter and one.month != month)
        return next(found, None)

    def lock_meter_months(self, keys: Iterable[MeterMonthKey]) -> Mapping[MeterMonthKey, StoredMeterMonth]:
        """Return those of the meter months that there are."""
        found = ((key, self._transaction.get(self._key("meter_month", *key))) for key in keys)
        return {key: METER_MONTH.loads(text) for key, text in found if text is not None}

    def lock_meter_months_since(self, month: Month) -> tuple[StoredMeterMonth, ...]:
        """Return all meter months of *month* and later."""
        return self.meter_months(since=month)

    def add_meter_months(self, meter_months: Sequence[StoredMeterMonth]) -> None:
        """Add new meter months."""
        if self.lock_meter_months((one.month, one.meter) for one in meter_months):
            raise ConflictError("a meter month is there already")
        self._put(meter_months)

    def save_meter_months(self, meter_months: Sequence[StoredMeterMonth]) -> None:
        """Replace meter months."""
        kept = self.lock_meter_months((one.month, one.meter) for one in meter_months)
        if len(kept) != len(meter_months) or any(one.closed for one in kept.values()):
            raise ConflictError("a meter month is missing or closed")
        self._put(meter_months)

    def _put(self, meter_months: Iterable[StoredMeterMonth]) -> None:
        for one in meter_months:
            self._transaction.put(self._key("meter_month", one.month, one.meter), METER_MONTH.dumps(one))

    def add_events(self, rows: Sequence[UsageRow]) -> bool:
        """Add those of *rows* that are new."""
        new = True
        for row in rows:
            event, record = row.event, USAGE_ROW.dumps(row)
            known = self._key("id", event.source, event.id)
            if self._transaction.get(known) is not None:
                new = False
                continue
            order = (row.counted_in, number_text(row.position), event.source, event.id)
            self._transaction.put(known, record)
            self._transaction.put(self._key("event", *order), record)
            if event.corrects is not None:
                self._transaction.put(self._key("corrects", event.source, event.corrects, *order), record)
        return new

    def find_events(self, keys: Iterable[UsageEventKey]) -> Mapping[UsageEventKey, UsageRow]:
        """Return the accepted events that have one of *keys*."""
        found = ((key, self._transaction.get(self._key("id", *key))) for key in keys)
        return {key: USAGE_ROW.loads(text) for key, text in found if text is not None}

    def corrections(self, originals: Iterable[UsageEventKey]) -> tuple[UsageRow, ...]:
        """Return the corrections of *originals*."""
        found = (USAGE_ROW.loads(text) for key in set(originals) for text in self._under("corrects", *key))
        return tuple(sorted(found, key=lambda row: (row.counted_in, row.position)))

    def events(self, *, month: Month | None = None, meter: str | None = None) -> Iterator[UsageRow]:
        """Stream accepted events."""
        rows = map(USAGE_ROW.loads, self._under("event"))
        return (row for row in rows if month in (None, row.month) and meter in (None, row.event.meter))

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
        return (
            row
            for row in self.events(month=month, meter=meter)
            if (since is None or row.event.at >= since)
            and (until is None or row.event.at < until)
            and (recorded_after is None or row.recorded_at > recorded_after)
        )

    def add_crossings(self, crossings: Sequence[tuple[int, Crossing]]) -> None:
        """Add crossings."""
        for due, crossing in crossings:
            crossed = self._key("crossed", crossing.id)
            if due != len(self.crossings()) + 1 or self._transaction.get(crossed) is not None:
                raise ConflictError(f"crossing {due} is there already, or out of order")
            self._transaction.put(crossed, number_text(due))
            self._transaction.put(self._key("crossing", number_text(due)), CROSSING.dumps(crossing))

    def crossings(self, *, after: int = 0, most: int | None = None) -> tuple[tuple[int, Crossing], ...]:
        """Return crossings with their numbers."""
        numbered = enumerate(map(CROSSING.loads, self._under("crossing")), start=1)
        return tuple(numbered)[after : None if most is None else after + most]

    def crossing_number(self, id_: str) -> int | None:
        """Return the number of a crossing."""
        text = self._transaction.get(self._key("crossed", id_))
        return None if text is None else int(text)

    def add_statement(self, month: Month, statement: bytes) -> None:
        """Add the statement of *month*."""
        if self.statement(month) is not None:
            raise ConflictError(f"{month} has a statement already")
        self._transaction.put(self._key("statement", month), statement.decode())

    def statement(self, month: Month) -> bytes | None:
        """Return the statement of *month*."""
        text = self._transaction.get(self._key("statement", month))
        return None if text is None else text.encode()


def _is_within(month: Month, since: Month | None, until: Month | None) -> bool:
    return (since is None or month >= since) and (until is None or month <= until)
