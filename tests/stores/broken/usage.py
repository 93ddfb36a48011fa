"""Stores that lose usage, keep it twice, or mix it up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

from attrs import evolve

from superlicense.adapters.memory import MemoryStore
from superlicense.codec import StoredMeterMonth, StoredUsageHead, StoredUsageMonth
from superlicense.errors import ConflictError
from superlicense.model.meter_month import MeterMonthKey, UsageRow
from superlicense.model.month import Month
from superlicense.model.site import Installation
from superlicense.model.usage import Crossing, UsageEventKey
from superlicense.ports import Usage
from superlicense.testing.usage_samples import NOVEMBER, head_of
from tests.stores.broken.sound import PATIENCE, SoundStore, SoundUsage, SoundView


class InventsUsage(SoundStore):
    class usage_type(SoundUsage):  # noqa: N801 - named as the store asks for it
        def head(self) -> StoredUsageHead:
            return head_of(NOVEMBER, 1)


class CommitsUsageAlways(SoundStore):
    """An error undoes nothing."""

    @contextmanager
    def recording(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundUsage]:
        raised: list[BaseException] = []
        with super().recording(installation, patience=patience) as usage:
            try:
                yield usage
            except BaseException as error:  # noqa: BLE001 - raised again below
                raised.append(error)
        if raised:
            raise raised[0]


class WritesUsageAside(SoundStore):
    """What a writer writes of usage is committed at once, in a block of its own."""

    class view_type(SoundView):  # noqa: N801 - named as the store asks for it
        @property
        def usage(self) -> SoundUsage:
            with self.store.storage.recording(self.store.home(self.installation)) as usage:
                return _Aside(usage)


class _Aside(SoundUsage):
    def save_meter_months(self, meter_months: Sequence[StoredMeterMonth]) -> None:
        self.sound.save_meter_months(meter_months)
        self.sound.apply()  # type: ignore[attr-defined]  # that of memory has it


class MakesRevisionsOfUsage(SoundStore):
    @contextmanager
    def recording(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundUsage]:
        with super().recording(installation, patience=patience) as usage:
            yield usage
        with self.writing(installation) as view:
            view.keep_head(b"usage")


class IsBlindToItsOwnUsage(SoundStore):
    class usage_type(SoundUsage):  # noqa: N801 - named as the store asks for it
        def __init__(self, sound: Usage) -> None:
            super().__init__(sound)
            self._before = list(sound.events())

        def events(self, *, month: Month | None = None, meter: str | None = None) -> Iterator[UsageRow]:
            del month, meter
            return iter(self._before)


class KeepsTheLastOfAnId(SoundStore):
    class usage_type(SoundUsage):  # noqa: N801 - named as the store asks for it
        def events(self, *, month: Month | None = None, meter: str | None = None) -> Iterator[UsageRow]:
            return iter([_first(row) for row in self.sound.events(month=month, meter=meter)])

        def add_events(self, rows: Sequence[UsageRow]) -> bool:
            self.sound.add_events(rows)
            return True


def _first(row: UsageRow) -> UsageRow:
    return row._replace(position=1)


class LosesWhatIsSentTwice(SoundStore):
    """One that was there before takes the whole batch with it."""

    class usage_type(SoundUsage):  # noqa: N801 - named as the store asks for it
        def add_events(self, rows: Sequence[UsageRow]) -> bool:
            known = self.sound.find_events((row.event.source, row.event.id) for row in rows)
            return not known and self.sound.add_events(rows)


class CrossesAgain(SoundStore):
    class usage_type(SoundUsage):  # noqa: N801 - named as the store asks for it
        def add_crossings(self, crossings: Sequence[tuple[int, Crossing]]) -> None:
            with suppress(ConflictError):
                self.sound.add_crossings(crossings)


class FreezesAgain(SoundStore):
    class usage_type(SoundUsage):  # noqa: N801 - named as the store asks for it
        def add_statement(self, month: Month, statement: bytes) -> None:
            with suppress(ConflictError):
                self.sound.add_statement(month, statement)


class ForgetsSealsOfMeterMonths(SoundStore):
    class usage_type(SoundUsage):  # noqa: N801 - named as the store asks for it
        def add_meter_months(self, meter_months: Sequence[StoredMeterMonth]) -> None:
            self.sound.add_meter_months([one._replace(seal=None) for one in meter_months])


class ForgetsSealsOfMonths(SoundStore):
    class usage_type(SoundUsage):  # noqa: N801 - named as the store asks for it
        def add_months(self, months: Sequence[StoredUsageMonth]) -> None:
            self.sound.add_months([one._replace(seal=None) for one in months])


class ReadsRecords(SoundStore):
    """Records are decoded and written anew, without what this version does not know."""

    class usage_type(SoundUsage):  # noqa: N801 - named as the store asks for it
        def add_meter_months(self, meter_months: Sequence[StoredMeterMonth]) -> None:
            self.sound.add_meter_months([StoredMeterMonth.of(one.noun(), one.seal) for one in meter_months])


class ForgetsTheNewestMonth(SoundStore):
    class usage_type(SoundUsage):  # noqa: N801 - named as the store asks for it
        def months(self, *, since: Month | None = None, until: Month | None = None) -> tuple[StoredUsageMonth, ...]:
            return self.sound.months(since=since, until=until)[:2]


class LetsMonthsThrough(SoundStore):
    """Months that do not fit are skipped silently."""

    class usage_type(SoundUsage):  # noqa: N801 - named as the store asks for it
        def add_months(self, months: Sequence[StoredUsageMonth]) -> None:
            with suppress(ConflictError):
                self.sound.add_months(months)

        def save_months(self, months: Sequence[StoredUsageMonth]) -> None:
            with suppress(ConflictError):
                self.sound.save_months(months)


class CutsMicrosecondsOfUsage(SoundStore):
    class usage_type(SoundUsage):  # noqa: N801 - named as the store asks for it
        def add_events(self, rows: Sequence[UsageRow]) -> bool:
            return self.sound.add_events([_to_the_second(row) for row in rows])


def _to_the_second(row: UsageRow) -> UsageRow:
    return row._replace(event=evolve(row.event, at=row.event.at.replace(microsecond=0)))


class OrdersUsageByMonthOfService(SoundStore):
    class usage_type(SoundUsage):  # noqa: N801 - named as the store asks for it
        def events(self, *, month: Month | None = None, meter: str | None = None) -> Iterator[UsageRow]:
            return iter(sorted(self.sound.events(month=month, meter=meter), key=lambda row: (row.month, row.position)))


class FindsAllEvents(SoundStore):
    """Those that were asked for are not told apart."""

    class usage_type(SoundUsage):  # noqa: N801 - named as the store asks for it
        def some_events(self, month: Month, meter: str, **bounds: datetime | None) -> Iterator[UsageRow]:
            del bounds
            return self.sound.events(month=month, meter=meter)


class LeavesOutAMeter(SoundStore):
    class usage_type(SoundUsage):  # noqa: N801 - named as the store asks for it
        def meter_months(
            self, *, since: Month | None = None, until: Month | None = None
        ) -> tuple[StoredMeterMonth, ...]:
            return self.sound.meter_months(since=since, until=until)[:1]


class MixesUsage(SoundStore):
    @contextmanager
    def recording(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundUsage]:
        with super().recording(evolve(installation, database_id=str(UUID(int=0))), patience=patience) as usage:
            yield usage

    class view_type(SoundView):  # noqa: N801 - named as the store asks for it
        @property
        def usage(self) -> SoundUsage:
            everybody = evolve(self.installation, database_id=str(UUID(int=0)))
            with self.store.storage.recording(everybody) as usage:
                return self.store.usage_type(usage)


class LetsUsageThrough(SoundStore):
    """Meter months that do not fit are skipped silently."""

    class usage_type(SoundUsage):  # noqa: N801 - named as the store asks for it
        def add_meter_months(self, meter_months: Sequence[StoredMeterMonth]) -> None:
            with suppress(ConflictError):
                self.sound.add_meter_months(meter_months)

        def save_meter_months(self, meter_months: Sequence[StoredMeterMonth]) -> None:
            with suppress(ConflictError):
                self.sound.save_meter_months(meter_months)


class LocksStaleMeterMonths(SoundStore):
    """Meter months are read before the lock is acquired."""

    def __init__(self, storage: MemoryStore | None = None) -> None:
        super().__init__(storage)
        self.first: dict[MeterMonthKey, StoredMeterMonth] = {}
        self.guard = Lock()

    @contextmanager
    def recording(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundUsage]:
        with super().recording(installation, patience=patience) as usage:
            yield _Stale(usage, self)


class _Stale(SoundUsage):
    def __init__(self, sound: Usage, store: LocksStaleMeterMonths) -> None:
        super().__init__(sound)
        self._store = store

    def lock_meter_months(self, keys: Iterable[MeterMonthKey]) -> Mapping[MeterMonthKey, StoredMeterMonth]:
        with self._store.guard:
            return {
                key: self._store.first.setdefault(key, one) for key, one in self.sound.lock_meter_months(keys).items()
            }


class WaitsForEveryWriter(SoundStore):
    @contextmanager
    def recording(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundUsage]:
        with (
            self.writing(installation, patience=min(patience, timedelta(seconds=0.5))),
            super().recording(installation, patience=patience) as usage,
        ):
            yield usage


class NeverSaysItIsBusy(SoundStore):
    @contextmanager
    def recording(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundUsage]:
        del patience
        with super().recording(installation, patience=timedelta(seconds=20)) as usage:
            yield usage


class RecordsInARecording(SoundStore):
    """A thread that records may record in another storage meanwhile."""

    def __init__(self, storage: MemoryStore | None = None) -> None:
        super().__init__(storage)
        self.inside = False

    @contextmanager
    def recording(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundUsage]:
        if self.inside:
            with MemoryStore().recording(installation) as usage:
                yield SoundUsage(usage)
            return
        self.inside = True
        try:
            with super().recording(installation, patience=patience) as sound:
                yield sound
        finally:
            self.inside = False


class FindsNothing(SoundStore):
    class usage_type(SoundUsage):  # noqa: N801 - named as the store asks for it
        def find_events(self, keys: Iterable[UsageEventKey]) -> Mapping[UsageEventKey, UsageRow]:
            del keys
            return {}
