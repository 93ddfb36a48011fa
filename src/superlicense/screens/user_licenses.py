"""User licenses: users and the licenses they hold.

Rule 1: users with the same licenses share one computation, so that a screen of
ten thousand users costs little more than a list of them.

Rule 2: former employees hold no licenses and are not listed.

Source: domain 13.4, "User licences tab" and "Associates columns".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from superlicense.messages import LocalizedText
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.user import User
from superlicense.rules.gate.blocking import tampering
from superlicense.rules.gate.entitlement import effective, find_row, get_row, owner_package
from superlicense.rules.look_alikes import look_alikes
from superlicense.rules.seats.holding import held
from superlicense.screens.context import ScreenContext
from superlicense.screens.license_rows import LicenseRow, in_order, license_row
from superlicense.screens.owner_tab import owners
from superlicense.screens.view_model import ViewModel

__all__ = ["HeldRow", "UserLicenses", "UserRow", "user_licenses", "user_rows", "visible_licenses"]

_LABELS = "user_licenses user_id name type site groups user_plan license in_use free total unrestricted can_log_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow(ViewModel):
    """One license that a user holds.

    Attributes:
        license: Its name, ``owner.module``.
        title: Display name.
        kind: Module or plan.
        through: Titles of the plans that grant it; empty if it is held directly.
    """

    license: str
    title: str
    kind: LocalizedText
    through: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRow(ViewModel):
    """One user and their licenses.

    Attributes:
        id: Id of the user.
        name: Display name.
        type: Type of user.
        site: Id of the site that the user belongs to.
        groups: Ids of the groups of the user.
        may_log_in: The switch "Can log in".
        awaiting_approval: Whether the user is not approved yet.
        administrator: Whether the user may use activation and repair.
        tampered: Whether a record of the user was modified outside the system, so
            that the user is denied everything.
        looks_like: Ids of other users that people cannot tell apart from this id.
        plans: Titles of the plans of the user, at most one per owner.
        licenses: The licenses of the user, in the order of the lists.
    """

    id: str
    name: str
    type: LocalizedText
    site: str
    groups: tuple[str, ...]
    may_log_in: bool
    awaiting_approval: bool
    administrator: bool
    tampered: bool
    looks_like: tuple[str, ...]
    plans: tuple[str, ...]
    licenses: tuple[HeldRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserLicenses(ViewModel):
    """The screen of user licenses.

    Attributes:
        filter: The license whose users are listed; `None` for all users.
        licenses: User licenses of all owners, with their numbers.
        users: The users, by id.
        labels: Texts of headings, fields and columns.
    """

    filter: LicenseRow | None
    licenses: tuple[LicenseRow, ...]
    users: tuple[UserRow, ...]
    labels: tuple[LocalizedText, ...]


def user_licenses(context: ScreenContext, license: LicenseName | None, *, hidden: bool) -> UserLicenses:
    """Return the screen of all users, or of the users of *license*.

    Raises:
        UnknownLicenseError: No package in force includes *license*.
    """
    chosen = None if license is None else get_row(context.world, license)
    users = [row.noun for _, row in sorted(context.world.users.items()) if not row.noun.retired]
    return UserLicenses(
        filter=None if chosen is None else license_row(context, chosen),
        licenses=tuple(license_row(context, row) for row in visible_licenses(context, hidden=hidden)),
        users=user_rows(context, users, license, hidden=hidden),
        labels=context.localizer.labels(_LABELS),
    )


def visible_licenses(context: ScreenContext, *, hidden: bool) -> list[ModuleLicense]:
    """Return the user licenses of all owners, in the order of their lists; hidden ones if *hidden*."""
    packages = (owner_package(context.world, owner) for owner in owners(context))
    return [
        row
        for package in packages
        if package is not None
        for row in in_order(package.licenses)
        if row.scope is LicenseScope.USER and (hidden or not row.hidden)
    ]


def user_rows(
    context: ScreenContext, users: Iterable[User], license: LicenseName | None = None, *, hidden: bool
) -> tuple[UserRow, ...]:
    """Return a row for each of *users*, or only for those who use *license*."""
    cache = _HoldingsCache(context, hidden=hidden)
    alike = {user_id: group for group in look_alikes(context.world) for user_id in group}
    rows = []
    for user in users:
        holdings = cache.of(user)
        if license is None or license in holdings.names:
            rows.append(
                UserRow(
                    id=user.id,
                    name=user.name,
                    type=context.localizer.of(user.type),
                    site=user.site,
                    groups=user.groups,
                    may_log_in=user.may_log_in,
                    awaiting_approval=user.awaiting_approval,
                    administrator=user.administrator,
                    tampered=tampering(context.world, user)[0][1] is not None,
                    looks_like=tuple(other for other in alike.get(user.id, ()) if other != user.id),
                    plans=holdings.plans,
                    licenses=holdings.rows,
                )
            )
    return tuple(rows)


class _Holdings:
    """The licenses that users with the same assignments hold.

    Attributes:
        names: All licenses, including hidden ones.
        plans: Titles of the plans.
        rows: The visible licenses.
    """

    __slots__ = ("names", "plans", "rows")

    def __init__(self, context: ScreenContext, licenses: tuple[LicenseName, ...], order: dict[str, int]) -> None:
        """Compute the rows for holders of *licenses*; *order* contains the visible ones."""
        through = effective(context.world, licenses)
        self.names = frozenset(through)
        visible = sorted((name for name in through if name in order), key=order.__getitem__)
        plans = [name for name in licenses if _kind(context, name) is LicenseKind.PLAN]
        self.plans = tuple(context.localizer.title(name) for name in plans)
        self.rows = tuple(
            HeldRow(
                license=name,
                title=context.localizer.title(name),
                kind=context.localizer.of(_kind(context, name)),
                through=tuple(context.localizer.title(plan) for plan in through[name]),
            )
            for name in visible
        )


def _kind(context: ScreenContext, name: str) -> LicenseKind:
    row = find_row(context.world, LicenseName.parse(name))
    return LicenseKind.MODULE if row is None else row.kind


class _HoldingsCache:
    """Holdings by assigned licenses, computed once for all users with the same ones."""

    __slots__ = ("_context", "_holdings", "_order")

    def __init__(self, context: ScreenContext, *, hidden: bool) -> None:
        """Create an empty cache."""
        self._context = context
        rows = visible_licenses(context, hidden=hidden)
        self._order = {str(row.name): place for place, row in enumerate(rows)}
        self._holdings: dict[tuple[LicenseName, ...], _Holdings] = {}

    def of(self, user: User) -> _Holdings:
        """Return the holdings of *user*."""
        assigned = self._context.world.held_by(user.id)
        holdings = self._holdings.get(assigned)
        if holdings is None:
            holdings = self._holdings[assigned] = _Holdings(self._context, held(self._context.world, user), self._order)
        return holdings
