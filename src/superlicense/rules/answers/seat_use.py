"""Seat use: users who hold seats without logging in, licenses held twice, and licenses nearly used up.

Rule 1: a license is redundant if everything that its holder consumes with it is
consumed without it as well; of a plan, what it grants counts, not the plan. All
redundant licenses of a holder can be released together, so of two that cover each
other only one is redundant; loose licenses go before plans.

Rule 2: the seat of the Suite follows the right to log in and is never redundant.

Source: design section 11.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from superlicense.model.license import LicenseKind, LicenseName, ModuleLicense
from superlicense.model.seat_use import IdleUser, LowLicense, RedundantSeat, SeatState
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import find_row
from superlicense.rules.seats.counting import count
from superlicense.rules.seats.holding import consumed, implied, user_licenses
from superlicense.rules.seats.seating import manual_refusals

__all__ = ["LOW_SHARE", "idle", "is_low", "low", "redundant", "state_of"]

LOW_SHARE: Final = Decimal("0.1")
"""Share of free seats at and below which a license is nearly used up, unless another is asked for."""


def idle(world: World, last_login: Mapping[str, datetime], at: datetime, after: timedelta) -> tuple[IdleUser, ...]:
    """Return the users who hold licenses and did not log in for *after* or longer before *at*.

    Args:
        world: The world.
        last_login: When each user last logged in, aware; who is missing never did.
        at: When.
        after: How long counts as idle.

    Returns:
        Those who never logged in first, then the longest idle, then by id.
    """
    found = [
        IdleUser(user=user_id, last_login=last_login.get(user_id), licenses=licenses)
        for user_id in world.users
        if (licenses := user_licenses(world, world.held_by(user_id))) and _is_idle(last_login.get(user_id), at, after)
    ]
    return tuple(sorted(found, key=lambda one: (one.last_login is not None, one.last_login or at, one.user)))


def _is_idle(last: datetime | None, at: datetime, after: timedelta) -> bool:
    return last is None or at - last >= after


def redundant(world: World) -> tuple[RedundantSeat, ...]:
    """Return the licenses of users that others of the same user cover, by holder."""
    # Users who hold the same licenses are judged together.
    judged: dict[tuple[LicenseName, ...], tuple[tuple[LicenseName, tuple[LicenseName, ...]], ...]] = {}
    found: list[RedundantSeat] = []
    for holder in sorted(set(world.assignments) & set(world.users)):
        licenses = user_licenses(world, world.held_by(holder))
        if licenses not in judged:
            judged[licenses] = tuple(_covered(world, licenses))
        found += (RedundantSeat(holder=holder, license=name, covered_by=by) for name, by in judged[licenses])
    return tuple(found)


def _covered(world: World, licenses: tuple[LicenseName, ...]) -> Iterator[tuple[LicenseName, tuple[LicenseName, ...]]]:
    """Yield those of *licenses* that can be released together without a loss, and what covers each."""
    kept = list(licenses)
    for name in sorted(licenses, key=lambda one: _is_plan(world, one)):
        rest = [other for other in kept if other != name]
        needed = _given(world, name)
        if needed and needed <= consumed(world, rest).rows.keys() and not list(manual_refusals(world, name)):
            kept = rest
            yield name, tuple(other for other in rest if not needed.isdisjoint(implied(world, other).rows))


def _is_plan(world: World, name: LicenseName) -> bool:
    row = find_row(world, name)
    return row is not None and row.kind is LicenseKind.PLAN


def _given(world: World, name: LicenseName) -> set[str]:
    """Return what a holder of *name* has by it: the license itself, or what the plan grants."""
    given = set(implied(world, name).rows)
    return given - {str(name)} if _is_plan(world, name) else given


def low(world: World, share: Decimal, *, hidden: bool) -> tuple[LowLicense, ...]:
    """Return the restricted licenses of which at most *share* of the seats is free.

    Args:
        world: The world.
        share: From 0 (none is free) to 1.
        hidden: Whether those that only plans grant are listed, too.

    Returns:
        Those with the fewest free seats first, then by name.
    """
    rows = (row for package in world.packages.values() for row in package.noun.package.licenses)
    found = [
        _low(row.name, *count(world, row)) for row in rows if (hidden or not row.hidden) and is_low(world, row, share)
    ]
    return tuple(sorted(found, key=lambda one: (one.free, one.license)))


def is_low(world: World, row: ModuleLicense, share: Decimal) -> bool:
    """Return whether at most *share* of the seats of *row* is free; never for one that is not restricted."""
    _, total, free = count(world, row)
    return total is not None and free is not None and free <= share * total


def state_of(world: World, row: ModuleLicense) -> SeatState | None:
    """Return whether seats of *row* are left; `None` for one that is not restricted."""
    _, total, free = count(world, row)
    if total is None or free is None:
        return None
    if free <= 0:
        return SeatState.USED_UP
    return SeatState.LOW if is_low(world, row, LOW_SHARE) else SeatState.AVAILABLE


def _low(name: LicenseName, in_use: int, total: int | None, free: int | None) -> LowLicense:
    return LowLicense(license=name, in_use=in_use, total=total or 0, free=max(0, free or 0))
