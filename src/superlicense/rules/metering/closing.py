"""Closing: which month may be closed, and where what comes late is booked.

Rule 1: months are closed one after the other, and none before its end. The
first to be closed is any that no usage lies before.

Rule 2: with a month, all before it are closed; those have no statement.

Rule 3: what was used in a closed month is booked in the earliest open one, the
month after the newest that is closed.

Source: design section 9.
"""

from __future__ import annotations

from datetime import datetime, tzinfo

from superlicense.model.decision import Reason, ReasonCode, because
from superlicense.model.month import Month

__all__ = ["close_refusals", "counting_month"]


def counting_month(month: Month, closed_through: Month | None) -> Month:
    """Give the month that books what was used in *month*.

    Args:
        month: When it was used.
        closed_through: The newest closed month; `None` for none.
    """
    return month if closed_through is None or month > closed_through else closed_through.next()


def close_refusals(
    month: Month, *, closed_through: Month | None, first_used: Month | None, now: datetime, zone: tzinfo
) -> tuple[Reason, ...]:
    """Say why *month*, which has no statement, may not be closed; nothing if it may.

    Args:
        month: The month to close.
        closed_through: The newest closed month; `None` for none.
        first_used: The first month of which anything is recorded; `None` for none.
        now: When it is to be closed.
        zone: The installation's zone.
    """
    reasons = []
    ends_at = month.end(zone)
    if now < ends_at:
        reasons.append(because(ReasonCode.MONTH_NOT_OVER, month=str(month), ends_at=ends_at))
    first = first_used if closed_through is None else closed_through.next()
    if first is not None and (month > first or (closed_through is not None and month < first)):
        reasons.append(because(ReasonCode.MONTH_OUT_OF_ORDER, month=str(month), first=str(first)))
    return tuple(reasons)
