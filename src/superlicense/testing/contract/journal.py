"""The journal: entries by time, holder and license."""

from __future__ import annotations

from superlicense.model.license import LicenseName
from superlicense.ports import Store
from superlicense.testing.contract.blocks import (
    Contract,
)
from superlicense.testing.samples import (
    NOON,
    NORDVIK,
    after,
    entry,
    seat_row,
    user_row,
)

__all__ = ["Journaling"]


class Journaling(Contract):
    """Entries by time, holder and license."""

    def test_entries_are_found_by_time_holder_and_license(self, store: Store) -> None:
        anna, seat, other = user_row(1), seat_row(2, "anna"), seat_row(3, "bo", "user")
        kept = [
            entry(1, at=NOON, started=(anna,)),
            entry(2, at=after(1), started=(seat,)),
            entry(3, at=after(2), ended=(seat.ended(at=after(2), by="admin"),), started=(other,)),
            entry(4, at=after(2)),
        ]
        with store.writing(NORDVIK) as view:
            for one in kept:
                view.journal.append(one)
        sales = LicenseName("superoffice", "ten-sales")
        with store.reading(NORDVIK) as reading:
            entries = reading.journal.entries
            assert list(entries()) == kept
            assert list(entries(since=after(1))) == kept[1:]
            assert list(entries(until=after(1))) == kept[:1]
            assert list(entries(since=after(1), until=after(2))) == kept[1:2]
            assert list(entries(holder="anna")) == kept[:3]
            assert list(entries(holder="bo")) == kept[2:3]
            assert list(entries(holder="nobody")) == []
            assert list(entries(license=sales)) == kept[1:3]
            assert list(entries(holder="bo", license=LicenseName("superoffice", "user"))) == kept[2:3]
            # One row of each does not make a row of both.
            assert list(entries(holder="bo", license=sales)) == []
