"""Promise 5: installations never see each other."""

from __future__ import annotations

from superlicense.model.fact import Table
from superlicense.model.site import Installation
from superlicense.ports import Store
from superlicense.testing.contract.blocks import (
    Contract,
    history,
    write,
)
from superlicense.testing.samples import (
    NORDVIK,
    SOLVANG,
    entry,
    user_row,
)

__all__ = ["Tenants"]


class Tenants(Contract):
    """Installations never see each other."""

    def test_installations_never_see_each_other(self, store: Store) -> None:
        anna, other_anna = user_row(1), user_row(1, name="Another Anna")
        with store.writing(NORDVIK) as view:
            view.facts.start(anna)
            view.journal.append(entry(1))
        with store.reading(SOLVANG) as view:
            assert view.revision.number == 0
            assert list(view.facts.history(Table.USERS)) == []
            assert list(view.journal.entries()) == []
        made = write(store, other_anna, installation=SOLVANG)
        assert history(store) == [anna]
        assert history(store, installation=SOLVANG) == [other_anna]
        with store.reading(NORDVIK) as view:
            assert view.rows_since(made) is None

    def test_databases_of_one_serial_number_are_installations_of_their_own(self, store: Store) -> None:
        one, two = (
            Installation(serial_number=NORDVIK.serial_number, company=NORDVIK.company, database_id=name)
            for name in ("one", "two")
        )
        write(store, user_row(1), installation=one)
        assert history(store, installation=two) == []
        assert history(store) == []
        assert len(history(store, installation=one)) == 1
