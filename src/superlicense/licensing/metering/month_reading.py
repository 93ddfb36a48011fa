"""Month reading: the usage of every meter in a month, as of now, from its meter months or its statement."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from superlicense.licensing.metering.closed_month import closed_terms, closing_statement, closing_tally
from superlicense.licensing.metering.meter_state import gauge_of, read_state
from superlicense.licensing.metering.opening import all_meter_months, month_with_users
from superlicense.licensing.metering.totals import MeterTotals
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.licensing.metering.user_count import CurrentUsers
from superlicense.model.meter import Meter
from superlicense.model.meter_month import UsageMonth
from superlicense.model.month import Month
from superlicense.model.usage import MeterUsage, Projection, UserTally
from superlicense.rules.metering.calendar import Span
from superlicense.rules.metering.crossings import FULL, crossing_id
from superlicense.rules.metering.gauges import GaugeState
from superlicense.rules.metering.thresholds import measure

__all__ = ["MonthReading", "read_month"]


class MonthReading(NamedTuple):
    """The usage of one meter in one month.

    Attributes:
        meter: The meter.
        month: The month.
        span: The month as instants.
        at: As of when.
        used: Its usage.
        tally: The users of the month.
        gauge: The state of a gauge; `None` for a counter.
        carried: The value of a gauge that was carried into the month.
        passed_at: When usage reached the threshold, where that was recorded.
    """

    meter: Meter
    month: Month
    span: Span
    at: datetime
    used: int
    tally: UserTally
    gauge: GaugeState | None = None
    carried: int = 0
    passed_at: datetime | None = None

    def usage(self) -> MeterUsage:
        """Return it with its threshold."""
        return measure(self.meter, self.month, self.used, self.tally)

    def projection(self) -> Projection | None:
        """Return the estimate of the end of the month; `None` before its first day has passed."""
        from superlicense.rules.metering.projecting import project  # noqa: PLC0415 - few callers, and it costs an import

        return project(
            self.meter,
            self.month,
            at=self.at,
            used=self.used,
            tally=self.tally,
            span=self.span,
            gauge=self.gauge,
            carried=self.carried,
            passed_at=self.passed_at,
        )


def read_month(
    totals: MeterTotals, usage: UsageReader, month: Month, at: datetime, current: CurrentUsers
) -> tuple[MonthReading, ...]:
    """Return the usage of every meter in *month* as of *at*, now or later, from its meter months.

    Args:
        totals: The meters.
        usage: The stored usage.
        month: Any month.
        at: As of when.
        current: The current users, for an installation that has no month at all.
    """
    through = usage.head().closed_through
    if through is not None and month <= through:
        return _read_closed(totals, usage, month_with_users(totals, usage, month, current), at)
    with_users = month_with_users(totals, usage, month, current)
    span, tally = totals.span(with_users), totals.tally(with_users, at)
    found = []
    for one in sorted(all_meter_months(totals, usage, with_users), key=lambda each: each.meter):
        meter = totals.terms(one)
        if meter is None:
            continue
        state = read_state(one.state)
        found.append(
            MonthReading(
                meter,
                month,
                span,
                at,
                totals.used(one, with_users, at),
                tally,
                None if meter.adds else gauge_of(one),
                state.carried,
                _passed_at(usage, meter.code, month),
            )
        )
    return tuple(found)


def _read_closed(totals: MeterTotals, usage: UsageReader, one: UsageMonth, at: datetime) -> tuple[MonthReading, ...]:
    """Return the usage of a closed month as its statement has it; late events are on a later one."""
    month = one.month
    statement = closing_statement(usage, month)
    if statement is None:
        return ()
    tally = closing_tally(statement, month)
    billed = {line.meter: line.used for line in statement.lines if line.month == month}
    found = []
    for code, meter in sorted(closed_terms(usage, month).items()):
        passed_at = _passed_at(usage, code, month)
        found.append(MonthReading(meter, month, totals.span(one), at, billed.get(code, 0), tally, passed_at=passed_at))
    return tuple(found)


def _passed_at(usage: UsageReader, code: str, month: Month) -> datetime | None:
    number = usage.crossing_number(crossing_id(code, month, FULL))
    return None if number is None else usage.crossings(after=number - 1, most=1)[0][1].at
