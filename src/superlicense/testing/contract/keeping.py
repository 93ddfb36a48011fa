"""Stored nouns, rows and entries come out equal and in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from superlicense.codec import PersonalText, Record
from superlicense.model.row import Table
from superlicense.ports import Count, Mark, Store
from superlicense.testing.contract.blocks import Contract, MakeStore, history, write
from superlicense.testing.samples import (
    BARE_NOUNS,
    FULL_NOUNS,
    NOON,
    NORDVIK,
    after,
    entry,
    noun_row,
    seat_row,
    user_row,
)

__all__ = ["Keeping"]


class Keeping(Contract):
    """Stored nouns, rows and entries come out equal and in order."""

    @pytest.mark.parametrize(("table", "key", "noun"), [*FULL_NOUNS, *BARE_NOUNS])
    def test_every_noun_comes_out_equal(self, store: Store, table: Table, key: str, noun: Any) -> None:  # noqa: ANN401 - any noun
        row = noun_row(table, key, noun, 5, document=b"\x00signed\xff")
        write(store, row)
        with store.reading(NORDVIK) as view:
            (found,) = view.facts.running(table)
            (same,) = view.facts.history(table, key)
        assert found == same == row
        assert found.record.noun == noun
        assert found.start.tzinfo is UTC
        if table in {Table.PACKAGES, Table.WAITING_PACKAGES}:
            # Not part of equality, so compared separately.
            assert list(found.record.noun.package.unmodeled.items()) == list(noun.package.unmodeled.items())

    def test_an_ended_row_comes_out_with_its_end(self, store: Store) -> None:
        anna = user_row(1)
        ended = anna.ended(at=after(0.000001), by="bo")
        write(store, anna)
        write(store, ended)
        with store.reading(NORDVIK) as view:
            assert list(view.facts.running(Table.USERS)) == []
            assert list(view.facts.history(Table.USERS, "anna")) == [ended]

    def test_entries_come_out_equal(self, store: Store) -> None:
        rows = tuple(noun_row(table, key, noun, place) for place, (table, key, noun) in enumerate(FULL_NOUNS, start=1))
        kept = entry(1, at=after(0.123456), ended=(user_row(8).ended(at=after(1), by="bo"),), started=rows)
        with store.writing(NORDVIK) as view:
            view.journal.append(kept)
        with store.reading(NORDVIK) as view:
            assert list(view.journal.entries()) == [kept]

    def test_rows_are_found_by_sequence(self, store: Store) -> None:
        anna, seat, bo = user_row(1), seat_row(3, "anna"), user_row(7, "bo")
        ended = anna.ended(at=after(1), by="bo", seal=b"ended")
        write(store, anna, seat)
        with store.writing(NORDVIK) as view:
            view.facts.end(ended)
            view.facts.start(bo)
            assert dict(view.facts.rows([7, 1, 2])) == {1: ended, 7: bo}
        with store.reading(NORDVIK) as view:
            assert dict(view.facts.rows([3, 1, 99])) == {1: ended, 3: seat}
            assert dict(view.facts.rows(range(1, 2000))) == {1: ended, 3: seat, 7: bo}
            assert dict(view.facts.rows(())) == {}

    def test_a_record_comes_out_as_it_went_in_whatever_it_says(self, store: Store) -> None:
        told = Record("vehicles", text='{"id":"v1","wheels":4}', form=7, personal=(PersonalText("name", None, None),))
        row = user_row(1)._replace(table="vehicles", key="v1", record=told)
        write(store, row)
        with store.reading(NORDVIK) as view:
            (found,) = view.facts.running("vehicles")
            assert (found, found.record) == (row, told)
            assert dict(view.facts.counts()) == {"vehicles": Count(1, 0)}

    def test_an_entry_of_any_kind_comes_out_as_it_went_in(self, store: Store) -> None:
        kept = entry(1, seal=b"seal")._replace(kind="repaint")
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
            assert view.mark == Mark(None, 4, 0)

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
            assert view.mark == Mark(None, 1, 0)

    def test_a_row_may_end_before_its_start_where_the_clock_was_corrected(self, store: Store) -> None:
        anna = user_row(1, start=after(9))
        ended = anna.ended(at=after(2), by="host")
        write(store, anna)
        with store.writing(NORDVIK) as view:
            view.facts.end(ended)
            view.journal.append(entry(1, ended=(ended,), at=after(2), floor=after(2)))
        with store.reading(NORDVIK) as view:
            for at in (after(1), after(2), after(5), after(9)):
                assert list(view.facts.running_at(Table.USERS, at)) == []
            assert list(view.facts.history(Table.USERS, "anna")) == [ended]
            assert view.mark == Mark(after(2), 1, 1)

    @pytest.mark.parametrize(
        "document", [None, b"", b"\x00", bytes(range(256)) * 400], ids=["none", "empty", "nul", "long"]
    )
    def test_documents_and_seals_are_kept_to_the_byte(self, store: Store, document: bytes | None) -> None:
        (table, key, noun), seal = FULL_NOUNS[0], None if document is None else document[::-1]
        running = noun_row(table, key, noun, 1, document=document)._replace(seal=seal)
        ended = running.ended(at=after(1), by="bo", seal=b"another")
        first = write(store, running)
        with store.reading(NORDVIK) as view:
            found = [*view.facts.running(table), *view.facts.history(table, key), *view.facts.running_at(table, NOON)]
        assert [(row.document, row.seal) for row in found] == [(document, seal)] * 3
        with store.writing(NORDVIK) as writing:
            writing.facts.end(ended)
        with store.reading(NORDVIK) as view:
            (kept,) = view.facts.history(table)
            assert (kept.document, kept.seal) == (document, b"another")
            assert view.rows_since(first) == (ended,)

    def test_instants_keep_their_microseconds(self, store: Store) -> None:
        instants = [
            datetime(1, 1, 1, tzinfo=UTC),
            datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
            datetime(2026, 11, 24, 12, 0, 0, 1, tzinfo=UTC),
            datetime(2026, 11, 24, 12, 0, 0, 10, tzinfo=UTC),
            datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        ]
        rows = [user_row(place, f"user{place}", start=start) for place, start in enumerate(instants, start=1)]
        with store.writing(NORDVIK) as writing:
            for row in rows:
                writing.facts.start(row)
            for row in rows:
                writing.journal.append(entry(row.sequence, at=row.start, floor=row.start))
        with store.reading(NORDVIK) as view:
            assert [row.start for row in view.facts.running(Table.USERS)] == instants
            assert {row.start.tzinfo for row in view.facts.running(Table.USERS)} == {UTC}
            assert [one.at for one in view.journal.entries()] == instants
            assert view.mark.recorded_at == instants[-1]
            for place, start in enumerate(instants, start=1):
                assert list(view.facts.running_at(Table.USERS, start)) == rows[:place]
                assert list(view.journal.entries(until=start)) == [
                    entry(n, at=instants[n - 1], floor=instants[n - 1]) for n in range(1, place)
                ]

    def test_an_instant_may_be_asked_about_in_any_time_zone(self, store: Store) -> None:
        write(store, user_row(1, start=after(1)))
        copenhagen = timezone(timedelta(hours=1))
        with store.reading(NORDVIK) as view:
            assert list(view.facts.running_at(Table.USERS, after(0.5).astimezone(copenhagen))) == []
            assert list(view.facts.running_at(Table.USERS, after(1).astimezone(copenhagen))) == [
                user_row(1, start=after(1))
            ]

    def test_sequences_are_numbers_and_no_text(self, store: Store) -> None:
        rows = [user_row(number, f"user{number}") for number in (9, 10, 100, 2**40)]
        write(store, *rows)
        assert history(store) == rows
        with store.reading(NORDVIK) as view:
            assert view.mark == Mark(None, 2**40, 0)

    def test_keys_are_told_apart_to_the_character(self, store: Store) -> None:
        odd = ["an na", "ann_", "ann%", "ann*", "ann\\", "'anna'", "1", "01", "\u00e5nna", "a\u030anna", "\U0001f600"]
        keys = ["anna", "Anna", *odd]
        rows = [user_row(place, key) for place, key in enumerate(keys, start=1)]
        write(store, *rows)
        with store.reading(NORDVIK) as view:
            assert list(view.facts.running(Table.USERS)) == rows
            assert [list(view.facts.history(Table.USERS, key)) for key in keys] == [[row] for row in rows]

    def test_what_came_out_does_not_change_any_more(self, store: Store) -> None:
        anna, bo = user_row(1), user_row(2, "bo")
        with store.reading(NORDVIK) as view:
            start = view.revision
        write(store, anna)
        with store.reading(NORDVIK) as view:
            revision, mark, since = view.revision, view.mark, view.rows_since(start)
            rows, entries = list(view.facts.running(Table.USERS)), list(view.journal.entries())
        before = (tuple(revision), tuple(mark))
        with store.writing(NORDVIK) as writing:
            writing.facts.end(anna.ended(at=after(1), by="host"))
            writing.facts.start(bo)
            writing.journal.append(entry(1))
        with store.reading(NORDVIK) as view:
            assert (view.revision, view.mark) != (revision, mark)
            assert view.rows_since(start) != since
        assert (tuple(revision), tuple(mark)) == before
        assert (rows, entries, since) == ([anna], [], (anna,))

    def test_stores_share_nothing(self, store: Store, make_store: MakeStore) -> None:
        write(store, user_row(1))
        with make_store().reading(NORDVIK) as view:
            assert view.revision.number == 0
            assert list(view.facts.history(Table.USERS)) == []

    def test_streams_are_read_side_by_side(self, store: Store) -> None:
        users = [user_row(place, f"user{place}") for place in range(1, 4)]
        seats = [seat_row(place, f"user{place}") for place in range(4, 7)]
        write(store, *users, *seats)
        with store.reading(NORDVIK) as view:
            streams = view.facts.running(Table.USERS), view.facts.history(Table.ASSIGNMENTS)
            assert [isinstance(stream, Iterator) for stream in streams] == [True, True]
            assert list(zip(*streams, strict=True)) == list(zip(users, seats, strict=True))
