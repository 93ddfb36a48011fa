"""Stores that get a second key of an installation wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from superlicense.adapters.memory import MemoryStore
from superlicense.model.site import Installation
from superlicense.ports import Mark, Revision, StoredRow
from tests.stores.broken.sound import PATIENCE, SoundOnDisk, SoundStore, SoundUsage, SoundView


class ForgetsAliases(SoundStore):
    class view_type(SoundView):  # noqa: N801 - named as the store asks for it
        def add_alias(self, key: str) -> bool:
            del key
            return True


class TakesTakenKeys(SoundStore):
    """Rows that are under the key already are lost out of sight."""

    class view_type(SoundView):  # noqa: N801 - named as the store asks for it
        def add_alias(self, key: str) -> bool:
            self.sound.add_alias(key)
            return True


class RefusesItsOwnKeys(SoundStore):
    class view_type(SoundView):  # noqa: N801 - named as the store asks for it
        def add_alias(self, key: str) -> bool:
            return key != self.key and self.sound.add_alias(key)


class MakesAliasesAtOnce(SoundStore):
    """The alias stays where its block fails."""

    class view_type(SoundView):  # noqa: N801 - named as the store asks for it
        def add_alias(self, key: str) -> bool:
            made = self.sound.add_alias(key)
            stored = self.store.storage._installations  # noqa: SLF001 - behind the wall
            if made and key != self.key:
                stored[key].become_alias_of(stored[self.key])
            return made


class RecordsUnderTheAlias(SoundStore):
    def __init__(self, storage: MemoryStore | None = None) -> None:
        super().__init__(storage)
        self.aside = MemoryStore()

    @contextmanager
    def recording(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundUsage]:
        with self.storage.reading(installation) as view:
            is_alias = view.key != installation.key
        storage = self.aside if is_alias else self.storage
        with storage.recording(installation, patience=patience) as usage:
            yield self.usage_type(usage)


class MovesAliases(SoundStore):
    class view_type(SoundView):  # noqa: N801 - named as the store asks for it
        def add_alias(self, key: str) -> bool:
            stored = self.store.storage._installations  # noqa: SLF001 - behind the wall
            if key in stored and stored[key].alias_of is not None:
                stored[key].become_alias_of(stored[self.key])
                return True
            return self.sound.add_alias(key)


class MakesARevisionOfAnAlias(SoundStore):
    class view_type(SoundView):  # noqa: N801 - named as the store asks for it
        def add_alias(self, key: str) -> bool:
            self.keep_head(b"alias")
            return self.sound.add_alias(key)


class KnowsNothingUnderAnAlias(SoundStore):
    class view_type(SoundView):  # noqa: N801 - named as the store asks for it
        def rows_since(self, revision: Revision) -> tuple[StoredRow, ...] | None:
            return self.sound.rows_since(revision) if self.key == self.installation.key else None


class TakesWhatWasOpened(SoundStore):
    """A key that somebody has opened to write counts as taken, whatever was written."""

    def __init__(self, storage: MemoryStore | None = None) -> None:
        super().__init__(storage)
        self.opened: set[str] = set()

    class view_type(SoundView):  # noqa: N801 - named as the store asks for it
        store: TakesWhatWasOpened

        def add_alias(self, key: str) -> bool:
            return (key == self.key or key not in self.store.opened) and self.sound.add_alias(key)

    @contextmanager
    def writing(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundView]:
        with super().writing(installation, patience=patience) as view:
            self.opened.add(installation.key)
            yield view


class RemembersTheMarkOfAnAlias(SoundStore):
    def __init__(self, storage: MemoryStore | None = None) -> None:
        super().__init__(storage)
        self.marks: dict[str, Mark] = {}

    class view_type(SoundView):  # noqa: N801 - named as the store asks for it
        store: RemembersTheMarkOfAnAlias

        @property
        def mark(self) -> Mark:
            if self.key == self.installation.key:
                return self.sound.mark
            return self.store.marks.setdefault(self.installation.key, self.sound.mark)


class ForgetsAliasesInTheEnd(SoundOnDisk):
    """Aliases are not in the file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.aliases: dict[str, str] = {}

    def home(self, installation: Installation) -> Installation:
        return installation.under(self.aliases.get(installation.key, installation.key))

    class view_type(SoundView):  # noqa: N801 - named as the store asks for it
        store: ForgetsAliasesInTheEnd

        def add_alias(self, key: str) -> bool:
            self.store.aliases[key] = self.key
            return True


class ForgetsWhoWaits(SoundStore):
    """What is written under a key that was none when the block began is kept aside."""

    def __init__(self, storage: MemoryStore | None = None) -> None:
        super().__init__(storage)
        self.aside = MemoryStore()
        self.aliases: set[str] = set()

    class view_type(SoundView):  # noqa: N801 - named as the store asks for it
        store: ForgetsWhoWaits

        def add_alias(self, key: str) -> bool:
            made = self.sound.add_alias(key)
            self.store.aliases.add(key)
            return made

    @contextmanager
    def writing(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundView]:
        storage = self.aside if installation.key in self.aliases else self.storage
        with storage.writing(installation, patience=patience) as view:
            yield self.view_type(view, self, installation)

    @contextmanager
    def recording(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundUsage]:
        storage = self.aside if installation.key in self.aliases else self.storage
        with storage.recording(installation, patience=patience) as usage:
            yield self.usage_type(usage)


class ShowsTheKeyItWasAskedFor(SoundStore):
    class view_type(SoundView):  # noqa: N801 - named as the store asks for it
        @property
        def key(self) -> str:
            return self.installation.key
