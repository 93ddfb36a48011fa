"""Closing: which month may be closed, and which month counts a late event.

Rule 1: months are closed in order, and none before its end. The first one to be
closed is any month that no usage lies before.

Rule 2: closing a month also closes all months before it; these have no statement.

Rule 3: usage of a closed month is counted in the earliest open month, which is
the one after the newest closed month.

Source: design section 9.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from superlicense.model.month import Month
from superlicense.model.reason import Reason, ReasonCode, because

__all__ = ["LONGEST_SILENCE", "close_refusals", "counting_month"]

LONGEST_SILENCE: Final = timedelta(days=62)
"""How far after the newest known instant a month may end that is closed: two months, whatever their length."""


def counting_month(month: Month, closed_through: Month | None) -> Month:
    """Return the month that counts usage of *month*: itself while it is open, else the earliest open one.

    Args:
        month: When it was used.
        closed_through: The newest closed month; `None` for none.
    """
    return month if closed_through is None or month > closed_through else closed_through.next()


def close_refusals(  # noqa: PLR0913 - everything that a close depends on, by keyword
    month: Month,
    *,
    closed_through: Month | None,
    first_used: Month | None,
    now: datetime,
    ends_at: datetime,
    known: datetime | None = None,
) -> tuple[Reason, ...]:
    """Return why *month*, which has no statement, cannot be closed; empty if it can.

    Args:
        month: The month to close.
        closed_through: The newest closed month; `None` for none.
        first_used: The first month for which anything is recorded; `None` for none.
        now: When it is to be closed.
        ends_at: The first instant after the month.
        known: The newest instant that was recorded before this run; `None` where nothing
            is known, or the month is to be closed all the same.
    """
    reasons = []
    if now < ends_at:
        reasons.append(because(ReasonCode.MONTH_NOT_OVER, month=str(month), ends_at=ends_at))
    first = first_used if closed_through is None else closed_through.next()
    if first is not None and (month > first or (closed_through is not None and month < first)):
        reasons.append(because(ReasonCode.MONTH_OUT_OF_ORDER, month=str(month), first=str(first)))
    if known is not None and ends_at > known + LONGEST_SILENCE:
        reasons.append(because(ReasonCode.MONTH_TOO_FAR_AHEAD, month=str(month), known=known))
    return tuple(reasons)
