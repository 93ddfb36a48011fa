"""Everything in one ``writing`` block commits together or not at all."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest

from superlicense.errors import ConflictError
from superlicense.model.row import Table
from superlicense.ports import Mark, Reading, Store
from superlicense.testing.contract.blocks import Boom, Contract, history, write, write_and_fail
from superlicense.testing.samples import FULL_NOUNS, NOON, NORDVIK, after, entry, noun_row, seat_row, user_row

__all__ = ["Atomicity"]


class Atomicity(Contract):
    """Everything in one ``writing`` block commits together or not at all."""

    def test_a_new_installation_has_nothing(self, store: Store) -> None:
        with store.reading(NORDVIK) as view:
            assert view.revision.number == 0
            assert view.mark == Mark(None, 0, 0)
            assert [list(view.facts.history(table)) for table in Table] == [[] for _ in Table]
            assert list(view.journal.entries()) == []

    def test_what_a_block_writes_is_there_once_it_has_ended(self, store: Store) -> None:
        anna = user_row(1)
        with store.writing(NORDVIK) as view:
            view.facts.start(anna)
            view.journal.append(entry(1, started=(anna,)))
            with store.reading(NORDVIK) as other:
                assert list(other.facts.running(Table.USERS)) == []
                assert list(other.journal.entries()) == []
                assert other.revision.number == 0
        with store.reading(NORDVIK) as other:
            assert list(other.facts.running(Table.USERS)) == [anna]
            assert list(other.journal.entries()) == [entry(1, started=(anna,))]
            assert other.revision == view.revision

    def test_a_block_sees_what_it_has_written_itself(self, store: Store) -> None:
        anna, seat, ended = user_row(1), seat_row(2, "anna"), user_row(1).ended(at=after(1), by="host")
        write(store, anna)
        with store.writing(NORDVIK) as view:
            view.facts.end(ended)
            view.facts.start(seat)
            view.facts.start(user_row(3, "bo"))
            view.journal.append(entry(1))
            assert list(view.facts.running(Table.USERS)) == [user_row(3, "bo")]
            assert list(view.facts.running(Table.ASSIGNMENTS)) == [seat]
            assert list(view.facts.history(Table.USERS)) == [ended, user_row(3, "bo")]
            assert list(view.facts.history(Table.USERS, "anna")) == [ended]
            assert list(view.facts.running_at(Table.USERS, NOON)) == [ended, user_row(3, "bo")]
            assert list(view.journal.entries()) == [entry(1)]
            assert view.mark == Mark(None, 1, 0)

    def test_an_error_undoes_the_whole_block(self, store: Store) -> None:
        anna = user_row(1)
        before = write(store, anna)
        with pytest.raises(Boom):
            write_and_fail(store, anna.ended(at=after(1), by="host"), user_row(2, "bo"))
        with store.reading(NORDVIK) as view:
            assert view.revision == before
            assert view.mark == Mark(None, 1, 0)
            assert list(view.facts.history(Table.USERS)) == [anna]
            assert list(view.journal.entries()) == []
        assert write(store, user_row(2, "bo")).number == before.number + 1

    @pytest.mark.parametrize("error", [Boom(), KeyboardInterrupt(), ConflictError("the host's")], ids=repr)
    def test_whatever_leaves_the_block_undoes_it_and_comes_out_as_it_is(
        self, store: Store, error: BaseException
    ) -> None:
        before = write(store, user_row(1))
        with pytest.raises(type(error)) as raised:
            write_and_fail(store, user_row(2, "bo"), seat_row(3, "bo"), error=error)
        assert raised.value is error
        with store.reading(NORDVIK) as view:
            assert view.revision == before
            assert list(view.facts.history(Table.ASSIGNMENTS)) == []

    def test_rows_of_every_table_commit_together_with_the_entry(self, store: Store) -> None:
        rows = [noun_row(table, key, noun, place) for place, (table, key, noun) in enumerate(FULL_NOUNS, start=1)]
        with store.writing(NORDVIK) as view:
            for row in rows:
                view.facts.start(row)
            view.journal.append(entry(1, started=tuple(rows)))
        with store.reading(NORDVIK) as other:
            assert [list(other.facts.running(row.table)) for row in rows] == [[row] for row in rows]
            assert other.mark == Mark(NOON, len(rows), 1)
            assert other.revision == view.revision
            assert other.revision.number == 1

    @pytest.mark.parametrize(
        "attempt",
        [
            pytest.param(lambda view: view.facts.start(user_row(2, "bo")), id="start"),
            pytest.param(lambda view: view.facts.end(user_row(1).ended(at=after(1), by="host")), id="end"),
            pytest.param(lambda view: view.journal.append(entry(1)), id="append"),
        ],
    )
    def test_a_reader_changes_nothing(self, store: Store, attempt: Callable[[Reading], None]) -> None:
        before = write(store, user_row(1))
        # The error is up to the store.
        with suppress(Exception), store.reading(NORDVIK) as view:
            attempt(view)
        with store.reading(NORDVIK) as view:
            assert view.revision == before
            assert list(view.facts.history(Table.USERS)) == [user_row(1)]
            assert list(view.journal.entries()) == []

    def test_a_conflict_undoes_the_whole_block(self, store: Store) -> None:
        with pytest.raises(ConflictError):
            write(store, user_row(1), user_row(2))
        assert history(store) == []
