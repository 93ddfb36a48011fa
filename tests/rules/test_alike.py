"""Users with the same key get the same answers, and every field of a user is accounted for."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pytest
from attrs import evolve, fields

from superlicense.model.decision import Access, Client
from superlicense.model.event import EventKind, EventScope
from superlicense.model.license import LicenseName
from superlicense.model.row import Table, assignment_key
from superlicense.model.user import User, UserType
from superlicense.model.world import World
from superlicense.rules.alike import alike, targeted_events
from superlicense.rules.gate.features import feature
from superlicense.rules.gate.grants import user_grants
from superlicense.rules.gate.login import login
from tests.rules.scene import ANNA, NOW, WEB_USER, Scene

# Another value for every field that is part of the key by itself.
OTHER_VALUES: dict[str, Any] = {
    "type": UserType.SYSTEM,
    "may_log_in": False,
    "awaiting_approval": True,
    "retired": True,
    "administrator": True,
    "on_travel": True,
    "site": "oslo",
}
# Fields that affect an answer only through events, tampered records and assignments.
DERIVED: dict[str, Any] = {"id": "bo", "name": "Bo Bech", "groups": ("sales",)}
BO = User(id="bo", may_log_in=True)


def answers(world: World, user: User) -> list[object]:
    """Return every answer that a profile of the gate keeps."""
    names = [LicenseName.parse(name) for name in ("quote", "acme.routes", "nothing")]
    return [
        *(login(world, user, client, NOW) for client in Client),
        *(login(world, user, Client.SERVICE, NOW, open_sessions=count) for count in (0, 9)),
        *(feature(world, user, name, Access.EDIT, NOW) for name in names),
        user_grants(world, user, NOW),
    ]


def base() -> Scene:
    return (
        Scene()
        .sells(*WEB_USER["sells"], "site:reporter-studio", "reporter-studio-user", "ej-sim-client")
        .sells("system:routes", "routes-cal", owner="acme")
    )


class TestFields:
    """A new field of `User` is part of the key, or this file says why it is not."""

    def test_every_field_is_accounted_for(self) -> None:
        assert {field.name for field in fields(User)} == OTHER_VALUES.keys() | DERIVED.keys()

    def test_each_field_of_the_key_tells_two_users_apart(self) -> None:
        world = base().knows(ANNA).world
        for name, value in OTHER_VALUES.items():
            assert alike(world, evolve(ANNA, **{name: value})) != alike(world, ANNA), name

    def test_the_other_fields_do_not(self) -> None:
        world = base().knows(ANNA).world
        for name, value in DERIVED.items():
            other = evolve(ANNA, **{name: value})
            assert alike(world, other) == alike(world, ANNA), name
            assert answers(world, other) == answers(world, ANNA), name


class TestDerived:
    """What an id or a group selects is part of the key."""

    def test_an_event_for_one_user(self) -> None:
        world = base().knows(ANNA, BO).runs(EventKind.NO_LOGIN, EventScope.USER, "anna").world
        assert alike(world, ANNA) != alike(world, BO)

    def test_an_event_for_a_group(self) -> None:
        world = base().runs(EventKind.NO_LOGIN, EventScope.GROUP, "sales").world
        assert alike(world, evolve(ANNA, groups=("sales",))) != alike(world, ANNA)
        assert alike(world, evolve(ANNA, groups=("sales",))) == alike(world, evolve(BO, groups=("x", "sales")))

    def test_a_tampered_record(self) -> None:
        world = base().knows(ANNA, BO).tampered((Table.USERS, "anna")).world
        assert alike(world, ANNA) != alike(world, BO)

    def test_held_licenses(self) -> None:
        world = base().knows(ANNA, BO).gives("anna", "ten-sales").world
        assert alike(world, ANNA) != alike(world, BO)
        both = base().knows(ANNA, BO).gives("anna", "ten-sales").gives("bo", "ten-sales").world
        assert alike(both, ANNA) == alike(both, BO)

    def test_events_that_reach_everybody_are_left_out(self) -> None:
        scene = base().runs(EventKind.NO_LOGIN).runs(EventKind.NO_LOGIN, EventScope.DATABASE, "central")
        assert targeted_events(scene.world) == ()
        world = scene.runs(EventKind.NO_LOGIN, EventScope.GROUP, "sales").world
        (event,) = targeted_events(world)
        assert event.target == "sales"
        assert alike(world, ANNA, (event,)) == alike(world, ANNA)


# Users that differ from Anna in one field, and the same again under another id.
VARIANTS = [
    evolve(user, id=user_id)
    for user in (
        ANNA,
        evolve(ANNA, name="Anna Holm"),
        evolve(ANNA, groups=("sales",)),
        evolve(ANNA, groups=("support", "sales")),
        *(evolve(ANNA, type=kind) for kind in UserType),
        *(evolve(ANNA, **{name: value}) for name, value in OTHER_VALUES.items()),
    )
    for user_id in ("anna", "bo")
]
HELD = ("ten-sales", "acme.routes-cal", "reporter-studio-user", "ej-sim-client")
WORLDS = {
    "nothing is held": base(),
    "one user holds licenses": base().gives("anna", *HELD),
    "two users hold the same": base().gives("anna", *HELD).gives("bo", *HELD),
    "a site holds a license": base().gives("anna", *HELD).gives("bo", *HELD).gives("oslo", "reporter-studio"),
    "an event for all users": base().runs(EventKind.NO_LOGIN),
    "an event for one user": base().runs(EventKind.NO_LOGIN, EventScope.USER, "anna"),
    "an event for a group": base().runs(EventKind.NO_LOGIN, EventScope.GROUP, "sales"),
    "a tampered user": base().tampered((Table.USERS, "anna")),
    "a tampered assignment": base().tampered((Table.ASSIGNMENTS, assignment_key("superoffice.ten-sales", "bo"))),
    "a tampered package": base().tampered((Table.PACKAGES, "acme")),
    "a tampered head": base().tampered(("head", "")),
}


@pytest.mark.parametrize("name", WORLDS)
def test_users_who_are_alike_get_the_same_answers(name: str) -> None:
    """The key is all that the answers depend on, in worlds that tell users apart in every way."""
    world = WORLDS[name].world
    groups: dict[Hashable, list[User]] = {}
    for user in VARIANTS:
        groups.setdefault(alike(world, user), []).append(user)
    assert len(groups) < len(VARIANTS)
    for users in groups.values():
        first = answers(world, users[0])
        for user in users[1:]:
            assert answers(world, user) == first, (users[0], user)
