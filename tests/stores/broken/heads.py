"""Stores that lose heads, seals or count."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from superlicense.ports import Count, Revision, StoredEntry, Subject
from tests.stores.broken.keeping import broken
from tests.stores.broken.sound import SoundFacts, SoundJournal, SoundStore, SoundView


class ForgetsTheHead(SoundStore):
    class _View(SoundView):
        def keep_head(self, head: bytes) -> None:
            super().keep_head(head[:0])

        @property
        def head(self) -> bytes | None:
            return super().head or None

    view_type = _View


class KeepsAHeadForOneRevision(SoundStore):
    class _View(SoundView):
        def keep_head(self, head: bytes) -> None:
            super().keep_head(self.next_revision.token.encode() + b" " + head)

        @property
        def head(self) -> bytes | None:
            of, _, head = (super().head or b"").partition(b" ")
            return head if of == self.revision.token.encode() else None

    view_type = _View


class InventsAHead(SoundStore):
    class _View(SoundView):
        @property
        def head(self) -> bytes:
            return super().head or b""

    view_type = _View


class HeadOfTheStore(SoundView):
    """A view whose head is the store's: there at once, and for every installation."""

    def keep_head(self, head: bytes) -> None:
        self.store.__dict__["head"] = head

    @property
    def head(self) -> bytes | None:
        head: bytes | None = self.store.__dict__.get("head")
        return head


class KeepsHeadsAtOnce(SoundStore):
    class _View(HeadOfTheStore):
        def keep_head(self, head: bytes) -> None:
            self.sound.keep_head(head)
            super().keep_head(head)

    view_type = _View


class TakesAHeadForNothing(SoundStore):
    """A head alone makes no revision."""

    view_type = HeadOfTheStore


class ForetellsTheWrongRevision(SoundStore):
    class _View(SoundView):
        @property
        def next_revision(self) -> Revision:
            return super().next_revision._replace(number=0)

    view_type = _View


class CountsWhatRuns(SoundStore):
    class _Facts(SoundFacts):
        def counts(self) -> Mapping[str, Count]:
            return {table: Count(ever - ended, 0) for table, (ever, ended) in super().counts().items()}

    view_type = broken(_Facts)


class ForgetsSealsOfEntries(SoundStore):
    class _View(SoundView):
        class _Journal(SoundJournal):
            def append(self, entry: StoredEntry, subjects: Collection[Subject] = ()) -> None:
                super().append(entry._replace(seal=None), subjects)

        journal_type = _Journal

    view_type = _View
