"""Bookkeeping: what meters keep of each month, and what moves it.

Rule 1: whoever first touches a month opens the books of all meters, with the
users and the levels that are carried into it. Users move only in writes, and
every such write opens the books of its month, so a month without books has the
users of the newest books before it.

Rule 2: an event counts in the books of its month; where that is closed, in
those of the earliest open one, which keep what the closed month comes to now.

Rule 3: a crossing is told in the transaction that caused it, by whoever holds
the head.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from typing import NamedTuple

from superlicense.licensing.metering.meter_state import MeterState, carried_into, write_state
from superlicense.licensing.metering.user_count import CurrentUsers, moved, moved_before
from superlicense.model.meter import Meter
from superlicense.model.meter_month import MeterMonth, MeterMonthKey, UsageHead
from superlicense.model.month import Month
from superlicense.model.policy import Policy
from superlicense.model.preview import MeterEffect
from superlicense.model.usage import Crossing, CrossingCause, UserTally
from superlicense.ports import Usage, UsageReading
from superlicense.rules.metering.billing import by_code
from superlicense.rules.metering.crossings import cross, levels_reached
from superlicense.rules.metering.gauges import GaugeState, begin, level_of, readings_of
from superlicense.rules.metering.recording import Months
from superlicense.rules.metering.thresholds import threshold_of
from superlicense.rules.metering.users import Peak, tally

__all__ = ["MeterTotals"]

_MOST_SPANS = 1_000


class Span(NamedTuple):
    """A month as instants.

    Attributes:
        start: Its first instant.
        end: The first one that is no longer of it.
        days: The instants at which its days begin.
    """

    start: datetime
    end: datetime
    days: tuple[datetime, ...]


class MeterTotals:
    """Keeps the books of one installation.

    Attributes:
        meters: What is metered, by code, in order.
        months: Finds the months of instants.
        zone: The zone of the months.
        policy: The host's choices.
    """

    __slots__ = ("_spans", "_thresholds", "meters", "months", "policy", "zone")

    def __init__(self, meters: Iterable[Meter], zone: tzinfo, policy: Policy) -> None:
        """Keep books of *meters*.

        Raises:
            InvalidValueError: something is no meter, or two do not go together.
        """
        self.meters: Mapping[str, Meter] = by_code(meters)
        self.months = Months(zone)
        self.zone = zone
        self.policy = policy
        self._spans: dict[Month, Span] = {}
        self._thresholds: dict[tuple[str, int, int, int | None], int] = {}

    def span(self, month: Month) -> Span:
        """Give *month* as instants."""
        span = self._spans.get(month)
        if span is None:
            if len(self._spans) >= _MOST_SPANS:
                self._spans.clear()
            span = Span(month.start(self.zone), month.end(self.zone), month.days(self.zone))
            self._spans[month] = span
        return span

    # Users and thresholds

    def tally(self, books: MeterMonth, at: datetime) -> UserTally:
        """Count the users of *books* as policy wants it, as of *at*."""
        return tally(
            self.policy.user_count,
            peak=Peak(books.peak, books.peak_at),
            users=books.users,
            at=min(at, books.ends_at),
            bought=books.bought,
        )

    def tally_of_nobody(self, month: Month, at: datetime) -> UserTally:
        """Count the users of *month* where nothing is metered."""
        end = self.span(month).end
        return tally(self.policy.user_count, peak=Peak(0, None), users=0, at=min(at, end), bought=None)

    def threshold(self, books: MeterMonth) -> int:
        """Give the threshold of *books*, whose meter is one of ours."""
        key = (books.meter, books.peak, books.users, books.bought)
        threshold = self._thresholds.get(key)
        if threshold is None:
            if len(self._thresholds) >= _MOST_SPANS:
                self._thresholds.clear()
            users = self.tally(books, books.ends_at).users
            threshold = self._thresholds[key] = threshold_of(self.meters[books.meter], users)
        return threshold

    def crosses(self, books: MeterMonth) -> bool:
        """Say whether *books* have reached a level that was not told."""
        if not books.total or books.meter not in self.meters:
            return False
        reached = levels_reached(books.total, self.threshold(books), self.policy.crossing_levels)
        return any(level not in books.alerted_levels for level in reached)

    # Opening

    def missing(self, usage: UsageReading, month: Month, now: CurrentUsers) -> tuple[MeterMonth, ...]:
        """Give the books of *month* that are not open yet, as they are to be opened.

        Args:
            usage: What is stored.
            month: Any month.
            now: The present users, for an installation that has no books at all.
        """
        present = usage.meter_months(since=month, until=month)
        codes = self.meters.keys() - {books.meter for books in present}
        if not codes:
            return ()
        span = self.span(month)
        blank = self._blank(usage, month, present, now)
        opened = []
        for code in sorted(codes):
            books = blank._replace(meter=code)
            if not self.meters[code].adds:
                carried = carried_into(usage, code, month)
                level = begin(carried)
                used = self.used(self.meters[code], level, month, span.start)
                books = books._replace(total=used, state=write_state(MeterState(carried, level)))
            opened.append(books)
        return tuple(opened)

    def _blank(
        self, usage: UsageReading, month: Month, present: tuple[MeterMonth, ...], now: CurrentUsers
    ) -> MeterMonth:
        """Give books of *month* with its users and nothing used."""
        span = self.span(month)
        if present:
            like = present[0]
            return MeterMonth(
                month, "", span.start, span.end, like.users, like.users_at, like.peak, like.peak_at, like.bought
            )
        before = max(usage.meter_months_before(month), key=lambda books: books.month, default=None)
        if before is not None:
            return MeterMonth(
                month, "", span.start, span.end, before.users, before.users_at, before.users, span.start, before.bought
            )
        # Nobody has moved a user yet, or all did so later.
        users, bought = (0, None) if usage.meter_months() else now
        return MeterMonth(month, "", span.start, span.end, users, None, users, span.start, bought)

    # Moving users

    def move(self, usage: Usage, before: CurrentUsers, after: CurrentUsers, at: datetime) -> None:
        """Note that a write has moved the users from *before* to *after* at *at*."""
        head = usage.lock_head()
        month = Month.of(at, self.zone)
        taken = usage.lock_meter_months_since(month)
        if not self.meters.keys() <= {books.meter for books in taken if books.month == month}:
            usage.add_meter_months(self.missing(usage, month, before))
            taken = usage.lock_meter_months_since(month)
        changed = [
            moved(books, after, at) if books.month == month else moved_before(books, after, at)
            for books in taken
            if not books.closed
        ]
        self.settle(usage, head, changed, at, {})

    def effects(
        self, usage: UsageReading, before: CurrentUsers, after: CurrentUsers, at: datetime
    ) -> tuple[MeterEffect, ...]:
        """Say which thresholds of the month of *at* would move with the users from *before* to *after*."""
        month = Month.of(at, self.zone)
        books = (*usage.meter_months(since=month, until=month), *self.missing(usage, month, before))
        found = []
        for one in sorted((one for one in books if one.meter in self.meters), key=lambda one: one.meter):
            then = moved(one, after, at)
            threshold, new_threshold = self.threshold(one), self.threshold(then)
            if threshold != new_threshold:
                reached = levels_reached(one.total, new_threshold, self.policy.crossing_levels)
                found.append(
                    MeterEffect(
                        meter=one.meter,
                        month=month,
                        threshold=threshold,
                        new_threshold=new_threshold,
                        crossed=tuple(level for level in reached if level not in one.alerted_levels),
                    )
                )
        return tuple(found)

    def settle(
        self,
        usage: Usage,
        head: UsageHead,
        changed: Iterable[MeterMonth],
        at: datetime,
        causes: Mapping[MeterMonthKey, CrossingCause],
    ) -> UsageHead:
        """Save *changed* books, and tell the levels that they have reached; the head is ours.

        Args:
            usage: Where they are kept.
            head: As it is.
            changed: Open books.
            at: When they changed.
            causes: What changed them, where that is not a threshold.

        Returns:
            The head as it is now.
        """
        told: list[Crossing] = []
        saved = []
        for books in changed:
            crossings = self._crossings(books, at, causes.get((books.month, books.meter), CrossingCause.THRESHOLD))
            told += crossings
            saved.append(books._replace(alerted_levels=_with(books.alerted_levels, crossings)) if crossings else books)
        usage.save_meter_months(saved)
        if told:
            usage.add_crossings(list(enumerate(told, start=head.crossing_count + 1)))
            head = head._replace(crossing_count=head.crossing_count + len(told))
            usage.save_head(head)
        return head

    def _crossings(self, books: MeterMonth, at: datetime, cause: CrossingCause) -> tuple[Crossing, ...]:
        if not self.crosses(books):
            return ()
        return cross(
            books.meter,
            books.month,
            used=books.total,
            threshold=self.threshold(books),
            levels=self.policy.crossing_levels,
            told=books.alerted_levels,
            at=at,
            cause=cause,
        )

    # Gauges

    def used(self, meter: Meter, level: GaugeState, month: Month, at: datetime) -> int:
        """Give what *month* of a gauge comes to at *at*, or at its newest reading where that is later."""
        span = self.span(month)
        known = span.start if level.newest is None else level.newest[0]
        return level.used(meter.aggregation, span.days, max(known, min(at, span.end)))

    def recount(
        self, usage: UsageReading, meter: Meter, month: Month, at: datetime
    ) -> Iterator[tuple[Month, MeterState, int]]:
        """Reckon a gauge anew from *month* on, as far as its levels are carried.

        Gives:
            Month, how it stands, and what it comes to.
        """
        last = max(
            (books.month for books in usage.meter_months(since=month) if books.meter == meter.code), default=month
        )
        carried, each = carried_into(usage, meter.code, month), month
        while each <= last:
            span = self.span(each)
            level = level_of(
                carried, readings_of(row.event for row in usage.events(month=each, meter=meter.code)), span.days
            )
            yield each, MeterState(carried, level), self.used(meter, level, each, at)
            carried, each = level.level, each.next()


def _with(told: tuple[int, ...], crossings: Iterable[Crossing]) -> tuple[int, ...]:
    return tuple(sorted({*told, *(one.level for one in crossings)}))
