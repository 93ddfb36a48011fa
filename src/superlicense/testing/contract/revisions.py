"""Revisions: one per commit, unique, with the rows written since."""

from __future__ import annotations

import pytest

from superlicense.ports import Mark, Revision, Store
from superlicense.testing.contract.blocks import Boom, Contract, MakeStore, write, write_and_fail
from superlicense.testing.samples import NOON, NORDVIK, SOLVANG, after, entry, seat_row, user_row

__all__ = ["Revisions"]


class Revisions(Contract):
    """One revision per commit, unique, with the rows written since."""

    def test_every_commit_makes_a_revision_of_its_own(self, store: Store) -> None:
        made = [write(store, user_row(number, f"user{number}")) for number in range(1, 5)]
        assert [one.number for one in made] == [1, 2, 3, 4]
        assert len({one.token for one in made}) == 4

    def test_a_block_that_writes_nothing_makes_no_revision(self, store: Store) -> None:
        before = write(store, user_row(1))
        assert write(store) == before
        with store.reading(NORDVIK) as view:
            assert view.revision == before

    def test_an_entry_alone_makes_a_revision(self, store: Store) -> None:
        before = write(store, user_row(1))
        with store.writing(NORDVIK) as view:
            view.journal.append(entry(1))
        assert view.revision.number == before.number + 1
        with store.reading(NORDVIK) as reading:
            assert reading.mark == Mark(NOON, 1, 1)
            assert reading.rows_since(before) == ()

    def test_rows_since_a_revision_come_as_they_were_written(self, store: Store) -> None:
        anna, bo = user_row(1), user_row(2, "bo", start=after(1))
        renamed = user_row(3, name="Anna Lund", start=after(2))
        first = write(store, anna)
        second = write(store, bo)
        third = write(store, anna.ended(at=after(2), by="host"), renamed)
        fourth = write(store, renamed.ended(at=after(3), by="host"))
        with store.reading(NORDVIK) as view:
            assert view.rows_since(first) == (
                bo,
                anna.ended(at=after(2), by="host"),
                renamed,
                renamed.ended(at=after(3), by="host"),
            )
            assert view.rows_since(second) == (
                anna.ended(at=after(2), by="host"),
                renamed,
                renamed.ended(at=after(3), by="host"),
            )
            assert view.rows_since(third) == (renamed.ended(at=after(3), by="host"),)
            assert view.rows_since(fourth) == ()

    def test_a_writer_is_told_what_it_has_missed(self, store: Store) -> None:
        first = write(store, user_row(1))
        write(store, user_row(2, "bo"))
        with store.writing(NORDVIK) as view:
            assert view.rows_since(first) == (user_row(2, "bo"),)

    def test_an_unknown_revision_is_not_guessed_at(self, store: Store, make_store: MakeStore) -> None:
        known = write(store, user_row(1))
        other = write(make_store(), user_row(1))
        with store.reading(NORDVIK) as view:
            assert view.rows_since(other) is None
            assert view.rows_since(Revision(known.number, "another")) is None
            assert view.rows_since(Revision(known.number + 1, known.token)) is None
            assert view.rows_since(Revision(-1, "")) is None

    def test_a_revision_that_was_undone_is_never_made(self, store: Store) -> None:
        write(store, user_row(1))
        with pytest.raises(Boom):
            write_and_fail(store, user_row(2, "bo"))
        with store.reading(NORDVIK) as view:
            before = view.revision
        made = write(store, user_row(2, "cy"))
        assert (before.number, made.number) == (1, 2)

    def test_the_heartbeat_is_the_newest_revision_itself(self, store: Store) -> None:
        revision_source = store.heartbeat(NORDVIK)
        if revision_source is None:
            pytest.skip("this store has no heartbeat")
        with store.reading(NORDVIK) as view:
            assert revision_source.revision is view.revision
        with store.writing(NORDVIK) as writing:
            writing.facts.start(user_row(1))
            assert revision_source.revision is not None
            assert revision_source.revision.number == 0
        assert revision_source.revision is writing.revision
        with store.reading(NORDVIK) as view:
            assert revision_source.revision is view.revision

    def test_revisions_are_numbers_and_no_text(self, store: Store) -> None:
        made = [write(store, user_row(number, f"user{number}")) for number in range(1, 13)]
        with store.reading(NORDVIK) as view:
            assert view.rows_since(made[8]) == tuple(user_row(number, f"user{number}") for number in (10, 11, 12))

    def test_a_row_that_started_and_ended_in_one_commit_comes_twice(self, store: Store) -> None:
        anna, ended = user_row(2), user_row(2).ended(at=NOON, by="host")
        first = write(store, user_row(1, "bo"))
        write(store, anna, ended)
        with store.reading(NORDVIK) as view:
            assert view.rows_since(first) == (anna, ended)

    def test_what_a_writer_has_written_itself_it_has_not_missed(self, store: Store) -> None:
        first = write(store, user_row(1))
        with store.writing(NORDVIK) as view:
            view.facts.start(user_row(2, "bo"))
            assert view.revision == first
            assert view.rows_since(first) == ()

    def test_rows_since_the_beginning_are_all_or_unknown(self, store: Store) -> None:
        with store.reading(NORDVIK) as view:
            beginning = view.revision
        anna = user_row(1)
        write(store, anna)
        write(store, anna.ended(at=after(1), by="host"))
        with store.reading(NORDVIK) as view:
            assert view.rows_since(beginning) in (None, (anna, anna.ended(at=after(1), by="host")))

    def test_rows_since_leave_out_what_other_tables_and_tenants_did_not_write(self, store: Store) -> None:
        first = write(store, user_row(1))
        write(store, user_row(1, "stranger"), installation=SOLVANG)
        write(store, seat_row(2, "anna"))
        with store.reading(NORDVIK) as view:
            assert view.rows_since(first) == (seat_row(2, "anna"),)
