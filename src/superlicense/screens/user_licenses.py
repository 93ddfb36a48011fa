"""User licenses: which users use which licenses.

Rule 1: users who hold the same are looked at once, so that a screen of ten
thousand users costs little more than listing them.

Rule 2: former employees hold nothing and are not listed.

Source: domain 13.4, "User licences tab" and "Associates columns".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.user import User
from superlicense.rules.gate.blocking import tampering
from superlicense.rules.gate.entitlement import effective, find_row, owner_package
from superlicense.rules.seats.holding import held
from superlicense.rules.seats.seating import row_of
from superlicense.screens.context import ScreenContext
from superlicense.screens.license_rows import LicenseRow, in_order, license_row, title_of
from superlicense.screens.owner_tab import owners
from superlicense.screens.view_model import LocalizedText, ViewModel

__all__ = ["HeldRow", "UserLicenses", "UserRow", "user_licenses", "user_rows", "visible_licenses"]

_LABELS = "user_licenses user_id name type site groups user_plan license in_use free total unrestricted can_log_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow(ViewModel):
    """One license that a user holds.

    Attributes:
        license: Its name, ``owner.module``.
        title: What people call it.
        kind: Module or plan.
        through: Titles of the plans that it comes with; empty if it is held
            directly.
    """

    license: str
    title: str
    kind: LocalizedText
    through: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRow(ViewModel):
    """One user, and what they use.

    Attributes:
        id: The id.
        name: Display name.
        type: Kind of user.
        site: Id of the site that they belong to.
        groups: Ids of their groups.
        may_log_in: The switch "Can log in".
        awaiting_approval: Not approved yet.
        administrator: May reach activation and repair.
        tampered: Whether somebody else has written what concerns them, so that
            they are granted nothing.
        plans: Titles of their plans, one for each owner at most.
        licenses: Everything they hold, in the order of the lists.
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
    plans: tuple[str, ...]
    licenses: tuple[HeldRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserLicenses(ViewModel):
    """Everything on the screen.

    Attributes:
        filter: The license whose users are listed; `None` if all users are.
        licenses: User licenses of every owner, with their numbers.
        users: The users, by id.
        labels: Words for headings, fields and columns.
    """

    filter: LicenseRow | None
    licenses: tuple[LicenseRow, ...]
    users: tuple[UserRow, ...]
    labels: tuple[LocalizedText, ...]


def user_licenses(context: ScreenContext, license: LicenseName | None, *, hidden: bool) -> UserLicenses:
    """Show who uses what; only the users of *license*, if there is one.

    Raises:
        UnknownLicenseError: no package in force has *license*.
    """
    chosen = None if license is None else row_of(context.world, license)
    users = [row.noun for _, row in sorted(context.world.users.items()) if not row.noun.retired]
    return UserLicenses(
        filter=None if chosen is None else license_row(context, chosen),
        licenses=tuple(license_row(context, row) for row in visible_licenses(context, hidden=hidden)),
        users=user_rows(context, users, license, hidden=hidden),
        labels=context.localizer.labels(_LABELS),
    )


def visible_licenses(context: ScreenContext, *, hidden: bool) -> list[ModuleLicense]:
    """Give the rows of the user licenses of every owner, in the order of their lists."""
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
    """Show *users* with what they hold; only those who use *license*, if there is one."""
    cache = _HoldingsCache(context, hidden=hidden)
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
                    plans=holdings.plans,
                    licenses=holdings.rows,
                )
            )
    return tuple(rows)


class _Holdings:
    """What everybody shows who holds the same.

    Attributes:
        names: All that they hold, hidden licenses included.
        plans: Titles of their plans.
        rows: What is shown of it.
    """

    __slots__ = ("names", "plans", "rows")

    def __init__(self, context: ScreenContext, licenses: tuple[LicenseName, ...], order: dict[str, int]) -> None:
        """Work out what holders of *licenses* show, of those that have a place in *order*."""
        through = effective(context.world, licenses)
        self.names = frozenset(through)
        visible = sorted((name for name in through if name in order), key=order.__getitem__)
        plans = [name for name in licenses if _kind(context, name) is LicenseKind.PLAN]
        self.plans = tuple(title_of(context, name) for name in plans)
        self.rows = tuple(
            HeldRow(
                license=name,
                title=title_of(context, name),
                kind=context.localizer.of(_kind(context, name)),
                through=tuple(title_of(context, plan) for plan in through[name]),
            )
            for name in visible
        )


def _kind(context: ScreenContext, name: str) -> LicenseKind:
    row = find_row(context.world, LicenseName.parse(name))
    return LicenseKind.MODULE if row is None else row.kind


class _HoldingsCache:
    """What users hold, worked out once for all who hold the same."""

    __slots__ = ("_context", "_holdings", "_order")

    def __init__(self, context: ScreenContext, *, hidden: bool) -> None:
        """Begin with nothing worked out."""
        self._context = context
        rows = visible_licenses(context, hidden=hidden)
        self._order = {str(row.name): place for place, row in enumerate(rows)}
        self._holdings: dict[tuple[LicenseName, ...], _Holdings] = {}

    def of(self, user: User) -> _Holdings:
        """Give what *user* holds."""
        assigned = self._context.world.held_by(user.id)
        holdings = self._holdings.get(assigned)
        if holdings is None:
            holdings = self._holdings[assigned] = _Holdings(self._context, held(self._context.world, user), self._order)
        return holdings
