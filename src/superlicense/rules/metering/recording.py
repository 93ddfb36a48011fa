"""Recording: which reports are accepted, and what they change.

Rule 1: the pair of source and id is unique for ever. The same content again is
a DUPLICATE, other content a CONFLICT; neither counts.

Rule 2: reports are judged one after the other, each after what the ones before
it left, and one that is refused stops no other.

Rule 3: a correction names an accepted original of the same source, meter and
instant. Its quantity replaces the original's; the newest accepted one counts.

Rule 4: a report may lie five minutes in the future, because clocks differ, and
no further; and not before the year 2000, where no month is open.

Source: design section 9; documents.md, "Numbers from outside".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from superlicense.model.fields import MAX_ID_LENGTH
from superlicense.model.meter import MAX_TOTAL, MAX_USAGE, Meter
from superlicense.model.month import Month
from superlicense.model.usage import Receipt, ReceiptCode, ReceiptStatus, UsageEvent

__all__ = [
    "FUTURE_TOLERANCE",
    "Accepted",
    "Judged",
    "Known",
    "Months",
    "UsageEventKey",
    "correction_refusal",
    "judge",
    "malformed",
    "repeats",
    "untimely",
]

UsageEventKey = tuple[str, str]
"""Source and id of a report."""

FUTURE_TOLERANCE: Final = timedelta(minutes=5)
"""How far from now a report may lie in the future, inclusive."""

_ACCEPTED: Final = ReceiptStatus.ACCEPTED
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Known(NamedTuple):
    """What is stored that matters to a batch.

    Attributes:
        events: Accepted reports by source and id: those of the batch itself, and
            the ones that it corrects.
        counted: What counts of an original that has been corrected.
        totals: What a counter has come to in a month, late reports included;
            0 where it is not there.
    """

    events: Mapping[UsageEventKey, UsageEvent]
    counted: Mapping[UsageEventKey, int]
    totals: Mapping[tuple[Month, str], int]


class Accepted(NamedTuple):
    """A report that counts.

    Attributes:
        event: The report.
        month: The month that it was used in.
        change: What it adds to that month's total of a counter, negative where a
            correction lowers it; 0 for a gauge, which has no total.
    """

    event: UsageEvent
    month: Month
    change: int


class Judged(NamedTuple):
    """What became of a batch.

    Attributes:
        receipts: One for each report, in the order they were given.
        accepted: Those that count, in the same order.
    """

    receipts: tuple[Receipt, ...]
    accepted: tuple[Accepted, ...]


class Months:
    """Finds the months of instants, and remembers the last one: most reports are of one month.

    Threads may share it: what is remembered is replaced whole.
    """

    __slots__ = ("_last", "zone")

    def __init__(self, zone: tzinfo) -> None:
        """Find months of *zone*."""
        self.zone = zone
        self._last = (_EARLIEST, _EARLIEST, Month(2000, 1))

    def span(self, at: datetime) -> tuple[datetime, datetime, Month]:
        """Give the first instant of the month of *at*, the first that is no longer of it, and the month."""
        last = self._last
        if not last[0] <= at < last[1]:
            month = Month.of(at, self.zone)
            last = self._last = (month.start(self.zone), month.end(self.zone), month)
        return last


def malformed(event: UsageEvent) -> ReceiptCode | None:  # noqa: PLR0911 - one return a defect, in the order of the fields
    """Say what is wrong with *event* by itself, whatever is known; `None` for nothing."""
    source, id_, corrects, quantity = event.source, event.id, event.corrects, event.quantity
    if not _is_id(source):
        return ReceiptCode.MALFORMED_SOURCE
    if not _is_id(id_):
        return ReceiptCode.MALFORMED_ID
    if corrects is not None and not _is_id(corrects):
        return ReceiptCode.MALFORMED_CORRECTS
    if not _is_id(event.meter):
        return ReceiptCode.UNKNOWN_METER
    if type(quantity) is not int:
        return ReceiptCode.QUANTITY_NOT_WHOLE
    if quantity < 0:
        return ReceiptCode.QUANTITY_NEGATIVE
    if quantity > MAX_USAGE:
        return ReceiptCode.QUANTITY_TOO_LARGE
    return None


def untimely(event: UsageEvent, now: datetime) -> ReceiptCode | None:
    """Say whether *event* is too far from *now* to count; `None` if it is not."""
    if event.at > now + FUTURE_TOLERANCE:
        return ReceiptCode.IN_FUTURE
    return ReceiptCode.TOO_LONG_AGO if event.at < _EARLIEST else None


def repeats(event: UsageEvent, accepted: UsageEvent) -> Receipt:
    """Answer *event*, whose source and id *accepted* has."""
    if event == accepted:
        return Receipt(status=ReceiptStatus.DUPLICATE, code=None, event=event)
    return Receipt(status=ReceiptStatus.CONFLICT, code=ReceiptCode.OTHER_CONTENT, event=event)


def correction_refusal(event: UsageEvent, original: UsageEvent | None) -> ReceiptCode | None:
    """Say why *event* does not correct *original*; `None` if it does."""
    if original is None:
        return ReceiptCode.CORRECTS_UNKNOWN
    if original.corrects is not None:
        return ReceiptCode.CORRECTS_CORRECTION
    if original.meter != event.meter:
        return ReceiptCode.CORRECTS_OTHER_METER
    return ReceiptCode.CORRECTS_OTHER_INSTANT if original.at != event.at else None


def judge(
    events: Iterable[UsageEvent], *, meters: Mapping[str, Meter], known: Known, now: datetime, months: Months
) -> Judged:
    """Judge a batch of reports, in order.

    Most reports are originals of the source, meter and month of the one before.
    They take a shorter way to the same answer, because a batch may have 10,000
    of them.

    Args:
        events: The reports.
        meters: What is metered, by code.
        known: What is stored that matters to them.
        now: When they arrive.
        months: Finds months of the installation's zone.
    """
    docket = _Docket(meters, known, now, months)
    taken, stored, accepted = docket.events, known.events, docket.accepted
    latest = now + FUTURE_TOLERANCE
    receipts = []
    source, book = "", None
    for event in events:
        quantity = event.quantity
        if (
            book is not None
            and type(event.source) is type(event.meter) is str
            and event.source == source
            and event.meter == book.meter
            and event.corrects is None
            and book.starts <= event.at < book.ends
            and event.at <= latest
            and type(quantity) is int
            and 0 <= quantity <= MAX_USAGE
            and _is_id(event.id)
        ):
            key = (event.source, event.id)
            change = quantity if book.adds else 0
            if key not in taken and key not in stored and change <= book.room:
                book.room -= change
                taken[key] = event
                accepted.append(Accepted(event, book.month, change))
                receipts.append(Receipt(status=_ACCEPTED, code=None, event=event))
                continue
        receipt = docket.answer(event)
        if receipt.status is _ACCEPTED:
            source, book = event.source, docket.book
        receipts.append(receipt)
    return Judged(tuple(receipts), tuple(accepted))


class _Book:
    """A meter in a month, while a batch is judged."""

    __slots__ = ("adds", "ends", "meter", "month", "room", "starts")

    def __init__(self, meter: Meter, span: tuple[datetime, datetime, Month], total: int) -> None:
        """Open it: reports from *starts* until *ends* are its own, and it has *room* for so much more."""
        self.meter = meter.code
        starts, self.ends, self.month = span
        self.starts = max(starts, _EARLIEST)
        self.adds = meter.adds
        self.room = MAX_TOTAL - total if self.adds else 0


class _Docket:
    """What a batch has changed so far."""

    __slots__ = ("_books", "_counted", "_known", "_meters", "_months", "_now", "accepted", "book", "events")

    def __init__(self, meters: Mapping[str, Meter], known: Known, now: datetime, months: Months) -> None:
        self.events: dict[UsageEventKey, UsageEvent] = {}
        self.accepted: list[Accepted] = []
        self.book: _Book | None = None
        self._meters = meters
        self._known = known
        self._now = now
        self._months = months
        self._books: dict[tuple[Month, str], _Book] = {}
        self._counted: dict[UsageEventKey, int] = {}

    def answer(self, event: UsageEvent) -> Receipt:
        """Judge one report; what counts it is then the *book*."""
        code = malformed(event)
        if code is None:
            before = self._find((event.source, event.id))
            if before is not None:
                return repeats(event, before)
            code = ReceiptCode.UNKNOWN_METER if event.meter not in self._meters else untimely(event, self._now)
        if code is None:
            code = self._count(event)
        status = _ACCEPTED if code is None else ReceiptStatus.REFUSED
        return Receipt(status=status, code=code, event=event)

    def _find(self, key: UsageEventKey) -> UsageEvent | None:
        return self.events.get(key) or self._known.events.get(key)

    def _count(self, event: UsageEvent) -> ReceiptCode | None:
        """Count *event*; or say why not, and leave everything as it was."""
        change = event.quantity
        original = None if event.corrects is None else (event.source, event.corrects)
        if original is not None:
            found = self._find(original)
            code = correction_refusal(event, found)
            if code is not None or found is None:
                return code
            change -= self._counted.get(original, self._known.counted.get(original, found.quantity))
        book = self._open(event)
        change = change if book.adds else 0
        if change > book.room:
            return ReceiptCode.TOTAL_TOO_LARGE
        book.room -= change
        self.book = book
        if original is not None:
            self._counted[original] = event.quantity
        self.events[event.source, event.id] = event
        self.accepted.append(Accepted(event, book.month, change))
        return None

    def _open(self, event: UsageEvent) -> _Book:
        """Give the book of a sound *event*."""
        span = self._months.span(event.at)
        key = (span[2], event.meter)
        book = self._books.get(key)
        if book is None:
            book = self._books[key] = _Book(self._meters[event.meter], span, self._known.totals.get(key, 0))
        return book


def _is_id(text: object) -> bool:
    return (
        isinstance(text, str)
        and 0 < len(text) <= MAX_ID_LENGTH
        and text.isprintable()  # of all white space, only the space is
        and text[0] != " " != text[-1]
    )
