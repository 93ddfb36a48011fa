"""Setting terms: an open month gets the terms that the host passes today."""

from __future__ import annotations

from superlicense.codec.terms_digests import terms_digests
from superlicense.errors import refusal
from superlicense.licensing.engine.open_write import OpenWrite
from superlicense.licensing.metering.opening import first_open, open_month
from superlicense.licensing.metering.retermed import retermed
from superlicense.licensing.metering.saving import due_levels, save_with_crossings
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.user_count import user_count
from superlicense.model.journal import EntryKind, JournalEntry
from superlicense.model.meter import Meter
from superlicense.model.month import Month
from superlicense.model.reason import ReasonCode, because

__all__ = ["SettingTerms"]


class SettingTerms:
    """The terms of one month, as one write sets them."""

    __slots__ = ("_by", "_month", "_terms", "_totals")

    def __init__(self, totals: MeterTotals, month: Month, by: str) -> None:
        """Set the terms of *month*, in the name of *by*."""
        self._totals = totals
        self._month = month
        self._by = by
        self._terms: tuple[Meter, ...] = ()

    def terms(self) -> tuple[Meter, ...]:
        """Return the terms of the month, by code, after the write."""
        return self._terms

    def write(self, write: OpenWrite) -> tuple[JournalEntry, ...]:
        """Set the terms inside *write*.

        A meter that the host no longer lists keeps its terms. A level that is
        reached on the new terms is recorded.

        Raises:
            RefusedError: the month is closed, or this instance has no terms.
        """
        totals, usage, now, month = self._totals, write.usage(), write.now, self._month
        head = usage.lock_head()
        if month < first_open(head):
            raise refusal([because(ReasonCode.MONTH_CLOSED, month=str(month))])
        if not totals.has_terms:
            raise refusal([because(ReasonCode.TERMS_MISSING, month=str(month), meters=tuple(totals.meters))])
        opened = open_month(totals, usage, month, user_count(write.world), at=now, recorded=totals.meters)
        # Untouched months were opened with it, and what is carried into them is due.
        locked = [one for one in usage.lock_meter_months_since(min(opened.months)) if one.month in opened.months]
        due = due_levels(totals, locked, opened.months, now)
        changed = [
            retermed(totals, usage, one, opened.months[month], totals.meters[one.meter], now)
            if one.month == month and one.meter in totals.meters
            else one
            for one in locked
        ]
        self._terms = tuple([one.terms for one in changed if one.month == month and one.terms is not None])
        counted = opened.months[month]._replace(
            user_count=totals.policy.user_count, per_user=any(one.included_per_user for one in self._terms)
        )
        usage.save_months([counted])
        save_with_crossings(totals, usage, head, changed, months={**opened.months, month: counted}, at=now, due=due)
        number = write.world.entries + 1
        terms = terms_digests(counted.user_count, self._terms)
        entry = JournalEntry(number=number, at=now, by=self._by, kind=EntryKind.SET_TERMS, month=month, terms=terms)
        return (entry,)
