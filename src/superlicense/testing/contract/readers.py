"""A reader sees one consistent state until it ends."""

from __future__ import annotations

from threading import Event
from time import sleep

from superlicense.model.row import Table
from superlicense.ports import Store
from superlicense.testing.contract.blocks import Contract, history, in_threads, write
from superlicense.testing.samples import NORDVIK, SOLVANG, entry, seat_row, user_row

__all__ = ["Readers"]


class Readers(Contract):
    """A reader sees one consistent state until it ends."""

    def test_a_reader_sees_one_state_to_its_end(self, store: Store) -> None:
        write(store, user_row(1))
        inside, written = Event(), Event()
        seen: list[tuple[int, int]] = []

        def read() -> None:
            with store.reading(NORDVIK) as view:
                inside.set()
                # A store may make writers wait for readers, so this may time out.
                written.wait(0.2)
                seen.append((view.revision.number, len(list(view.facts.running(Table.USERS)))))

        def change() -> None:
            inside.wait(10)
            write(store, user_row(2, "bo"))
            written.set()

        in_threads(read, change)
        assert seen == [(1, 1)]
        assert len(history(store)) == 2

    def test_readers_see_whole_commits_only(self, store: Store) -> None:
        commits = 10
        done = Event()

        def hire() -> None:
            try:
                for number in range(1, 2 * commits, 2):
                    with store.writing(NORDVIK) as view:
                        view.facts.start(user_row(number, f"user{number}"))
                        view.facts.start(seat_row(number + 1, f"user{number}"))
                        view.journal.append(entry(view.mark.entries + 1))
            finally:
                done.set()

        def look() -> None:
            while not done.is_set():
                with store.reading(NORDVIK) as view:
                    users = len(list(view.facts.running(Table.USERS)))
                    sleep(0.001)  # gives other writers a chance to interfere
                    seats = len(list(view.facts.running(Table.ASSIGNMENTS)))
                    entries = len(list(view.journal.entries()))
                    assert (users, seats, entries) == (view.revision.number,) * 3
                    assert view.mark.sequence == 2 * users
                    assert view.mark.entries == entries
                sleep(0.001)

        in_threads(hire, look, look)
        assert len(history(store)) == commits

    def test_views_may_be_open_side_by_side(self, store: Store) -> None:
        write(store, user_row(1))
        with store.reading(NORDVIK) as one, store.reading(NORDVIK) as other, store.reading(SOLVANG) as stranger:
            assert list(one.facts.running(Table.USERS)) == list(other.facts.running(Table.USERS)) == [user_row(1)]
            assert one.revision == other.revision
            assert list(stranger.facts.running(Table.USERS)) == []
