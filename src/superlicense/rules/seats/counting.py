"""Counting: how many seats of a license are in use, and how many there are.

Rule 1: in use are the distinct holders that consume a license, directly or
through a plan. A holder of one license through two ways consumes one.

Rule 2: a restricted license has as many seats as its row says; a system license
or an unrestricted one may be held any number of times. Seats are compared with
use here only: by `overdrawn` for one license, by `exceeded` for several, and by
`fully_used` for everything that a holder is about to consume. Refusals, blockers
and proposed plan moves call them.

Source: design section 7; domain section 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from superlicense.model.consumed import Consumed
from superlicense.model.license import LicenseName, ModuleLicense
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.seat import SeatUsage
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import get_row
from superlicense.rules.seats.holding import implies

__all__ = ["count", "exceeded", "fully_used", "overdrawn", "usage"]


def usage(world: World, license: LicenseName) -> SeatUsage:
    """Count the seats of *license* and list its holders.

    Raises:
        UnknownLicenseError: no package in force has it.
    """
    row = get_row(world, license)
    package = world.packages[license.owner].noun.package
    consumers = {other.name for other in package.licenses if implies(world, other.name, license)}
    holders = [holder for holder in world.assignments if not consumers.isdisjoint(world.held_by(holder))]
    in_use, total, free = count(world, row)
    return SeatUsage(license=license, in_use=in_use, total=total, free=free, holders=tuple(sorted(holders)))


def count(world: World, row: ModuleLicense) -> tuple[int, int | None, int | None]:
    """Return how many seats of *row* are in use, how many there are, and how many are free.

    The last two are `None` if the license is not restricted. The numbers are those
    of `usage`, at the cost of one lookup.
    """
    in_use = world.seats.get(row.name, 0)
    total = row.quantity if row.restricted else None
    return in_use, total, None if total is None else total - in_use


def overdrawn(row: ModuleLicense | None, in_use: int) -> int:
    """Return how many seats are missing for *in_use* holders, 0 if there are enough.

    >>> from superlicense.model.license import LicenseScope
    >>> web = ModuleLicense(name="web", scope=LicenseScope.USER, quantity=3)
    >>> overdrawn(web, 3), overdrawn(web, 5), overdrawn(None, 5)
    (0, 2, 5)

    Args:
        row: The row of the license in the package that is judged; `None` if the
            package does not have the license, and so has no seats of it.
        in_use: Number of distinct holders, 0 or more.
    """
    if row is None:
        return in_use
    return max(0, in_use - row.quantity) if row.restricted else 0


def exceeded(world: World, rows: Iterable[ModuleLicense]) -> Iterator[tuple[ModuleLicense, Reason]]:
    """Yield each of *rows* that has fewer seats than *world* has holders of its license, and a reason that says so."""
    for row in rows:
        in_use = world.seats.get(row.name, 0)
        missing = overdrawn(row, in_use)
        if missing:
            params = {"license": str(row.name), "in_use": in_use, "new_total": row.quantity, "remove": missing}
            yield row, because(ReasonCode.SEATS_EXCEED_TOTAL, **params)


def fully_used(world: World, has: Consumed, had: Consumed) -> list[str]:
    """Return the licenses of *has*, and not of *had*, that `overdrawn` has no seat of for one more holder.

    Args:
        world: The world before the change; its seats include *had*.
        has: What a holder consumes after the change.
        had: What the holder consumes before it.
    """
    in_use = world.seats
    return [
        name
        for name, quantity in has.quantities.items()
        # A license that nobody holds has a seat: at least one was bought.
        if name in in_use and in_use[name] >= quantity and name not in had.rows
    ]
