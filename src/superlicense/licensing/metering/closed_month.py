"""Closed months: the statement and the terms of a month that is closed, or was closed with a later one."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from superlicense.codec.statements import load_statement
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.model.meter import Meter
from superlicense.model.month import Month
from superlicense.model.statement import Statement
from superlicense.model.usage import UserTally

__all__ = ["closed_terms", "closing_statement", "closing_tally", "statements_since"]


def closing_statement(usage: UsageReader, month: Month) -> Statement | None:
    """Return the statement that has closed *month*: its own, or that of the first month closed after it."""
    closed = _closed_with(usage, month)
    final = None if closed is None else usage.statement(closed)
    return None if final is None else load_statement(final)


def closing_tally(statement: Statement, month: Month) -> UserTally:
    """Return the users of *month*, which *statement* has closed.

    A month before the first one that anything has touched is closed with that one,
    and had no users (ADR 34).
    """
    return statement.tally if statement.month == month else evolve(statement.tally, users=0, at=None)


def closed_terms(usage: UsageReader, month: Month) -> Mapping[str, Meter]:
    """Return the terms on which *month* was closed, by code of the meter."""
    closed = _closed_with(usage, month)
    if closed is None:
        return {}
    return {one.meter: one.terms for one in usage.meter_months(since=closed, until=closed) if one.terms is not None}


def statements_since(usage: UsageReader, first: Month, until: Month) -> list[Statement]:
    """Return the final statements of the closed months from *first* up to *until*, exclusive."""
    found = []
    through = usage.head().closed_through
    while through is not None and first <= through and first < until:
        final = usage.statement(first)
        if final is not None:
            found.append(load_statement(final))
        first = first.next()
    return found


def _closed_with(usage: UsageReader, month: Month) -> Month | None:
    """Return the first closed month from *month* on."""
    own = usage.months(since=month, until=month)
    if own and own[0].closed:
        return month
    return next((one.month for one in usage.months(since=month) if one.closed), None)
