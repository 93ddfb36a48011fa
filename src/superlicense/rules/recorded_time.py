"""Recorded time: from when until when a fact counts, after the clock was wrong.

Rule 1: what was recorded before a correction of the clock and claims a later
instant counts as recorded with the correction: its start, and its end.

Rule 2: a correction changes nothing about instants before it, and nothing from
the instant on until which the clock had run ahead.

Source: design section 10; documents.md, "Clock" (ADR 41).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from attrs import evolve

from superlicense.model.clock_rebase import ClockRebase
from superlicense.model.row import Row

__all__ = ["Period", "corrected", "is_ambiguous", "period"]

Rebases = Collection[Row[ClockRebase]]


class Period(NamedTuple):
    """From when (inclusive) until when (exclusive) a fact counts; until further notice if *end* is `None`."""

    start: datetime
    end: datetime | None

    def holds_at(self, at: datetime) -> bool:
        """Return whether the fact counts at *at*."""
        return self.start <= at and (self.end is None or at < self.end)


def period(sequence: int, start: datetime, end: datetime | None, rebases: Rebases) -> Period:
    """Return from when until when the row *sequence*, recorded as of *start* and *end*, counts."""
    for rebase in rebases:
        if sequence < rebase.sequence:
            start = min(start, rebase.start)
            if end is not None and end > rebase.start and _has(rebase.noun.ended, sequence):
                end = rebase.start
    return Period(start, end)


def _has(ascending: tuple[int, ...], sequence: int) -> bool:
    place = bisect_left(ascending, sequence)
    return place < len(ascending) and ascending[place] == sequence


def corrected(rows: Iterable[Row[Any]], rebases: Rebases) -> Iterator[Row[Any]]:
    """Yield *rows* with the instants from and until which they count."""
    for row in rows:
        start, end = period(row.sequence, row.start, row.end, rebases)
        yield row if (start, end) == (row.start, row.end) else evolve(row, start=start, end=end)


def is_ambiguous(at: datetime, rebases: Rebases) -> bool:
    """Return whether instants around *at* were recorded before a correction and again after it (rule 2)."""
    return any(row.start <= at < row.noun.until for row in rebases)
