"""Explaining: reads what lies between two instants, for `Gate.explain_change`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from superlicense.errors import InvalidValueError
from superlicense.licensing.clock import to_utc
from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.journal import Journal
from superlicense.licensing.loading import clock_rebases, readable
from superlicense.model.explained import Explained
from superlicense.model.journal import JournalEntry
from superlicense.model.row import Row
from superlicense.rules.answers.explaining import (
    Ask,
    Happened,
    Instant,
    cause_of,
    changed_clauses,
    happened,
    keys_that_differ,
)
from superlicense.rules.recorded_time import corrected

__all__ = ["explain_change"]

_MICROSECOND: Final = timedelta(microseconds=1)


def explain_change(engine: Engine, user_id: str, ask: Ask, then: datetime, now: datetime | None) -> Explained:
    """Return why the answer at *now* is not that of *then*; see `superlicense.licensing.gate.Gate.explain_change`.

    Raises:
        InvalidValueError: *then* is later than *now*.
    """
    later = Instant(*engine.worlds.world_at(now))
    if to_utc(then, "then") > later.at:
        raise InvalidValueError("then", then, "must not be later than the instant that it is compared with")
    earlier = Instant(*engine.worlds.world_at(then))
    before, after = ask(earlier.world, earlier.at), ask(later.world, later.at)
    keys = keys_that_differ(earlier.world, later.world, user_id)
    with engine.worlds.stored() as view:
        rebases = clock_rebases(view.facts)
        recorded: dict[Any, tuple[Row[Any], ...]] = {
            (table, key): tuple(map(readable, view.facts.history(table, key))) for table, key in keys
        }
    versions = {key: tuple(corrected(rows, rebases)) for key, rows in recorded.items()}
    found = happened(earlier, later, ask, versions)
    as_recorded = {row.sequence: row for rows in recorded.values() for row in rows}
    return Explained(
        then=earlier.at,
        now=later.at,
        before=before,
        after=after,
        changed=changed_clauses(before, after),
        entries=_entries(Journal(engine), (Happened(as_recorded[one.row.sequence], one.ended) for one in found)),
        cause=cause_of(earlier, later, ask),
    )


def _entries(journal: Journal, found: Iterable[Happened]) -> tuple[JournalEntry, ...]:
    """Return the entries that made what was *found*, in order, each once."""
    entries: dict[int, JournalEntry] = {}
    for one in found:
        for entry in journal.entries(since=one.at, until=one.at + _MICROSECOND):
            rows = entry.before if one.ended else entry.after
            if any(row.sequence == one.row.sequence for row in rows):
                entries[entry.number] = entry
    return tuple(entries[number] for number in sorted(entries))
