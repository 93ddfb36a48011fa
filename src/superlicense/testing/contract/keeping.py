"""Promise 4: what goes in comes out equal, in order."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest

from superlicense.model.fact import Table
from superlicense.ports import Mark, Store
from superlicense.testing.contract.blocks import (
    Contract,
    write,
)
from superlicense.testing.samples import (
    BARE_NOUNS,
    FULL_NOUNS,
    NOON,
    NORDVIK,
    after,
    entry,
    row_of,
    user_row,
)

__all__ = ["Keeping"]


class Keeping(Contract):
    """What goes in comes out equal, in order."""

    @pytest.mark.parametrize(("table", "key", "noun"), [*FULL_NOUNS, *BARE_NOUNS])
    def test_every_noun_comes_out_equal(self, store: Store, table: Table, key: str, noun: Any) -> None:  # noqa: ANN401 - any noun
        row = row_of(table, key, noun, 5, document=b"\x00signed\xff")
        write(store, row)
        with store.reading(NORDVIK) as view:
            (found,) = view.facts.running(table)
            (same,) = view.facts.history(table, key)
        assert found == same == row
        assert type(found.noun) is type(noun)
        assert found.start.tzinfo is UTC
        if table in {Table.PACKAGES, Table.WAITING_PACKAGES}:
            # Not part of equality, so looked at by itself.
            assert list(found.noun.package.unmodeled.items()) == list(noun.package.unmodeled.items())

    def test_an_ended_row_comes_out_with_its_end(self, store: Store) -> None:
        anna = user_row(1)
        ended = anna.ended(at=after(0.000001), by="bo")
        write(store, anna)
        write(store, ended)
        with store.reading(NORDVIK) as view:
            assert list(view.facts.running(Table.USERS)) == []
            assert list(view.facts.history(Table.USERS, "anna")) == [ended]

    def test_entries_come_out_equal(self, store: Store) -> None:
        rows = tuple(row_of(table, key, noun, place) for place, (table, key, noun) in enumerate(FULL_NOUNS, start=1))
        kept = entry(1, at=after(0.123456), ended=(user_row(8).ended(at=after(1), by="bo"),), started=rows)
        with store.writing(NORDVIK) as view:
            view.journal.append(kept)
        with store.reading(NORDVIK) as view:
            assert list(view.journal.entries()) == [kept]

    def test_rows_come_by_start_and_then_by_sequence(self, store: Store) -> None:
        late, early = user_row(1, "late", start=after(2)), user_row(2, "early", start=after(1))
        also_late, also_early = user_row(3, "also late", start=after(2)), user_row(4, "also early", start=after(1))
        in_order = [early, also_early, late, also_late]
        with store.writing(NORDVIK) as view:
            for row in (late, early, also_late, also_early):
                view.facts.start(row)
            assert list(view.facts.running(Table.USERS)) == in_order
        with store.reading(NORDVIK) as view:
            assert list(view.facts.running(Table.USERS)) == in_order
            assert list(view.facts.running_at(Table.USERS, after(2))) == in_order
            assert list(view.facts.history(Table.USERS)) == in_order
            assert view.mark == Mark(after(2), 4, 0)

    def test_history_of_a_key_has_every_row_of_it(self, store: Store) -> None:
        first, second = user_row(1), user_row(3, start=after(5), name="Anna Lund")
        write(store, first, user_row(2, "bo"))
        write(store, first.ended(at=after(5), by="host"), second)
        with store.reading(NORDVIK) as view:
            assert list(view.facts.history(Table.USERS, "anna")) == [first.ended(at=after(5), by="host"), second]
            assert list(view.facts.history(Table.USERS, "nobody")) == []
            assert list(view.facts.history(Table.SITES, "anna")) == []

    def test_a_row_holds_from_its_start_until_before_its_end(self, store: Store) -> None:
        first, second = user_row(1, start=after(1)), user_row(2, start=after(3), name="Anna Lund")
        ended = first.ended(at=after(3), by="host")
        write(store, first)
        write(store, ended, second)
        with store.reading(NORDVIK) as view:
            held = {
                seconds: list(view.facts.running_at(Table.USERS, after(seconds)))
                for seconds in (0.999999, 1, 2.999999, 3, 99)
            }
        assert held == {0.999999: [], 1: [ended], 2.999999: [ended], 3: [second], 99: [second]}

    def test_a_row_that_ends_when_it_starts_never_held_and_is_kept(self, store: Store) -> None:
        anna = user_row(1)
        ended = anna.ended(at=NOON, by="host")
        made = write(store, anna, ended)
        assert made.number == 1
        with store.reading(NORDVIK) as view:
            assert list(view.facts.running(Table.USERS)) == []
            assert list(view.facts.running_at(Table.USERS, NOON)) == []
            assert list(view.facts.history(Table.USERS, "anna")) == [ended]
            assert view.mark == Mark(NOON, 1, 0)
