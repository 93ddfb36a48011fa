"""Stores that give back something else than they were given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, ClassVar

from attrs import evolve

from superlicense.adapters.memory import MemoryStore
from superlicense.model.package import InstalledPackage
from superlicense.model.row import Row, Table
from superlicense.ports import Mark
from tests.stores.broken.sound import SoundFacts, SoundStore, SoundView


def broken(facts: type[SoundFacts]) -> type[SoundView]:
    """Make a view whose rows are broken."""
    return type(f"ViewOf{facts.__name__}", (SoundView,), {"facts_type": facts})


class ChangedFacts(SoundFacts):
    """Rows that come out changed."""

    def changed(self, row: Row[Any]) -> Row[Any]:
        return row

    def running(self, table: Table) -> Iterator[Row[Any]]:
        return map(self.changed, super().running(table))

    def running_at(self, table: Table, at: datetime) -> Iterator[Row[Any]]:
        return map(self.changed, super().running_at(table, at))

    def history(self, table: Table, key: str | None = None) -> Iterator[Row[Any]]:
        return map(self.changed, super().history(table, key))


class LosesMicroseconds(SoundStore):
    class _Facts(ChangedFacts):
        def changed(self, row: Row[Any]) -> Row[Any]:
            return evolve(
                row,
                start=row.start.replace(microsecond=0),
                end=None if row.end is None else row.end.replace(microsecond=0),
            )

    view_type = broken(_Facts)


class LeavesUtc(SoundStore):
    class _Facts(ChangedFacts):
        def changed(self, row: Row[Any]) -> Row[Any]:
            return evolve(row, start=row.start.astimezone(timezone(timedelta(hours=1))))

    view_type = broken(_Facts)


class ReadsLocalTime(SoundStore):
    class _Facts(SoundFacts):
        def running_at(self, table: Table, at: datetime) -> Iterator[Row[Any]]:
            return super().running_at(table, at.replace(tzinfo=UTC))

    view_type = broken(_Facts)


class ForgetsDocuments(SoundStore):
    class _Facts(ChangedFacts):
        def changed(self, row: Row[Any]) -> Row[Any]:
            return evolve(row, document=None)

    view_type = broken(_Facts)


class ForgetsSeals(SoundStore):
    class _Facts(ChangedFacts):
        def changed(self, row: Row[Any]) -> Row[Any]:
            return evolve(row, seal=None)

    view_type = broken(_Facts)


class KeepsTheSealOfTheStart(SoundStore):
    class _Facts(SoundFacts):
        def end(self, row: Row[Any]) -> None:
            begun = next(one for one in self.sound.running(row.table) if one.key == row.key)
            super().end(evolve(row, seal=begun.seal))

    view_type = broken(_Facts)


class TakesEmptyForNone(SoundStore):
    class _Facts(ChangedFacts):
        def changed(self, row: Row[Any]) -> Row[Any]:
            return evolve(row, document=row.document or None)

    view_type = broken(_Facts)


class CutsLongDocuments(SoundStore):
    class _Facts(ChangedFacts):
        def changed(self, row: Row[Any]) -> Row[Any]:
            return evolve(row, document=None if row.document is None else row.document[: 2**16])

    view_type = broken(_Facts)


class LosesWhatIsNotModeled(SoundStore):
    class _Facts(ChangedFacts):
        def changed(self, row: Row[Any]) -> Row[Any]:
            noun = row.noun
            if isinstance(noun, InstalledPackage):
                return evolve(row, noun=evolve(noun, package=evolve(noun.package, unmodeled={})))
            return row

    view_type = broken(_Facts)


class ForgetsWhoEnded(SoundStore):
    class _Facts(ChangedFacts):
        def changed(self, row: Row[Any]) -> Row[Any]:
            return evolve(row, ended_by=None)

    view_type = broken(_Facts)


class OrdersBySequenceAlone(SoundStore):
    class _Facts(SoundFacts):
        def running(self, table: Table) -> Iterator[Row[Any]]:
            return iter(sorted(super().running(table), key=lambda row: row.sequence))

    view_type = broken(_Facts)


class OrdersSequencesAsText(SoundStore):
    class _Facts(SoundFacts):
        def history(self, table: Table, key: str | None = None) -> Iterator[Row[Any]]:
            return iter(sorted(super().history(table, key), key=lambda row: (row.start, str(row.sequence))))

    view_type = broken(_Facts)


class HoldsAtTheEndToo(SoundStore):
    class _Facts(SoundFacts):
        def running_at(self, table: Table, at: datetime) -> Iterator[Row[Any]]:
            return (row for row in super().history(table) if row.start <= at and (row.end is None or at <= row.end))

    view_type = broken(_Facts)


class ForgetsHistory(SoundStore):
    class _Facts(SoundFacts):
        def history(self, table: Table, key: str | None = None) -> Iterator[Row[Any]]:
            return (row for row in super().history(table, key) if row.end is None)

    view_type = broken(_Facts)


class DropsWhatNeverHeld(SoundStore):
    class _Facts(SoundFacts):
        def history(self, table: Table, key: str | None = None) -> Iterator[Row[Any]]:
            return (row for row in super().history(table, key) if row.start != row.end)

    view_type = broken(_Facts)


class IgnoresCaseOfKeys(SoundStore):
    class _Facts(SoundFacts):
        def history(self, table: Table, key: str | None = None) -> Iterator[Row[Any]]:
            return (row for row in super().history(table) if key is None or row.key.casefold() == key.casefold())

    view_type = broken(_Facts)


class GivesListsForStreams(SoundStore):
    class _Facts(SoundFacts):
        def running(self, table: Table) -> Iterator[Row[Any]]:
            return list(super().running(table))  # type: ignore[return-value]  # that is the defect

    view_type = broken(_Facts)


class ForgetsWhatEndedLast(SoundStore):
    class _View(SoundView):
        @property
        def mark(self) -> Mark:
            starts = [row.start for table in Table for row in self.sound.facts.history(table)]
            return super().mark._replace(recorded_at=max(starts, default=None))

    view_type = _View


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
