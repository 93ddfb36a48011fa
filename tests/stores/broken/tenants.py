"""Stores that mix up installations, keys, conflicts or processes."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from attrs import evolve

from superlicense.adapters.memory import MemoryStore
from superlicense.errors import ConflictError
from superlicense.model.row import Table
from superlicense.model.site import Installation
from superlicense.ports import Revision, StoredRow
from tests.stores.broken.keeping import broken
from tests.stores.broken.sound import PATIENCE, SoundFacts, SoundOnDisk, SoundStore, SoundView


class MixesInstallations(SoundStore):
    def home(self, installation: Installation) -> Installation:
        return evolve(installation, database_id="all in one")


class MixesDatabasesOfACustomer(SoundStore):
    def home(self, installation: Installation) -> Installation:
        return evolve(installation, database_id=None)


class KeepsThemByCompany(SoundStore):
    def home(self, installation: Installation) -> Installation:
        return evolve(installation, database_id=f"{installation.key} {installation.company}")


class IgnoresCaseOfInstallations(SoundStore):
    def home(self, installation: Installation) -> Installation:
        return evolve(installation, database_id=installation.key.lower())


class TellsTheNewestOfAll(SoundStore):
    """Every installation has the revision of the one that has most."""

    def revisions(self, keys: Iterable[str]) -> dict[str, Revision]:
        found = super().revisions(keys)
        return dict.fromkeys(found, max(found.values()))


class TellsKeysThatBeginAlike(SoundStore):
    def revisions(self, keys: Iterable[str]) -> dict[str, Revision]:
        found = super().revisions(keys)
        return {key: max(one for other, one in found.items() if other.startswith(key[:-1])) for key in found}


class TellsWhatIsNotCommitted(SoundStore):
    def __init__(self, storage: MemoryStore | None = None) -> None:
        super().__init__(storage)
        self.next: dict[str, Revision] = {}

    @contextmanager
    def writing(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundView]:
        with super().writing(installation, patience=patience) as view:
            self.next[installation.key] = view.next_revision._replace(token="not yet")  # noqa: S106 - no secret
            yield view

    def revisions(self, keys: Iterable[str]) -> dict[str, Revision]:
        found = super().revisions(keys)
        return found | {key: one for key, one in self.next.items() if key in found}


class ReadsOneTableOfMany(SoundStore):
    class _Facts(SoundFacts):
        def running_in(self, tables: Collection[str]) -> Iterator[StoredRow]:
            return super().running_in(tuple(tables)[:1])

    view_type = broken(_Facts)


class LetsItThrough(SoundStore):
    """What does not fit is left out without a word."""

    class _Facts(SoundFacts):
        def start(self, row: StoredRow) -> None:
            with suppress(ConflictError):
                super().start(row)

        def end(self, row: StoredRow) -> None:
            with suppress(ConflictError):
                super().end(row)

    view_type = broken(_Facts)


class StaysBrokenAfterAConflict(SoundStore):
    def __init__(self, storage: MemoryStore | None = None) -> None:
        super().__init__(storage)
        self.conflict: ConflictError | None = None

    @contextmanager
    def writing(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundView]:
        if self.conflict is not None:
            raise ConflictError(self.conflict.detail)
        try:
            with super().writing(installation, patience=patience) as view:
                yield view
        except ConflictError as error:
            self.conflict = error
            raise


class KnowsAKeyOnce(SoundStore):
    """A key that runs in one table, or has ever run, is taken."""

    class _Facts(SoundFacts):
        def start(self, row: StoredRow) -> None:
            if any(one.key == row.key for table in Table for one in self.sound.history(table)):
                raise ConflictError(f"{row.key} is taken")
            super().start(row)

    view_type = broken(_Facts)


class CommitsAsItGoes(SoundOnDisk):
    """Every statement is a transaction of its own; only a killed process shows it."""

    class _Facts(SoundFacts):
        def start(self, row: StoredRow) -> None:
            super().start(row)
            transaction = self.view.sound._transaction  # type: ignore[attr-defined]  # noqa: SLF001 - that of the page
            transaction.commit()
            transaction._connection.execute("BEGIN IMMEDIATE")  # noqa: SLF001 - as above

    view_type = broken(_Facts)


class KeepsAFileForEveryProcess(SoundOnDisk):
    def __init__(self, path: Path) -> None:
        super().__init__(path.with_suffix(f".{os.getpid()}"))
