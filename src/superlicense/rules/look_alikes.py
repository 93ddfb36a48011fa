"""Look-alikes: user ids that people cannot tell apart.

Rule 1: ids are case-sensitive, and no two of them are ever treated as one. Ids
that differ only by letter case or Unicode form are reported, because each of
their users takes a seat. Former employees hold none and are left out.

Source: design section 7.
"""

from __future__ import annotations

from collections.abc import Iterable

from superlicense.model.caseless import caseless
from superlicense.model.world import World

__all__ = ["look_alikes"]


def look_alikes(world: World) -> tuple[tuple[str, ...], ...]:
    """Return the ids of users that look alike, each group sorted, in the order of the first ids."""
    looks = {user_id: caseless(user_id) for user_id in world.users}
    if len(set(looks.values())) == len(looks):
        return ()  # as almost always, and found without looking at the rows
    groups: dict[str, list[str]] = {}
    for user_id, look in looks.items():
        if not world.users[user_id].noun.retired:
            groups.setdefault(look, []).append(user_id)
    return _sorted(group for group in groups.values() if len(group) > 1)


def _sorted(groups: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted(tuple(sorted(group)) for group in groups))
