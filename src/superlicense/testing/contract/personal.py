"""Texts about a person stand apart from records, and can be blanked."""

from __future__ import annotations

import pytest

from superlicense.model.row import Table
from superlicense.ports import Store, StoredRow
from superlicense.testing.contract.blocks import Boom, Contract, history, write
from superlicense.testing.samples import NORDVIK, SOLVANG, after, entry, seat_row, user_row

__all__ = ["PersonalTexts"]


def _blanked(row: StoredRow) -> StoredRow:
    return row._replace(record=row.record.blanked())


class PersonalTexts(Contract):
    """Personal texts are kept beside their record, and blanked in every row that has them."""

    def test_personal_texts_and_salts_come_out_equal(self, store: Store) -> None:
        anna, seat = user_row(1, name="Anna Æ \x00"), seat_row(2, "anna", comment="until May")
        write(store, anna, seat)
        assert [row.record.personal for row in history(store)] == [anna.record.personal]
        (found,) = history(store, Table.ASSIGNMENTS)
        assert (found.record.personal, found.record.noun.comment) == (seat.record.personal, "until May")
        assert found.record.personal_holds()

    def test_blanking_takes_the_texts_of_every_row_of_a_user_and_of_nobody_else(self, store: Store) -> None:
        first, second = user_row(1, name="Anna"), user_row(3, start=after(1), name="Anna Lund")
        seat, other = seat_row(2, "anna", comment="hers"), seat_row(4, "annabel", comment="not hers")
        bare, bo = seat_row(5, "anna", "user"), user_row(6, "bo", name="Bo")
        ended = first.ended(at=after(1), by="host", seal=b"ended")
        write(store, first, seat)
        write(store, ended, second, other, bare, bo)
        write(store, user_row(1, name="Another Anna"), installation=SOLVANG)
        with store.writing(NORDVIK) as view:
            view.facts.blank("anna")
            view.journal.append(entry(1))
            assert list(view.facts.history(Table.USERS)) == [_blanked(ended), bo, _blanked(second)]
        seats = [_blanked(seat), other, bare]
        assert history(store) == [_blanked(ended), bo, _blanked(second)]
        assert sorted(history(store, Table.ASSIGNMENTS), key=lambda row: row.sequence) == seats
        with store.reading(NORDVIK) as view:
            assert [row.record.noun.name for row in view.facts.history(Table.USERS, "anna")] == ["anna", "anna"]
            assert list(view.facts.rows([2]).values()) == [_blanked(seat)]
        assert [row.record.noun.name for row in history(store, installation=SOLVANG)] == ["Another Anna"]

    def test_what_was_written_before_is_not_known_after_blanking(self, store: Store) -> None:
        first = write(store, user_row(1, name="Anna"))
        second = write(store, user_row(2, "bo"))
        with store.writing(NORDVIK) as view:
            view.facts.blank("anna")
        blanked = view.revision
        assert blanked.number == second.number + 1
        third = write(store, user_row(3, "cy"))
        with store.reading(NORDVIK) as reading:
            assert [reading.rows_since(one) for one in (first, second)] == [None, None]
            assert reading.rows_since(blanked) == (user_row(3, "cy"),)
            assert reading.rows_since(third) == ()

    def test_a_block_that_fails_blanks_nothing(self, store: Store) -> None:
        anna = user_row(1, name="Anna")
        before = write(store, anna)

        def blank_and_fail() -> None:
            with store.writing(NORDVIK) as view:
                view.facts.blank("anna")
                raise Boom

        with pytest.raises(Boom):
            blank_and_fail()
        assert history(store) == [anna]
        with store.reading(NORDVIK) as reading:
            assert reading.rows_since(before) == ()
