"""Stores that give back something else than they were given."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import ClassVar

from attrs import evolve

from superlicense.adapters.memory import MemoryStore
from superlicense.codec import Record
from superlicense.errors import ConflictError
from superlicense.model.journal import EntryKind
from superlicense.model.package import InstalledPackage
from superlicense.model.row import Table
from superlicense.ports import Mark, Revision, StoredEntry, StoredRow, Subject
from tests.stores.broken.sound import SoundFacts, SoundJournal, SoundStore, SoundView


def broken(facts: type[SoundFacts]) -> type[SoundView]:
    """Make a view whose rows are broken."""
    return type(f"ViewOf{facts.__name__}", (SoundView,), {"facts_type": facts})


class ChangedFacts(SoundFacts):
    """Rows that come out changed."""

    def changed(self, row: StoredRow) -> StoredRow:
        return row

    def running(self, table: str) -> Iterator[StoredRow]:
        return map(self.changed, super().running(table))

    def running_at(self, table: str, at: datetime) -> Iterator[StoredRow]:
        return map(self.changed, super().running_at(table, at))

    def history(self, table: str, key: str | None = None) -> Iterator[StoredRow]:
        return map(self.changed, super().history(table, key))


class LosesMicroseconds(SoundStore):
    class _Facts(ChangedFacts):
        def changed(self, row: StoredRow) -> StoredRow:
            return row._replace(
                start=row.start.replace(microsecond=0),
                end=None if row.end is None else row.end.replace(microsecond=0),
            )

    view_type = broken(_Facts)


class LeavesUtc(SoundStore):
    class _Facts(ChangedFacts):
        def changed(self, row: StoredRow) -> StoredRow:
            return row._replace(start=row.start.astimezone(timezone(timedelta(hours=1))))

    view_type = broken(_Facts)


class ReadsLocalTime(SoundStore):
    class _Facts(SoundFacts):
        def running_at(self, table: str, at: datetime) -> Iterator[StoredRow]:
            return super().running_at(table, at.replace(tzinfo=UTC))

    view_type = broken(_Facts)


class ForgetsDocuments(SoundStore):
    class _Facts(ChangedFacts):
        def changed(self, row: StoredRow) -> StoredRow:
            return row._replace(document=None)

    view_type = broken(_Facts)


class ForgetsSeals(SoundStore):
    class _Facts(ChangedFacts):
        def changed(self, row: StoredRow) -> StoredRow:
            return row._replace(seal=None)

    view_type = broken(_Facts)


class KeepsTheSealOfTheStart(SoundStore):
    class _Facts(SoundFacts):
        def end(self, row: StoredRow) -> None:
            begun = next(one for one in self.sound.running(row.table) if one.key == row.key)
            super().end(row._replace(seal=begun.seal))

    view_type = broken(_Facts)


class TakesEmptyForNone(SoundStore):
    class _Facts(ChangedFacts):
        def changed(self, row: StoredRow) -> StoredRow:
            return row._replace(document=row.document or None)

    view_type = broken(_Facts)


class CutsLongDocuments(SoundStore):
    class _Facts(ChangedFacts):
        def changed(self, row: StoredRow) -> StoredRow:
            return row._replace(document=None if row.document is None else row.document[: 2**16])

    view_type = broken(_Facts)


class LosesWhatIsNotModeled(SoundStore):
    class _Facts(ChangedFacts):
        def changed(self, row: StoredRow) -> StoredRow:
            noun = row.record.noun
            if isinstance(noun, InstalledPackage):
                bare = evolve(noun, package=evolve(noun.package, unmodeled={}))
                return row._replace(record=Record(row.table, noun=bare))
            return row

    view_type = broken(_Facts)


class ForgetsWhoEnded(SoundStore):
    class _Facts(ChangedFacts):
        def changed(self, row: StoredRow) -> StoredRow:
            return row._replace(ended_by=None)

    view_type = broken(_Facts)


class OrdersBySequenceAlone(SoundStore):
    class _Facts(SoundFacts):
        def running(self, table: str) -> Iterator[StoredRow]:
            return iter(sorted(super().running(table), key=lambda row: row.sequence))

    view_type = broken(_Facts)


class OrdersSequencesAsText(SoundStore):
    class _Facts(SoundFacts):
        def history(self, table: str, key: str | None = None) -> Iterator[StoredRow]:
            return iter(sorted(super().history(table, key), key=lambda row: (row.start, str(row.sequence))))

    view_type = broken(_Facts)


class HoldsAtTheEndToo(SoundStore):
    class _Facts(SoundFacts):
        def running_at(self, table: str, at: datetime) -> Iterator[StoredRow]:
            return (row for row in super().history(table) if row.start <= at and (row.end is None or at <= row.end))

    view_type = broken(_Facts)


class ForgetsHistory(SoundStore):
    class _Facts(SoundFacts):
        def history(self, table: str, key: str | None = None) -> Iterator[StoredRow]:
            return (row for row in super().history(table, key) if row.end is None)

    view_type = broken(_Facts)


class DropsWhatNeverHeld(SoundStore):
    class _Facts(SoundFacts):
        def history(self, table: str, key: str | None = None) -> Iterator[StoredRow]:
            return (row for row in super().history(table, key) if row.start != row.end)

    view_type = broken(_Facts)


class RefusesAnEndBeforeTheStart(SoundStore):
    class _Facts(SoundFacts):
        def end(self, row: StoredRow) -> None:
            if row.end is not None and row.end < row.start:
                raise ConflictError("it ends before it starts")
            super().end(row)

    view_type = broken(_Facts)


class IgnoresCaseOfKeys(SoundStore):
    class _Facts(SoundFacts):
        def history(self, table: str, key: str | None = None) -> Iterator[StoredRow]:
            return (row for row in super().history(table) if key is None or row.key.casefold() == key.casefold())

    view_type = broken(_Facts)


class GivesListsForStreams(SoundStore):
    class _Facts(SoundFacts):
        def running(self, table: str) -> Iterator[StoredRow]:
            return list(super().running(table))  # type: ignore[return-value]  # that is the defect

    view_type = broken(_Facts)


class TakesTheNewestRowForTheFloor(SoundStore):
    class _View(SoundView):
        @property
        def mark(self) -> Mark:
            starts = [row.start for table in Table for row in self.sound.facts.history(table)]
            return super().mark._replace(recorded_at=max(starts, default=None))

    view_type = _View


class FindsRowsThatRunOnly(SoundStore):
    class _Facts(SoundFacts):
        def rows(self, sequences: Iterable[int]) -> Mapping[int, StoredRow]:
            return {number: row for number, row in super().rows(sequences).items() if row.end is None}

    view_type = broken(_Facts)


class KnowsEveryTable(SoundStore):
    """A row of a newer version is left out."""

    class _Facts(SoundFacts):
        def running(self, table: str) -> Iterator[StoredRow]:
            return super().running(Table(table)) if table in set(Table) else iter(())

    view_type = broken(_Facts)


class KnowsEveryKind(SoundStore):
    """An entry of a newer version is taken for another."""

    class _View(SoundView):
        class _Journal(SoundJournal):
            def append(self, entry: StoredEntry, subjects: Collection[Subject] = ()) -> None:
                kind = entry.kind if entry.kind in set(EntryKind) else "unknown"
                super().append(entry._replace(kind=kind), subjects)

        journal_type = _Journal

    view_type = _View


class EncodesRecordsAgain(SoundStore):
    """What it does not know of a record is gone."""

    class _Facts(ChangedFacts):
        def changed(self, row: StoredRow) -> StoredRow:
            return row._replace(record=Record(row.table, text=row.record.text))

    view_type = broken(_Facts)


class BlanksWhatRuns(SoundStore):
    class _Facts(SoundFacts):
        def blank(self, key: str) -> None:
            ended = {row.sequence: row for row in super().history(Table.USERS, key) if row.end is not None}
            super().blank(key)
            shelf = self.view.store.storage.heartbeat(self.view.installation)
            shelf.ended = {Table.USERS: {key: _Kept(ended)}}

    view_type = broken(_Facts)


class _Kept(dict[int, StoredRow]):
    """Rows that do not change any more."""

    def __setitem__(self, sequence: int, row: StoredRow) -> None:
        pass


class BlanksEverybodyAlike(SoundStore):
    """A key that begins like another is another."""

    class _Facts(SoundFacts):
        def blank(self, key: str) -> None:
            for row in [*super().history(Table.USERS), *super().history(Table.ASSIGNMENTS)]:
                if row.key.startswith(key):
                    super().blank(row.key.partition("\n")[0])

    view_type = broken(_Facts)


class RemembersWhatItBlanked(SoundStore):
    class _View(SoundView):
        def rows_since(self, revision: Revision) -> tuple[StoredRow, ...] | None:
            rows = super().rows_since(revision)
            return () if rows is None and 0 < revision.number < self.revision.number else rows

    view_type = _View


class BlanksAtOnce(SoundStore):
    """Blanking is no part of the block."""

    class _Facts(SoundFacts):
        def blank(self, key: str) -> None:
            super().blank(key)
            shelf = self.view.store.storage.heartbeat(self.view.installation)
            for table in shelf.running.values():
                for one, row in table.items():
                    table[one] = row._replace(record=row.record.blanked())

    view_type = broken(_Facts)


class SharesMutableState(SoundStore):
    class _View(SoundView):
        class _LiveMark(list[object]):
            recorded_at = property(lambda self: self[0])
            sequence = property(lambda self: self[1])
            entries = property(lambda self: self[2])

            def __eq__(self, other: object) -> bool:
                return other == tuple(self)

            __hash__ = None

        @property
        def mark(self) -> Mark:
            live = self.store.__dict__.setdefault("live", {}).setdefault(self.installation.key, self._LiveMark())
            live[:] = super().mark
            return live  # type: ignore[no-any-return]  # that is the defect

    view_type = _View


class SharesOneStorage(SoundStore):
    storages: ClassVar[list[MemoryStore]] = []

    def __init__(self, storage: MemoryStore | None = None) -> None:
        super().__init__(storage or next(iter(self.storages), None))
        self.storages.append(self.storage)
