"""Heads, seals and counts, which the integrity checks need to find tampering."""

from __future__ import annotations

import pytest

from superlicense.model.row import Table
from superlicense.model.site import Installation
from superlicense.ports import Count, Revision, Store
from superlicense.testing.contract.blocks import (
    Boom,
    Contract,
    write,
)
from superlicense.testing.samples import (
    NORDVIK,
    SOLVANG,
    after,
    entry,
    seat_row,
    user_row,
)

__all__ = ["Heads"]

_HEAD = b"\x00a head\xff"


def _keep(
    store: Store, head: bytes, installation: Installation = NORDVIK, *, error: Exception | None = None
) -> Revision:
    with store.writing(installation) as view:
        view.keep_head(head)
        if error is not None:
            raise error
    return view.revision


def _head(store: Store, installation: Installation = NORDVIK) -> bytes | None:
    with store.reading(installation) as view:
        return view.head


class Heads(Contract):
    """Heads are stored with revisions, seals with rows and entries, and rows are counted."""

    def test_a_new_installation_has_no_head(self, store: Store) -> None:
        assert _head(store) is None

    def test_a_head_is_kept_with_the_revision_that_was_foretold(self, store: Store) -> None:
        with store.writing(NORDVIK) as view:
            foretold = view.next_revision
            view.facts.start(user_row(1))
            view.keep_head(_HEAD)
            assert _head(store) is None
        assert (view.revision, view.head) == (foretold, _HEAD)
        with store.reading(NORDVIK) as reading:
            assert (reading.revision, reading.head) == (foretold, _HEAD)

    def test_a_head_alone_makes_a_revision(self, store: Store) -> None:
        before = write(store, user_row(1))
        made = _keep(store, _HEAD)
        assert made.number == before.number + 1
        with store.reading(NORDVIK) as view:
            assert view.revision == made
            assert view.rows_since(before) == ()

    def test_a_head_stays_until_another_is_kept(self, store: Store) -> None:
        _keep(store, _HEAD)
        write(store, user_row(1))
        assert _head(store) == _HEAD
        _keep(store, b"another")
        assert _head(store) == b"another"

    def test_an_error_undoes_the_head_with_the_block(self, store: Store) -> None:
        before = _keep(store, _HEAD)
        with pytest.raises(Boom):
            _keep(store, b"another", error=Boom())
        with store.reading(NORDVIK) as reading:
            assert (reading.revision, reading.head) == (before, _HEAD)

    def test_every_installation_has_a_head_of_its_own(self, store: Store) -> None:
        _keep(store, _HEAD)
        assert _head(store, SOLVANG) is None
        _keep(store, b"another", SOLVANG)
        assert (_head(store), _head(store, SOLVANG)) == (_HEAD, b"another")

    def test_the_seal_of_an_entry_comes_out_equal(self, store: Store) -> None:
        kept = [entry(1, started=(user_row(1),), seal=b"\x00seal\xff"), entry(2)]
        with store.writing(NORDVIK) as view:
            view.journal.append(kept[0], [("anna", "")])
            view.journal.append(kept[1])
        with store.reading(NORDVIK) as reading:
            assert list(reading.journal.entries()) == kept
            assert list(reading.journal.entries(holder="anna")) == kept[:1]

    def test_the_seal_of_a_row_is_the_one_of_its_end_once_it_has_ended(self, store: Store) -> None:
        begun = user_row(1)._replace(seal=b"begun")
        ended = begun.ended(at=after(1), by="host", seal=b"ended")
        write(store, begun)
        with store.reading(NORDVIK) as reading:
            assert [row.seal for row in reading.facts.running(Table.USERS)] == [b"begun"]
        write(store, ended)
        with store.reading(NORDVIK) as reading:
            assert [row.seal for row in reading.facts.history(Table.USERS)] == [b"ended"]

    def test_rows_are_counted_by_table_and_by_end(self, store: Store) -> None:
        with store.reading(NORDVIK) as reading:
            assert dict(reading.facts.counts()) == {}
        write(store, user_row(1), user_row(2, "bo"), seat_row(3, "anna"))
        write(store, user_row(4, "another"), installation=SOLVANG)
        with store.writing(NORDVIK) as view:
            view.facts.end(user_row(1).ended(at=after(1), by="host"))
            view.facts.start(user_row(5, "cy"))
            expected = {Table.USERS: Count(3, 1), Table.ASSIGNMENTS: Count(1, 0)}
            assert dict(view.facts.counts()) == expected
        with store.reading(NORDVIK) as reading:
            assert dict(reading.facts.counts()) == expected
        with store.reading(SOLVANG) as reading:
            assert dict(reading.facts.counts()) == {Table.USERS: Count(1, 0)}
