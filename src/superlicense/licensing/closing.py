"""Closing: the statement of a month, as a draft and as the final one that a close freezes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from attrs import evolve

from superlicense.codec.statements import load_statement
from superlicense.errors import refusal
from superlicense.licensing.clock import InstallationClock
from superlicense.licensing.engine.open_write import ExtraWrite, OpenWrite
from superlicense.licensing.metering.closed_month import (
    closed_terms,
    closing_statement,
    closing_tally,
    statements_since,
)
from superlicense.licensing.metering.meter_state import read_state
from superlicense.licensing.metering.month_finding import stored_since
from superlicense.licensing.metering.opening import all_meter_months, month_with_users, open_month, with_bought
from superlicense.licensing.metering.saving import due_levels, save_with_crossings
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageReader, UsageWriter
from superlicense.licensing.metering.user_count import CurrentUsers, user_count
from superlicense.model.identity import Licensee
from superlicense.model.journal import EntryKind, JournalEntry
from superlicense.model.meter import Meter
from superlicense.model.meter_month import MeterMonth, UsageMonth
from superlicense.model.month import Month
from superlicense.model.reason import ReasonCode, because
from superlicense.model.statement import Statement
from superlicense.rules.gate.identity import licensee_of
from superlicense.rules.metering.billing import statement as statement_of
from superlicense.rules.metering.closing import close_refusals

__all__ = ["Closing"]


class Closing:
    """The statement of one month, until and after it is closed."""

    __slots__ = ("_final", "_licensee", "_month", "_totals")

    def __init__(self, totals: MeterTotals, licensee: Licensee, month: Month) -> None:
        """Make the statement of *month* for *licensee*, the installation as it is named now."""
        self._licensee = licensee
        self._totals = totals
        self._month = month
        self._final: Statement | None = None

    def final(self) -> Statement:
        """Return the statement that `extra_write` has made final, or found to be final."""
        assert self._final is not None  # noqa: S101 - the write has run; for the type checker
        return self._final

    def read(self, usage: UsageReader, now: datetime, current: CurrentUsers) -> Statement:
        """Return the statement as it is now: final, or a draft.

        Args:
            usage: The stored usage.
            now: As of when a draft is made.
            current: The current users, for an installation that has no month at all.
        """
        final = usage.statement(self._month)
        if final is not None:
            return load_statement(final)
        month = month_with_users(self._totals, usage, self._month, current)
        closed_with = closing_statement(usage, self._month)
        if closed_with is not None:
            return self._closed_with(closed_with, closed_terms(usage, self._month), month.zone)
        through = usage.head().closed_through
        closed = through is not None and self._month <= through
        return self._draft(usage, month, all_meter_months(self._totals, usage, month), now, closed=closed)

    def _closed_with(self, later: Statement, terms: Mapping[str, Meter], zone: str) -> Statement:
        """Return the statement of a month that nothing had touched when *later* closed it, on the same *terms*."""
        made = statement_of(
            self._month,
            meters=terms,
            used=dict.fromkeys(terms, 0),
            tally=closing_tally(later, self._month),
            closed=True,
        )
        return evolve(made, serial_number=later.serial_number, company=later.company, time_zone=zone)

    def _draft(
        self, usage: UsageReader, month: UsageMonth, meter_months: Iterable[MeterMonth], now: datetime, *, closed: bool
    ) -> Statement:
        used: dict[str, int] = {}
        meters: dict[str, Meter] = {}
        late: dict[tuple[Month, str], int] = {}
        for one in meter_months:
            terms = self._totals.terms(one)
            if terms is not None:
                used[one.meter], meters[one.meter] = self._totals.used(one, month, now), terms
            late |= {(when, one.meter): total.used for when, total in read_state(one.state).late.items()}
        made = statement_of(
            self._month,
            meters=meters,
            used=used,
            tally=self._totals.tally(month, now),
            before=statements_since(usage, min(when for when, _ in late), self._month) if late else (),
            used_before=late,
            closed=closed,
        )
        return self.addressed(made, month.zone)

    def addressed(self, made: Statement, zone: str) -> Statement:
        """Return the statement *made* with the installation and the time zone of the month."""
        ours = self._licensee
        return evolve(made, serial_number=ours.serial_number, company=ours.company, time_zone=zone)

    def extra_write(self, by: str, known: datetime | None, clock: InstallationClock) -> ExtraWrite:
        """Return what closes the month inside a write of *by*.

        Args:
            by: Who closes it.
            known: The newest instant that was recorded before this run; the month may
                not end too far after it. `None` to close it all the same.
            clock: The clock, by which the month has to be over.
        """

        def close(write: OpenWrite) -> tuple[JournalEntry, ...]:
            usage, now = write.usage(), write.now
            head = usage.lock_head()
            stored = usage.statement(self._month)
            if stored is not None:
                self._final = load_statement(stored)
                return ()
            self._licensee = licensee_of(write.world)
            # A recorded instant may be wrong, and makes no month end.
            self._check_closable(usage, head.closed_through, min(now, clock.read()), known)
            users = user_count(write.world)
            opened = open_month(self._totals, usage, self._month, users, at=now)
            month = with_bought(usage, opened.months[self._month], users)
            self._check_terms(usage, month)
            # Time alone may have changed the usage of a gauge since its newest reading.
            locked = usage.lock_meter_months_since(self._month)
            months = {one.month: one for one in usage.months(since=self._month)}
            due = due_levels(self._totals, locked, months, now)
            ended = [
                one._replace(total=self._totals.used(one, months[one.month], now))
                for one in locked
                if one.month == self._month or (one.month, one.meter) in due
            ]
            head = save_with_crossings(self._totals, usage, head, ended, months=months, at=now, due=due)
            final = self._locked(usage)
            draft = self._draft(usage, month, final, now, closed=True)
            written = evolve(draft, seal_head=write.noted_head).to_json()
            # The seal of a closed month covers its statement, so the statement comes first.
            usage.add_statement(self._month, written)
            usage.save_months([month._replace(closed=True)])
            usage.save_meter_months([one._replace(closed=True) for one in final])
            usage.save_head(head._replace(closed_through=self._month))
            self._final = load_statement(written)
            number = write.world.entries + 1
            return (JournalEntry(number=number, at=now, by=by, kind=EntryKind.CLOSE_MONTH, month=self._month),)

        return close

    def _check_closable(
        self, usage: UsageReader, closed_through: Month | None, now: datetime, known: datetime | None
    ) -> None:
        first = next((one.month for one in usage.months()), None)
        _, ends_at, _ = self._totals.calendar(stored_since(usage, self._month)).bounds(self._month)
        reasons = close_refusals(
            self._month, closed_through=closed_through, first_used=first, now=now, ends_at=ends_at, known=known
        )
        if reasons:
            raise refusal(reasons)

    def _check_terms(self, usage: UsageReader, month: UsageMonth) -> None:
        """Refuse a month whose usage waits for terms."""
        there = usage.meter_months(since=month.month, until=month.month)
        waiting = sorted(one.meter for one in there if one.terms is None and one.event_count)
        if waiting or month.user_count is None:
            raise refusal(
                [
                    because(
                        ReasonCode.TERMS_MISSING, month=str(month.month), meters=tuple(waiting or self._totals.meters)
                    )
                ]
            )

    def _locked(self, usage: UsageWriter) -> list[MeterMonth]:
        return [one for one in usage.lock_meter_months_since(self._month) if one.month == self._month]
