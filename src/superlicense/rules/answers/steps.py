"""Steps: the closed alphabet of remedies, and which of its letters can help against a reason.

Rule 1: the alphabet is closed. For the user who was denied: `Assign` and
`ChangePlan` of visible licenses, and `SaveUser` with another switch (allow login,
approve, rehire); for everybody: `EndEvent`, `ActivatePackage` of what waits as it
is, `Purchase` and `Renewal`. No other user is ever assigned or released anything.

Rule 2: purchases are of visible user licenses of a package in force, and of
licenses that it does not have and that the question names or one of its rows
requires. Nobody sells a hidden license, and what neither the catalog nor a
partner knows is not for sale.

Rule 3: a renewal is for whole years, as many as are needed.

Rule 4: `Alphabet.helping` returns every letter that a set needs more of to get rid
of a reason, and may return others: whether a set helps is always tried.

Source: design section 11; ADR 46.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import MAXYEAR, datetime
from enum import StrEnum

from attrs import frozen

from superlicense.catalog import module_table
from superlicense.model.change import ActivatePackage, Assign, ChangePlan, EndEvent
from superlicense.model.license import SUPEROFFICE, LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.package import LicensePackage
from superlicense.model.purchase import Renewal
from superlicense.model.reason import Reason, ReasonCode
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.rules.answers.obstacles import Obstacle
from superlicense.rules.answers.reaches import Reach, reaches
from superlicense.rules.answers.supposing import new_row
from superlicense.rules.gate.entitlement import find_row
from superlicense.rules.packages.waiting import waiting_changes
from superlicense.rules.seats.holding import implies, plans_among, user_licenses
from superlicense.rules.seats.seating import SUITE_SEAT, suite_in_force

__all__ = ["Activate", "Alphabet", "Buy", "Flag", "Letter"]


class Flag(StrEnum):
    """A switch of the user that one `SaveUser` sets, together with the others."""

    ALLOW_LOGIN = "allow_login"
    APPROVE = "approve"
    REHIRE = "rehire"


@frozen
class Activate:
    """Activate the waiting package of *owner*."""

    owner: str


@frozen
class Buy:
    """Buy seats of *license*; how many follows from the rest of the set."""

    license: LicenseName


Letter = Flag | Activate | Buy | Renewal | EndEvent | ChangePlan | Assign
"""One letter of the alphabet; all flags of a set are one step."""

_LEAP_DAY = (2, 29)

_FLAGS = {
    ReasonCode.LOGIN_NOT_ALLOWED: Flag.ALLOW_LOGIN,
    ReasonCode.AWAITING_APPROVAL: Flag.APPROVE,
    ReasonCode.USER_RETIRED: Flag.REHIRE,
    ReasonCode.USER_IS_RETIRED: Flag.REHIRE,
}
# Reasons that are about a license that the user does not have, and the parameter that names it.
_ABOUT_LICENSES = {
    ReasonCode.LICENSE_MISSING: "license",
    ReasonCode.ONE_LICENSE_OF: "licenses",
    ReasonCode.PREREQUISITE_MISSING: "prerequisite",
    ReasonCode.PREREQUISITE_OF: "license",
}
# Reasons that are about the seats of the license that they name.
_ABOUT_SEATS = frozenset(
    {
        ReasonCode.NO_SEAT_LEFT,
        ReasonCode.SEATS_EXCEED_TOTAL,
        ReasonCode.HELD_LICENSE_GONE,
        ReasonCode.UNKNOWN_LICENSE,
    }
)


class Alphabet:
    """The letters that there are for one user in one world.

    Attributes:
        waiting: What activates each waiting package, by owner.
        flags: The switches that can be set.
    """

    __slots__ = (
        "_absent",
        "_at",
        "_held",
        "_in_force",
        "_new",
        "_new_plans",
        "_packages",
        "_plan_owners",
        "_reaches",
        "_user",
        "flags",
        "waiting",
    )

    def __init__(self, world: World, user: User, named: Iterable[str], at: datetime) -> None:
        """Find the letters for *user* in *world*, where the question names the licenses *named*."""
        self._at = at
        self._user = user
        self.waiting: Mapping[str, ActivatePackage] = dict(waiting_changes(world))
        self._in_force = [row.noun.package for row in world.packages.values()]
        self._packages = [*self._in_force, *(change.package for change in self.waiting.values())]
        self._held = user_licenses(world, world.held_by(user.id))
        self._plan_owners = {name.owner for name in self._held if plans_among(world, (name,), name.owner)}
        self._new = frozenset(_buyable({*named, *_prerequisites(self._in_force)}, self._in_force))
        self._new_plans = dict(_new_plans({*self._new, *_plans(self._in_force)}, self._packages))
        # Such a purchase may change the license model of a package that waits, and with it what is required.
        self._absent = {Buy(row.name) for row in _visible(self._in_force) if _is_absent(row, self.waiting.values())}
        self._reaches = dict(reaches(world, self.waiting.values(), at))
        self.flags = frozenset(_settable(user))

    def helping(self, reason: Reason, at: Obstacle) -> set[Letter]:
        """Return the letters that can help against *reason*, one of those of the obstacle *at*."""
        about_seats = reason.code in _ABOUT_SEATS
        found: set[Letter] = {
            Activate(owner) for owner, reach in self._reaches.items() if reach is Reach.ALL or about_seats
        }
        found |= self._absent
        if at.activates is not None:
            found.update(self._changes_of_plan())
        flag = _FLAGS.get(reason.code)
        if flag in self.flags:
            found.add(flag)
        found.update(self._against(reason, at))
        return found

    def _against(self, reason: Reason, at: Obstacle) -> Iterator[Letter]:
        """Yield the letters that are about what *reason* names."""
        params = reason.params
        if reason.code is ReasonCode.NO_LOGIN_EVENT:
            yield EndEvent(event_id=params["event"])
        elif reason.code is ReasonCode.PACKAGE_STOPPED:
            yield from self._renewals(params["owner"])
        elif reason.code in _ABOUT_SEATS:
            yield from self.sources(params["license"])
        elif reason.code is ReasonCode.READ_ONLY_CLIENT:
            for name in at.unmet:
                yield from self._giving(at.world, name)
        elif reason.code in _ABOUT_LICENSES:
            named = params[_ABOUT_LICENSES[reason.code]]
            for name in (named,) if isinstance(named, str) else named:
                yield from self._giving(at.world, name)

    def sources(self, name: str) -> Iterator[Buy]:
        """Yield the purchases that add to the seats of the license *name*."""
        yield from self._bringing(name)
        for row in _visible(self._in_force):
            if row.name == name or name in row.grants:
                yield Buy(row.name)

    def _bringing(self, name: str) -> Iterator[Buy]:
        """Yield the purchases that bring a license that a package does not have: its own, and those of new plans."""
        if name in self._new:
            yield Buy(LicenseName.parse(name))
        yield from (Buy(plan) for plan, grants in self._new_plans.items() if name in grants)

    def _giving(self, world: World, name: str) -> Iterator[Letter]:
        """Yield what may give the user the license *name* in *world*."""
        row = find_row(world, LicenseName.parse(name))
        if row is None:
            yield from self._bringing(name)
        if row is None or row.scope is not LicenseScope.USER:
            return
        # Visible now or then: what an activation hides can be assigned before it.
        now = (found.noun.package for found in world.packages.values())
        for other in {row.name: row for row in _visible((*self._packages, *now))}.values():
            if other.name not in self._held and implies(world, other.name, name):
                yield self._holding(other)
        if suite_in_force(world) and implies(world, SUITE_SEAT, name):
            yield from self.flags

    def _holding(self, row: ModuleLicense) -> Assign | ChangePlan:
        if row.kind is LicenseKind.PLAN and row.name.owner in self._plan_owners:
            return ChangePlan(holder=self._user.id, license=row.name)
        return Assign(license=row.name, holder=self._user.id)

    def _changes_of_plan(self) -> Iterator[ChangePlan]:
        for row in _visible(self._packages):
            if row.kind is LicenseKind.PLAN and row.name.owner in self._plan_owners and row.name not in self._held:
                yield ChangePlan(holder=self._user.id, license=row.name)

    def _renewals(self, owner: str) -> Iterator[Renewal]:
        """Yield the renewal of *owner*: by as many years as make the package valid again."""
        for package in self._packages:
            ended = package.validity.expires_at
            if package.owner_key == owner and ended is not None:
                until = _years_after(ended, self._at)
                if until is not None:
                    yield Renewal(owner, until)
                return


def _visible(packages: Iterable[LicensePackage]) -> Iterator[ModuleLicense]:
    return (row for package in packages for row in package.licenses if _is_visible(row))


def _is_absent(row: ModuleLicense, changes: Iterable[ActivatePackage]) -> bool:
    packages = (change.package for change in changes if change.package.owner_key == row.name.owner)
    return any(row.name not in package.by_name for package in packages)


def _is_visible(row: ModuleLicense) -> bool:
    return row.scope is LicenseScope.USER and not row.hidden


def _settable(user: User) -> Iterator[Flag]:
    if not user.may_log_in:
        yield Flag.ALLOW_LOGIN
    if user.awaiting_approval:
        yield Flag.APPROVE
    if user.retired:
        yield Flag.REHIRE


def _prerequisites(packages: Iterable[LicensePackage]) -> Iterator[str]:
    for package in packages:
        yield from (str(row.prerequisite) for row in package.licenses if row.prerequisite is not None)


def _buyable(names: Iterable[str], packages: Collection[LicensePackage]) -> Iterator[str]:
    """Yield those of *names* that a package does not have, and that its owner may sell."""
    for text in names:
        name = LicenseName.parse(text)
        lacking = [one for one in packages if one.owner_key == name.owner and one.find(name) is None]
        if lacking and (name.owner != SUPEROFFICE or module_table.find(name) is not None):
            yield str(name)


def _plans(packages: Iterable[LicensePackage]) -> Iterator[str]:
    return (str(row.name) for row in _visible(packages) if row.kind is LicenseKind.PLAN)


def _new_plans(
    names: Iterable[str], packages: Collection[LicensePackage]
) -> Iterator[tuple[LicenseName, tuple[LicenseName, ...]]]:
    """Yield those of *names* that are plans and that a package does not have, with what they would grant there."""
    for text in names:
        name = LicenseName.parse(text)
        grants = new_row(name, 1).grants
        if grants and any(one.owner_key == name.owner and one.find(name) is None for one in packages):
            yield name, grants


def _years_after(ended: datetime, at: datetime) -> datetime | None:
    """Return the first instant after *at* that is whole years after *ended*; `None` beyond the calendar.

    The 29th of February becomes the 28th in other years.
    """
    for year in range(max(ended.year, at.year), min(at.year + 2, MAXYEAR + 1)):
        is_leap_day = (ended.month, ended.day) == _LEAP_DAY
        until = ended.replace(year=year, day=ended.day if isleap(year) or not is_leap_day else ended.day - 1)
        if until > at:
            return until
    return None
