"""A sound store that is easy to break: one in memory behind a wall of small methods, each to be overridden."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar

from superlicense.adapters.memory import MemoryStore
from superlicense.codec import StoredMeterMonth, StoredUsageHead, StoredUsageMonth
from superlicense.model.license import LicenseName
from superlicense.model.meter_month import MeterMonthKey, UsageRow
from superlicense.model.month import Month
from superlicense.model.site import Installation
from superlicense.model.usage import Crossing, UsageEventKey
from superlicense.ports import (
    Count,
    Facts,
    Heartbeat,
    Journal,
    Mark,
    Revision,
    StoredEntry,
    StoredRow,
    Subject,
    Usage,
    Writing,
)
from tests.pages import key_value_store

PATIENCE = timedelta(seconds=60)


class SoundFacts:
    """Rows as the sound store gives them."""

    def __init__(self, sound: Facts, view: SoundView) -> None:
        self.sound = sound
        self.view = view

    def running(self, table: str) -> Iterator[StoredRow]:
        return self.sound.running(table)

    def running_in(self, tables: Collection[str]) -> Iterator[StoredRow]:
        rows = chain.from_iterable(map(self.running, tables))
        return iter(sorted(rows, key=lambda row: (row.start, row.sequence)))

    def running_at(self, table: str, at: datetime) -> Iterator[StoredRow]:
        return self.sound.running_at(table, at)

    def history(self, table: str, key: str | None = None) -> Iterator[StoredRow]:
        return self.sound.history(table, key)

    def counts(self) -> Mapping[str, Count]:
        return self.sound.counts()

    def rows(self, sequences: Iterable[int]) -> Mapping[int, StoredRow]:
        return self.sound.rows(sequences)

    def blank(self, key: str) -> None:
        self.sound.blank(key)

    def start(self, row: StoredRow) -> None:
        self.sound.start(row)

    def end(self, row: StoredRow) -> None:
        self.sound.end(row)


class SoundJournal:
    """Entries as the sound store gives them."""

    def __init__(self, sound: Journal, view: SoundView) -> None:
        self.sound = sound
        self.view = view

    def append(self, entry: StoredEntry, subjects: Collection[Subject] = ()) -> None:
        self.sound.append(entry, subjects)

    def entries(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        holder: str | None = None,
        license: LicenseName | None = None,
        after: int = 0,
    ) -> Iterator[StoredEntry]:
        return self.sound.entries(since=since, until=until, holder=holder, license=license, after=after)


class SoundUsage:
    """Usage as the sound store gives it."""

    def __init__(self, sound: Usage) -> None:
        self.sound = sound

    @property
    def key(self) -> str:
        return self.sound.key

    def head(self) -> StoredUsageHead:
        return self.sound.head()

    def lock_head(self) -> StoredUsageHead:
        return self.sound.lock_head()

    def save_head(self, head: StoredUsageHead) -> None:
        self.sound.save_head(head)

    def meter_months(self, *, since: Month | None = None, until: Month | None = None) -> tuple[StoredMeterMonth, ...]:
        return self.sound.meter_months(since=since, until=until)

    def months(self, *, since: Month | None = None, until: Month | None = None) -> tuple[StoredUsageMonth, ...]:
        return self.sound.months(since=since, until=until)

    def month_before(self, month: Month) -> StoredUsageMonth | None:
        return self.sound.month_before(month)

    def add_months(self, months: Sequence[StoredUsageMonth]) -> None:
        self.sound.add_months(months)

    def save_months(self, months: Sequence[StoredUsageMonth]) -> None:
        self.sound.save_months(months)

    def meter_month_before(self, month: Month, meter: str) -> StoredMeterMonth | None:
        return self.sound.meter_month_before(month, meter)

    def lock_meter_months(self, keys: Iterable[MeterMonthKey]) -> Mapping[MeterMonthKey, StoredMeterMonth]:
        return self.sound.lock_meter_months(keys)

    def lock_meter_months_since(self, month: Month) -> tuple[StoredMeterMonth, ...]:
        return self.sound.lock_meter_months_since(month)

    def add_meter_months(self, meter_months: Sequence[StoredMeterMonth]) -> None:
        self.sound.add_meter_months(meter_months)

    def save_meter_months(self, meter_months: Sequence[StoredMeterMonth]) -> None:
        self.sound.save_meter_months(meter_months)

    def add_events(self, rows: Sequence[UsageRow]) -> bool:
        return self.sound.add_events(rows)

    def find_events(self, keys: Iterable[UsageEventKey]) -> Mapping[UsageEventKey, UsageRow]:
        return self.sound.find_events(keys)

    def corrections(self, originals: Iterable[UsageEventKey]) -> tuple[UsageRow, ...]:
        return self.sound.corrections(originals)

    def events(self, *, month: Month | None = None, meter: str | None = None) -> Iterator[UsageRow]:
        return self.sound.events(month=month, meter=meter)

    def some_events(
        self,
        month: Month,
        meter: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        recorded_after: datetime | None = None,
    ) -> Iterator[UsageRow]:
        return self.sound.some_events(month, meter, since=since, until=until, recorded_after=recorded_after)

    def add_crossings(self, crossings: Sequence[tuple[int, Crossing]]) -> None:
        self.sound.add_crossings(crossings)

    def crossings(self, *, after: int = 0, most: int | None = None) -> tuple[tuple[int, Crossing], ...]:
        return self.sound.crossings(after=after, most=most)

    def crossing_number(self, id_: str) -> int | None:
        return self.sound.crossing_number(id_)

    def add_statement(self, month: Month, statement: bytes) -> None:
        self.sound.add_statement(month, statement)

    def statement(self, month: Month) -> bytes | None:
        return self.sound.statement(month)


class SoundView:
    """A view as the sound store gives it."""

    facts_type: ClassVar[type[SoundFacts]] = SoundFacts
    journal_type: ClassVar[type[SoundJournal]] = SoundJournal

    def __init__(self, sound: Writing, store: SoundStore, installation: Installation) -> None:
        self.sound = sound
        self.store = store
        self.installation = installation
        self.facts = self.facts_type(sound.facts, self)
        self.journal = self.journal_type(sound.journal, self)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - what is not broken anywhere is the sound store's own
        return getattr(self.sound, name)

    @property
    def revision(self) -> Revision:
        return self.sound.revision

    @property
    def form(self) -> int:
        return self.sound.form

    @property
    def mark(self) -> Mark:
        return self.sound.mark

    @property
    def head(self) -> bytes | None:
        return self.sound.head

    @property
    def next_revision(self) -> Revision:
        return self.sound.next_revision

    def keep_head(self, head: bytes) -> None:
        self.sound.keep_head(head)

    @property
    def key(self) -> str:
        return self.sound.key

    def add_alias(self, key: str) -> bool:
        return self.sound.add_alias(key)

    @property
    def usage(self) -> SoundUsage:
        return self.store.usage_type(self.sound.usage)

    def rows_since(self, revision: Revision) -> tuple[StoredRow, ...] | None:
        return self.sound.rows_since(revision)


class SoundStore:
    """A store as it should be, on a storage that another one may open, too."""

    view_type: ClassVar[type[SoundView]] = SoundView
    usage_type: ClassVar[type[SoundUsage]] = SoundUsage

    def __init__(self, storage: Any = None) -> None:  # noqa: ANN401 - some look behind the wall
        self.storage = MemoryStore() if storage is None else storage

    def reopened(self) -> SoundStore:
        return type(self)(self.storage)

    def home(self, installation: Installation) -> Installation:
        """Say where *installation* is kept."""
        return installation

    @contextmanager
    def reading(self, installation: Installation) -> Iterator[SoundView]:
        with self.storage.reading(self.home(installation)) as view:
            yield self.view_type(view, self, installation)

    @contextmanager
    def writing(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundView]:
        with self.storage.writing(self.home(installation), patience=patience) as view:
            yield self.view_type(view, self, installation)

    @contextmanager
    def recording(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundUsage]:
        with self.storage.recording(self.home(installation), patience=patience) as usage:
            yield self.usage_type(usage)

    def revisions(self, keys: Iterable[str]) -> dict[str, Revision]:
        found: dict[str, Revision] = self.storage.revisions(keys)
        return found

    def heartbeat(self, installation: Installation) -> Heartbeat | None:
        return self.storage.heartbeat(self.home(installation))


class SoundOnDisk(SoundStore):
    """A store as it should be, in a file that processes may share."""

    def __init__(self, path: Path) -> None:
        super().__init__(key_value_store(path))
        self.path = path

    def reopened(self) -> SoundStore:
        return type(self)(self.path)
