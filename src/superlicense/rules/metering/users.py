"""Users of a threshold: whom it reckons with, and how they are counted.

Rule 1: the users of an instant are the distinct holders of ``superoffice.user``,
direct or through a plan, under the package that is in force then.

Rule 2: of a month, policy takes the highest number of any instant, the number
at its end, or what was bought. Where what was bought has no limit, the highest
is taken and the tally says so.

Rule 3: the highest never falls within a month. It begins with what is carried
into it.

Source: design section 9; domain 11 says only that more users raise a threshold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple

from superlicense.model.license import SUPEROFFICE, LicenseKind, LicenseName, LicenseScope
from superlicense.model.package import InstalledPackage, LicensePackage
from superlicense.model.policy import UserCount
from superlicense.model.row import Row
from superlicense.model.seat import Assignment
from superlicense.model.usage import UserTally
from superlicense.model.world import World
from superlicense.rules.gate.entitlement import find_row

__all__ = ["USER", "Peak", "bought", "highest", "raised", "tally", "users_now"]

USER: Final = LicenseName(SUPEROFFICE, "user")
"""The license that makes somebody a user."""


class Peak(NamedTuple):
    """The highest number of users of a month so far.

    Attributes:
        users: How many.
        at: The first instant of the month with so many.
    """

    users: int
    at: datetime | None


def users_now(world: World) -> int:
    """Count the users of *world*, at a cost that does not grow with it."""
    return world.seats.get(USER, 0)


def bought(world: World) -> int | None:
    """Give how many users were bought; `None` where no package says, or nothing limits them."""
    row = find_row(world, USER)
    return None if row is None or not row.restricted else row.quantity


def raised(peak: Peak, users: int, at: datetime) -> Peak:
    """Give the peak after an instant *at* with so many *users*."""
    return Peak(users, at) if users > peak.users else peak


def tally(asked: UserCount, *, peak: Peak, users: int, at: datetime, bought: int | None) -> UserTally:
    """Count the users of a month as policy wants it.

    Args:
        asked: How policy wants them counted.
        peak: The highest number of the month so far.
        users: The number at *at*.
        at: The end of the month, or now where that has not come.
        bought: How many were bought; `None` where nothing limits them.
    """
    if asked is UserCount.AT_CLOSE:
        return UserTally(users=users, counted=asked, at=at, asked=asked)
    if asked is UserCount.BOUGHT and bought is not None:
        return UserTally(users=bought, counted=asked, asked=asked)
    return UserTally(users=peak.users, counted=UserCount.HIGHEST, at=peak.at, asked=asked)


def highest(
    assignments: Iterable[Row[Assignment]],
    packages: Iterable[Row[InstalledPackage]],
    start: datetime,
    end: datetime,
) -> Peak:
    """Reckon the highest number of users from history: what is kept with an open month must equal it.

    Instants are told apart, commits of one instant are not: a peak that was kept
    may be higher where several commits share an instant, never lower.

    Args:
        assignments: Every row of every assignment, ended ones included, in any order.
        packages: Every row of a package of SUPEROFFICE, likewise; others do not matter.
        start: First instant that counts, with what is carried into it.
        end: First instant that no longer counts.
    """
    moments: dict[datetime, list[tuple[Row[Any], bool]]] = {}
    rows: list[Row[Any]] = [*assignments, *packages]
    for row in rows:
        if row.start == row.end:
            continue  # it never held
        moments.setdefault(row.start, []).append((row, True))
        if row.end is not None:
            moments.setdefault(row.end, []).append((row, False))
    history = _History()
    before = sorted(at for at in moments if at <= start)
    for at in before:
        history.take(moments[at])
    peak = Peak(history.users(), start)
    for at in sorted(at for at in moments if start < at < end):
        history.take(moments[at])
        peak = raised(peak, history.users(), at)
    return peak


class _History:
    """Who holds what as time goes by."""

    def __init__(self) -> None:
        self._held: dict[str, Counter[str]] = {}
        self._bringing = frozenset({str(USER)})
        self._users: set[str] = set()

    def take(self, rows: Iterable[tuple[Row[Any], bool]]) -> None:
        """Let rows start (true) and end (false), all at one instant."""
        touched: set[str] = set()
        other_package = False
        # What ends goes first, so that a package's successor is the one that stays.
        for row, starts in sorted(rows, key=lambda pair: pair[1]):
            if isinstance(row.noun, Assignment):
                self._held.setdefault(row.noun.holder, Counter())[row.noun.license] += 1 if starts else -1
                touched.add(row.noun.holder)
            elif row.noun.package.owner_key == SUPEROFFICE:
                self._bringing = _bringing(row.noun.package if starts else None)
                other_package = True
        for holder in self._held if other_package else touched:
            if any(self._held[holder][name] > 0 for name in self._bringing):
                self._users.add(holder)
            else:
                self._users.discard(holder)

    def users(self) -> int:
        """Count them."""
        return len(self._users)


def _bringing(package: LicensePackage | None) -> frozenset[str]:
    """Name what makes its holder a user under *package*; who was assigned ``user`` itself always is."""
    row = None if package is None else package.by_name.get(USER)
    if package is None or row is None or row.scope is not LicenseScope.USER or row.kind is LicenseKind.PLAN:
        return frozenset({USER})
    plans = (row.name for row in package.licenses if row.kind is LicenseKind.PLAN and USER in row.grants)
    return frozenset({USER, *plans})
