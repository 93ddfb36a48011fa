"""Totals: the threshold and usage of a meter month, and the users of a month, on the terms that are stored with it.

Everything that records, moves users, reads a month or closes it computes them
here. Nothing in this file reads or writes a store.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final, NamedTuple

from superlicense.licensing.metering.meter_state import read_state
from superlicense.model.meter import Aggregation, Meter
from superlicense.model.meter_month import MeterMonth, UsageMonth
from superlicense.model.month import Month
from superlicense.model.policy import Policy, UserCount
from superlicense.model.usage import UserTally
from superlicense.rules.metering.billing import by_code
from superlicense.rules.metering.crossings import levels_reached
from superlicense.rules.metering.gauges import GaugeState
from superlicense.rules.metering.recording import Months
from superlicense.rules.metering.thresholds import threshold_of
from superlicense.rules.metering.users import Peak, count_users

__all__ = ["MeterTotals", "Span"]

_MOST_CACHED: Final = 1_000
_LONG_AGO: Final = datetime(1, 1, 1, tzinfo=UTC)


class Span(NamedTuple):
    """A month as instants.

    Attributes:
        start: Its first instant.
        end: The first instant after it.
        days: The instants at which its days begin.
    """

    start: datetime
    end: datetime
    days: tuple[datetime, ...]


class MeterTotals:
    """The meters of one installation, and the totals of their months.

    Attributes:
        meters: The host's meters by code, in order; a month that is stored has terms of its own.
        has_terms: Whether the host has passed them, so that they are stored as terms.
        months: Finds the months of instants.
        zone: The zone of the months.
        zone_name: Its name.
        policy: The host's choices.
    """

    __slots__ = (
        "_checked",
        "_has_means",
        "_spans",
        "_thresholds",
        "has_terms",
        "meters",
        "months",
        "policy",
        "zone",
        "zone_name",
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
        self._spans: dict[Month, Span] = {}
        self._has_means = any(one.aggregation is Aggregation.MEAN_OF_DAILY_PEAKS for one in self.meters.values())
        self._checked = (_LONG_AGO, _LONG_AGO)
        self._thresholds: dict[tuple[Meter, int, int, int | None, UserCount | None], int] = {}

    def span(self, month: Month) -> Span:
        """Return *month* as instants."""
        span = self._spans.get(month)
        if span is None:
            if len(self._spans) >= _MOST_CACHED:
                self._spans.clear()
            span = Span(month.start(self.zone), month.end(self.zone), month.days(self.zone))
            self._spans[month] = span
        return span

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

    def new_levels(self, one: MeterMonth, month: UsageMonth | None, at: datetime) -> tuple[int, ...]:
        """Return the levels that a meter month has reached as of *at* and whose crossing is not recorded.

        A month that waits for terms crosses nothing.
        """
        if one.terms is None:
            return ()
        used = self.used(one, at)
        if not used:
            return ()
        reached = levels_reached(used, self.threshold(one, month), self.policy.crossing_levels)
        return tuple(level for level in reached if level not in one.alerted_levels)

    def needs_check(self, at: datetime) -> bool:
        """Return whether a level may have been reached by *at* by time alone, since the last check of this process.

        Time moves a mean of daily peaks at the first instant of a day, and
        nothing else in a month that is open: a check a day is enough.
        """
        return self._has_means and not self._checked[0] <= at < self._checked[1]

    def checked(self, at: datetime) -> None:
        """Note that no level was due at *at*; threads may share it, because it is replaced as a whole."""
        days = self.span(self.months.span(at)[2]).days
        day = bisect_right(days, at) - 1
        ends = days[day + 1] if day + 1 < len(days) else self.months.span(at)[1]
        self._checked = (at, ends)

    # Usage

    def used(self, one: MeterMonth, at: datetime) -> int:
        """Return the usage of a meter month as of *at*: that of a gauge may change with time alone."""
        meter = self.terms(one)
        gauge = None if meter is None or meter.adds else read_state(one.state).gauge
        if meter is None or gauge is None:
            return one.total
        return self.gauge_used(meter, gauge, one.month, at)

    def gauge_used(self, meter: Meter, gauge: GaugeState, month: Month, at: datetime) -> int:
        """Return the usage of *month* of a gauge as of *at*, or of its newest reading where that is later."""
        span = self.span(month)
        known = span.start if gauge.newest is None else gauge.newest[0]
        return gauge.used(meter.aggregation, span.days, max(known, min(at, span.end)))
