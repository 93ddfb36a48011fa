"""User licenses: users and the licenses they hold.

Rule 1: users with the same licenses share one computation, so that a screen of
ten thousand users costs little more than a list of them.

Rule 2: former employees hold no licenses and are not listed.

Rule 3: rows are made for the users of the page that is shown. Others are looked at
only as far as a search or a filter asks for.

Source: domain 13.4, "User licences tab" and "Associates columns".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from attrs import Attribute, field, frozen
from attrs.validators import optional

from superlicense.errors import InvalidValueError
from superlicense.messages import LocalizedText
from superlicense.model.license import LicenseKind, LicenseName, LicenseScope, ModuleLicense
from superlicense.model.user import User
from superlicense.rules.gate.blocking import tampering
from superlicense.rules.gate.entitlement import effective, find_row, get_row, owner_package
from superlicense.rules.seats.holding import held
from superlicense.screens.context import ScreenContext
from superlicense.screens.license_rows import LicenseRow, in_order, license_row
from superlicense.screens.owner_tab import owners
from superlicense.screens.user_directory import UserDirectory
from superlicense.screens.view_model import ViewModel

__all__ = [
    "PAGE_SIZE",
    "HeldRow",
    "UserLicenses",
    "UserQuery",
    "UserRow",
    "user_licenses",
    "user_rows",
    "visible_licenses",
]

PAGE_SIZE: Final = 50
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
        users: The users of the page, by id.
        found: Number of users on all pages.
        page: The page, counted from 1.
        pages: Number of pages, at least 1.
        labels: Texts of headings, fields and columns.
    """

    filter: LicenseRow | None
    licenses: tuple[LicenseRow, ...]
    users: tuple[UserRow, ...]
    found: int
    page: int
    pages: int
    labels: tuple[LocalizedText, ...]


def _is_text(_: object, attribute: Attribute[str], value: object) -> None:
    if not isinstance(value, str):
        raise InvalidValueError(attribute.name, value, "must be a string")


def _counts(_: object, attribute: Attribute[int], value: object) -> None:
    if type(value) is not int or value < 1:
        raise InvalidValueError(attribute.name, value, "must be a whole number of at least 1")


@frozen(kw_only=True)
class UserQuery:
    """Which users are listed, and which page of them.

    Attributes:
        license: Only users of this license; all if `None`.
        search: Only users whose id, name or plan contains this text, in any case.
        may_log_in: Only users with the switch "Can log in".
        page: The page, counted from 1; the last one if there are fewer, and all
            users at once if `None`.
        size: Number of users on a page.
    """

    license: LicenseName | None = None
    search: str = field(default="", validator=_is_text)
    may_log_in: bool = False
    page: int | None = field(default=None, validator=optional(_counts))
    size: int = field(default=PAGE_SIZE, validator=_counts)


def user_licenses(
    context: ScreenContext, query: UserQuery, *, hidden: bool, directory: UserDirectory | None = None
) -> UserLicenses:
    """Return the screen of the users that *query* finds.

    Args:
        context: The world to show.
        query: Which users.
        hidden: Show also the licenses that only plans grant.
        directory: The users of the world, where they have been put in order before.

    Raises:
        UnknownLicenseError: No package in force includes the license.
    """
    chosen = None if query.license is None else get_row(context.world, query.license)
    listed = directory or UserDirectory.of(context.world)
    cache = _HoldingsCache(context, hidden=hidden)
    found = [user for user in listed.users if cache.matches(user, query)] if _narrows(query) else listed.users
    pages = 1 if query.page is None else max(1, -(-len(found) // query.size))
    page = min(query.page or 1, pages)
    shown = found if query.page is None else found[(page - 1) * query.size : page * query.size]
    return UserLicenses(
        filter=None if chosen is None else license_row(context, chosen),
        licenses=tuple(license_row(context, row) for row in visible_licenses(context, hidden=hidden)),
        users=_rows(context, shown, cache, listed),
        found=len(found),
        page=page,
        pages=pages,
        labels=context.localizer.labels(_LABELS),
    )


def _narrows(query: UserQuery) -> bool:
    return query.license is not None or bool(query.search) or query.may_log_in


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
    context: ScreenContext, users: Sequence[User], directory: UserDirectory | None = None
) -> tuple[UserRow, ...]:
    """Return a row for each of *users*, with the licenses that are not hidden."""
    listed = directory or UserDirectory.of(context.world)
    return _rows(context, users, _HoldingsCache(context, hidden=False), listed)


def _rows(
    context: ScreenContext, users: Sequence[User], cache: _HoldingsCache, directory: UserDirectory
) -> tuple[UserRow, ...]:
    return tuple(
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
            looks_like=directory.others_like(user.id),
            plans=holdings.plans,
            licenses=holdings.rows,
        )
        for user in users
        for holdings in (cache.of(user),)
    )


class _Holdings:
    """The licenses that users with the same assignments hold.

    Attributes:
        names: All licenses, including hidden ones.
        plans: Titles of the plans.
        plans_in_lower_case: The same titles, to be searched.
        rows: The visible licenses.
    """

    __slots__ = ("names", "plans", "plans_in_lower_case", "rows")

    def __init__(self, context: ScreenContext, licenses: tuple[LicenseName, ...], order: dict[str, int]) -> None:
        """Compute the rows for holders of *licenses*; *order* contains the visible ones."""
        through = effective(context.world, licenses)
        self.names = frozenset(through)
        visible = sorted((name for name in through if name in order), key=order.__getitem__)
        plans = [name for name in licenses if _kind(context, name) is LicenseKind.PLAN]
        self.plans = tuple(context.localizer.title(name) for name in plans)
        self.plans_in_lower_case = tuple(title.casefold() for title in self.plans)
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

    def matches(self, user: User, query: UserQuery) -> bool:
        """Return whether *query* finds *user*."""
        if query.may_log_in and not user.may_log_in:
            return False
        if query.license is not None and query.license not in self.of(user).names:
            return False
        text = query.search.casefold()
        return (
            text in user.id.casefold()
            or text in user.name.casefold()
            or any(text in title for title in self.of(user).plans_in_lower_case)
        )
