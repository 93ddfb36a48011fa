"""An invalid write is a conflict and changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from superlicense.errors import ConflictError
from superlicense.model.row import Table
from superlicense.model.site import Site
from superlicense.ports import Store, Writing
from superlicense.testing.contract.blocks import Contract, history, write
from superlicense.testing.samples import BARE_NOUNS, NOON, NORDVIK, after, entry, noun_row, user_row

__all__ = ["Conflicts"]

_SITE = noun_row(Table.SITES, "anna", Site(id="anna", name=""), 1)


class Conflicts(Contract):
    """An invalid write is a conflict and changes nothing."""

    @pytest.mark.parametrize(
        "wrong",
        [
            pytest.param(lambda view: view.facts.start(user_row(4)), id="start what runs"),
            pytest.param(lambda view: view.facts.start(user_row(2, "cy")), id="take a sequence again"),
            pytest.param(lambda view: view.facts.start(user_row(1, "cy")), id="take a lower sequence"),
            pytest.param(lambda view: view.facts.start(_SITE), id="take the sequence of another table"),
            pytest.param(
                lambda view: view.facts.start(user_row(4, "cy").ended(at=NOON, by="host")), id="start with an end"
            ),
            pytest.param(
                lambda view: view.facts.end(user_row(1, "cy").ended(at=NOON, by="host")), id="end what does not run"
            ),
            pytest.param(
                lambda view: view.facts.end(user_row(7).ended(at=NOON, by="host")), id="end another row of the key"
            ),
            pytest.param(
                lambda view: view.facts.end(user_row(3, "gone").ended(at=NOON, by="host")), id="end what has ended"
            ),
            pytest.param(lambda view: view.facts.end(user_row(1)), id="end without an end"),
            pytest.param(
                lambda view: view.facts.end(_SITE.ended(at=NOON, by="host")),
                id="end the row of another table",
            ),
            pytest.param(lambda view: view.journal.append(entry(1)), id="write an entry again"),
            pytest.param(lambda view: view.journal.append(entry(3)), id="leave an entry out"),
        ],
    )
    def test_what_does_not_fit_is_a_conflict(self, store: Store, wrong: Callable[[Writing], None]) -> None:
        gone = user_row(3, "gone")
        with store.writing(NORDVIK) as view:
            for row in (user_row(1), user_row(2, "bo"), gone):
                view.facts.start(row)
            view.facts.end(gone.ended(at=after(1), by="host"))
            view.journal.append(entry(1))
        before = history(store)
        with pytest.raises(ConflictError), store.writing(NORDVIK) as view:
            wrong(view)
        assert history(store) == before
        with store.reading(NORDVIK) as reading:
            assert len(list(reading.journal.entries())) == 1
            assert reading.revision.number == 1

    def test_a_key_runs_once_in_each_table(self, store: Store) -> None:
        site = noun_row(Table.SITES, "anna", BARE_NOUNS[3][2], 2)
        write(store, user_row(1), site)
        with store.reading(NORDVIK) as view:
            assert list(view.facts.running(Table.SITES)) == [site]

    def test_a_key_may_start_again_once_it_has_ended(self, store: Store) -> None:
        again = user_row(2, start=after(1))
        write(store, user_row(1))
        with store.writing(NORDVIK) as view:
            view.facts.end(user_row(1).ended(at=after(1), by="host"))
            view.facts.start(again)
        with store.reading(NORDVIK) as reading:
            assert list(reading.facts.running(Table.USERS)) == [again]

    def test_a_store_goes_on_after_a_conflict(self, store: Store) -> None:
        write(store, user_row(1))
        with pytest.raises(ConflictError):
            write(store, user_row(2))
        assert write(store, user_row(2, "bo")).number == 2
        assert [row.key for row in history(store)] == ["anna", "bo"]
