"""Verifying usage: the log, the books and the statements, one against the other and against assignment history.

Rule 1: with a seal key every event, all books and the head have to have the
seal of their contents. Without one they are compared with each other only.

Rule 2: books count what the log has for them, and a counter comes to what its
events of the month do. The peak of an open month lies between what history
tells by instants, and what it could be if all of an instant had happened in the
worst order; see `superlicense.rules.metering.users.highest`.
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
from superlicense.licensing.integrity.usage_seals import Tally, UsageSeals
from superlicense.licensing.loading import readable
from superlicense.licensing.metering.meter_state import read_state
from superlicense.model.license import SUPEROFFICE
from superlicense.model.meter_month import MeterMonth, MeterMonthKey, UsageRow
from superlicense.model.row import Row, Table
from superlicense.model.statement import LineKind
from superlicense.model.store_report import Finding, FindingCode
from superlicense.model.usage import UsageEventKey
from superlicense.ports import Reading, UsageReading
from superlicense.rules.metering.users import peak_from_history

__all__ = ["usage_findings"]

_MICROSECOND: Final = timedelta(microseconds=1)


def usage_findings(view: Reading, seals: Seals | None, told: JournalReplay, *, history: bool) -> Iterator[Finding]:
    """Give everything that is wrong with the usage of *view*.

    Args:
        view: What is stored.
        seals: Looks at seals; `None` without a seal key.
        told: What the journal tells; nothing of it counts where it is broken.
        history: Whether assignment history can be relied on.

    Raises:
        StoreError: the store failed.
    """
    usage = view.usage
    usage_seals = None if seals is None else UsageSeals(seals)
    yield from _head_findings(usage, usage_seals, told)
    log = _Log()
    for row in usage.events():
        edited = usage_seals is not None and not is_seal(usage_seals.row(row), row.seal)
        log.take(row, edited=edited)
        if edited:
            key = f"{row.event.source}/{row.event.id}"
            yield _finding(FindingCode.ROW_EDITED, "usage_events", key, "has not the seal of its contents")
    originals = usage.find_events(log.corrected)
    totals = log.totals({key: row.event.quantity for key, row in originals.items()})
    peaks = _Peaks(view) if history else None
    for books in usage.meter_months():
        key = f"{books.meter}/{books.month}"
        for code, problem in _wrong_with(books, log, totals, peaks):
            yield _finding(code, "usage_meter_months", key, problem)
        if usage_seals is not None and not is_seal(usage_seals.meter_month(books, usage), books.seal):
            also = ", or of their statement" if books.closed else ""
            yield _finding(
                FindingCode.ROW_EDITED, "usage_meter_months", key, f"have not the seal of their contents{also}"
            )
        if not told.breaks and books.closed is not (told.closed is not None and books.month <= told.closed):
            how = "closed, and the journal has them open" if books.closed else "open, and the journal has them closed"
            yield _finding(FindingCode.ROW_EDITED, "usage_meter_months", key, f"are {how}")
        if books.closed:
            yield from _statement_findings(view, books, key)
    for (month, meter), number in sorted(log.counts.items()):
        words = f"are missing, and the log has {number} events for them"
        yield _finding(FindingCode.COUNT_DIFFERS, "usage_meter_months", f"{meter}/{month}", words)


def _finding(code: FindingCode, table: str, key: str, problem: str) -> Finding:
    return Finding(code=code, table=table, key=key, explanation=f"{table} {key} {problem}".replace("  ", " "))


def _head_findings(usage: UsageReading, usage_seals: UsageSeals | None, told: JournalReplay) -> Iterator[Finding]:
    """Compare the head with the journal, the crossings and the books."""
    head, crossings, opened = usage.head(), usage.crossings(), usage.meter_months()
    tally = Tally(len(opened)) if usage_seals is None else usage_seals.tally_of(head)
    if tally is None:
        yield _finding(FindingCode.ROW_EDITED, "usage_head", "", "has not the seal of its contents")
    through = head.closed_through
    if not told.breaks and through != told.closed:
        words = f"has months closed until {through or 'none'}; the journal until {told.closed or 'none'}"
        yield _finding(FindingCode.ROW_EDITED, "usage_head", "", words)
    if len(crossings) != head.crossing_count:
        words = f"are {len(crossings)}; the head tells of {head.crossing_count}"
        yield _finding(FindingCode.COUNT_DIFFERS, "usage_crossings", "", words)
    elif usage_seals is not None and tally is not None:
        there = Tally(tally.books)
        for number, crossing in crossings:
            there = usage_seals.crossing(number, crossing, there)
        if there != tally:
            yield _finding(FindingCode.ROW_EDITED, "usage_crossings", "", "are not those that the head ends with")
    if tally is not None and tally.books != len(opened):
        words = f"are {len(opened)}; the head tells of {tally.books}"
        yield _finding(FindingCode.COUNT_DIFFERS, "usage_meter_months", "", words)


class _Log:
    """What the log comes to."""

    def __init__(self) -> None:
        self.counts: Counter[MeterMonthKey] = Counter()
        self.edited: set[MeterMonthKey] = set()
        self.corrected: dict[UsageEventKey, tuple[MeterMonthKey, int]] = {}
        self._sums: Counter[MeterMonthKey] = Counter()

    def take(self, row: UsageRow, *, edited: bool) -> None:
        """Take one more event, in order."""
        event, home = row.event, (row.counted_in, row.event.meter)
        self.counts[home] += 1
        if edited:
            self.edited.add(home)
        if row.month == row.counted_in:
            if event.corrects is None:
                self._sums[home] += event.quantity
            else:
                self.corrected[event.source, event.corrects] = (home, event.quantity)

    def totals(self, originals: dict[UsageEventKey, int]) -> Counter[MeterMonthKey]:
        """Give what each counter comes to in its month, of what was not late."""
        sums = Counter(self._sums)
        for key, (home, quantity) in self.corrected.items():
            sums[home] += quantity - originals.get(key, 0)
        return sums


class _Peaks:
    """The least and the most that the peak of a month may be."""

    def __init__(self, view: Reading) -> None:
        self._packages = list(map(readable, view.facts.history(Table.PACKAGES, SUPEROFFICE)))
        self._assignments = list(map(readable, view.facts.history(Table.ASSIGNMENTS)))
        self._known: dict[datetime, tuple[int, int]] = {}

    def of(self, books: MeterMonth) -> tuple[int, int]:
        """Give both for the month of *books*."""
        found = self._known.get(books.starts_at)
        if found is None:
            least, most = (
                peak_from_history(rows, self._packages, books.starts_at, books.ends_at).users
                for rows in (self._assignments, _lasting(self._assignments))
            )
            found = self._known[books.starts_at] = (least, most)
        return found


def _lasting(rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Let rows end just after the instant that they end at."""
    return [row if row.end is None else evolve(row, end=row.end + _MICROSECOND) for row in rows]


