"""The books: what a store says about an installation in several places, compared."""

from __future__ import annotations

from collections.abc import Iterator

import superlicense as sl
from superlicense.licensing.integrity.row_bytes import row_digest
from superlicense.licensing.journal_entries import resolved
from superlicense.model.journal import JournalEntry
from superlicense.model.row import Table
from superlicense.ports import Reading, Revision, Store, StoredRow
from tests.stress.storages import customer


def audited(store: Store, number: int = 1) -> tuple[JournalEntry, ...]:
    """Compare rows, journal, revision and counters of an installation, and give its journal.

    Nothing is half there: every row that has started or ended is in the
    journal and in its revision, and the other way round.
    """
    with store.reading(customer(number)) as view:
        written_entries = tuple(view.journal.entries())
        entries = resolved(written_entries, view, None)
        stored = [row for table in Table for row in view.facts.history(table)]
        running = [row for table in Table for row in view.facts.running(table)]
        written = view.rows_since(Revision(0, "")) or ()
        mark, revision = view.mark, view.revision
        _known_revisions(view)

    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert mark.entries == len(entries)
    steps = [step for entry in written_entries for step in entry.record.steps]
    if written:  # a store may not know what happened long ago
        assert sorted(map(_step, written)) == sorted((step.sequence, step.ended) for step in steps)
    newest = {step.sequence: step.ended for step in steps}
    digests: dict[int, str] = {}
    for entry in written_entries:
        steps_of = zip(entry.record.steps, entry.record.digests, strict=True)
        digests |= {step.sequence: digest for step, digest in steps_of}
    assert {row.sequence: row_digest(row) for row in stored} == digests
    assert {row.sequence: row.end is not None for row in stored} == newest
    assert sorted(running, key=_sequence) == sorted((row for row in stored if row.end is None), key=_sequence)
    assert mark.sequence == max(newest, default=0)
    assert mark.recorded_at == max((row.end or row.start for row in stored), default=None)
    assert revision.number <= len(entries)
    return entries


def _known_revisions(view: Reading) -> None:
    """See that the newest revision leads to nothing, and one that was never made to nowhere."""
    assert view.rows_since(view.revision) == ()
    assert view.rows_since(Revision(view.revision.number + 1, "never made")) is None


def _step(row: StoredRow) -> tuple[int, bool]:
    return row.sequence, row.end is not None


def _sequence(row: StoredRow) -> int:
    return row.sequence


def holders_over_time(entries: tuple[JournalEntry, ...], license: sl.LicenseName) -> Iterator[tuple[int, int | None]]:
    """Give, entry by entry, how many hold *license* and how many may; `None` before there is a package.

    Counted from the journal alone, with no rule of the library.
    """
    holders: set[str] = set()
    may: int | None = None
    for entry in entries:
        for row in entry.before:
            if isinstance(row.noun, sl.Assignment) and row.noun.license == license:
                holders.remove(row.noun.holder)
        for row in entry.after:
            if isinstance(row.noun, sl.Assignment) and row.noun.license == license:
                assert row.noun.holder not in holders
                holders.add(row.noun.holder)
            elif isinstance(row.noun, sl.InstalledPackage):
                may = row.noun.package.by_name[license].quantity
        yield len(holders), may
