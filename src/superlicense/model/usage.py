"""Usage: the events that services report, their receipts, and the usage of a month."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from attrs import field, frozen

from superlicense.model import fields
from superlicense.model.instants import document_instant
from superlicense.model.month import Month
from superlicense.model.plain_data import PlainNoun
from superlicense.model.policy import UserCount

__all__ = [
    "Crossing",
    "CrossingCause",
    "DayUsage",
    "Derivation",
    "MeterUsage",
    "Projection",
    "Receipt",
    "ReceiptCode",
    "ReceiptStatus",
    "UsageEvent",
    "UsageEventKey",
    "UserTally",
]


@frozen(kw_only=True)
class UsageEvent:
    """A usage event: a service reports that so much of a meter was used at an instant.

    Only *at* is checked here. Any other defect is named by the receipt, so that
    one bad event of a batch does not stop the others.

    Attributes:
        source: The service that reports it; 1 to 254 printable characters.
        id: Unique for ever among the events of *source*; 1 to 254 printable
            characters.
        meter: Code of the meter.
        quantity: How much, in the meter's unit, 0 to 10^15: a counter adds it, a
            gauge has it as its new value.
        at: When it was used.
        corrects: Id of the original event of the same source and meter whose
            quantity this one replaces; 0 cancels it. `None` for an original.

    Raises:
        InvalidValueError: *at* is not an aware datetime.
    """

    source: str
    id: str
    meter: str
    quantity: int
    at: datetime = field(converter=fields.utc_required, validator=fields.aware)
    corrects: str | None = None


UsageEventKey = tuple[str, str]
"""Source and id of a usage event."""


class ReceiptStatus(StrEnum):
    """What happened to a usage event."""

    ACCEPTED = "accepted"  # it counts
    DUPLICATE = "duplicate"  # it was accepted before, with the same content
    CONFLICT = "conflict"  # its source and id are those of an accepted event with other content
    REFUSED = "refused"  # it is not stored; the code says why


class ReceiptCode(StrEnum):
    """Why a usage event does not count. A code is never reused with another meaning."""

    OTHER_CONTENT = "other_content"  # with CONFLICT; all others with REFUSED
    MALFORMED_SOURCE = "malformed_source"
    MALFORMED_ID = "malformed_id"
    MALFORMED_CORRECTS = "malformed_corrects"
    UNKNOWN_METER = "unknown_meter"
    QUANTITY_NOT_WHOLE = "quantity_not_whole"  # a string, a fraction, NaN
    QUANTITY_NEGATIVE = "quantity_negative"
    QUANTITY_TOO_LARGE = "quantity_too_large"
    TOTAL_TOO_LARGE = "total_too_large"  # the total of the month would exceed 2^63-1
    IN_FUTURE = "in_future"  # more than five minutes from now
    TOO_LONG_AGO = "too_long_ago"  # before the year 2000
    METER_NOT_SOLD = "meter_not_sold"  # the month is closed, and the meter had no terms then
    CORRECTS_UNKNOWN = "corrects_unknown"  # no such event of the source was accepted
    CORRECTS_CORRECTION = "corrects_correction"  # a correction must name the original
    CORRECTS_OTHER_METER = "corrects_other_meter"
    CORRECTS_OTHER_INSTANT = "corrects_other_instant"


@frozen(kw_only=True)
class Receipt(PlainNoun):
    """The answer to one usage event.

    Attributes:
        status: Whether it counts.
        code: Why it does not; `None` where it does, from now on or already.
        event: The event, as it was given.
    """

    status: ReceiptStatus
    code: ReceiptCode | None
    event: UsageEvent


@frozen(kw_only=True)
class UserTally:
    """The number of users that a threshold is calculated with, how they were counted, and when.

    Attributes:
        users: Number of users, 0 or more.
        counted: How they were counted.
        at: When there were that many; `None` for the number bought, and where there
            never was a user.
        asked: How policy says to count them; differs from *counted* where the
            number bought is unlimited.
    """

    users: int = field(validator=fields.integer(0))
    counted: UserCount = field(validator=fields.instance_of(UserCount))
    at: datetime | None = field(default=None, converter=fields.utc, validator=fields.optional(fields.aware))
    asked: UserCount = field(validator=fields.instance_of(UserCount))


@frozen(kw_only=True)
class Derivation:
    """How a threshold is calculated, to be printed.

    >>> print(Derivation(included=1000, included_per_user=500, tally=UserTally(
    ...     users=12, counted=UserCount.BOUGHT, asked=UserCount.BOUGHT)))
    1000 + 500 × 12 users = 7000 (users: bought seats of superoffice.user)

    Attributes:
        included: The fixed allowance.
        included_per_user: The allowance per user.
        tally: The number of users.
    """

    included: int
    included_per_user: int
    tally: UserTally

    @property
    def threshold(self) -> int:
        """The threshold, 0 or more."""
        return self.included + self.included_per_user * self.tally.users

    def __str__(self) -> str:
        """Return the sum, and how and when the users were counted."""
        tally = self.tally
        how = _COUNTED[tally.counted] + (f", {document_instant(tally.at)}" if tally.at else "")
        if tally.asked is not tally.counted:
            how += f"; no quantity was {tally.asked}"
        return f"{self.included} + {self.included_per_user} × {tally.users} users = {self.threshold} (users: {how})"


_COUNTED = {
    UserCount.HIGHEST: "peak holders of superoffice.user",
    UserCount.AT_CLOSE: "holders of superoffice.user at the end of the month",
    UserCount.BOUGHT: "bought seats of superoffice.user",
}


@frozen(kw_only=True)
class MeterUsage(PlainNoun):
    """The usage of a meter in a month.

    Attributes:
        meter: Code of the meter.
        unit: What is counted.
        month: Which month.
        used: How much of its unit, 0 or more.
        users: The number of users that the threshold is calculated with.
        threshold: How much is included, 0 or more.
        overage: Usage above the threshold, 0 or more; it is billed, nothing is
            blocked.
        derivation: How the threshold is calculated.
    """

    meter: str
    unit: str
    month: Month
    used: int
    users: int
    threshold: int
    overage: int
    derivation: Derivation


@frozen(kw_only=True)
class DayUsage(PlainNoun):
    """The usage of a meter on one day.

    Attributes:
        meter: Code of the meter.
        day: The day, in the installation's zone.
        used: The sum of a counter's events of the day; of a gauge the value at its
            end, or the highest one where its aggregation is of peaks.
    """

    meter: str
    day: date
    used: int


class CrossingCause(StrEnum):
    """Why a meter reached a level of its threshold."""

    USAGE = "usage"  # a usage event
    CORRECTION = "correction"  # a correction
    THRESHOLD = "threshold"  # the threshold fell
    TIME = "time"  # a gauge was carried into the month, or its mean rose without a reading


@frozen(kw_only=True)
class Crossing(PlainNoun):
    """A meter has reached a level of its threshold for the first time in a month.

    Attributes:
        id: Made of meter, month and level, so every instance computes the same.
        meter: Code of the meter.
        month: The month.
        level: The level in percent of the threshold, one of
            `Policy.crossing_levels`.
        at: When it was recorded.
        cause: What caused it.
    """

    id: str
    meter: str
    month: Month
    level: int = field(validator=fields.integer(1))
    at: datetime = field(converter=fields.utc_required, validator=fields.aware)
    cause: CrossingCause = field(validator=fields.instance_of(CrossingCause))


@frozen(kw_only=True)
class Projection(PlainNoun):
    """An estimate of the usage of a month at its end, at the rate so far.

    Attributes:
        meter: Code of the meter.
        month: Which month.
        at: The instant of the estimate.
        used: Usage so far.
        expected: Expected usage at the end of the month.
        threshold: How much is included, if the number of users stays.
        expected_overage: Expected usage above it.
        expected_amount: What it would cost.
        currency: The currency of the amount; empty if unspecified.
        passed: Whether *used* is above the threshold already.
        passes_on: The day, of the installation's zone, on which usage passes the
            threshold, or if *passed* the day on which the crossing of 100 per
            cent was recorded; `None` if there is no such day.
        estimate: Always true: a marker for screens, because an estimate is never billed.
    """

    meter: str
    month: Month
    at: datetime
    used: int
    expected: int
    threshold: int
    expected_overage: int
    expected_amount: Decimal
    currency: str
    passed: bool
    passes_on: date | None
    estimate: bool = field(default=True, init=False)
