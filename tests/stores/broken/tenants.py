"""Stores that mix up installations, keys, conflicts or processes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from uuid import NAMESPACE_OID, UUID, uuid5

from attrs import evolve

from superlicense.adapters.memory import MemoryStore
from superlicense.errors import ConflictError
from superlicense.model.row import Table
from superlicense.model.site import Installation
from superlicense.ports import StoredRow
from tests.stores.broken.keeping import broken
from tests.stores.broken.sound import PATIENCE, SoundFacts, SoundOnDisk, SoundStore, SoundView


class MixesInstallations(SoundStore):
    def home(self, installation: Installation) -> Installation:
        return evolve(installation, database_id=str(UUID(int=0)))


class MixesDatabasesOfACustomer(SoundStore):
    def home(self, installation: Installation) -> Installation:
        return evolve(installation, database_id=None)


class KeepsThemByCompany(SoundStore):
    def home(self, installation: Installation) -> Installation:
        return evolve(installation, database_id=str(uuid5(NAMESPACE_OID, installation.key + installation.company)))


class KnowsTheEndOfAKey(SoundStore):
    def home(self, installation: Installation) -> Installation:
        if installation.database_id is None:
            return installation
        return evolve(installation, database_id=f"0000000{installation.database_id[7:]}")


class DropsTheKindOfAKey(SoundStore):
    def home(self, installation: Installation) -> Installation:
        known = installation.database_id or installation.serial_number
        return evolve(installation, database_id=str(UUID(known[-10:].rjust(32, "0"))))


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
