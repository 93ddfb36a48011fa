"""The audit of usage: the log, the totals and the statements against one another and against assignment history.

Rule 1: with a seal key every event, every total of a month and the head must
have a seal that matches. Without one they are compared with each other only.

Rule 2: the totals of a month count the events of the log, and a counter is the
sum of its events. The peak of an open month lies between what history shows
instant by instant, and what it could be if everything of an instant had happened
in the worst order; see `superlicense.rules.metering.users.highest`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from attrs import evolve

from superlicense.codec.statements import load_statement
from superlicense.document.seal import is_seal
from superlicense.errors import StoreUnavailableError
from superlicense.licensing.integrity.journal_replay import JournalReplay
from superlicense.licensing.integrity.seals import Seals
from superlicense.licensing.integrity.usage_seals import HeadPrefix, UsageSeals
from superlicense.licensing.metering.meter_state import read_state
from superlicense.model.license import SUPEROFFICE
from superlicense.model.meter_month import EventKey, MeterMonth, MeterMonthKey, UsageRow
from superlicense.model.row import Row, Table
from superlicense.model.statement import LineKind
from superlicense.model.store_report import Finding, FindingCode
from superlicense.ports import Reading, UsageReading
from superlicense.rules.metering.users import highest

__all__ = ["usage_findings"]

_MICROSECOND: Final = timedelta(microseconds=1)


def usage_findings(view: Reading, seals: Seals | None, replay: JournalReplay, *, history: bool) -> Iterator[Finding]:
    """Yield everything that is wrong with the usage of *view*.

    Args:
        view: What is stored.
        seals: Checks seals; `None` without a seal key.
        replay: What the journal records; ignored where it is broken.
        history: Whether assignment history can be relied on.

    Raises:
        StoreError: the store failed.
    """
    usage = view.usage
    usage_seals = None if seals is None else UsageSeals(seals)
    yield from _head_findings(usage, usage_seals, replay)
    log = _Log()
    for row in usage.events():
        edited = usage_seals is not None and not is_seal(usage_seals.row(row), row.seal)
        log.take(row, edited=edited)
        if edited:
            key = f"{row.event.source}/{row.event.id}"
            yield _finding(FindingCode.ROW_EDITED, "usage_events", key, "has a seal that does not match")
    originals = usage.find(log.corrected)
    totals = log.totals({key: row.event.quantity for key, row in originals.items()})
    peaks = _Peaks(view) if history else None
    for books in usage.books():
        key = f"{books.meter}/{books.month}"
        for code, problem in _wrong_with(books, log, totals, peaks):
            yield _finding(code, "usage_books", key, problem)
        if usage_seals is not None and not is_seal(usage_seals.books(books, usage), books.seal):
            also = ", or their statement was edited" if books.closed else ""
            yield _finding(FindingCode.ROW_EDITED, "usage_books", key, f"have a seal that does not match{also}")
        if not replay.breaks and books.closed is not (replay.closed is not None and books.month <= replay.closed):
            how = "closed, and the journal has them open" if books.closed else "open, and the journal has them closed"
            yield _finding(FindingCode.ROW_EDITED, "usage_books", key, f"are {how}")
        if books.closed:
            yield from _statement_findings(view, books, key)
    for (month, meter), number in sorted(log.counts.items()):
        words = f"are missing, and the log has {number} events for them"
        yield _finding(FindingCode.COUNT_DIFFERS, "usage_books", f"{meter}/{month}", words)


def _finding(code: FindingCode, table: str, key: str, problem: str) -> Finding:
    return Finding(code=code, table=table, key=key, explanation=f"{table} {key} {problem}".replace("  ", " "))


def _head_findings(usage: UsageReading, usage_seals: UsageSeals | None, replay: JournalReplay) -> Iterator[Finding]:
    """Compare the head with the journal, the crossings and the totals of all months."""
    head, crossings, opened = usage.head(), usage.crossings(), usage.books()
    prefix = HeadPrefix(len(opened)) if usage_seals is None else usage_seals.prefix_of(head)
    if prefix is None:
        yield _finding(FindingCode.ROW_EDITED, "usage_head", "", "has a seal that does not match")
    through = head.closed_through
    if not replay.breaks and through != replay.closed:
        words = f"has months closed until {through or 'none'}; the journal until {replay.closed or 'none'}"
        yield _finding(FindingCode.ROW_EDITED, "usage_head", "", words)
    if len(crossings) != head.crossings:
        words = f"are {len(crossings)}; the head counts {head.crossings}"
        yield _finding(FindingCode.COUNT_DIFFERS, "usage_crossings", "", words)
    elif usage_seals is not None and prefix is not None:
        found = HeadPrefix(prefix.books)
        for number, crossing in crossings:
            found = usage_seals.crossing(number, crossing, found)
        if found != prefix:
            yield _finding(FindingCode.ROW_EDITED, "usage_crossings", "", "are not those that the head ends with")
    if prefix is not None and prefix.books != len(opened):
        words = f"are {len(opened)}; the head counts {prefix.books}"
        yield _finding(FindingCode.COUNT_DIFFERS, "usage_books", "", words)


class _Log:
    """The sums and counts of the log."""

    def __init__(self) -> None:
        self.counts: Counter[MeterMonthKey] = Counter()
        self.edited: set[MeterMonthKey] = set()
        self.corrected: dict[EventKey, tuple[MeterMonthKey, int]] = {}
        self._sums: Counter[MeterMonthKey] = Counter()

    def take(self, row: UsageRow, *, edited: bool) -> None:
        """Add one more event, in order."""
        event, home = row.event, (row.booked, row.event.meter)
        self.counts[home] += 1
        if edited:
            self.edited.add(home)
        if row.month == row.booked:
            if event.corrects is None:
                self._sums[home] += event.quantity
            else:
                self.corrected[event.source, event.corrects] = (home, event.quantity)

    def totals(self, originals: dict[EventKey, int]) -> Counter[MeterMonthKey]:
        """Return the sum of each counter in each month, without late events."""
        sums = Counter(self._sums)
        for key, (home, quantity) in self.corrected.items():
            sums[home] += quantity - originals.get(key, 0)
        return sums


class _Peaks:
    """The minimum and maximum of the peak of a month."""

    def __init__(self, view: Reading) -> None:
        self._packages = list(view.facts.history(Table.PACKAGES, SUPEROFFICE))
        self._assignments = list(view.facts.history(Table.ASSIGNMENTS))
        self._known: dict[datetime, tuple[int, int]] = {}

    def of(self, books: MeterMonth) -> tuple[int, int]:
        """Return both for the month of *books*."""
        found = self._known.get(books.starts_at)
        if found is None:
            least, most = (
                highest(rows, self._packages, books.starts_at, books.ends_at).users
                for rows in (self._assignments, _lasting(self._assignments))
            )
            found = self._known[books.starts_at] = (least, most)
        return found


def _lasting(rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Return *rows* with ends just after their instants."""
    return [row if row.end is None else evolve(row, end=row.end + _MICROSECOND) for row in rows]


