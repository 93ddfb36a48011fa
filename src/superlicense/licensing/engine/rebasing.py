"""Rebasing: the row and the journal entry that record a correction of the clock.

Source: documents.md, "Clock" (ADR 41).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from superlicense.codec import CorruptRecordError, NewerRecordError
from superlicense.model.clock_rebase import ClockRebase
from superlicense.model.journal import EntryKind, JournalEntry
from superlicense.model.row import Row, Table
from superlicense.model.world import World
from superlicense.ports import Journal, Writing
from superlicense.rules.step import RecordOf
from superlicense.rules.world_update import apply_rows

__all__ = ["ClockCorrection", "correct_clock"]


class ClockCorrection(NamedTuple):
    """A correction of the clock, as it is to be written.

    Attributes:
        world: The world after it.
        row: Its row.
        entry: Its journal entry.
    """

    world: World
    row: Row[Any]
    entry: JournalEntry


def correct_clock(  # noqa: PLR0913 - what it is made of, by keyword
    view: Writing, world: World, *, until: datetime, at: datetime, by: str, record_of: RecordOf
) -> ClockCorrection:
    """Return the correction that puts the floor of *world* under the clock.

    Args:
        view: What is stored.
        world: The world with the new floor.
        until: The floor before.
        at: When it is made.
        by: Who makes it.
        record_of: Makes what is stored of it.
    """
    assert world.issued_at is not None  # noqa: S101 - the floor is that of a package; for the type checker
    noun = ClockRebase(
        id=str(len(world.rebases) + 1),
        issued_at=world.issued_at,
        until=until,
        ended=_ended_since(view.journal, at),
    )
    row: Row[Any] = Row(
        table=Table.CLOCK_REBASES,
        key=noun.id,
        noun=noun,
        start=at,
        started_by=by,
        sequence=world.sequence + 1,
        record=record_of(Table.CLOCK_REBASES, noun),
    )
    entry = JournalEntry(number=world.entries + 1, at=at, by=by, kind=EntryKind.CLOCK_REBASED, after=(row,))
    return ClockCorrection(apply_rows(world, (row,), entries=1), row, entry)


def _ended_since(journal: Journal, at: datetime) -> set[int]:
    """Return the rows whose end was journaled as of an instant after *at*."""
    ended: set[int] = set()
    for entry in journal.entries(since=at):
        try:
            steps = entry.record.steps
        except (CorruptRecordError, NewerRecordError):
            continue  # the audit names it
        ended |= {step.sequence for step in steps if step.ended}
    return ended
