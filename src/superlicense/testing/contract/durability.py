"""Committed data is there in a reopened store; skipped for stores that do not persist."""

from __future__ import annotations

from time import sleep

import pytest

from superlicense.model.row import Table
from superlicense.ports import Mark, Store
from superlicense.testing.contract.blocks import Boom, Contract, MakeStore, Reopen, in_threads, write, write_and_fail
from superlicense.testing.samples import NOON, NORDVIK, SOLVANG, after, entry, seat_row, user_row

__all__ = ["Durability"]


class Durability(Contract):
    """A reopened store has the committed data and nothing else."""

    @pytest.fixture
    def again(self, reopen: Reopen | None) -> Reopen:
        """Return the function that opens the storage of a store again."""
        if reopen is None:
            pytest.skip("the store does not persist")
        return reopen

    def test_what_was_committed_is_there_in_a_store_opened_anew(self, store: Store, again: Reopen) -> None:
        anna = user_row(1)
        ended = anna.ended(at=after(1), by="host")
        first = write(store, anna)
        with store.writing(NORDVIK) as view:
            view.facts.end(ended)
            view.facts.start(user_row(2, "bo"))
            view.journal.append(entry(1, ended=(ended,), floor=after(1)))
        with again(store).reading(NORDVIK) as other:
            assert other.revision == view.revision
            assert other.mark == Mark(after(1), 2, 1)
            assert list(other.facts.running(Table.USERS)) == [user_row(2, "bo")]
            assert list(other.facts.history(Table.USERS, "anna")) == [ended]
            assert list(other.journal.entries()) == [entry(1, ended=(ended,), floor=after(1))]
            assert other.rows_since(first) == (ended, user_row(2, "bo"))

    def test_an_alias_stays_in_a_store_opened_anew(self, store: Store, again: Reopen) -> None:
        write(store, user_row(1))
        with store.writing(NORDVIK) as view:
            view.add_alias(f"serial:{SOLVANG.serial_number}")
        with again(store).reading(SOLVANG) as other:
            assert other.key == NORDVIK.key
            assert list(other.facts.running(Table.USERS)) == [user_row(1)]

    def test_what_was_undone_is_not_there_in_a_store_opened_anew(self, store: Store, again: Reopen) -> None:
        before = write(store, user_row(1))
        with pytest.raises(Boom):
            write_and_fail(store, user_row(1).ended(at=after(1), by="host"), user_row(2, "bo"))
        with again(store).reading(NORDVIK) as other:
            assert other.revision == before
            assert list(other.facts.history(Table.USERS)) == [user_row(1)]
            assert list(other.journal.entries()) == []

    def test_what_is_not_committed_yet_is_not_there(self, store: Store, again: Reopen) -> None:
        other = again(store)
        with store.writing(NORDVIK) as view:
            view.facts.start(user_row(1))
            with other.reading(NORDVIK) as meanwhile:
                assert list(meanwhile.facts.running(Table.USERS)) == []
        with other.reading(NORDVIK) as afterwards:
            assert list(afterwards.facts.running(Table.USERS)) == [user_row(1)]

    def test_two_stores_on_one_storage_write_one_after_the_other(self, store: Store, again: Reopen) -> None:
        cap, attempts = 10, 5
        # Two threads per store, like two processes.
        stores = [store, store, again(store), again(store)]

        def assign_while_free(place: int) -> None:
            for attempt in range(attempts):
                with stores[place].writing(NORDVIK) as view:
                    free = len(list(view.facts.running(Table.ASSIGNMENTS))) < cap
                    sleep(0.001)  # gives other writers a chance to interfere
                    if free:
                        view.facts.start(seat_row(view.mark.sequence + 1, f"user{place}-{attempt}"))
                    view.journal.append(entry(view.mark.entries + 1))

        in_threads(*(lambda place=place: assign_while_free(place) for place in range(len(stores))))
        with again(store).reading(NORDVIK) as view:
            assert view.mark == Mark(NOON, cap, len(stores) * attempts)
            assert view.revision.number == len(stores) * attempts

    def test_a_store_opened_anew_goes_on_where_the_other_stopped(self, store: Store, again: Reopen) -> None:
        first = write(store, user_row(1))
        second = write(again(store), user_row(2, "bo"))
        assert (first.number, second.number) == (1, 2)
        with store.reading(NORDVIK) as view:
            assert view.revision == second
            assert view.rows_since(first) == (user_row(2, "bo"),)

    def test_installations_stay_apart_in_a_store_opened_anew(self, store: Store, again: Reopen) -> None:
        write(store, user_row(1))
        with again(store).reading(SOLVANG) as view:
            assert view.revision.number == 0
            assert list(view.facts.history(Table.USERS)) == []

    def test_a_new_store_has_a_storage_of_its_own(self, make_store: MakeStore, again: Reopen) -> None:
        one, other = make_store(), make_store()
        write(one, user_row(1))
        with again(other).reading(NORDVIK) as view:
            assert view.revision.number == 0
