"""Stores that mix up what is read of many installations, or many tables, at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from superlicense.adapters.memory import MemoryStore
from superlicense.model.site import Installation
from superlicense.ports import Revision, StoredRow
from tests.stores.broken.keeping import broken
from tests.stores.broken.sound import PATIENCE, SoundFacts, SoundStore, SoundView


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


class KnowsNoAliases(SoundStore):
    def revisions(self, keys: Iterable[str]) -> dict[str, Revision]:
        asked = list(keys)
        other = MemoryStore()
        found = super().revisions(asked)
        stored = {self.storage._find(key).key for key in asked}  # noqa: SLF001 - looks behind the wall
        return {key: one if key in stored else other.revisions([key])[key] for key, one in found.items()}
