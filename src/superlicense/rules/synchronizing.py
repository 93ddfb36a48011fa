"""Synchronizing: the changes that bring the users in line with the host's directory.

Rule 1: users who give up a seat come before users who need one, so that under
the Suite the seats are free in time.

Rule 2: a former employee whom the directory lists as active stays retired
without *rehire*.

Rule 3: a synchronization that would retire too many of the users who may log in,
or take the login from them, is refused unless the caller names their number. An
empty or truncated directory must not empty the installation.

Source: design section 7, "Mass loss"; the floor of 5 is stated there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from attrs import field, frozen

from superlicense.model.change import Change, Retire, SaveUser
from superlicense.model.frozen_map import FrozenMap
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.user import SaveReceipt, SaveStatus, User, UserType
from superlicense.model.world import World
from superlicense.rules.apply import Applied
from superlicense.rules.seats.people import has_effect, needs_rehire, save_status
from superlicense.rules.seats.seating import needs_suite_seat, suite_in_force

__all__ = ["Synchronization", "loss_refusals", "receipts", "sync_changes"]

_NEVER_TOO_MANY: Final = 5
_NEVER_LOG_IN: Final = frozenset({UserType.RESOURCE, UserType.DATABASE_ONLY})


def _by_id(value: Mapping[str, User]) -> FrozenMap[User]:
    return FrozenMap(value)


@frozen(kw_only=True)
class Synchronization:
    """What the caller of a synchronization asks for.

    Attributes:
        wanted: The users of the directory, by id.
        retire_missing: Whether to retire all users who are not in *wanted*.
        rehire: Whether former employees in *wanted* become active again.
        force: Whether the last administrator may be lost.
    """

    wanted: FrozenMap[User] = field(converter=_by_id)
    retire_missing: bool = False
    rehire: bool = False
    force: bool = False


def sync_changes(world: World, asked: Synchronization) -> Iterator[Change]:
    """Yield the changes of a synchronization; none for users who are stored as wanted."""
    if asked.retire_missing:
        for user_id, row in world.users.items():
            if user_id not in asked.wanted and not row.noun.retired:
                yield Retire(user=user_id, force=asked.force)
    suite = suite_in_force(world)
    saved = [
        user
        for user in asked.wanted.values()
        if (asked.rehire or not needs_rehire(world, user)) and has_effect(world, user, suite=suite)
    ]
    for user in sorted(saved, key=lambda user: needs_suite_seat(world, user)):
        yield SaveUser(user=user, force=asked.force, rehire=asked.rehire)


def loss_refusals(world: World, asked: Synchronization, expect_losses: int | None) -> Iterator[Reason]:
    """Yield the reason why a synchronization takes the login from too many users.

    Args:
        world: The world before.
        asked: The synchronization.
        expect_losses: The number of losses that the caller expects; `None` if
            the caller has not named one.
    """
    users = losses = 0
    for user_id, row in world.users.items():
        if _may_log_in(row.noun):
            users += 1
            wanted = asked.wanted.get(user_id)
            losses += asked.retire_missing if wanted is None else not _may_log_in(wanted)
    above = losses > _NEVER_TOO_MANY and losses > world.policy.retire_limit * users
    if (above or 0 < losses == users) and losses != expect_losses:
        yield because(ReasonCode.TOO_MANY_LOSSES, losses=losses, users=users, hint="expect_losses")


def _may_log_in(user: User) -> bool:
    """Return whether the user card lets *user* log in, whatever is licensed."""
    return user.may_log_in and not user.retired and not user.awaiting_approval and user.type not in _NEVER_LOG_IN


def receipts(world: World, applied: Applied, asked: Synchronization) -> Iterator[SaveReceipt]:
    """Yield a receipt for each user who changed, in the order of the changes, then for those who stay retired.

    Args:
        world: The world before.
        applied: The result of `sync_changes`.
        asked: The synchronization.
    """
    for user_id in dict.fromkeys(
        row.noun.id if isinstance(row.noun, User) else row.noun.holder for row in applied.rows
    ):
        user = applied.world.users[user_id].noun
        yield SaveReceipt(user=user, status=save_status(world.user(user_id), user, changed=True))
    if not asked.rehire:
        for user in asked.wanted.values():
            if needs_rehire(world, user):
                yield SaveReceipt(user=world.users[user.id].noun, status=SaveStatus.STILL_RETIRED)
