"""Stores that commit too much, too little, too early or for two at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import RLock
from typing import Self

from superlicense.adapters.memory import MemoryStore
from superlicense.adapters.open_block import Flag
from superlicense.errors import ConflictError, StoreBusyError, StoreUnavailableError
from superlicense.model.row import Table
from superlicense.model.site import Installation
from superlicense.ports import StoredEntry, StoredRow, Subject
from tests.stores.broken.keeping import broken
from tests.stores.broken.sound import PATIENCE, SoundFacts, SoundJournal, SoundStore, SoundView


class CommitsHalf(SoundStore):
    """What was written before an error stays."""

    @contextmanager
    def writing(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundView]:
        raised: BaseException | None = None
        with super().writing(installation, patience=patience) as view:
            try:
                yield view
            except BaseException as error:  # noqa: BLE001 - raised again below
                raised = error
        if raised is not None:
            raise raised


class SwallowsErrors(SoundStore):
    @contextmanager
    def writing(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundView]:
        with suppress(Exception), super().writing(installation, patience=patience) as view:
            yield view


class WrapsErrorsOfTheBlock(SoundStore):
    @contextmanager
    def writing(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundView]:
        with super().writing(installation, patience=patience) as view:
            try:
                yield view
            except Exception as error:
                raise StoreUnavailableError(str(error)) from error


class ShowsWhatIsNotCommitted(SoundStore):
    def __init__(self, storage: MemoryStore | None = None) -> None:
        super().__init__(storage)
        self.written: list[SoundView] = []

    def reopened(self) -> SoundStore:
        other = ShowsWhatIsNotCommitted(self.storage)
        other.written = self.written
        return other

    @contextmanager
    def reading(self, installation: Installation) -> Iterator[SoundView]:
        if self.written:
            yield self.written[-1]
            return
        with super().reading(installation) as view:
            yield view

    @contextmanager
    def writing(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundView]:
        with super().writing(installation, patience=patience) as view:
            self.written.append(view)
            try:
                yield view
            finally:
                self.written.remove(view)


class IsBlindToItsOwnBlock(SoundStore):
    class _Facts(SoundFacts):
        def running(self, table: str) -> Iterator[StoredRow]:
            with self.view.store.storage.reading(self.view.installation) as other:
                return iter(list(other.facts.running(table)))

    view_type = broken(_Facts)


class LetsReadersWrite(SoundStore):
    @contextmanager
    def reading(self, installation: Installation) -> Iterator[SoundView]:
        with super().writing(installation) as view:
            yield view


class LosesEntries(SoundStore):
    class _View(SoundView):
        class _Journal(SoundJournal):
            def append(self, entry: StoredEntry, subjects: Collection[Subject] = ()) -> None:
                pass

        journal_type = _Journal

    view_type = _View


class LosesATable(SoundStore):
    class _Facts(SoundFacts):
        def start(self, row: StoredRow) -> None:
            if row.table != Table.EVENTS:
                super().start(row)

    view_type = broken(_Facts)


class NoLock:
    """What stands for a lock in stores that have none."""

    def acquire(self, timeout: float) -> bool:
        return timeout is not None

    def release(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass


class Unlocked(SoundStore):
    """A storage without its lock and its guard; to be used where it says so."""

    def unlock(self, installation: Installation) -> None:
        shelf = self.storage.heartbeat(self.home(installation))
        shelf.lock = NoLock()
        shelf.writing = Flag("this thread is writing already")


class LetsASecondWriterIn(Unlocked):
    """There is no lock, and no guard finds out."""

    @contextmanager
    def writing(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundView]:
        self.unlock(installation)
        with super().writing(installation, patience=patience) as view:
            yield view


class LocksItselfOnly(Unlocked):
    """Two stores on one storage do not know of each other."""

    def __init__(self, storage: MemoryStore | None = None) -> None:
        super().__init__(storage)
        self.lock = RLock()

    @contextmanager
    def writing(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundView]:
        with self.lock:
            self.unlock(installation)
            with super().writing(installation, patience=patience) as view:
                yield view


class GoesAheadWhenItIsBusy(SoundStore):
    """Patience is spent, so it does not wait any more: it writes."""

    @contextmanager
    def writing(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundView]:
        try:
            opened = super().writing(installation, patience=patience)
            view = opened.__enter__()
        except StoreBusyError:
            with MemoryStore().writing(installation) as elsewhere:
                yield self.view_type(elsewhere, self, installation)
            return
        try:
            yield view
        except BaseException as error:
            opened.__exit__(type(error), error, error.__traceback__)
            raise
        opened.__exit__(None, None, None)


class HasNoPatience(SoundStore):
    @contextmanager
    def writing(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundView]:
        del patience
        with super().writing(installation, patience=timedelta(0)) as view:
            yield view


class RaisesTheDriversErrors(SoundStore):
    @contextmanager
    def writing(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundView]:
        try:
            with super().writing(installation, patience=patience) as view:
                yield view
        except StoreBusyError as error:
            raise TimeoutError from error
        except ConflictError as error:
            raise KeyError from error


class LetsAThreadWriteTwice(SoundStore):
    @contextmanager
    def writing(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundView]:
        shelf = self.storage.heartbeat(self.home(installation))
        with shelf.lock:
            shelf.writing = Flag("this thread is writing already")
            with super().writing(installation, patience=patience) as view:
                yield view


class ReadsWhatIsNewest(SoundStore):
    """A reader's view moves on with every commit."""

    @contextmanager
    def reading(self, installation: Installation) -> Iterator[SoundView]:
        with super().reading(installation) as view:
            pass
        yield view


class ClosesOneViewWithAnother(SoundStore):
    def __init__(self, storage: MemoryStore | None = None) -> None:
        super().__init__(storage)
        self.open = 0

    @contextmanager
    def reading(self, installation: Installation) -> Iterator[SoundView]:
        if self.open:
            raise StoreUnavailableError("one view at a time")
        self.open += 1
        try:
            with super().reading(installation) as view:
                yield view
        finally:
            self.open -= 1


class ForgetsWhenItIsClosed(SoundStore):
    def reopened(self) -> SoundStore:
        return type(self)()
