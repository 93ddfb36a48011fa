"""Crowds: a smaller world in which one user stands for all others who are alike.

Rule 1: users who hold the same licenses, and who differ only in what no change to
one user and no activation looks at, are one. ``World.stands_for`` says for how
many a user stands, and every count of holders counts them: the same rules give
the same numbers, at a cost that depends on how many kinds of users there are.

Rule 2: who is asked about, sites, and users whose records were tampered with
are kept as they are.

Source: design section 11, "Speed"; ADR 59.
"""

from __future__ import annotations

from collections import Counter
from operator import attrgetter
from types import MappingProxyType
from typing import Final

from superlicense.model.layered import Layered
from superlicense.model.row import Row
from superlicense.model.site import CENTRAL
from superlicense.model.user import User
from superlicense.model.world import World

__all__ = ["crowd_around"]

_kind: Final = attrgetter("type", "may_log_in", "retired", "administrator", "site")


def crowd_around(world: World, user_id: str) -> World:
    """Return *world* with the user *user_id* and one user of each kind of the others."""
    apart = {user_id, *_sites(world), *_tampered(world)}
    users: dict[str, Row[User]] = {}
    alike: dict[tuple[object, ...], str] = {}
    stands_for: Counter[str] = Counter()
    held = dict(world.assignments.items())
    for other, row in world.users.items():
        one = other
        if other not in apart:
            licenses = [found.noun.license for found in held.get(other, ())]
            one = alike.setdefault((_kind(row.noun), *licenses), other)
            stands_for[one] += 1
        if one is other:
            users[other] = row
        else:
            held.pop(other, None)
    return world.with_fields(
        users=Layered(users), assignments=Layered(held), stands_for=MappingProxyType(dict(stands_for))
    )


def _sites(world: World) -> set[str]:
    return {CENTRAL, world.installation.site, *world.sites, *{row.noun.site for row in world.users.values()}}


def _tampered(world: World) -> set[str]:
    """Return the users, and the holders of assignments, among the keys of records that were tampered with."""
    return {key.partition("\n")[0] for _, key in world.tampered}
