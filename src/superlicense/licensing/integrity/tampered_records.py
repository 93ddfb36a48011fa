"""Naming: which records a row stands for, and which of them are tampered with.

Rule 1: a row is named by its key, and by the key that it should have; whoever
edited one of them has touched both.

Rule 2: a record is tampered with while what runs of it has a wrong seal. Once
that has ended, and something of ours runs in its place, it is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from superlicense.licensing.integrity.seals import Head, Seals
from superlicense.licensing.integrity.stand_ins import key_of, stand_in
from superlicense.model.row import Row, Table, Unreadable
from superlicense.model.world import TamperedRecord, World
from superlicense.ports import Count
from superlicense.rules.world_update import running_row

__all__ = ["SealFilter", "leads_to", "names_of", "renamed"]


class SealFilter:
    """Looks at rows by their seals, and keeps what it finds.

    Attributes:
        tampered: What was found.
        running: What runs, with its seal, where it has to be compared with what
            the journal tells; else `None`.
    """

    __slots__ = ("_seals", "running", "tampered")

    def __init__(self, seals: Seals, *, keep: bool) -> None:
        """Look with *sealing*; with *keep* remember what runs."""
        self._seals = seals
        self.tampered: set[TamperedRecord] = set()
        self.running: dict[tuple[Table, str], bytes | None] | None = {} if keep else None

    def at_running(self, row: Row[Any]) -> Row[Any] | None:
        """Give *row* as it counts, and name it where its seal is wrong."""
        if self.running is not None:
            self.running[row.table, row.key] = row.seal
        if not isinstance(row.noun, Unreadable) and self._seals.holds(row):
            return row
        self.tampered |= names_of(row)
        return stand_in(row) if isinstance(row.noun, Unreadable) else row

    def at_package(self, row: Row[Any]) -> Row[Any] | None:
        """Pass over what was in force and is not sealed: it settles no issue."""
        return row if not isinstance(row.noun, Unreadable) and self._seals.holds(row) else None


def names_of(row: Row[Any]) -> set[TamperedRecord]:
    """Give the records that *row* may stand for: by its key, and by what it says."""
    said = None if isinstance(row.noun, Unreadable) else key_of(row.noun)
    return {(row.table, row.key), (row.table, row.key if said is None else said)}


def renamed(sealed: frozenset[TamperedRecord], rows: Iterable[Row[Any]], wrong: set[int]) -> frozenset[TamperedRecord]:
    """Give what is tampered once *rows* are written: of their records, what runs and has a seal that is *wrong*."""
    if not sealed and not wrong:
        return sealed
    named = set(sealed)
    for row in rows:
        named -= names_of(row)
        if row.end is None and row.sequence in wrong:
            named |= names_of(row)
    return frozenset(named)


def leads_to(world: World, before: Head, rows: tuple[Row[Any], ...], head: Head) -> bool:
    """Say whether *rows* are just what lies between two heads; *world* is as of the one *before*."""
    counts = dict(before.counts)
    started, ended = before.mark.sequence, set()
    for row in rows:
        ever, ends = counts[row.table]
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
    return (counts, started) == (head.counts, head.mark.sequence)
