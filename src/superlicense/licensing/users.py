"""Users and sites: save, find, synchronize with a directory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from attrs import evolve

from superlicense.errors import InvalidValueError, RefusedError, refusal
from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.engine.open_write import OpenWrite
from superlicense.licensing.engine.vetoes import vetoes_of
from superlicense.licensing.hooks import audited
from superlicense.licensing.personal_data import exported, mentions_of, names_of
from superlicense.model.change import Change, ForgetUser, SaveSite, SaveUser
from superlicense.model.reason import Reason
from superlicense.model.site import Site
from superlicense.model.user import ForgetReceipt, SaveReceipt, User
from superlicense.model.world import World
from superlicense.rules.apply import apply
from superlicense.rules.seats.people import save_status
from superlicense.rules.step import refuse_if
from superlicense.rules.synchronizing import Synchronization, loss_refusals, receipts, sync_changes

__all__ = ["Sites", "Users"]


class Users:
    """The users of one installation."""

    __slots__ = ("_engine",)

    def __init__(self, engine: Engine) -> None:
        """Read and write through *engine*."""
        self._engine = engine

    @audited("users.save", writes=True)
    def save(
        self,
        user: User,
        *,
        rehire: bool = False,
        force: bool = False,
        by: str = "host",
        at: datetime | None = None,
    ) -> SaveReceipt:
        """Store *user* as given. Saved as retired, every license of theirs ends.

        Under the Suite the seat follows ``may_log_in``.

        Args:
            user: The user.
            rehire: Make a former employee active again.
            force: Store the user even if nobody is left who may administer the
                installation.
            by: The author of the change.
            at: When; now if `None`.

        Returns:
            The user, and whether they were created, updated, rehired, retired
            or left unchanged.

        Raises:
            RefusedError: ``no_seat_left`` of a Suite, ``user_is_retired`` without
                *rehire*, or ``last_administrator`` without *force*; nothing is
                saved then.
            WriteOutOfOrderError: *at* is out of order.
        """
        change = SaveUser(user=user, rehire=rehire, force=force)
        before: list[User | None] = []

        def propose(write: OpenWrite) -> tuple[Change, ...]:
            before[:] = [write.world.user(user.id)]
            return (change,)

        applied = self._engine.writer.propose(propose, by=by, at=at)
        return SaveReceipt(user=user, status=save_status(before[0], user, changed=bool(applied.rows)))

    @audited("users.sync", writes=True)
    def sync(  # noqa: PLR0913 - what a caller may ask for, by keyword
        self,
        users: Iterable[User],
        retire_missing: bool = False,  # noqa: FBT001, FBT002 - the design's signature
        *,
        expect_losses: int | None = None,
        rehire: bool = False,
        force: bool = False,
        by: str = "host",
        at: datetime | None = None,
    ) -> tuple[SaveReceipt, ...]:
        """Store those of *users* that differ from what is stored, in one transaction.

        Users who give up a seat come first, so that under the Suite it is free
        for those who need one.

        Args:
            users: The users of the host's directory, each id once.
            retire_missing: Retire all users who are not among *users*.
            expect_losses: The exact number of users who may lose their login;
                needed if it is above `Policy.retire_limit`, or all of them.
            rehire: Make former employees among *users* active again; without it
                they stay retired.
            force: Synchronize even if nobody is left who may administer the
                installation.
            by: The author of the changes.
            at: When; now if `None`.

        Returns:
            A receipt for each user who was saved or retired, then one for each
            who stays retired. Unchanged users have none.

        Raises:
            RefusedError: with every reason for every user, ``too_many_losses``
                or ``last_administrator``; nothing is saved then. ``place`` is the
                index in *users*.
            InvalidValueError: an item is not a user, two have the same id and
                differ, or *expect_losses* is not a number.
            WriteOutOfOrderError: *at* is out of order.
        """
        _check_losses(expect_losses)
        given = tuple(users)
        wanted = _by_id(given)
        asked = Synchronization(wanted=wanted, retire_missing=retire_missing, rehire=rehire, force=force)
        before: list[World] = []

        def propose(write: OpenWrite) -> Iterable[Change]:
            before[:] = [write.world]
            refuse_if(list(loss_refusals(write.world, asked, expect_losses)))
            return sync_changes(write.world, asked)

        try:
            applied = self._engine.writer.propose(propose, by=by, at=at)
        except RefusedError as error:
            raise refusal(_placed(error.reasons, given)) from error
        return tuple(receipts(before[0], applied, asked))

    def try_sync(  # noqa: PLR0913 - as of `sync`
        self,
        users: Iterable[User],
        retire_missing: bool = False,  # noqa: FBT001, FBT002 - as of `sync`
        *,
        expect_losses: int | None = None,
        rehire: bool = False,
        force: bool = False,
        at: datetime | None = None,
    ) -> tuple[SaveReceipt, ...]:
        """Return the receipts that `sync` would give, and keep nothing.

        >>> import superlicense as sl
        >>> ours = sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S")
        >>> licensing = sl.Licensing(sl.MemoryStore(), ours, trust=None)
        >>> [receipt.status.value for receipt in licensing.users.try_sync([sl.User(id="anna")])]
        ['created']
        >>> licensing.users.all()
        ()

        Args:
            users: As of `sync`, like all others.
            retire_missing: Retire all users who are not among *users*.
            expect_losses: How many users may lose their login.
            rehire: Rehire former employees among *users*.
            force: Accept the loss of the last administrator.
            at: When; now if `None`.

        Raises:
            RefusedError: `sync` would be refused.
            InvalidValueError: as of `sync`.
        """
        _check_losses(expect_losses)
        given = tuple(users)
        asked = Synchronization(wanted=_by_id(given), retire_missing=retire_missing, rehire=rehire, force=force)
        world, now = self._engine.worlds.world_at(at)
        refuse_if(list(loss_refusals(world, asked, expect_losses)))
        applied = apply(world, sync_changes(world, asked), now, vetoes_of=vetoes_of(self._engine.veto))
        reasons = [reason for refused in applied.refusals for reason in refused.reasons]
        if reasons:
            raise refusal(_placed(reasons, given))
        return tuple(receipts(world, applied, asked))

    @audited("users.forget", writes=True)
    def forget(self, user_id: str, *, by: str, at: datetime | None = None) -> ForgetReceipt:
        """Blank the name of a former employee, and every comment on their licenses, wherever they are stored.

        The id, the licenses and the times stay, so statements, history and seals
        still hold. Saved again, the user has no name until a rehire. Backups, logs
        and exports of the host are the host's to clean.

        Args:
            user_id: A retired user.
            by: The author of the change.
            at: When; now if `None`.

        Returns:
            The events whose texts still contain a name of the user.

        Raises:
            RefusedError: ``unknown_user``, or ``user_is_active`` where the user is
                not retired.
            WriteOutOfOrderError: *at* is out of order.
        """
        change = ForgetUser(user=user_id)
        with self._engine.worlds.stored() as view:
            names = names_of(view.facts, user_id)
        self._engine.writer.write((change,), by=by, at=at)
        with self._engine.worlds.stored() as view:
            return ForgetReceipt(user=user_id, mentions=mentions_of(view.facts, names))

    def forgotten(self) -> tuple[str, ...]:
        """Return the ids of the users who were forgotten and not rehired, sorted.

        Keep them outside the database: after an older backup was restored, these
        are the users to forget again.
        """
        world, _ = self._engine.worlds.world_at(None)
        return tuple(sorted(world.forgotten))

    def export(self, user_id: str) -> dict[str, Any]:
        """Return everything that is stored about one person, as JSON holds it.

        Returns:
            ``users`` and ``assignments`` with every row there ever was, ``journal``
            with every entry about them, and ``events`` whose texts contain a name.

        Raises:
            InvalidValueError: *user_id* is not a string.
            StoreError: the store cannot be read.
        """
        if not isinstance(user_id, str):
            raise InvalidValueError("user_id", user_id, "must be a string")
        with self._engine.worlds.stored() as view:
            return exported(view, user_id, self._engine.checks.seals)

    def find(self, user_id: str, *, at: datetime | None = None) -> User | None:
        """Return the user *user_id*, `None` if the id is unknown."""
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
        """Read and write through *engine*."""
        self._engine = engine

    @audited("sites.save", writes=True)
    def save(self, site: Site, *, by: str = "host", at: datetime | None = None) -> Site:
        """Store *site* as given.

        Raises:
            RefusedError: ``no_satellite_left``.
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


def _check_losses(expected: object) -> None:
    if expected is not None and (type(expected) is not int or expected < 0):
        raise InvalidValueError("expect_losses", expected, "must be an integer of 0 or more")


def _by_id(users: Iterable[User]) -> dict[str, User]:
    wanted: dict[str, User] = {}
    for place, user in enumerate(users):
        if not isinstance(user, User):
            raise InvalidValueError(f"users[{place}]", user, "must be a User")
        if wanted.setdefault(user.id, user) != user:
            raise InvalidValueError(f"users[{place}].id", user.id, "must be unique")
    return wanted


def _placed(reasons: Iterable[Reason], users: Sequence[User]) -> Iterator[Reason]:
    """Yield *reasons* with the place of the holder among *users*, instead of that of the change."""
    places = {user.id: place for place, user in enumerate(users)}
    for reason in reasons:
        params = {key: value for key, value in reason.params.items() if key != "place"}
        place = places.get(str(params.get("holder")))
        yield evolve(reason, params=params if place is None else {**params, "place": place})
