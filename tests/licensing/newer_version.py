"""A newer version of the library, played through the ports, and an installation beside which it writes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import superlicense as sl
from superlicense.codec import EntryRecord, Record, RowStep
from superlicense.licensing.integrity.row_bytes import row_bytes, row_digest
from superlicense.licensing.integrity.seals import Head, Seals
from superlicense.model.row import Table
from superlicense.ports import Count, Mark, StoredEntry, StoredRow, Writing
from tests.installation import INSTALLATION, SALES, Clock, furnish
from tests.licensing.test_seals import ADMIN, Home

__all__ = ["NewerVersion", "Scene"]


class NewerVersion:
    """Writes what this version does not know, as a version that knows it would."""

    def __init__(self, home: Home, key: bytes | None) -> None:
        self._home = home
        self._seals = None if key is None else Seals(key, INSTALLATION.key)

    def write(self, table: str, key: str, noun: dict[str, object], *, kind: str = "park", form: int = 2) -> None:
        """Write *noun* in the place of the row that runs."""
        at = self._home.clock()
        with self._home.store.writing(INSTALLATION) as view:
            sequence = view.mark.sequence + 1
            before = next((row for row in view.facts.running(table) if row.key == key), None)
            record = Record(table, text=json.dumps(noun, sort_keys=True, separators=(",", ":")), form=form)
            rows = [StoredRow(table, key, at, "new", sequence, record)]
            if before is not None:
                rows.insert(0, before.ended(at=at, by="new"))
            self._keep(view, rows, kind)

    def entry(self, *changes: tuple[str, str]) -> None:
        """Write an entry without rows, with *changes* of its text."""
        with self._home.store.writing(INSTALLATION) as view:
            self._keep(view, [], "park")
        shelf, text = self._home.shelf, self._home.shelf.entries[-1][0].record.text
        for before, after in changes:
            text = text.replace(before, after)
        entry = shelf.entries[-1][0]._replace(record=EntryRecord(text))
        if self._seals is not None:
            head = self._seals.read_head(shelf.head)
            assert head is not None
            entry = entry._replace(seal=self._seals.entry(entry, shelf.entries[-2][0].seal))
            shelf.head = self._seals.head(head._replace(journal=entry.seal))
        shelf.entries[-1] = (entry, set())

    def _keep(self, view: Writing, rows: Iterable[StoredRow], kind: str) -> None:
        at, seals = self._home.clock(), self._seals
        if seals is not None:
            rows = [row._replace(seal=seals.of_bytes(row_bytes(row))) for row in rows]
        for row in rows:
            (view.facts.start if row.end is None else view.facts.end)(row)
        steps = [
            RowStep(row.sequence, ended=True) if row.end else RowStep(row.sequence, False, row.table, row.key)  # noqa: FBT003 - of a step
            for row in rows
        ]
        subjects = {(row.key, "") for row in rows if row.table == Table.USERS}
        record = EntryRecord(steps=steps, digests=lambda: map(row_digest, rows), floor=at)
        entry = StoredEntry(view.mark.entries + 1, at, "new", kind, record)
        head = None if seals is None or view.head is None else seals.read_head(view.head)
        if seals is None or head is None:
            view.journal.append(entry, subjects)
            return
        entry = entry._replace(seal=seals.entry(entry, head.journal))
        view.journal.append(entry, subjects)
        counts = dict(head.counts)
        for row in rows:
            ever, ended = counts.get(str(row.table), Count(0, 0))
            counts[str(row.table)] = Count(ever + (row.end is None), ended + (row.end is not None))
        sequence = max([head.mark.sequence, *(row.sequence for row in rows)])
        view.keep_head(seals.head(Head(view.next_revision, Mark(at, sequence, entry.number), counts, entry.seal)))


class Scene:
    """An installation, one instance that is open, and a newer version beside it."""

    def __init__(self, clock: Clock, key: bytes | None) -> None:
        self.home = Home(clock)
        self.key = key
        self.ours = self.open()
        furnish(self.ours, "anna", "bo", ADMIN, holders={"anna": SALES, "bo": SALES})
        clock.forward(hours=1)
        self.newer = NewerVersion(self.home, key)

    def open(self, **options: Any) -> sl.Licensing:  # noqa: ANN401 - those of the front door
        return self.home.open(trust=None, seal_key=self.key, **options)
