"""Usage: what a service reports, the receipt it gets, and what a month comes to."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from attrs import field, frozen

from superlicense.model import fields
from superlicense.model.instants import document_instant
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
    """One report of a service: so much of a meter was used at an instant.

    Only *at* is checked here. What else is wrong with a report is said by its
    receipt, so that one bad report of a batch does not stop the others.

    Attributes:
        source: Who reports; 1 to 254 printable characters.
        id: Unique for ever among what *source* reports; the same.
        meter: Code of the meter.
        quantity: How much, in the meter's unit, 0 to 10^15: what is added by a
            counter, the new level of a gauge.
        at: When it was used.
        corrects: Id of the original report of the same source and meter whose
            quantity this one replaces; 0 cancels it. `None` for an original.

    Raises:
        InvalidValueError: *at* is no aware datetime.
    """

    source: str
    id: str
    meter: str
    quantity: int
    at: datetime = field(converter=fields.utc_required, validator=fields.aware)
    corrects: str | None = None


class ReceiptStatus(StrEnum):
    """What became of a report."""

    ACCEPTED = "accepted"  # it counts
    DUPLICATE = "duplicate"  # it has been accepted before, with the same content
    CONFLICT = "conflict"  # its source and id belong to an accepted report with other content
    REFUSED = "refused"  # it is not kept; the code says why


class ReceiptCode(StrEnum):
    """Why a report does not count. A code is never reused with another meaning."""

    OTHER_CONTENT = "other_content"  # with CONFLICT; all others with REFUSED
    MALFORMED_SOURCE = "malformed_source"
    MALFORMED_ID = "malformed_id"
    MALFORMED_CORRECTS = "malformed_corrects"
    UNKNOWN_METER = "unknown_meter"
    QUANTITY_NOT_WHOLE = "quantity_not_whole"  # a text, a fraction, NaN
    QUANTITY_NEGATIVE = "quantity_negative"
    QUANTITY_TOO_LARGE = "quantity_too_large"
    TOTAL_TOO_LARGE = "total_too_large"  # the month of the meter would hold more than 2^63-1
    IN_FUTURE = "in_future"  # more than five minutes from now
    TOO_LONG_AGO = "too_long_ago"  # before the year 2000
    CORRECTS_UNKNOWN = "corrects_unknown"  # the source has had no such report accepted
    CORRECTS_CORRECTION = "corrects_correction"  # corrections name the original
    CORRECTS_OTHER_METER = "corrects_other_meter"
    CORRECTS_OTHER_INSTANT = "corrects_other_instant"


@frozen(kw_only=True)
class Receipt:
    """What became of one report.

    Attributes:
        status: Whether it counts.
        code: Why it does not; `None` where it does, now or since before.
        event: The report, as it was given.
    """

    status: ReceiptStatus
    code: ReceiptCode | None
    event: UsageEvent


@frozen(kw_only=True)
class UserTally:
    """How many users a threshold reckons with, how they were counted, and when.

    Attributes:
        users: How many, 0 or more.
        counted: How they were counted.
        at: When there were so many; `None` for what was bought, and where there
            never was a user.
        asked: How policy wanted them counted; another than *counted* where the
            license has no total that was bought.
    """

    users: int = field(validator=fields.integer(0))
    counted: UserCount = field(validator=fields.instance_of(UserCount))
    at: datetime | None = field(default=None, converter=fields.utc, validator=fields.optional(fields.aware))
    asked: UserCount = field(validator=fields.instance_of(UserCount))


@frozen(kw_only=True)
class Derivation:
    """How a threshold came about, to be printed.

    >>> print(Derivation(included=1000, included_per_user=500, tally=UserTally(
    ...     users=12, counted=UserCount.BOUGHT, asked=UserCount.BOUGHT)))
    1000 + 500 × 12 users = 7000 (users: seats of superoffice.user, bought)

    Attributes:
        included: The fixed part.
        included_per_user: The part of each user.
        tally: The users.
    """

    included: int
    included_per_user: int
    tally: UserTally

    @property
    def threshold(self) -> int:
        """What it comes to, 0 or more."""
        return self.included + self.included_per_user * self.tally.users

    def __str__(self) -> str:
        """Give the sum, and who was counted how and when."""
        tally = self.tally
        how = _COUNTED[tally.counted] + (f", {document_instant(tally.at)}" if tally.at else "")
        if tally.asked is not tally.counted:
            how += f", because nothing limited was {tally.asked}"
        return f"{self.included} + {self.included_per_user} × {tally.users} users = {self.threshold} (users: {how})"


_COUNTED = {
    UserCount.HIGHEST: "holders of superoffice.user, most at once",
    UserCount.AT_CLOSE: "holders of superoffice.user, at the end",
    UserCount.BOUGHT: "seats of superoffice.user, bought",
}


@frozen(kw_only=True)
class MeterUsage:
    """What a meter comes to in a month.

    Attributes:
        meter: Code of the meter.
        month: Which month.
        used: How much of its unit, 0 or more.
        users: How many users the threshold reckons with.
        threshold: How much is included, 0 or more.
        overage: What lies above the threshold, 0 or more; it is billed, nothing
            is blocked.
        derivation: How the threshold came about.
    """

    meter: str
    month: Month
    used: int
    users: int
    threshold: int
    overage: int
    derivation: Derivation


class CrossingCause(StrEnum):
    """What made a meter reach a level of its threshold."""

    USAGE = "usage"  # something was used
    CORRECTION = "correction"  # a report was corrected
    THRESHOLD = "threshold"  # the threshold fell


@frozen(kw_only=True)
class Crossing:
    """A meter has reached a level of its threshold, for the first time in the month.

    Attributes:
        id: Made of meter, month and level, so it is the same whoever reckons.
        meter: Code of the meter.
        month: Which month.
        level: Per cent of the threshold, as policy lists them.
        at: When it was recorded.
        cause: What made it.
    """

    id: str
    meter: str
    month: Month
    level: int = field(validator=fields.integer(1))
    at: datetime = field(converter=fields.utc_required, validator=fields.aware)
    cause: CrossingCause = field(validator=fields.instance_of(CrossingCause))


@frozen(kw_only=True)
class Projection:
    """An estimate of where a month will end, at the rate so far.

    Attributes:
        meter: Code of the meter.
        month: Which month.
        at: The instant it is made for.
        used: How much so far.
        expected: How much there will be at the end of the month.
        threshold: How much is included, if no user comes or goes.
        expected_overage: What will lie above it.
        passed: Whether *used* lies above the threshold already.
        passes_on: The day, of the installation's zone, on which usage passes the
            threshold, or if *passed* on which it was told that all of it is
            used; `None` if it does not within the month, or nobody was told.
        estimate: Always true: a mark for screens, because nothing of this is billed.
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
