"""Stores that do not find an entry, or find too many."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from superlicense.codec import EntryRecord
from superlicense.model.license import LicenseName
from superlicense.ports import StoredEntry, Subject
from tests.stores.broken.sound import SoundJournal, SoundStore, SoundView


def broken(journal: type[SoundJournal]) -> type[SoundView]:
    """Make a view whose journal is broken."""
    return type(f"ViewOf{journal.__name__}", (SoundView,), {"journal_type": journal})


class Asked(SoundJournal):
    """A journal that asks other questions than it was asked."""

    def asked(self, **filters: Any) -> dict[str, Any]:  # noqa: ANN401 - handed on
        return filters

    def entries(self, **filters: Any) -> Iterator[StoredEntry]:  # noqa: ANN401 - handed on
        return super().entries(**self.asked(**filters))


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


class IgnoresWhereToGoOn(SoundStore):
    class _Journal(Asked):
        def asked(self, **filters: Any) -> dict[str, Any]:  # noqa: ANN401 - handed on
            return {**filters, "after": 0}

    view_type = broken(_Journal)


class TakesTwoSubjectsForOne(SoundStore):
    """One subject of the holder and another of the license will do."""

    class _Journal(SoundJournal):
        def entries(self, *, license: LicenseName | None = None, **filters: Any) -> Iterator[StoredEntry]:  # noqa: ANN401 - handed on
            of_license = {entry.number for entry in super().entries(license=license)}
            return (entry for entry in super().entries(**filters) if entry.number in of_license)

    view_type = broken(_Journal)


class KeepsOneSubject(SoundStore):
    class _Journal(SoundJournal):
        def append(self, entry: StoredEntry, subjects: Collection[Subject] = ()) -> None:
            super().append(entry, tuple(subjects)[:1])

    view_type = broken(_Journal)


class LooksForLicensesOnly(SoundStore):
    """Users and sites are subjects, too."""

    class _Journal(SoundJournal):
        def append(self, entry: StoredEntry, subjects: Collection[Subject] = ()) -> None:
            super().append(entry, [one for one in subjects if one[1]])

    view_type = broken(_Journal)


class OrdersEntriesByTime(SoundStore):
    class _Journal(SoundJournal):
        def entries(self, **filters: Any) -> Iterator[StoredEntry]:  # noqa: ANN401 - handed on
            return iter(sorted(super().entries(**filters), key=lambda entry: entry.at))

    view_type = broken(_Journal)


class OrdersEntriesAsText(SoundStore):
    class _Journal(SoundJournal):
        def entries(self, **filters: Any) -> Iterator[StoredEntry]:  # noqa: ANN401 - handed on
            return iter(sorted(super().entries(**filters), key=lambda entry: str(entry.number)))

    view_type = broken(_Journal)


class FindsCommittedEntriesOnly(SoundStore):
    class _Journal(SoundJournal):
        def entries(self, **filters: Any) -> Iterator[StoredEntry]:  # noqa: ANN401 - handed on
            with self.view.store.storage.reading(self.view.installation) as other:
                return iter(list(other.journal.entries(**filters)))

    view_type = broken(_Journal)


class ForgetsRecordsOfEntries(SoundStore):
    class _Journal(SoundJournal):
        def append(self, entry: StoredEntry, subjects: Collection[Subject] = ()) -> None:
            super().append(entry._replace(record=EntryRecord(floor=entry.record.floor)), subjects)

    view_type = broken(_Journal)


class CutsMicrosecondsOfEntries(SoundStore):
    class _Journal(SoundJournal):
        def append(self, entry: StoredEntry, subjects: Collection[Subject] = ()) -> None:
            super().append(entry._replace(at=entry.at.replace(microsecond=0)), subjects)

    view_type = broken(_Journal)
