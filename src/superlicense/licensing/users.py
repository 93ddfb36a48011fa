"""Users and sites: save, find, synchronize with a directory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from superlicense.errors import InvalidValueError
from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.engine.open_write import OpenWrite
from superlicense.licensing.hooks import audited
from superlicense.model.change import Change, Retire, SaveSite, SaveUser
from superlicense.model.site import Site
from superlicense.model.user import User
from superlicense.rules.seats.seating import needs_suite_seat

__all__ = ["Sites", "Users"]


class Users:
    """The users of one installation."""

    __slots__ = ("_engine",)

    def __init__(self, engine: Engine) -> None:
        """Write and read through *engine*."""
        self._engine = engine

    @audited("users.save", writes=True)
    def save(self, user: User, *, by: str = "host", at: datetime | None = None) -> User:
        """Store *user* as given. If the user is retired, all assignments end.

        Under the Suite the seat follows ``may_log_in``.

        Raises:
            RefusedError: ``no_seat_left`` of a Suite; nothing is saved then.
            WriteOutOfOrderError: *at* is out of order.
        """
        self._engine.writer.write((SaveUser(user=user),), by=by, at=at)
        return user

    @audited("users.sync", writes=True)
    def sync(
        self,
        users: Iterable[User],
        retire_missing: bool = False,  # noqa: FBT001, FBT002 - the design's signature
        *,
        by: str = "host",
        at: datetime | None = None,
    ) -> tuple[User, ...]:
        """Store those of *users* that differ from what is stored, in one transaction.

        Users who leave are saved first, so that under the Suite their seats are
        free for new users.

        Args:
            users: The users of the host's directory, each id once.
            retire_missing: Retire all users who are not among *users*.
            by: The author.
            at: The instant; now if `None`.

        Returns:
            The users that were saved or retired, as they are stored now.

        Raises:
            RefusedError: with every reason for every user; nothing is saved then.
            InvalidValueError: something is not a user, or two have one id and differ.
            WriteOutOfOrderError: *at* is out of order.
        """
        wanted = _by_id(users)

        def propose(write: OpenWrite) -> Iterator[Change]:
            world = write.world
            if retire_missing:
                for user_id, row in world.users.items():
                    if user_id not in wanted and not row.noun.retired:
                        yield Retire(user=user_id)
            differing = [user for user in wanted.values() if world.user(user.id) != user]
            for user in sorted(differing, key=lambda user: needs_suite_seat(world, user)):
                yield SaveUser(user=user)

        applied = self._engine.writer.propose(propose, by=by, at=at)
        return tuple(row.noun for row in applied.rows if row.end is None and isinstance(row.noun, User))

    def find(self, user_id: str, *, at: datetime | None = None) -> User | None:
        """Return the user *user_id*, `None` if there is no such user."""
        world, _ = self._engine.worlds.world_at(at)
        return world.user(user_id)

    def all(self, *, at: datetime | None = None) -> tuple[User, ...]:
        """Return all users, retired ones included, by id."""
        world, _ = self._engine.worlds.world_at(at)
        return tuple(world.users[user_id].noun for user_id in sorted(world.users))


class Sites:
    """The sites of one installation. The central one need not be saved."""

    __slots__ = ("_engine",)

    def __init__(self, engine: Engine) -> None:
        """Write and read through *engine*."""
        self._engine = engine

    @audited("sites.save", writes=True)
    def save(self, site: Site, *, by: str = "host", at: datetime | None = None) -> Site:
        """Store *site* as given.

        Raises:
            WriteOutOfOrderError: *at* is out of order.
        """
        self._engine.writer.write((SaveSite(site=site),), by=by, at=at)
        return site

    def find(self, site_id: str, *, at: datetime | None = None) -> Site | None:
        """Return the saved site *site_id*, `None` if there is none."""
        world, _ = self._engine.worlds.world_at(at)
        row = world.sites.get(site_id)
        return None if row is None else row.noun

    def all(self, *, at: datetime | None = None) -> tuple[Site, ...]:
        """Return all saved sites, by id."""
        world, _ = self._engine.worlds.world_at(at)
        return tuple(world.sites[site_id].noun for site_id in sorted(world.sites))


def _by_id(users: Iterable[User]) -> dict[str, User]:
    wanted: dict[str, User] = {}
    for place, user in enumerate(users):
        if not isinstance(user, User):
            raise InvalidValueError(f"users[{place}]", user, "must be a User")
        if wanted.setdefault(user.id, user) != user:
            raise InvalidValueError(f"users[{place}].id", user.id, "must be unique")
    return wanted
