"""Audit of usage: the log, the months, the meter months and the statements, compared with each other and with history.

Rule 1: with a seal key every event, month and meter month and the head must have
the right seals; a record with a wrong one is named and not read. Without a seal
key they are only compared with each other.

Rule 2: a meter month counts as many events as the log has for it, and the total
of a counter is the sum of its events of the month.

Rule 3: the users and the peak of an open month follow from the journal, step by
step; see `superlicense.rules.metering.users.peak_bounds`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from superlicense.codec import StoredMeterMonth, StoredUsageMonth
from superlicense.codec.statements import load_statement
from superlicense.codec.terms_digests import terms_digests
from superlicense.document.seal import is_seal
from superlicense.errors import StoreUnavailableError
from superlicense.licensing.integrity.journal_replay import JournalReplay
from superlicense.licensing.integrity.seals import Seals
from superlicense.licensing.integrity.usage_seals import SealedCounts, UsageSeals
from superlicense.licensing.loading import readable
from superlicense.licensing.metering.meter_state import read_state
from superlicense.model.license import SUPEROFFICE
from superlicense.model.meter_month import MeterMonth, MeterMonthKey, UsageMonth, UsageRow
from superlicense.model.month import Month
from superlicense.model.row import Row, Table
from superlicense.model.statement import LineKind, StatementLine
from superlicense.model.store_report import Finding, FindingCode
from superlicense.model.usage import UsageEventKey
from superlicense.ports import Reading
from superlicense.rules.metering.users import peak_bounds, users_by_step

__all__ = ["usage_findings"]

_MONTHS = "usage_months"
_METER_MONTHS = "usage_meter_months"
_STATEMENTS = "usage_statements"


def usage_findings(view: Reading, seals: Seals | None, replay: JournalReplay, *, history: bool) -> Iterator[Finding]:
    """Return everything that is wrong with the usage of *view*.

    Args:
        view: What is stored.
        seals: Checks seals; `None` without a seal key.
        replay: The journal, replayed; it does not count where it is broken.
        history: Whether assignment history can be relied on.

    Raises:
        StoreError: the store failed.
    """
    yield from _UsageAudit(view, seals, replay).findings(history=history)


def _finding(code: FindingCode, table: str, key: str, problem: str) -> Finding:
    return Finding(code=code, table=table, key=key, explanation=f"{table} {key} {problem}".replace("  ", " "))


class _UsageAudit:
    """The audit of the usage of one installation."""

    def __init__(self, view: Reading, seals: Seals | None, replay: JournalReplay) -> None:
        self._view = view
        self._usage = view.usage
        self._seals = None if seals is None else UsageSeals(seals)
        self._replay = replay
        self._log = _Log()
        self._totals: Mapping[MeterMonthKey, int] = {}
        self._lines: dict[Month, tuple[StatementLine, ...]] = {}

    def findings(self, *, history: bool) -> Iterator[Finding]:
        months, meter_months = self._usage.months(), self._usage.meter_months()
        yield from self._head(len(months), len(meter_months))
        yield from self._events()
        users = _users_by_step(self._view, self._replay) if history else None
        for month in months:
            yield from self._month(month, users)
        for meter_month in meter_months:
            yield from self._meter_month(meter_month)
        for (when, meter), number in sorted(self._log.counts.items()):
            words = f"is missing, and the log has {number} events for it"
            yield _finding(FindingCode.COUNT_DIFFERS, _METER_MONTHS, f"{meter}/{when}", words)
        for when in sorted({one.month for one in meter_months} - {one.month for one in months}):
            yield _finding(FindingCode.ROW_MISSING, _MONTHS, str(when), "is missing, and its month has meter months")

    def _head(self, months: int, meter_months: int) -> Iterator[Finding]:
        """Compare the head with the journal, the crossings and the number of months."""
        stored, crossings = self._usage.head(), self._usage.crossings()
        counts = SealedCounts(months, meter_months) if self._seals is None else self._seals.counts_of(stored)
        if counts is None:
            yield _finding(FindingCode.ROW_EDITED, "usage_heads", "", "has a seal that does not match")
            return
        head = stored.noun()
        through, closed = head.closed_through, self._replay.closed
        if self._replay.is_complete and through != closed:
            words = f"has months closed until {through or 'none'}; the journal until {closed or 'none'}"
            yield _finding(FindingCode.ROW_EDITED, "usage_heads", "", words)
        if len(crossings) != head.crossing_count:
            words = f"are {len(crossings)}; the head counts {head.crossing_count}"
            yield _finding(FindingCode.COUNT_DIFFERS, "usage_crossings", "", words)
        elif self._seals is not None:
            found = counts._replace(crossings=SealedCounts().crossings)
            for number, crossing in crossings:
                found = self._seals.crossing(number, crossing, found)
            if found != counts:
                yield _finding(FindingCode.ROW_EDITED, "usage_crossings", "", "are not those that the head ends with")
        for table, there, counted in (
            (_MONTHS, months, counts.months),
            (_METER_MONTHS, meter_months, counts.meter_months),
        ):
            if there != counted:
                yield _finding(FindingCode.COUNT_DIFFERS, table, "", f"are {there}; the head counts {counted}")

    def _events(self) -> Iterator[Finding]:
        """Check the seals of all events, and sum them up."""
        log = self._log
        for row in self._usage.events():
            edited = self._seals is not None and not is_seal(self._seals.row(row), row.seal)
            log.add(row, edited=edited)
            if edited:
                key = f"{row.event.source}/{row.event.id}"
                yield _finding(FindingCode.ROW_EDITED, "usage_events", key, "has a seal that does not match")
        originals = self._usage.find_events(log.corrected)
        self._totals = log.totals({key: row.event.quantity for key, row in originals.items()})

    def _closed(self, table: str, key: str, month: Month, *, closed: bool) -> Iterator[Finding]:
        """Compare whether a record is closed with the journal."""
        through = self._replay.closed
        if self._replay.is_complete and closed is not (through is not None and month <= through):
            how = "closed, and the journal has it open" if closed else "open, and the journal has it closed"
            yield _finding(FindingCode.ROW_EDITED, table, key, f"is {how}")

    def _month(self, stored: StoredUsageMonth, users: list[tuple[datetime, int]] | None) -> Iterator[Finding]:
        """Check a month with its users and its statement."""
        key = str(stored.month)
        yield from self._closed(_MONTHS, key, stored.month, closed=stored.closed)
        if stored.closed:
            yield from self._statement(stored.month)
        if self._seals is not None and not is_seal(self._seals.month(stored, self._usage), stored.seal):
            also = ", or its statement was changed" if stored.closed else ""
            yield _finding(FindingCode.ROW_EDITED, _MONTHS, key, f"has a seal that does not match{also}")
            return
        try:
            one = stored.noun()
        except StoreUnavailableError as error:
            yield _finding(FindingCode.ROW_UNREADABLE, _MONTHS, key, f"cannot be read: {error}")
            return
        due = self._due_terms(one.month)
        if due and terms_digests(one.user_count, ())[""] != due.get(""):
            words = "counts users in another way than the journal has set"
            yield _finding(FindingCode.ROW_EDITED, _MONTHS, key, words)
        if users is not None and not one.closed:
            yield from self._users(one, users)

    def _due_terms(self, month: Month) -> Mapping[str, str]:
        """Return the digests of the terms that the journal has set; none for a month that has its first ones."""
        return {} if self._replay.breaks else self._replay.terms.get(month, {})

    def _users(self, one: UsageMonth, counts: list[tuple[datetime, int]]) -> Iterator[Finding]:
        """Compare the users of an open month with history."""
        least, most = peak_bounds(counts, one.starts_at, one.ends_at)
        if not least <= one.peak <= most:
            expected = str(least) if least == most else f"{least} to {most}"
            words = f"has a peak of {one.peak} users, and history one of {expected}"
            yield _finding(FindingCode.ROW_EDITED, _MONTHS, str(one.month), words)
        last = next((users for at, users in reversed(counts) if at < one.ends_at), 0)
        if one.users != last:
            words = f"has {one.users} users, and history {last}"
            yield _finding(FindingCode.ROW_EDITED, _MONTHS, str(one.month), words)

    def _statement(self, month: Month) -> Iterator[Finding]:
        """Read the statement of a closed month."""
        frozen = self._usage.statement(month)
        if frozen is None:
            words = "is missing, and its month is closed"
            yield _finding(FindingCode.ROW_MISSING, _STATEMENTS, str(month), words)
            return
        try:
            self._lines[month] = load_statement(frozen).lines
        except StoreUnavailableError as error:
            yield _finding(FindingCode.ROW_UNREADABLE, _STATEMENTS, str(month), f"cannot be read: {error}")

    def _meter_month(self, stored: StoredMeterMonth) -> Iterator[Finding]:
        """Check a meter month; what the log has for it is accounted for then."""
        key = f"{stored.meter}/{stored.month}"
        events = self._log.counts.pop((stored.month, stored.meter), 0)
        yield from self._closed(_METER_MONTHS, key, stored.month, closed=stored.closed)
        if self._seals is not None and not is_seal(self._seals.meter_month(stored), stored.seal):
            yield _finding(FindingCode.ROW_EDITED, _METER_MONTHS, key, "has a seal that does not match")
            return
        try:
            one = stored.noun()
            is_gauge = read_state(one.state).gauge is not None
        except StoreUnavailableError as error:
            yield _finding(FindingCode.ROW_UNREADABLE, _METER_MONTHS, key, f"cannot be read: {error}")
            return
        if events != one.event_count:
            words = f"counts {one.event_count} events, and the log has {events} for it"
            yield _finding(FindingCode.COUNT_DIFFERS, _METER_MONTHS, key, words)
        where = (one.month, one.meter)
        if not is_gauge and where not in self._log.edited and self._totals.get(where, 0) != one.total:
            words = f"has a total of {one.total}, and the log one of {self._totals.get(where, 0)}"
            yield _finding(FindingCode.COUNT_DIFFERS, _METER_MONTHS, key, words)
        due = self._due_terms(one.month).get(one.meter)
        if due is not None and (one.terms is None or terms_digests(None, (one.terms,))[one.meter] != due):
            yield _finding(FindingCode.ROW_EDITED, _METER_MONTHS, key, "has other terms than the journal has set")
        yield from self._billed(one, key)

    def _billed(self, one: MeterMonth, key: str) -> Iterator[Finding]:
        """Compare a closed meter month with the statement of its month, where that can be read."""
        lines = self._lines.get(one.month)
        if not one.closed or lines is None:
            return
        billed = sum(line.used for line in lines if line.kind is LineKind.USAGE and line.meter == one.meter)
        if billed != one.total:
            words = f"has {billed} used, and the meter month {one.total}"
            yield _finding(FindingCode.ROW_EDITED, _STATEMENTS, key, words)


class _Log:
    """What the event log adds up to."""

    def __init__(self) -> None:
        self.counts: Counter[MeterMonthKey] = Counter()
        self.edited: set[MeterMonthKey] = set()
        self.corrected: dict[UsageEventKey, tuple[MeterMonthKey, int]] = {}
        self._sums: Counter[MeterMonthKey] = Counter()

    def add(self, row: UsageRow, *, edited: bool) -> None:
        """Add the next event."""
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
        """Return the total of each counter in each month, of the events that were not late."""
        sums = Counter(self._sums)
        for key, (home, quantity) in self.corrected.items():
            sums[home] += quantity - originals.get(key, 0)
        return sums


def _users_by_step(view: Reading, replay: JournalReplay) -> list[tuple[datetime, int]]:
    """Return the number of users after each entry of the journal that has moved any.

    Others are left out: a write may lie before the close of a month that was journaled
    earlier, and the close says nothing about its users.
    """
    rows: dict[int, Row[Any]] = {row.sequence: row for row in map(readable, view.facts.history(Table.ASSIGNMENTS))}
    rows |= {row.sequence: row for row in map(readable, view.facts.history(Table.PACKAGES, SUPEROFFICE))}

    def known(sequences: tuple[int, ...]) -> list[Row[Any]]:
        return [rows[sequence] for sequence in sequences if sequence in rows]

    steps = ((step.at, known(step.ended), known(step.started)) for step in replay.steps)
    return users_by_step(step for step in steps if step[1] or step[2])
