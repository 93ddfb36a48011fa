"""What a world says of itself."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from attrs.exceptions import FrozenInstanceError

import superlicense as sl
from superlicense.model.layered import Layered
from superlicense.model.row import Row, Table
from superlicense.model.world import World

NOW = datetime(2026, 11, 24, 9, 13, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
OURS = sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S")


def root(version: int, *, accepted_at: datetime = NOW) -> sl.TrustRoot:
    return sl.TrustRoot(version=version, expires_at=LATER, accepted_at=accepted_at)


def accepted(*roots: sl.TrustRoot) -> Layered[str, Row[sl.TrustRoot]]:
    return Layered(
        {
            str(one.version): Row(
                table=Table.ROOTS, key=str(one.version), noun=one, start=NOW, started_by="admin", sequence=1
            )
            for one in roots
        }
    )


def test_of_which_nothing_is_stored_knows_nobody() -> None:
    world = World(installation=OURS)
    assert world.policy == sl.Policy()
    assert (world.package("superoffice"), world.user("anna"), world.held_by("anna")) == (None, None, ())
    assert (world.accepted_roots(), world.known_at()) == ((), None)
    assert (world.recorded_at, world.issued_at, world.sequence, world.entries) == (None, None, 0, 0)


class TestTheAcceptedRoots:
    """The newest first, the pinned one included."""

    def test_come_by_number_and_not_by_text(self) -> None:
        world = World(installation=OURS, roots=accepted(root(9), root(10), root(2)))
        assert [one.version for one in world.accepted_roots()] == [10, 9, 2]

    def test_include_those_that_the_front_door_has_verified(self) -> None:
        world = World(installation=OURS, trusted=(root(1),), roots=accepted(root(2)))
        assert world.accepted_roots() == (root(2), root(1))
        assert World(installation=OURS, trusted=(root(1),)).accepted_roots() == (root(1),)

    def test_are_as_verified_where_a_row_says_something_else(self) -> None:
        verified = root(1, accepted_at=NOW - timedelta(days=1))
        world = World(installation=OURS, trusted=(verified,), roots=accepted(root(1)))
        assert world.accepted_roots() == (verified,)

    def test_do_not_include_a_row_that_somebody_else_wrote(self) -> None:
        forged = frozenset({(Table.ROOTS, "2"), (Table.USERS, "1")})
        world = World(installation=OURS, roots=accepted(root(1), root(2)), tampered=forged)
        assert world.accepted_roots() == (root(1),)


@pytest.mark.parametrize(
    ("recorded_at", "issued_at", "known_at"),
    [(None, None, None), (NOW, None, NOW), (None, NOW, NOW), (NOW, LATER, LATER), (LATER, NOW, LATER)],
)
def test_the_newest_instant_that_is_known_is_the_later_one(
    recorded_at: datetime | None, issued_at: datetime | None, known_at: datetime | None
) -> None:
    assert World(installation=OURS, recorded_at=recorded_at, issued_at=issued_at).known_at() == known_at


def test_a_map_of_it_is_copied_without_what_was_taken_out() -> None:
    roots = accepted(*map(root, range(1, 100))).with_items({}, without=("7",))
    assert dict(copy.deepcopy(roots)) == dict(roots)


class TestFieldsThatAreChanged:
    """Another world has them; the one before stays as it is."""

    def test_are_those_that_are_named(self) -> None:
        before = World(installation=OURS, roots=accepted(root(1)), sequence=1, recorded_at=NOW)
        after = before.with_fields(sequence=2, recorded_at=LATER)
        assert after == evolve(before, sequence=2, recorded_at=LATER)
        assert (before.sequence, before.recorded_at) == (1, NOW)
        assert after.roots is before.roots

    def test_are_frozen_again(self) -> None:
        with pytest.raises(FrozenInstanceError):
            World(installation=OURS).with_fields(sequence=2).sequence = 3  # type: ignore[misc]  # what is to fail

    def test_must_be_fields(self) -> None:
        with pytest.raises(KeyError):
            World(installation=OURS).with_fields(colour="red")


@pytest.mark.parametrize(
    ("recorded_at", "issued_at", "expected"),
    [(None, None, None), (NOW, None, NOW), (None, NOW, NOW), (NOW, LATER, LATER), (LATER, NOW, LATER)],
)
def test_the_newest_known_instant(
    recorded_at: datetime | None, issued_at: datetime | None, expected: datetime | None
) -> None:
    assert World(installation=OURS, recorded_at=recorded_at, issued_at=issued_at).known_at() == expected