def _wrong_with(
    books: MeterMonth, log: _Log, totals: Counter[MeterMonthKey], peaks: _Peaks | None
) -> Iterator[tuple[FindingCode, str]]:
    """Yield what is wrong with *books*, and remove them from the counts of the log."""
    key = (books.month, books.meter)
    events = log.counts.pop(key, 0)
    if events != books.events:
        yield FindingCode.COUNT_DIFFERS, f"count {books.events} events, and the log has {events} for them"
    try:
        gauge = read_state(books.details).level is not None
    except StoreUnavailableError as error:
        yield FindingCode.ROW_UNREADABLE, f"cannot be read: {error}"
        return
    if not gauge and key not in log.edited and totals[key] != books.total:
        yield FindingCode.COUNT_DIFFERS, f"sum to {books.total}, and the log to {totals[key]}"
    if peaks is not None and not books.closed:
        least, most = peaks.of(books)
        if not least <= books.peak <= most:
            words = f"have a peak of {books.peak} users, and history one of {least} to {most}"
            yield FindingCode.ROW_EDITED, words


def _statement_findings(view: Reading, books: MeterMonth, key: str) -> Iterator[Finding]:
    """Compare closed *books* with the statement of their month."""
    frozen = view.usage.statement(books.month)
    if frozen is None:
        yield _finding(FindingCode.ROW_MISSING, "usage_statements", key, "is missing, and its month is closed")
        return
    try:
        lines = load_statement(frozen).lines
    except StoreUnavailableError as error:
        yield _finding(FindingCode.ROW_UNREADABLE, "usage_statements", key, f"cannot be read: {error}")
        return
    billed = sum(line.used for line in lines if line.kind is LineKind.USAGE and line.meter == books.meter)
    if billed != books.total:
        words = f"bills {billed}, and the totals are {books.total}"
        yield _finding(FindingCode.ROW_EDITED, "usage_statements", key, words)
