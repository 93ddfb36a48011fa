"""Alike: which users get the same answers.

Rule 1: two users of one world with the same `alike` key get the same answer to
every question about a login, a feature or a granted license. A decision made
for one of them is valid for all.

Rule 2: every field of `User` is part of the key, except those in `_DERIVED`. A
field that is added later is therefore part of it from the start.

Rule 3: the fields in `_DERIVED` affect an answer only through what the key holds
in their place: the events that reach the user, the tampered record that blocks
the user, and the licenses held.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from operator import attrgetter
from typing import Final

from attrs import fields

from superlicense.model.event import EventScope, SystemEvent
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.rules.gate.blocking import reaches, tampering

__all__ = ["alike", "targeted_events"]

# `name` is for people; `id` and `groups` select events, seals and assignments.
_DERIVED: Final = frozenset({"id", "name", "groups"})
_profile_fields: Final = attrgetter(*(field.name for field in fields(User) if field.name not in _DERIVED))


def alike(world: World, user: User, events: Iterable[SystemEvent] | None = None) -> Hashable:
    """Return the key that *user* shares with every user who gets the same answers in *world*.

    Args:
        world: The world that the questions are asked in. Keys of different
            worlds are not comparable.
        user: A user, stored or not.
        events: The result of `targeted_events` for *world*, for callers that
            compute many keys; computed here if `None`.
    """
    targeted = targeted_events(world) if events is None else events
    return (
        _profile_fields(user),
        tuple([event.id for event in targeted if reaches(event, user, world.installation)]),
        tampering(world, user)[0][1],
        world.held_by(user.id),
    )


def targeted_events(world: World) -> tuple[SystemEvent, ...]:
    """Return the running events that reach some users and not others."""
    return tuple(row.noun for row in world.events.values() if row.noun.scope in (EventScope.GROUP, EventScope.USER))
