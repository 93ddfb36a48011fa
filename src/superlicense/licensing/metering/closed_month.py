"""Closed months: the statement and the terms of a month that is closed, or was closed with a later one."""

from __future__ import annotations

from collections.abc import Mapping

from superlicense.codec.statements import load_statement
from superlicense.errors import StoreUnavailableError
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.model.meter import Meter
from superlicense.model.month import Month
from superlicense.model.statement import Statement

__all__ = ["closed_terms", "closing_statement"]


def closing_statement(usage: UsageReader, month: Month) -> Statement:
    """Return the statement that has closed *month*: its own, or that of the first month closed after it.

    Raises:
        StoreUnavailableError: it is missing.
    """
    final = usage.statement(_closed_with(usage, month))
    if final is None:
        raise StoreUnavailableError(f"the statement that closed {month} is missing")
    return load_statement(final)


def _closed_with(usage: UsageReader, month: Month) -> Month:
    """Return the month with which *month* was closed.

    Raises:
        StoreUnavailableError: it is missing.
    """
    closed = next((one.month for one in usage.months(since=month) if one.closed), None)
    if closed is None:
        raise StoreUnavailableError(f"the month that {month} was closed with is missing")
    return closed


def closed_terms(usage: UsageReader, month: Month) -> Mapping[str, Meter]:
    """Return the terms on which *month* was closed, by code of the meter.

    Raises:
        StoreUnavailableError: they are missing.
    """
    closed = _closed_with(usage, month)
    return {one.meter: one.terms for one in usage.meter_months(since=closed, until=closed) if one.terms is not None}
