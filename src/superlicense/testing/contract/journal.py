"""The journal: entries by time, holder and license."""

from __future__ import annotations

from collections.abc import Iterator

from superlicense.model.license import LicenseName
from superlicense.model.row import Table
from superlicense.model.site import Site
from superlicense.ports import Mark, Store
from superlicense.testing.contract.blocks import Contract
from superlicense.testing.samples import NOON, NORDVIK, after, entry, noun_row, seat_row, subjects, user_row

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
            for one, rows in zip(kept, ((anna,), (seat,), (seat, other), ()), strict=True):
                view.journal.append(one, subjects(*rows))
        sales = LicenseName("superoffice", "ten-sales")
        with store.reading(NORDVIK) as reading:
            entries = reading.journal.entries
            assert list(entries()) == kept
            assert list(entries(since=after(1))) == kept[1:]
            assert list(entries(until=after(1))) == kept[:1]
            assert list(entries(since=after(1), until=after(2))) == kept[1:2]
            assert [list(entries(after=number)) for number in range(6)] == [kept[number:] for number in range(6)]
            assert list(entries(after=1, holder="anna")) == kept[1:3]
            assert list(entries(after=2, since=after(2))) == kept[2:]
            assert list(entries(holder="anna")) == kept[:3]
            assert list(entries(holder="bo")) == kept[2:3]
            assert list(entries(holder="nobody")) == []
            assert list(entries(license=sales)) == kept[1:3]
            assert list(entries(holder="bo", license=LicenseName("superoffice", "user"))) == kept[2:3]
            # Both filters must match the same row.
            assert list(entries(holder="bo", license=sales)) == []

    def test_a_block_finds_its_own_entries_too(self, store: Store) -> None:
        with store.writing(NORDVIK) as view:
            view.journal.append(entry(1), [("anna", "")])
            view.journal.append(entry(2, at=after(1)), [("bo", "")])
            assert [one.number for one in view.journal.entries(holder="bo")] == [2]
            assert [one.number for one in view.journal.entries(until=after(1))] == [1]
            assert [one.number for one in view.journal.entries(after=1)] == [2]

    def test_entries_are_in_order_of_their_numbers(self, store: Store) -> None:
        for number in range(1, 13):
            with store.writing(NORDVIK) as view:
                # The order depends on numbers, not on instants, even if these go backward.
                view.journal.append(entry(number, at=after(-number)))
        with store.reading(NORDVIK) as reading:
            assert [one.number for one in reading.journal.entries()] == list(range(1, 13))
            assert isinstance(reading.journal.entries(), Iterator)

    def test_an_entry_is_about_sites_too(self, store: Store) -> None:
        site = noun_row(Table.SITES, "aarhus", Site(id="aarhus", name="Aarhus"), 1)
        depot = seat_row(2, "aarhus", "reporter-studio")
        with store.writing(NORDVIK) as view:
            view.journal.append(entry(1), subjects(site))
            view.journal.append(entry(2), subjects(depot))
        with store.reading(NORDVIK) as reading:
            assert [one.number for one in reading.journal.entries(holder="aarhus")] == [1, 2]
            studio = LicenseName("superoffice", "reporter-studio")
            assert [one.number for one in reading.journal.entries(license=studio)] == [2]

    def test_the_floor_is_that_of_the_newest_entry(self, store: Store) -> None:
        for number, floor in enumerate((after(5), after(1), None), start=1):
            with store.writing(NORDVIK) as view:
                view.facts.start(user_row(number, f"user{number}", start=after(9)))
                view.journal.append(entry(number, at=after(7), floor=floor))
            with store.reading(NORDVIK) as reading:
                assert reading.mark == Mark(floor, number, number)
