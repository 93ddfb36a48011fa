"""What a store offers for many installations, and for whole worlds, at once; both are optional."""

from __future__ import annotations

from threading import Event

import pytest
from attrs import evolve

from superlicense.model.row import Table
from superlicense.model.site import Installation
from superlicense.ports import LoadingFacts, Revision, RevisionsStore, Store
from superlicense.testing.contract.blocks import Contract, in_threads, write
from superlicense.testing.samples import NORDVIK, SOLVANG, after, seat_row, user_row

__all__ = ["Many"]

_NEW = evolve(SOLVANG, serial_number="1010000030")


def _revisions(store: Store, *installations: Installation) -> list[Revision]:
    """Return the revisions of *installations*, as the store reads them at once."""
    if not isinstance(store, RevisionsStore):
        pytest.skip("this store is asked about one installation after the other")
    found = store.revisions([one.key for one in installations])
    if not found:
        pytest.skip("this store cannot tell without opening a view")
    return [found[one.key] for one in installations]


def _viewed(store: Store, installation: Installation) -> Revision:
    with store.reading(installation) as view:
        return view.revision


class Many(Contract):
    """Many installations, or many tables, are read at once, and show what they show alone."""

    def test_the_revisions_of_many_are_those_of_their_views(self, store: Store) -> None:
        for number in (1, 2):
            write(store, user_row(number, f"user{number}"))
        write(store, user_row(1), installation=SOLVANG)
        several = (NORDVIK, SOLVANG, _NEW)
        assert _revisions(store, *several) == [_viewed(store, one) for one in several]
        assert _revisions(store, SOLVANG) == [_viewed(store, SOLVANG)]

    def test_the_revisions_of_many_are_asked_by_the_character(self, store: Store) -> None:
        one, other = (evolve(NORDVIK, database_id=f"00000000-0000-0000-0000-00000000000{end}") for end in "12")
        write(store, user_row(1), installation=other)
        assert [found.number for found in _revisions(store, one, other)] == [0, 1]

    def test_the_revisions_of_many_are_committed(self, store: Store) -> None:
        before = write(store, user_row(1))
        inside, asked = Event(), Event()
        found: list[list[Revision]] = []

        def change() -> None:
            with store.writing(NORDVIK) as view:
                view.facts.start(user_row(2, "bo"))
                inside.set()
                asked.wait(0.2)

        def look() -> None:
            inside.wait(10)
            try:
                found.append(_revisions(store, NORDVIK))
            finally:
                asked.set()

        in_threads(change, look)
        # A store may make readers wait for a writer.
        made = _viewed(store, NORDVIK)
        assert found in ([[before]], [[made]])
        assert _revisions(store, NORDVIK) == [made]

    def test_an_alias_has_the_revision_of_what_it_stands_for(self, store: Store) -> None:
        write(store, user_row(1))
        with store.writing(NORDVIK) as view:
            assert view.add_alias(_NEW.key)
            view.facts.start(user_row(2, "bo"))
        made = _viewed(store, NORDVIK)
        assert _revisions(store, _NEW, NORDVIK, SOLVANG) == [made, made, _viewed(store, SOLVANG)]

    def test_rows_of_many_tables_come_at_once_in_order(self, store: Store) -> None:
        anna, bo, seat = user_row(1), user_row(3, "bo", start=after(1)), seat_row(2, "anna", start=after(2))
        write(store, anna, seat, bo)
        write(store, user_row(4, "cy"), user_row(4, "cy").ended(at=after(3), by="host"))
        with store.reading(NORDVIK) as view:
            facts = view.facts
            if not isinstance(facts, LoadingFacts):
                pytest.skip("this store is asked about one table after the other")
            assert list(facts.running_in((Table.ASSIGNMENTS, Table.USERS, Table.SITES))) == [anna, bo, seat]
            assert list(facts.running_in((Table.ASSIGNMENTS,))) == [seat]
            assert list(facts.running_in(())) == []
