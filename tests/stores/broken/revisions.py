"""Stores that lose count of revisions, or of what was written since one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from superlicense.model.row import Table
from superlicense.model.site import Installation
from superlicense.ports import Heartbeat, Mark, Revision, StoredRow
from tests.stores.broken.sound import PATIENCE, SoundFacts, SoundStore, SoundView


class TokensOfItsOwn(SoundView):
    """A view that shows tokens of its own, and knows them again."""

    def token(self, revision: Revision) -> str:
        raise NotImplementedError

    def mine(self, revision: Revision) -> Revision:
        return Revision(revision.number, self.token(revision))

    @property
    def revision(self) -> Revision:
        return self.mine(super().revision)

    @property
    def next_revision(self) -> Revision:
        return self.mine(super().next_revision)

    def rows_since(self, revision: Revision) -> tuple[StoredRow, ...] | None:
        sound = super().revision
        series = sound.token.partition("-")[0]
        known = Revision(revision.number, f"{series}-{revision.number}" if revision.number else series)
        return super().rows_since(known) if revision == self.mine(known) else None


class ReusesATokenForEveryRevision(SoundStore):
    class _View(TokensOfItsOwn):
        def token(self, revision: Revision) -> str:
            return revision.token.partition("-")[0]

    view_type = _View


class TakesTheNumberForTheToken(SoundStore):
    class _View(TokensOfItsOwn):
        def token(self, revision: Revision) -> str:
            return str(revision.number)

    view_type = _View


class MakesARevisionOfNothing(SoundStore):
    @contextmanager
    def writing(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundView]:
        with super().writing(installation, patience=patience) as view:
            view.keep_head(view.head or b"")
            yield view


class CountsUndoneRevisions(SoundStore):
    """A block that fails uses a revision up all the same."""

    @contextmanager
    def writing(self, installation: Installation, *, patience: timedelta = PATIENCE) -> Iterator[SoundView]:
        try:
            with super().writing(installation, patience=patience) as view:
                yield view
        except Exception:
            with super().writing(installation) as view:
                view.keep_head(view.head or b"")
            raise


class Missed(SoundView):
    """A view that is wrong in what was missed."""

    def missed(self, rows: tuple[StoredRow, ...]) -> tuple[StoredRow, ...]:
        return rows

    def rows_since(self, revision: Revision) -> tuple[StoredRow, ...] | None:
        rows = super().rows_since(revision)
        return None if rows is None else self.missed(rows)


class RowsSinceLackEnds(SoundStore):
    class _View(Missed):
        def missed(self, rows: tuple[StoredRow, ...]) -> tuple[StoredRow, ...]:
            return tuple(row for row in rows if row.end is None)

    view_type = _View


class RowsSinceComeAsTheyAreNow(SoundStore):
    class _View(Missed):
        def missed(self, rows: tuple[StoredRow, ...]) -> tuple[StoredRow, ...]:
            return tuple({row.sequence: row for row in rows}.values())

    view_type = _View


class RowsSinceComeBySequence(SoundStore):
    class _View(Missed):
        def missed(self, rows: tuple[StoredRow, ...]) -> tuple[StoredRow, ...]:
            return tuple(sorted(rows, key=lambda row: row.sequence))

    view_type = _View


class RowsSinceLackOtherTables(SoundStore):
    class _View(Missed):
        def missed(self, rows: tuple[StoredRow, ...]) -> tuple[StoredRow, ...]:
            return tuple(row for row in rows if row.table == Table.USERS)

    view_type = _View


class RowsSinceHaveOnesOwn(SoundStore):
    class _Facts(SoundFacts):
        def start(self, row: StoredRow) -> None:
            super().start(row)
            self.view.__dict__.setdefault("own", []).append(row)

    class _View(Missed):
        def missed(self, rows: tuple[StoredRow, ...]) -> tuple[StoredRow, ...]:
            return (*rows, *self.__dict__.get("own", ()))

    view_type = type("View", (_View,), {"facts_type": _Facts})


class GuessesAtUnknownRevisions(SoundStore):
    class _View(SoundView):
        def rows_since(self, revision: Revision) -> tuple[StoredRow, ...]:
            return super().rows_since(revision) or ()

    view_type = _View


class GuessesAtTheBeginning(SoundStore):
    class _View(SoundView):
        def rows_since(self, revision: Revision) -> tuple[StoredRow, ...] | None:
            return super().rows_since(revision) if revision.number else ()

    view_type = _View


class ComparesRevisionsAsText(SoundStore):
    class _View(SoundView):
        def rows_since(self, revision: Revision) -> tuple[StoredRow, ...] | None:
            newest = self.revision
            return () if str(newest.number) < str(revision.number) else super().rows_since(revision)

    view_type = _View


class ItsHeartStops(SoundStore):
    class _Stopped:
        def __init__(self, revision: Revision) -> None:
            self.revision = revision

    def heartbeat(self, installation: Installation) -> Heartbeat:
        return self._Stopped(self.storage.heartbeat(installation).revision)


class BeginsAtOne(SoundStore):
    """A new installation has had a commit already."""

    class _View(SoundView):
        @property
        def revision(self) -> Revision:
            return super().revision._replace(number=super().revision.number + 1)

    view_type = _View


class RaisesTheMarkBeforeItCommits(SoundStore):
    class _Facts(SoundFacts):
        def start(self, row: StoredRow) -> None:
            super().start(row)
            self.view.__dict__["sequence"] = row.sequence

    class _View(SoundView):
        @property
        def mark(self) -> Mark:
            return super().mark._replace(sequence=self.__dict__.get("sequence", super().mark.sequence))

    view_type = type("View", (_View,), {"facts_type": _Facts})


class RowsSinceLackTheNewest(SoundStore):
    class _View(Missed):
        def missed(self, rows: tuple[StoredRow, ...]) -> tuple[StoredRow, ...]:
            return rows[:-1]

    view_type = _View
