"""Users and sites: save, find, bring in line with a directory."""

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
        """Write to *ledger*."""
        self._engine = engine

    @audited("users.save", writes=True)
    def save(self, user: User, *, by: str = "host", at: datetime | None = None) -> User:
        """Store *user* as given. Saved as retired, every license of theirs ends.

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

        Whoever leaves comes first, so that under the Suite their seats are free
        for those who come.

        Args:
            users: As the host's directory has them, each id once.
            retire_missing: Retire everybody who is not among *users*.
            by: Who does it.
            at: When; now if `None`.

        Returns:
            The users that were saved or retired, as they are stored now.

        Raises:
            RefusedError: with every reason for every user; nothing is saved then.
            InvalidValueError: something is no user, or two have one id and differ.
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
        """Give the user *user_id*, `None` if nobody has that id."""
        world, _ = self._engine.worlds.world_at(at)
        return world.user(user_id)

    def all(self, *, at: datetime | None = None) -> tuple[User, ...]:
        """Give all users, retired ones included, by id."""
        world, _ = self._engine.worlds.world_at(at)
        return tuple(world.users[user_id].noun for user_id in sorted(world.users))


class Sites:
    """The sites of one installation. The central one needs no saving."""

    __slots__ = ("_engine",)

    def __init__(self, engine: Engine) -> None:
        """Write to *ledger*."""
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
        """Give the saved site *site_id*, `None` if there is none."""
        world, _ = self._engine.worlds.world_at(at)
        row = world.sites.get(site_id)
        return None if row is None else row.noun

    def all(self, *, at: datetime | None = None) -> tuple[Site, ...]:
        """Give all saved sites, by id."""
        world, _ = self._engine.worlds.world_at(at)
        return tuple(world.sites[site_id].noun for site_id in sorted(world.sites))


def _by_id(users: Iterable[User]) -> dict[str, User]:
    wanted: dict[str, User] = {}
    for place, user in enumerate(users):
        if not isinstance(user, User):
            raise InvalidValueError(f"users[{place}]", user, "must be a User")
        if wanted.setdefault(user.id, user) != user:
            raise InvalidValueError(f"users[{place}].id", user.id, "must be there only once")
    return wanted
