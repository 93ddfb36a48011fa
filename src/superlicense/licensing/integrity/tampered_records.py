"""Tampered records: which records a row belongs to, and which are tampered with.

Rule 1: a row is named by its key, and by the key that its noun has; an edit of
either concerns both records.

Rule 2: a record is tampered with while the row that runs has a wrong seal. Once
that row has ended, and a row of ours runs in its place, it is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from superlicense.licensing.integrity.seals import Head
from superlicense.model.identity import IDENTITY_KEY, Identity
from superlicense.model.package import InstalledPackage
from superlicense.model.row import Noun, Row, assignment_key
from superlicense.model.seat import Assignment
from superlicense.model.trust import TrustRoot
from superlicense.model.world import TamperedRecord, World
from superlicense.ports import Count
from superlicense.rules.world_update import running_row

__all__ = ["is_continued_by", "named_after", "records_of"]

_NO_ROWS: Final = Count(0, 0)


def records_of(row: Row[Any]) -> set[TamperedRecord]:
    """Return the records that *row* may belong to: by its key, and by its noun."""
    return {(row.table, row.key), (row.table, _key_of(row.noun))}


def _key_of(noun: Noun) -> str:
    """Return the key that the row of *noun* has to have."""
    match noun:
        case InstalledPackage():
            return noun.package.owner_key
        case TrustRoot():
            return str(noun.version)
        case Assignment():
            return assignment_key(noun.license, noun.holder)
        case Identity():
            return IDENTITY_KEY
        case _:
            return noun.id


def named_after(
    named: frozenset[TamperedRecord], rows: Iterable[Row[Any]], wrong: set[int]
) -> frozenset[TamperedRecord]:
    """Return the tampered records after *rows* were written, given those *named* before.

    Args:
        named: The tampered records before.
        rows: What was written, in order.
        wrong: Sequences of the rows whose seal is wrong.
    """
    if not named and not wrong:
        return named
    found = set(named)
    for row in rows:
        found -= records_of(row)
        if row.end is None and row.sequence in wrong:
            found |= records_of(row)
    return frozenset(found)


def is_continued_by(world: World, before: Head, rows: tuple[Row[Any], ...], after: Head) -> bool:
    """Return whether *rows* are exactly what lies between two heads; *world* is as of the one *before*."""
    counts = dict(before.counts)
    started, ended = before.mark.sequence, set()
    for row in rows:
        ever, ends = counts.get(row.table, _NO_ROWS)
        if row.end is None:
            counts[row.table] = Count(ever + 1, ends)
            started += 1
            if row.sequence != started:
                return False
            continue
        counts[row.table] = Count(ever, ends + 1)
        running = running_row(world, row.table, row.key)
        ran = row.sequence > before.mark.sequence or (running is not None and running.sequence == row.sequence)
        if row.sequence in ended or not ran:
            return False
        ended.add(row.sequence)
    return (counts, started) == (after.counts, after.mark.sequence)
