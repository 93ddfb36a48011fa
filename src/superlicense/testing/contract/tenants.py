"""Installations never see each other."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from attrs import evolve

from superlicense.model.row import Table
from superlicense.model.site import Installation
from superlicense.ports import Mark, Store
from superlicense.testing.contract.blocks import Contract, history, in_threads, write
from superlicense.testing.samples import NORDVIK, SOLVANG, after, entry, user_row

__all__ = ["Tenants"]


def _database(number: int) -> str:
    return str(UUID(int=number))


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
            for name in (_database(1), _database(2))
        )
        write(store, user_row(1), installation=one)
        assert history(store, installation=two) == []
        assert history(store) == []
        assert len(history(store, installation=one)) == 1

    def test_an_installation_is_known_by_its_key_alone(self, store: Store) -> None:
        write(store, user_row(1))
        renamed = evolve(NORDVIK, company="Nordvik Handel AB", time_zone="Europe/Oslo")
        assert renamed.key == NORDVIK.key
        assert history(store, installation=renamed) == [user_row(1)]

    def test_a_database_id_and_a_serial_number_never_meet(self, store: Store) -> None:
        write(store, user_row(1))
        looks_alike = evolve(NORDVIK, database_id=f"00000000-0000-0000-0000-00{NORDVIK.serial_number}")
        assert history(store, installation=looks_alike) == []

    def test_keys_of_installations_are_told_apart_to_the_character(self, store: Store) -> None:
        several = [
            NORDVIK,
            *(evolve(NORDVIK, database_id=_database(number)) for number in (1, 0x11, 0x10, 1 << 124 | 1)),
        ]
        for place, one in enumerate(several):
            write(store, user_row(1, f"user{place}"), installation=one)
        assert [[row.key for row in history(store, installation=one)] for one in several] == [
            [f"user{place}"] for place in range(len(several))
        ]

    def test_each_counts_revisions_sequences_and_entries_by_itself(self, store: Store) -> None:
        for installation in (NORDVIK, SOLVANG, NORDVIK):
            with store.writing(installation) as writing:
                number = writing.mark.entries + 1
                writing.facts.start(user_row(number, f"user{number}", start=after(number)))
                writing.journal.append(entry(number, floor=after(number)))
        found = []
        for installation in (NORDVIK, SOLVANG):
            with store.reading(installation) as view:
                found.append((view.revision.number, view.mark))
        assert found == [(2, Mark(after(2), 2, 2)), (1, Mark(after(1), 1, 1))]

    def test_they_are_written_at_the_same_time_without_meeting(self, store: Store) -> None:
        def hire(installation: Installation) -> None:
            for number in range(1, 6):
                write(store, user_row(number, f"{installation.key}-{number}"), installation=installation)

        in_threads(*(partial(hire, installation) for installation in (NORDVIK, SOLVANG)))
        for installation in (NORDVIK, SOLVANG):
            assert [row.key for row in history(store, installation=installation)] == [
                f"{installation.key}-{number}" for number in range(1, 6)
            ]
