"""Recording: which usage events are accepted, and what they change.

Rule 1: the pair of source and id is unique for ever. The same content again is
a DUPLICATE, other content a CONFLICT; neither counts.

Rule 2: events are judged one after the other, each after what the ones before
it left, and a refused event does not stop the others.

Rule 3: a correction names an accepted original of the same source, meter and
instant. Its quantity replaces the original's; the newest accepted one counts.

Rule 4: an event may lie five minutes in the future, because clocks differ, and
no further; and not before the year 2000, where no month is open.

Rule 5: usage of a closed month counts on the terms of that month. A meter that
had no terms then was not sold, and its usage is refused.

Source: design section 9; documents.md, "Numbers from outside".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, NamedTuple

from superlicense.model.meter import MAX_TOTAL, MAX_USAGE, Meter
from superlicense.model.month import Month
from superlicense.model.usage import Receipt, ReceiptCode, ReceiptStatus, UsageEvent, UsageEventKey
from superlicense.rules.metering.calendar import Months
from superlicense.rules.metering.event_refusals import (
    EARLIEST,
    FUTURE_TOLERANCE,
    correction_refusal,
    format_refusal,
    is_event_id,
    receipt_for_known,
    time_refusal,
)

__all__ = ["Accepted", "Judged", "RecordedUsage", "judge"]

_ACCEPTED: Final = ReceiptStatus.ACCEPTED


class RecordedUsage(NamedTuple):
    """The stored usage that matters to a batch.

    Attributes:
        events: Accepted events by source and id: those with an id of the batch,
            and the originals that it corrects.
        counted: The quantity that counts of an original that has been corrected.
        totals: Total of a counter in a month, late events included; 0 where it
            is missing.
        terms: The meter on whose terms a month counts; `None` for a meter that had
            no terms when the month was closed, and the host's meter where it is
            missing.
    """

    events: Mapping[UsageEventKey, UsageEvent]
    counted: Mapping[UsageEventKey, int]
    totals: Mapping[tuple[Month, str], int]
    terms: Mapping[tuple[Month, str], Meter | None] = MappingProxyType({})


class Accepted(NamedTuple):
    """An accepted event.

    Attributes:
        event: The event.
        month: The month in which it was used.
        change: What it adds to that month's total of a counter, negative where a
            correction lowers it; 0 for a gauge, whose readings replace each other.
    """

    event: UsageEvent
    month: Month
    change: int


class Judged(NamedTuple):
    """The result of judging a batch.

    Attributes:
        receipts: One for each event, in the order they were given.
        accepted: The accepted events, in the same order.
    """

    receipts: tuple[Receipt, ...]
    accepted: tuple[Accepted, ...]


def judge(
    events: Iterable[UsageEvent],
    *,
    meters: Mapping[str, Meter],
    recorded: RecordedUsage,
    now: datetime,
    months: Months,
) -> Judged:
    """Judge a batch of events, in order.

    Most events are originals of the same source, meter and month as the one
    before. They take a shorter path to the same receipt, because a batch may
    have 10,000 of them.

    Args:
        events: The events.
        meters: The meters, by code.
        recorded: The stored usage that matters to them.
        now: When they are recorded.
        months: Finds the months of the installation.
    """
    batch = _Batch(meters, recorded, now, months)
    known, stored, accepted = batch.events, recorded.events, batch.accepted
    latest = now + FUTURE_TOLERANCE
    receipts = []
    source, room = "", None
    for event in events:
        quantity = event.quantity
        if (
            room is not None
            and type(event.source) is type(event.meter) is str
            and event.source == source
            and event.meter == room.meter
            and event.corrects is None
            and room.starts <= event.at < room.ends
            and event.at <= latest
            and type(quantity) is int
            and 0 <= quantity <= MAX_USAGE
            and is_event_id(event.id)
        ):
            key = (event.source, event.id)
            change = quantity if room.adds else 0
            if key not in known and key not in stored and change <= room.left:
                room.left -= change
                known[key] = event
                accepted.append(Accepted(event, room.month, change))
                receipts.append(Receipt(status=_ACCEPTED, code=None, event=event))
                continue
        receipt = batch.judge(event)
        if receipt.status is _ACCEPTED:
            source, room = event.source, batch.newest
        receipts.append(receipt)
    return Judged(tuple(receipts), tuple(accepted))


class _Room:
    """How much more a meter can count in a month: *left*, for events from *starts* until *ends*."""

    __slots__ = ("adds", "ends", "left", "meter", "month", "starts")

    def __init__(self, meter: Meter, span: tuple[datetime, datetime, Month], total: int) -> None:
        """Start with what *total* leaves; a gauge has no total, and no limit."""
        self.meter = meter.code
        starts, self.ends, self.month = span
        self.starts = max(starts, EARLIEST)
        self.adds = meter.adds
        self.left = MAX_TOTAL - total if self.adds else 0


class _Batch:
    """The changes of a batch so far; *newest* is the room of the newest accepted event."""

    __slots__ = ("_counted", "_meters", "_months", "_now", "_recorded", "_rooms", "accepted", "events", "newest")

    def __init__(self, meters: Mapping[str, Meter], recorded: RecordedUsage, now: datetime, months: Months) -> None:
        self.events: dict[UsageEventKey, UsageEvent] = {}
        self.accepted: list[Accepted] = []
        self.newest: _Room | None = None
        self._meters = meters
        self._recorded = recorded
        self._now = now
        self._months = months
        self._rooms: dict[tuple[Month, str], _Room] = {}
        self._counted: dict[UsageEventKey, int] = {}

    def judge(self, event: UsageEvent) -> Receipt:
        """Judge one event."""
        code = format_refusal(event)
        if code is None:
            before = self._find((event.source, event.id))
            if before is not None:
                return receipt_for_known(event, before)
            code = ReceiptCode.UNKNOWN_METER if event.meter not in self._meters else time_refusal(event, self._now)
        if code is None:
            code = self._count(event)
        status = _ACCEPTED if code is None else ReceiptStatus.REFUSED
        return Receipt(status=status, code=code, event=event)

    def _find(self, key: UsageEventKey) -> UsageEvent | None:
        return self.events.get(key) or self._recorded.events.get(key)

    def _count(self, event: UsageEvent) -> ReceiptCode | None:
        """Count *event*; or return why not, and change nothing."""
        change = event.quantity
        original = None if event.corrects is None else (event.source, event.corrects)
        if original is not None:
            found = self._find(original)
            code = correction_refusal(event, found)
            if code is not None or found is None:
                return code
            change -= self._counted.get(original, self._recorded.counted.get(original, found.quantity))
        room = self._room(event)
        if room is None:
            return ReceiptCode.METER_NOT_SOLD
        change = change if room.adds else 0
        if change > room.left:
            return ReceiptCode.TOTAL_TOO_LARGE
        room.left -= change
        self.newest = room
        if original is not None:
            self._counted[original] = event.quantity
        self.events[event.source, event.id] = event
        self.accepted.append(Accepted(event, room.month, change))
        return None

    def _room(self, event: UsageEvent) -> _Room | None:
        """Return the room for a valid *event*; `None` if its meter was not sold in its month."""
        span = self._months.span(event.at)
        key = (span[2], event.meter)
        room = self._rooms.get(key)
        if room is None:
            meter = self._recorded.terms.get(key, self._meters[event.meter])
            if meter is None:
                return None
            room = self._rooms[key] = _Room(meter, span, self._recorded.totals.get(key, 0))
        return room
