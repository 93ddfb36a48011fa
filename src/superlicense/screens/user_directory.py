"""The user directory: the users of a world that screens list, in order.

Rule 1: former employees are not listed.

It is worked out once for a world, so that one page of a long list costs no more
than the page.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.rules.look_alikes import look_alikes

__all__ = ["UserDirectory"]


@frozen
class UserDirectory:
    """The users of one world.

    Attributes:
        world: The world.
        users: All users but former employees, by id.
        alike: Ids that look alike, by each of them.
    """

    world: World
    users: tuple[User, ...]
    alike: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, world: World) -> UserDirectory:
        """Return the directory of *world*."""
        rows = sorted(world.users.items())
        alike = {user_id: group for group in look_alikes(world) for user_id in group}
        return cls(world, tuple(row.noun for _, row in rows if not row.noun.retired), alike)

    def others_like(self, user_id: str) -> tuple[str, ...]:
        """Return the ids of other users that people cannot tell apart from *user_id*."""
        return tuple(other for other in self.alike.get(user_id, ()) if other != user_id)
