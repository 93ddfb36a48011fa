"""Promise 1: everything in one ``writing`` block commits together or not at all."""

from __future__ import annotations

import pytest

from superlicense.errors import ConflictError
from superlicense.model.fact import Table
from superlicense.ports import Mark, Store
from superlicense.testing.contract.blocks import (
    Boom,
    Contract,
    history,
    write,
    write_and_fail,
)
from superlicense.testing.samples import (
    NOON,
    NORDVIK,
    after,
    entry,
    seat_row,
    user_row,
)

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
            assert view.mark == Mark(NOON, 1, 0)

    def test_an_error_undoes_the_whole_block(self, store: Store) -> None:
        anna = user_row(1)
        before = write(store, anna)
        with pytest.raises(Boom):
            write_and_fail(store, anna.ended(at=after(1), by="host"), user_row(2, "bo"))
        with store.reading(NORDVIK) as view:
            assert view.revision == before
            assert view.mark == Mark(NOON, 1, 0)
            assert list(view.facts.history(Table.USERS)) == [anna]
            assert list(view.journal.entries()) == []
        assert write(store, user_row(2, "bo")).number == before.number + 1

    def test_a_conflict_undoes_the_whole_block(self, store: Store) -> None:
        with pytest.raises(ConflictError):
            write(store, user_row(1), user_row(2))
        assert history(store) == []
