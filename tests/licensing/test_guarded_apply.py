"""A batch of changes may look at the newest world first, inside its transaction."""

from __future__ import annotations

import pytest

import superlicense as sl
from tests.installation import SALES, furnish, on_both_stores, open_licensing


class ChangedError(Exception):
    """What a host raises."""


@on_both_stores
def test_a_guard_sees_what_another_instance_has_just_written(store: sl.Store) -> None:
    ours, theirs = open_licensing(store), open_licensing(store)
    furnish(theirs, "anna", "bo")
    seen: list[bool] = []

    def guard(world: sl.World) -> None:
        seen.append(bool(world.held_by("anna")))

    ours.apply([sl.SaveUser(user=sl.User(id="cy"))], by="root", guard=guard)
    theirs.seats.assign("anna", SALES, by="root")
    ours.apply([sl.SaveUser(user=sl.User(id="dorthe"))], by="root", guard=guard)
    assert seen == [False, True]


@on_both_stores
def test_what_a_guard_raises_is_raised_and_nothing_is_stored(store: sl.Store) -> None:
    licensing = furnish(open_licensing(store), "anna")
    revision = licensing.revision()

    def guard(world: sl.World) -> None:
        raise ChangedError(world.installation.company)

    with pytest.raises(ChangedError):
        licensing.apply([sl.Assign(license=SALES, holder="anna")], by="root", guard=guard)
    assert licensing.revision() == revision
    assert licensing.seats.usage(SALES).in_use == 0


def test_without_a_guard_nothing_is_asked() -> None:
    licensing = furnish(open_licensing(), "anna")
    assert licensing.apply([sl.Assign(license=SALES, holder="anna")], by="root").rows
