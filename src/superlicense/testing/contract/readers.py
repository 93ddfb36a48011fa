"""A reader sees one state to its end."""

from __future__ import annotations

from threading import Event

from superlicense.model.fact import Table
from superlicense.ports import Store
from superlicense.testing.contract.blocks import (
    Contract,
    history,
    in_threads,
    write,
)
from superlicense.testing.samples import (
    NORDVIK,
    user_row,
)

__all__ = ["Readers"]


class Readers(Contract):
    """A reader sees one state to its end."""

    def test_a_reader_sees_one_state_to_its_end(self, store: Store) -> None:
        write(store, user_row(1))
        inside, written = Event(), Event()
        seen: list[tuple[int, int]] = []

        def read() -> None:
            with store.reading(NORDVIK) as view:
                inside.set()
                # A store may let writers wait for readers, so this may be in vain.
                written.wait(0.2)
                seen.append((view.revision.number, len(list(view.facts.running(Table.USERS)))))

        def change() -> None:
            inside.wait(10)
            write(store, user_row(2, "bo"))
            written.set()

        in_threads(read, change)
        assert seen == [(1, 1)]
        assert len(history(store)) == 2
