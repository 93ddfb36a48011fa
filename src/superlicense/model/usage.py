"""Usage: events reported by services, their receipts, and monthly totals."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from attrs import field, frozen

from superlicense.model import fields
from superlicense.model.month import Month
from superlicense.model.policy import UserCount

__all__ = [
    "Crossing",
    "CrossingCause",
    "Derivation",
    "MeterUsage",
    "Projection",
    "Receipt",
    "ReceiptCode",
    "ReceiptStatus",
    "UsageEvent",
    "UserTally",
]


@frozen(kw_only=True)
class UsageEvent:
    """A usage event: a quantity of a meter, used at an instant.

    Only *at* is checked here. Other problems are reported by the receipt, so
    that one invalid event does not reject a whole batch.

    Attributes:
        source: The reporting service; 1 to 254 printable characters.
        id: Unique among the events of *source*, for ever; 1 to 254 printable
            characters.
        meter: Code of the meter.
        quantity: Quantity in the meter's unit, 0 to 10^15: the amount added to a
            counter, or the new level of a gauge.
        at: Time of the usage.
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


class ReceiptStatus(StrEnum):
    """The result of recording an event."""

    ACCEPTED = "accepted"  # it was recorded
    DUPLICATE = "duplicate"  # it was recorded before, with the same content
    CONFLICT = "conflict"  # its source and id belong to a recorded event with other content
    REFUSED = "refused"  # it was not recorded; the code is the reason


class ReceiptCode(StrEnum):
    """Why an event was not recorded. A code is never reused with another meaning."""

    OTHER_CONTENT = "other_content"  # with CONFLICT; all others with REFUSED
    MALFORMED_SOURCE = "malformed_source"
    MALFORMED_ID = "malformed_id"
    MALFORMED_CORRECTS = "malformed_corrects"
    UNKNOWN_METER = "unknown_meter"
    QUANTITY_NOT_WHOLE = "quantity_not_whole"  # a string, a fraction, NaN
    QUANTITY_NEGATIVE = "quantity_negative"
    QUANTITY_TOO_LARGE = "quantity_too_large"
    TOTAL_TOO_LARGE = "total_too_large"  # the monthly total of the meter would exceed 2^63-1
    IN_FUTURE = "in_future"  # more than five minutes in the future
    TOO_LONG_AGO = "too_long_ago"  # before the year 2000
    CORRECTS_UNKNOWN = "corrects_unknown"  # no such event of the source was recorded
    CORRECTS_CORRECTION = "corrects_correction"  # a correction must name the original event
    CORRECTS_OTHER_METER = "corrects_other_meter"
    CORRECTS_OTHER_INSTANT = "corrects_other_instant"


@frozen(kw_only=True)
class Receipt:
    """The receipt of one event.

    Attributes:
        status: The result.
        code: Why the event was not recorded; `None` if it was, now or before.
        event: The event, as given.
    """

    status: ReceiptStatus
    code: ReceiptCode | None
    event: UsageEvent


@frozen(kw_only=True)
class UserTally:
    """The number of users in a threshold, and how and when they were counted.

    Attributes:
        users: Number of users, 0 or more.
        counted: How they were counted.
        at: The instant of that number; `None` for bought users, and if there
            never was a user.
        asked: How the policy counts users; differs from *counted* if the license
            does not limit the number of users.
    """

    users: int = field(validator=fields.integer(0))
    counted: UserCount = field(validator=fields.instance_of(UserCount))
    at: datetime | None = field(default=None, converter=fields.utc, validator=fields.optional(fields.aware))
    asked: UserCount = field(validator=fields.instance_of(UserCount))


@frozen(kw_only=True)
class Derivation:
    """How a threshold is calculated, for display.

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
        """Return the calculation, and how and when users were counted."""
        tally = self.tally
        how = _COUNTED[tally.counted] + (f", {tally.at.isoformat()}" if tally.at else "")
        if tally.asked is not tally.counted:
            how += f"; no quantity was {tally.asked}"
        return f"{self.included} + {self.included_per_user} × {tally.users} users = {self.threshold} (users: {how})"


_COUNTED = {
    UserCount.HIGHEST: "peak holders of superoffice.user",
    UserCount.AT_CLOSE: "holders of superoffice.user at the end of the month",
    UserCount.BOUGHT: "bought seats of superoffice.user",
}


@frozen(kw_only=True)
class MeterUsage:
    """The usage of a meter in a month.

    Attributes:
        meter: Code of the meter.
        month: The month.
        used: Usage in the meter's unit, 0 or more.
        users: Number of users in the threshold.
        threshold: Included usage, 0 or more.
        overage: Usage above the threshold, 0 or more; it is billed, not blocked.
        derivation: How the threshold is calculated.
    """

    meter: str
    month: Month
    used: int
    users: int
    threshold: int
    overage: int
    derivation: Derivation


class CrossingCause(StrEnum):
    """Why a meter reached a level of its threshold."""

    USAGE = "usage"  # usage was recorded
    CORRECTION = "correction"  # an event was corrected
    THRESHOLD = "threshold"  # the threshold decreased


@frozen(kw_only=True)
class Crossing:
    """A meter has reached a level of its threshold for the first time in a month.

    Attributes:
        id: Derived from meter, month and level, so that it is reproducible.
        meter: Code of the meter.
        month: The month.
        level: The level in percent of the threshold, one of
            `Policy.crossing_levels`.
        at: When it was recorded.
        cause: Why the level was reached.
    """

    id: str
    meter: str
    month: Month
    level: int = field(validator=fields.integer(1))
    at: datetime = field(converter=fields.utc_required, validator=fields.aware)
    cause: CrossingCause = field(validator=fields.instance_of(CrossingCause))


@frozen(kw_only=True)
class Projection:
    """An estimate of a month's usage at the current rate.

    Attributes:
        meter: Code of the meter.
        month: The month.
        at: The instant of the estimate.
        used: Usage so far.
        expected: Estimated usage at the end of the month.
        threshold: Included usage, for an unchanged number of users.
        expected_overage: Estimated usage above the threshold.
        passed: Whether *used* is above the threshold already.
        passes_on: The day, in the installation's time zone, on which usage is
            expected to pass the threshold or, if *passed*, on which the 100
            percent crossing was recorded; `None` if neither is the case.
        estimate: Always true, to mark the numbers as estimates on screens.
    """

    meter: str
    month: Month
    at: datetime
    used: int
    expected: int
    threshold: int
    expected_overage: int
    passed: bool
    passes_on: date | None
    estimate: bool = field(default=True, init=False)
