"""Totals: the threshold and usage of a meter month, and the users of a month, under the host's meters and policy.

Everything that records, moves users, reads a month or closes it computes them
here. Nothing in this file reads or writes a store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Final, NamedTuple

from superlicense.licensing.metering.meter_state import read_state
from superlicense.model.meter import Meter
from superlicense.model.meter_month import MeterMonth, UsageMonth
from superlicense.model.month import Month
from superlicense.model.policy import Policy
from superlicense.model.usage import Crossing, CrossingCause, UserTally
from superlicense.rules.metering.billing import by_code
from superlicense.rules.metering.crossings import levels_reached, new_crossings
from superlicense.rules.metering.gauges import GaugeState
from superlicense.rules.metering.recording import Months
from superlicense.rules.metering.thresholds import threshold_of
from superlicense.rules.metering.users import Peak, count_users

__all__ = ["MeterTotals", "Span"]

_MOST_CACHED: Final = 1_000


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
        meters: The meters by code, in order.
        months: Finds the months of instants.
        zone: The zone of the months.
        policy: The host's choices.
        user_dependent: Codes of the meters whose threshold depends on the users of a month.
    """

    __slots__ = ("_spans", "_thresholds", "meters", "months", "policy", "user_dependent", "zone")

    def __init__(self, meters: Iterable[Meter], zone: tzinfo, policy: Policy) -> None:
        """Compute totals of *meters*.

        Raises:
            InvalidValueError: something is not a meter, or two meters do not go together.
        """
        self.meters: Mapping[str, Meter] = by_code(meters)
        self.user_dependent = frozenset(code for code, meter in self.meters.items() if meter.included_per_user)
        self.months = Months(zone)
        self.zone = zone
        self.policy = policy
        self._spans: dict[Month, Span] = {}
        self._thresholds: dict[tuple[str, int, int, int | None], int] = {}

    def span(self, month: Month) -> Span:
        """Return *month* as instants."""
        span = self._spans.get(month)
        if span is None:
            if len(self._spans) >= _MOST_CACHED:
                self._spans.clear()
            span = Span(month.start(self.zone), month.end(self.zone), month.days(self.zone))
            self._spans[month] = span
        return span

    # Users and thresholds

    def tally(self, month: UsageMonth, at: datetime) -> UserTally:
        """Return the users of *month* as of *at*, counted as policy says."""
        return count_users(
            self.policy.user_count,
            peak=Peak(month.peak, month.peak_at),
            users=month.users,
            at=min(at, month.ends_at),
            bought=month.bought,
        )

    def threshold(self, one: MeterMonth, month: UsageMonth | None) -> int:
        """Return the threshold of a meter month, whose meter is one of *meters*.

        Args:
            one: The meter month.
            month: The users of the month; may be `None` where the threshold does
                not depend on them.
        """
        if month is None:
            return threshold_of(self.meters[one.meter], 0)
        key = (one.meter, month.peak, month.users, month.bought)
        threshold = self._thresholds.get(key)
        if threshold is None:
            if len(self._thresholds) >= _MOST_CACHED:
                self._thresholds.clear()
            users = self.tally(month, month.ends_at).users
            threshold = self._thresholds[key] = threshold_of(self.meters[one.meter], users)
        return threshold

    # Crossings

    def new_levels(self, one: MeterMonth, month: UsageMonth | None) -> tuple[int, ...]:
        """Return the levels that a meter month has reached and whose crossing is not recorded."""
        if not one.total or one.meter not in self.meters:
            return ()
        reached = levels_reached(one.total, self.threshold(one, month), self.policy.crossing_levels)
        return tuple(level for level in reached if level not in one.alerted_levels)

    def crossings(
        self, one: MeterMonth, month: UsageMonth | None, at: datetime, cause: CrossingCause
    ) -> tuple[Crossing, ...]:
        """Return the crossings of `new_levels`, to be recorded at *at*."""
        if not self.new_levels(one, month):
            return ()
        return new_crossings(
            one.meter,
            one.month,
            used=one.total,
            threshold=self.threshold(one, month),
            levels=self.policy.crossing_levels,
            alerted=one.alerted_levels,
            at=at,
            cause=cause,
        )

    # Usage

    def used(self, one: MeterMonth, at: datetime) -> int:
        """Return the usage of a meter month as of *at*: that of a gauge may change with time alone."""
        meter = self.meters.get(one.meter)
        gauge = None if meter is None or meter.adds else read_state(one.state).gauge
        if meter is None or gauge is None:
            return one.total
        return self.gauge_used(meter, gauge, one.month, at)

    def gauge_used(self, meter: Meter, gauge: GaugeState, month: Month, at: datetime) -> int:
        """Return the usage of *month* of a gauge as of *at*, or of its newest reading where that is later."""
        span = self.span(month)
        known = span.start if gauge.newest is None else gauge.newest[0]
        return gauge.used(meter.aggregation, span.days, max(known, min(at, span.end)))
