"""Users: how many users a month has, which is what its thresholds depend on.

Rule 1: the users of an instant are the distinct holders of ``superoffice.user``,
direct or through a plan, under the package that is in force then.

Rule 2: for a month, policy chooses the highest number at any instant, the number
at its end, or the number bought. Where the number bought is unlimited, the
highest number is used and the tally says so.

Rule 3: the peak never falls within a month. It starts with the number that is
carried into it, after the moves of its first instant.

Source: design section 9; domain 11 says only that more users raise a threshold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from superlicense.model.license import SUPEROFFICE, LicenseKind, LicenseName, LicenseScope
from superlicense.model.package import InstalledPackage, LicensePackage
from superlicense.model.policy import UserCount
from superlicense.model.row import Row
from superlicense.model.seat import Assignment
from superlicense.model.usage import UserTally
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import owner_defects
from superlicense.rules.seats.holding import implied

__all__ = [
    "USER",
    "Peak",
    "PeakBounds",
    "bought",
    "count_users",
    "peak_bounds",
    "peak_from_history",
    "raised",
    "users_by_step",
    "users_now",
]

USER: Final = LicenseName(SUPEROFFICE, "user")
"""The license whose holders are counted."""


class Peak(NamedTuple):
    """The peak users of a month so far.

    Attributes:
        users: How many.
        at: The first instant of the month with that many.
    """

    users: int
    at: datetime | None


def users_now(world: World) -> int:
    """Return the number of users of *world*, at a cost that does not depend on its size."""
    return world.seats.get(USER, 0)


def bought(world: World) -> int | None:
    """Return how many users were bought; `None` where no package that counts says so, or without restriction."""
    return None if owner_defects(world, SUPEROFFICE) else implied(world, USER).quantities.get(USER)


def raised(peak: Peak, users: int, at: datetime) -> Peak:
    """Return the peak after an instant *at* with this many *users*."""
    return Peak(users, at) if users > peak.users else peak


def count_users(asked: UserCount, *, peak: Peak, users: int, at: datetime, bought: int | None) -> UserTally:
    """Return the users of a month, counted as policy says.

    Args:
        asked: How policy says to count them.
        peak: The peak of the month so far.
        users: The number at *at*.
        at: The end of the month, or now while the month is running.
        bought: How many were bought; `None` where the license is unrestricted.
    """
    if asked is UserCount.AT_CLOSE:
        return UserTally(users=users, counted=asked, at=at, asked=asked)
    if asked is UserCount.BOUGHT and bought is not None:
        return UserTally(users=bought, counted=asked, asked=asked)
    return UserTally(users=peak.users, counted=UserCount.HIGHEST, at=peak.at, asked=asked)


def peak_from_history(
    assignments: Iterable[Row[Assignment]],
    packages: Iterable[Row[InstalledPackage]],
    start: datetime,
    end: datetime,
) -> Peak:
    """Compute the peak of a period from history; the stored peak of an open month must equal it.

    Commits that share an instant are not told apart, so the stored peak may be
    higher than this one there, never lower.

    Args:
        assignments: Every row of every assignment, ended ones included, in any order.
        packages: Every row of a package of SUPEROFFICE, likewise; other packages are ignored.
        start: First instant that counts, with the users that are carried into it.
        end: First instant that does not count any more.
    """
    moments: dict[datetime, list[tuple[Row[Any], bool]]] = {}
    rows: list[Row[Any]] = [*assignments, *packages]
    for row in rows:
        if row.start == row.end:
            continue  # it was never in force
        moments.setdefault(row.start, []).append((row, True))
        if row.end is not None:
            moments.setdefault(row.end, []).append((row, False))
    history = _History()
    before = sorted(at for at in moments if at <= start)
    for at in before:
        history.apply(moments[at])
    peak = Peak(history.users(), start)
    for at in sorted(at for at in moments if start < at < end):
        history.apply(moments[at])
        peak = raised(peak, history.users(), at)
    return peak


class PeakBounds(NamedTuple):
    """The least and the most that the stored peak of a month can be.

    Attributes:
        least: The peak of what the instants end with.
        most: The peak of what the steps end with.
    """

    least: int
    most: int


def users_by_step(
    steps: Iterable[tuple[datetime, Iterable[Row[Any]], Iterable[Row[Any]]]],
) -> list[tuple[datetime, int]]:
    """Return the number of users after each of *steps*, in their order.

    Args:
        steps: The instant of each step, the rows that end with it and those that
            start with it; rows of assignments and packages only.
    """
    history = _History()
    counts = []
    for at, ended, started in steps:
        history.apply([*((row, False) for row in ended), *((row, True) for row in started)])
        counts.append((at, history.users()))
    return counts


def peak_bounds(counts: Sequence[tuple[datetime, int]], start: datetime, end: datetime) -> PeakBounds:
    """Return the bounds of the stored peak of a period.

    One commit may take several steps, and several commits may share an instant:
    a commit ends with some step, and the last commit of an instant with the last one.

    Args:
        counts: What `users_by_step` has returned.
        start: First instant that counts, with the users after its moves.
        end: First instant that does not count any more.
    """
    carried = next((users for at, users in reversed(counts) if at <= start), 0)
    inside = [(at, users) for at, users in counts if start < at < end]
    instants = {start: carried, **dict(inside)}
    return PeakBounds(max(instants.values()), max([carried, *(users for _, users in inside)]))


class _History:
    """The holders of each license as time passes."""

    def __init__(self) -> None:
        self._held: dict[str, Counter[str]] = {}
        self._granting = frozenset({str(USER)})
        self._users: set[str] = set()

    def apply(self, rows: Iterable[tuple[Row[Any], bool]]) -> None:
        """Start (true) and end (false) rows, all at one instant."""
        touched: set[str] = set()
        other_package = False
        # Ends first, so that a package's successor is the one that remains.
        for row, starts in sorted(rows, key=lambda pair: pair[1]):
            if isinstance(row.noun, Assignment):
                self._held.setdefault(row.noun.holder, Counter())[row.noun.license] += 1 if starts else -1
                touched.add(row.noun.holder)
            elif row.noun.package.owner_key == SUPEROFFICE:
                self._granting = _granting(row.noun.package if starts else None)
                other_package = True
        for holder in self._held if other_package else touched:
            if any(self._held[holder][name] > 0 for name in self._granting):
                self._users.add(holder)
            else:
                self._users.discard(holder)

    def users(self) -> int:
        """Return how many users there are."""
        return len(self._users)


def _granting(package: LicensePackage | None) -> frozenset[str]:
    """Return the licenses that make their holder a user under *package*; ``user`` itself always does."""
    row = None if package is None else package.by_name.get(USER)
    if package is None or row is None or row.scope is not LicenseScope.USER or row.kind is LicenseKind.PLAN:
        return frozenset({USER})
    plans = (row.name for row in package.licenses if row.kind is LicenseKind.PLAN and USER in row.grants)
    return frozenset({USER, *plans})
