"""Closing: the statement of a month, as a draft and for good."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import evolve

from superlicense.codec.statements import load_statement
from superlicense.errors import refusal
from superlicense.licensing.engine.open_write import ExtraWrite, OpenWrite
from superlicense.licensing.metering.meter_state import read_state
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.user_count import CurrentUsers, user_count
from superlicense.model.journal import EntryKind, JournalEntry
from superlicense.model.meter_month import MeterMonth
from superlicense.model.month import Month
from superlicense.model.statement import Statement
from superlicense.ports import UsageReading
from superlicense.rules.metering.billing import statement as statement_of
from superlicense.rules.metering.closing import close_refusals

__all__ = ["Closing"]


class Closing:
    """The statement of one month, until and after it is closed."""

    __slots__ = ("_frozen", "_month", "_totals")

    def __init__(self, totals: MeterTotals, month: Month) -> None:
        """Read and close *month* with *totals*."""
        self._totals = totals
        self._month = month
        self._frozen: Statement | None = None

    def statement(self) -> Statement:
        """Return the statement that `carry_out` has frozen, or found frozen."""
        assert self._frozen is not None  # noqa: S101 - the caller has closed the month; for the type checker
        return self._frozen

    def seen(self, usage: UsageReading, now: datetime, present: CurrentUsers) -> Statement:
        """Return the statement as it is now: frozen, or a draft.

        Args:
            usage: The stored usage.
            now: The instant of a draft.
            present: The users, for an installation without any totals.
        """
        frozen = usage.statement(self._month)
        if frozen is not None:
            return load_statement(frozen)
        through = usage.head().closed_through
        closed = through is not None and self._month <= through
        return self._draft(usage, self._books(usage, present), now, closed=closed)

    def _books(self, usage: UsageReading, present: CurrentUsers) -> list[MeterMonth]:
        return [
            *usage.books(since=self._month, until=self._month),
            *self._totals.missing(usage, self._month, present),
        ]

    def _draft(self, usage: UsageReading, books: Iterable[MeterMonth], now: datetime, *, closed: bool) -> Statement:
        used: dict[str, int] = {}
        late: dict[tuple[Month, str], int] = {}
        tally = None
        for one in books:
            used[one.meter] = self._used(one, now)
            late |= {(month, one.meter): stood.used for month, stood in read_state(one.details).late.items()}
            tally = tally or self._totals.tally(one, now)
        if tally is None:
            tally = self._totals.tally_of_nobody(self._month, now)
        before = []
        if late:
            first, through = min(month for month, _ in late), usage.head().closed_through
            while through is not None and first <= through:
                frozen = usage.statement(first)
                before += [] if frozen is None else [load_statement(frozen)]
                first = first.next()
        return statement_of(
            self._month,
            meters=self._totals.meters,
            used=used,
            tally=tally,
            before=before,
            used_before=late,
            closed=closed,
        )

    def _used(self, books: MeterMonth, now: datetime) -> int:
        meter, level = self._totals.meters.get(books.meter), read_state(books.details).level
        if meter is None or meter.adds or level is None:
            return books.total
        return self._totals.used(meter, level, books.month, now)

    def carry_out(self, by: str) -> ExtraWrite:
        """Return what closes the month inside a write of *by*."""

        def close(write: OpenWrite) -> tuple[JournalEntry, ...]:
            usage, month, now = write.usage(), self._month, write.now
            head = usage.take_head()
            through = head.closed_through
            known = usage.statement(month)
            if known is not None:
                self._frozen = load_statement(known)
                return ()
            first = min((books.month for books in usage.books()), default=None)
            reasons = close_refusals(month, closed_through=through, first_used=first, now=now, zone=self._totals.zone)
            if reasons:
                raise refusal(reasons)
            usage.open(self._totals.missing(usage, month, user_count(write.world)))
            books = [books for books in usage.take_since(month) if books.month == month]
            # A gauge may have another value at the end of the month than at its newest reading.
            ended = [one._replace(total=self._used(one, now)) for one in books]
            head = self._totals.settle(usage, head, ended, now, {})
            final = [one for one in usage.take_since(month) if one.month == month]
            final_draft = self._draft(usage, final, now, closed=True)
            written = evolve(final_draft, seal_head=write.noted_head).to_json()
            # The seal of the totals of a closed month covers its statement.
            usage.freeze(month, written)
            usage.save([one._replace(closed=True) for one in final])
            usage.save_head(head._replace(closed_through=month))
            self._frozen = load_statement(written)
            number = write.world.entries + 1
            return (JournalEntry(number=number, at=now, by=by, kind=EntryKind.CLOSE_MONTH, month=month),)

        return close
