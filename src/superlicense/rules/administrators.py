"""Administrators: whether anybody is left who may administer the installation.

Rule 1: a batch that leaves nobody whom `superlicense.rules.gate.login.administer`
allows is refused if there was one before it, unless the change that takes the
last administrator is forced.

Source: design section 7, "Mass loss".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from superlicense.model.change import Change, Retire, SaveUser
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.row import Table
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.rules.gate.login import administer
from superlicense.rules.step import Step

__all__ = ["anybody_administers", "last_administrator", "lost_administrators"]


def lost_administrators(step: Step, after: World) -> list[str]:
    """Return the ids of users who may administer before *step* and not in the world *after* it."""
    return [
        row.key
        for row in step.rows
        if row.table is Table.USERS
        and row.end is not None
        and _may_administer(step.world, row.noun, step.at)
        and not _may_administer(after, after.user(row.key), step.at)
    ]


def last_administrator(
    before: World, after: World, at: datetime, lost: Sequence[tuple[int, Change, str]]
) -> tuple[int, Reason] | None:
    """Return the place of the change that leaves no administrator, and the reason to refuse it.

    Args:
        before: The world before the batch.
        after: The world after it.
        at: When the batch is applied.
        lost: Place, change and user for each administrator lost, in order.

    Returns:
        `None` if a user may still administer, none might before, or the change
        is forced.
    """
    if not lost or anybody_administers(after, at) or not anybody_administers(before, at):
        return None
    place, change, user = lost[-1]
    if isinstance(change, SaveUser | Retire) and change.force:
        return None
    return place, because(ReasonCode.LAST_ADMINISTRATOR, user=user, hint="force")


def anybody_administers(world: World, at: datetime) -> bool:
    """Return whether a user may administer the installation."""
    return any(_may_administer(world, row.noun, at) for row in world.users.values())


def _may_administer(world: World, user: User | None, at: datetime) -> bool:
    # The flag is checked first because a decision costs more than a look at it.
    return user is not None and user.administrator and administer(world, user, at).allowed
