"""Closed by then: which months an instant of the past found closed.

A close that was dated back counts from the instant that it was dated to, as any
other write does.

Source: design section 5, "Time"; section 9, "Late usage".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from superlicense.licensing.integrity.seals import Seals
from superlicense.licensing.journal_entries import resolved
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.model.journal import EntryKind
from superlicense.model.month import Month
from superlicense.ports import Reading

__all__ = ["months_closed", "was_closed"]

_MICROSECOND: Final = timedelta(microseconds=1)


def months_closed(view: Reading, seals: Seals | None, *, since: datetime, at: datetime) -> Iterator[Month]:
    """Yield the months that were closed from *since* until *at*, inclusive, in the order they were closed.

    Args:
        view: What is stored.
        seals: Checks the journal; `None` without a seal key.
        since: The first instant of closes to look for.
        at: An instant of the past.

    Raises:
        StoreError: the journal cannot be read.
    """
    for stored in view.journal.entries(since=since, until=at + _MICROSECOND):
        if stored.kind == EntryKind.CLOSE_MONTH:
            yield from (entry.month for entry in resolved([stored], view, seals) if entry.month is not None)


def was_closed(  # noqa: PLR0913 - everything that it depends on, by keyword
    month: Month, *, at: datetime, ends_at: datetime, view: Reading, usage: UsageReader, seals: Seals | None
) -> bool:
    """Return whether *month* had been closed by *at*; what it had used then is what its statement has.

    Args:
        month: Any month.
        at: An instant of the past.
        ends_at: The first instant after the month; it is never closed before.
        view: What is stored.
        usage: Its usage.
        seals: Checks the journal; `None` without a seal key.

    Raises:
        StoreError: the journal cannot be read.
    """
    through = usage.head().closed_through
    if through is None or through < month or at < ends_at:
        return False  # the journal is not read
    return any(closed >= month for closed in months_closed(view, seals, since=ends_at, at=at))
