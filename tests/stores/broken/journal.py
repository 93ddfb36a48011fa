"""Stores that do not find an entry, or find too many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import evolve

from superlicense.model.journal import JournalEntry
from superlicense.model.row import Row, Table
from superlicense.ports import touches
from tests.stores.broken.sound import SoundJournal, SoundStore, SoundView


def broken(journal: type[SoundJournal]) -> type[SoundView]:
    """Make a view whose journal is broken."""
    return type(f"ViewOf{journal.__name__}", (SoundView,), {"journal_type": journal})


class Asked(SoundJournal):
    """A journal that goes through its entries one by one, and asks other questions than it was asked."""

    def asked(self, **filters: Any) -> dict[str, Any]:  # noqa: ANN401 - handed on
        return filters

    def seen(self, entry: JournalEntry) -> JournalEntry:
        return entry

    def entries(self, **filters: Any) -> Iterator[JournalEntry]:  # noqa: ANN401 - handed on
        asked = {"holder": None, "license": None, **self.asked(**filters)}
        since, until = asked.pop("since", None), asked.pop("until", None)
        for entry in super().entries(since=since, until=until):
            if touches(self.seen(entry), **asked):
                yield entry


class IgnoresSince(SoundStore):
    class _Journal(Asked):
        def asked(self, **filters: Any) -> dict[str, Any]:  # noqa: ANN401 - handed on
            return {**filters, "since": None}

    view_type = broken(_Journal)


class IgnoresUntil(SoundStore):
    class _Journal(Asked):
        def asked(self, **filters: Any) -> dict[str, Any]:  # noqa: ANN401 - handed on
            return {**filters, "until": None}

    view_type = broken(_Journal)


class IgnoresTheHolder(SoundStore):
    class _Journal(Asked):
        def asked(self, **filters: Any) -> dict[str, Any]:  # noqa: ANN401 - handed on
            return {**filters, "holder": None}

    view_type = broken(_Journal)


class IgnoresTheLicense(SoundStore):
    class _Journal(Asked):
        def asked(self, **filters: Any) -> dict[str, Any]:  # noqa: ANN401 - handed on
            return {**filters, "license": None}

    view_type = broken(_Journal)


class TakesTwoRowsForOne(SoundStore):
    """One row of the holder and another of the license will do."""

    class _Journal(SoundJournal):
        def entries(self, *, holder: str | None = None, **filters: Any) -> Iterator[JournalEntry]:  # noqa: ANN401 - handed on
            found = super().entries(**filters)
            return (entry for entry in found if touches(entry, holder=holder, license=None))

    view_type = broken(_Journal)


class LooksAtStartsOnly(SoundStore):
    """What has ended is not looked for."""

    class _Journal(Asked):
        def seen(self, entry: JournalEntry) -> JournalEntry:
            return evolve(entry, before=())

    view_type = broken(_Journal)


class LooksAtPeopleOnly(SoundStore):
    """Sites are holders, too."""

    class _Journal(Asked):
        def seen(self, entry: JournalEntry) -> JournalEntry:
            return evolve(entry, after=tuple(row for row in entry.after if row.table is not Table.SITES))

    view_type = broken(_Journal)


class OrdersEntriesByTime(SoundStore):
    class _Journal(SoundJournal):
        def entries(self, **filters: Any) -> Iterator[JournalEntry]:  # noqa: ANN401 - handed on
            return iter(sorted(super().entries(**filters), key=lambda entry: entry.at))

    view_type = broken(_Journal)


class OrdersEntriesAsText(SoundStore):
    class _Journal(SoundJournal):
        def entries(self, **filters: Any) -> Iterator[JournalEntry]:  # noqa: ANN401 - handed on
            return iter(sorted(super().entries(**filters), key=lambda entry: str(entry.number)))

    view_type = broken(_Journal)


class FindsCommittedEntriesOnly(SoundStore):
    class _Journal(SoundJournal):
        def entries(self, **filters: Any) -> Iterator[JournalEntry]:  # noqa: ANN401 - handed on
            with self.view.store.storage.reading(self.view.installation) as other:
                return iter(list(other.journal.entries(**filters)))

    view_type = broken(_Journal)


class ForgetsRowsOfEntries(SoundStore):
    class _Journal(SoundJournal):
        def append(self, entry: JournalEntry) -> None:
            super().append(evolve(entry, before=bare(entry.before), after=bare(entry.after)))

    view_type = broken(_Journal)


def bare(rows: tuple[Row[Any], ...]) -> tuple[Row[Any], ...]:
    """Leave the documents out."""
    return tuple(evolve(row, document=None) for row in rows)


class CutsMicrosecondsOfEntries(SoundStore):
    class _Journal(SoundJournal):
        def append(self, entry: JournalEntry) -> None:
            super().append(evolve(entry, at=entry.at.replace(microsecond=0)))

    view_type = broken(_Journal)