def _wrong_with(
    books: MeterMonth, log: _Log, totals: Counter[MeterMonthKey], peaks: _Peaks | None
) -> Iterator[tuple[FindingCode, str]]:
    """Say what is wrong with *books*; what the log has for them is accounted for then."""
    key = (books.month, books.meter)
    events = log.counts.pop(key, 0)
    if events != books.event_count:
        yield FindingCode.COUNT_DIFFERS, f"count {books.event_count} events, and the log has {events} for them"
    try:
        gauge = read_state(books.state).gauge is not None
    except StoreUnavailableError as error:
        yield FindingCode.ROW_UNREADABLE, f"cannot be read: {error}"
        return
    if not gauge and key not in log.edited and totals[key] != books.total:
        yield FindingCode.COUNT_DIFFERS, f"come to {books.total}, and the log to {totals[key]}"
    if peaks is not None and not books.closed:
        least, most = peaks.of(books)
        if not least <= books.peak <= most:
            words = f"have a peak of {books.peak} users, and history one of {least} to {most}"
            yield FindingCode.ROW_EDITED, words


def _statement_findings(view: Reading, books: MeterMonth, key: str) -> Iterator[Finding]:
    """Compare closed *books* with the statement of their month."""
    frozen = view.usage.statement(books.month)
    if frozen is None:
        yield _finding(FindingCode.ROW_MISSING, "usage_statements", key, "is not there, and its month is closed")
        return
    try:
        lines = load_statement(frozen).lines
    except StoreUnavailableError as error:
        yield _finding(FindingCode.ROW_UNREADABLE, "usage_statements", key, f"cannot be read: {error}")
        return
    billed = sum(line.used for line in lines if line.kind is LineKind.USAGE and line.meter == books.meter)
    if billed != books.total:
        words = f"tells of {billed}, and the books of {books.total}"
        yield _finding(FindingCode.ROW_EDITED, "usage_statements", key, words)
