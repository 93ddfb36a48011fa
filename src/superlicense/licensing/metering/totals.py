"""Totals: the threshold and usage of a meter month, and the users of a month, on the terms that are stored with it.

Everything that records, moves users, reads a month or closes it computes them
here. Nothing in this file reads or writes a store.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final

from superlicense.licensing.metering.meter_state import gauge_of
from superlicense.model.meter import Aggregation, Meter
from superlicense.model.meter_month import MeterMonth, UsageMonth
from superlicense.model.month import Month
from superlicense.model.policy import Policy, UserCount
from superlicense.model.usage import UserTally
from superlicense.rules.metering.billing import by_code
from superlicense.rules.metering.calendar import Months, Span, span_of
from superlicense.rules.metering.crossings import levels_reached
from superlicense.rules.metering.gauges import GaugeState
from superlicense.rules.metering.thresholds import threshold_of
from superlicense.rules.metering.users import Peak, count_users
from superlicense.time_zones import time_zone

__all__ = ["MeterTotals"]

_MOST_CACHED: Final = 1_000
_LONG_AGO: Final = datetime(1, 1, 1, tzinfo=UTC)


class MeterTotals:
    """The meters of one installation, and the totals of their months.

    Attributes:
        meters: The host's meters by code, in order; a month that is stored has terms of its own.
        has_terms: Whether the host has passed them, so that they are stored as terms.
        months: Finds the months of instants, as far as stored months are known to this process.
        zone: The zone of months that are not stored.
        zone_name: Its name.
        policy: The host's choices.
        zones: The zones of stored months, by name.
    """

    __slots__ = (
        "_checked",
        "_known",
        "_spans",
        "_thresholds",
        "has_terms",
        "meters",
        "months",
        "policy",
        "zone",
        "zone_name",
        "zones",
    )

    def __init__(
        self, meters: Iterable[Meter], zone: tzinfo, policy: Policy, *, has_terms: bool = True, zone_name: str = ""
    ) -> None:
        """Compute totals of *meters*.

        Raises:
            InvalidValueError: something is not a meter, or two meters do not go together.
        """
        self.meters: Mapping[str, Meter] = by_code(meters)
        self.has_terms = has_terms
        self.months = Months(zone)
        self.zone = zone
        self.zone_name = zone_name
        self.policy = policy
        self.zones: dict[str, tzinfo] = {"": zone, zone_name: zone}
        self._known: dict[Month, UsageMonth] = {}
        self._spans: dict[tuple[Month, datetime, datetime, str], Span] = {}
        self._checked = (_LONG_AGO, _LONG_AGO)
        self._thresholds: dict[tuple[Meter, int, int, int | None, UserCount | None], int] = {}

    def in_transaction(self) -> MeterTotals:
        """Return totals of the same meters for a transaction, which may see months that are never committed."""
        totals = MeterTotals(
            self.meters.values(), self.zone, self.policy, has_terms=self.has_terms, zone_name=self.zone_name
        )
        totals._checked = self._checked
        return totals

    # Months as instants

    def calendar(self, stored: Sequence[UsageMonth]) -> Months:
        """Return what finds the months of instants, given the *stored* ones, in order, from the one before them on."""
        found = [(one.starts_at, one.ends_at, one.month) for one in stored]
        return Months(self.zone, found, self._zone_of(stored[0]) if stored else None)

    def _zone_of(self, one: UsageMonth) -> tzinfo:
        """Return the zone of a month.

        Raises:
            UnknownTimeZoneError: it is not known here.
        """
        zone = self.zones.get(one.zone)
        if zone is None:
            zone = self.zones[one.zone] = time_zone(one.zone)
        return zone

    def span(self, one: UsageMonth) -> Span:
        """Return a month, stored or as it is to be opened, as instants.

        Raises:
            UnknownTimeZoneError: its zone is not known here.
        """
        key = (one.month, one.starts_at, one.ends_at, one.zone)
        span = self._spans.get(key)
        if span is None:
            if len(self._spans) >= _MOST_CACHED:
                self._spans.clear()
            span = self._spans[key] = span_of(one.month, one.starts_at, one.ends_at, self._zone_of(one))
        return span

    def known(self, month: Month) -> UsageMonth | None:
        """Return *month* as it was when this process learned its bounds, which do not change; its users may."""
        return self._known.get(month)

    def learn(self, months: Iterable[UsageMonth]) -> None:
        """Note the bounds of months that are stored and committed."""
        self._known = {**self._known, **{one.month: one for one in months}}
        self.months = self.calendar([self._known[month] for month in sorted(self._known)])

    # Terms, users and thresholds

    def terms(self, one: MeterMonth) -> Meter | None:
        """Return the terms of a meter month: the stored ones, else the host's; `None` where there are neither."""
        return one.terms or self.meters.get(one.meter)

    def tally(self, month: UsageMonth, at: datetime) -> UserTally:
        """Return the users of *month* as of *at*, counted as its terms say."""
        return count_users(
            month.user_count or self.policy.user_count,
            peak=Peak(month.peak, month.peak_at),
            users=month.users,
            at=min(at, month.ends_at),
            bought=month.bought,
        )

    def threshold(self, one: MeterMonth, month: UsageMonth | None) -> int:
        """Return the threshold of a meter month that has terms.

        Args:
            one: The meter month.
            month: The users of the month; may be `None` where the threshold does
                not depend on them.
        """
        meter = one.terms or self.meters[one.meter]
        if month is None or not meter.included_per_user:
            return threshold_of(meter, 0)
        key = (meter, month.peak, month.users, month.bought, month.user_count)
        threshold = self._thresholds.get(key)
        if threshold is None:
            if len(self._thresholds) >= _MOST_CACHED:
                self._thresholds.clear()
            users = self.tally(month, month.ends_at).users
            threshold = self._thresholds[key] = threshold_of(meter, users)
        return threshold

    # Crossings

    def new_levels(self, one: MeterMonth, month: UsageMonth, at: datetime) -> tuple[int, ...]:
        """Return the levels that a meter month has reached as of *at* and whose crossing is not recorded.

        A month that waits for terms crosses nothing.
        """
        if one.terms is None:
            return ()
        used = self.used(one, month, at)
        if not used:
            return ()
        reached = levels_reached(used, self.threshold(one, month), self.policy.crossing_levels)
        return tuple(level for level in reached if level not in one.alerted_levels)

    def needs_check(self, at: datetime) -> bool:
        """Return whether a level may have been reached by *at* by time alone, since the last check of this process.

        Time moves a mean of daily peaks at the first instant of a day, and
        nothing else in a month that is open: a check a day is enough. Which
        meters are means is said by the terms of each month, which may be those
        of another instance.
        """
        return not self._checked[0] <= at < self._checked[1]

    def checked(self, at: datetime, month: UsageMonth) -> None:
        """Note that no level was due at *at*, in *month*; threads may share it, because it is replaced as a whole."""
        span = self.span(month)
        day = bisect_right(span.days, at)
        self._checked = (at, span.days[day] if day < len(span.days) else span.end)

    def dated_back(self, at: datetime) -> None:
        """Let the next write check again, if one of *at* was dated back before the last check."""
        if at < self._checked[0]:
            self._checked = (_LONG_AGO, _LONG_AGO)

    # Usage

    def used(self, one: MeterMonth, month: UsageMonth, at: datetime) -> int:
        """Return the usage of a meter month as of *at*: that of a gauge may change with time alone."""
        meter = self.terms(one)
        gauge = None if meter is None or meter.adds else gauge_of(one)
        if meter is None or gauge is None:
            return one.total
        return self.gauge_used(meter, gauge, month, at)

    def gauge_used(self, meter: Meter, gauge: GaugeState, month: UsageMonth, at: datetime) -> int:
        """Return the usage of *month* of a gauge as of *at*, or of its newest reading where that is later."""
        if meter.aggregation is Aggregation.LAST:
            return gauge.value
        span = self.span(month)
        newest = span.start if gauge.newest is None else gauge.newest[0]
        return gauge.used(meter.aggregation, span.days, max(newest, min(at, span.end)))
