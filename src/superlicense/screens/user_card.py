"""The user card: the licenses of a user, which boxes can be changed, and why others cannot.

Rule 1: whether a box can be changed is determined by applying the change to the
world of the screen and discarding the result, so that card and command agree.

Rule 2: plans of one owner are radio buttons: choosing another one changes plans.
Other licenses are boxes, each below the license that it requires.

Source: domain 3, "Prerequisites"; domain 13.4, tab "Licences" of the card;
vendor class ModuleLicenseLink (domain 16).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from superlicense.messages import LocalizedText
from superlicense.messages.titles import owner_title
from superlicense.model.change import Assign, Change, ChangePlan, Release
from superlicense.model.license import LicenseKind, ModuleLicense
from superlicense.model.reason import Reason
from superlicense.model.user import User
from superlicense.rules.apply import VetoesOf, apply
from superlicense.rules.gate.entitlement import effective
from superlicense.rules.seats.holding import held, plans_among
from superlicense.screens.context import ScreenContext
from superlicense.screens.license_rows import LicenseRow, license_row
from superlicense.screens.owner_tab import warnings_of
from superlicense.screens.user_directory import UserDirectory
from superlicense.screens.user_licenses import UserRow, user_rows, visible_licenses
from superlicense.screens.view_model import ViewModel

__all__ = ["Choice", "OwnerChoices", "UserCard", "user_card"]

_LABELS = "user_id name type user_plans user_licenses license description in_use free total unrestricted prerequisite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(ViewModel):
    """One box or radio button.

    Attributes:
        row: The license, with its numbers.
        ticked: Whether the user holds it.
        through: Titles of the plans that grant it; empty if it is held directly, or
            not at all.
        can_change: Whether a click would succeed.
        reasons: Why it would not; empty if it would.
        children: Licenses that require this one.
    """

    row: LicenseRow
    ticked: bool
    through: tuple[str, ...]
    can_change: bool
    reasons: tuple[LocalizedText, ...]
    children: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerChoices(ViewModel):
    """The licenses of one owner.

    Attributes:
        owner: The owner in lower case.
        title: Display name of the owner.
        warnings: Current and upcoming problems of the owner's package.
        plans: Radio buttons; at most one is ticked.
        licenses: Boxes.
    """

    owner: str
    title: str
    warnings: tuple[LocalizedText, ...]
    plans: tuple[Choice, ...]
    licenses: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCard(ViewModel):
    """The card of one user.

    Attributes:
        user: The user and their licenses.
        known: Whether the user is saved in the installation.
        owners: The licenses to choose from.
        labels: Texts of headings, fields and columns.
    """

    user: UserRow
    known: bool
    owners: tuple[OwnerChoices, ...]
    labels: tuple[LocalizedText, ...]


def user_card(
    context: ScreenContext, user_id: str, vetoes_of: VetoesOf, directory: UserDirectory | None = None
) -> UserCard:
    """Return the card of *user_id*; *vetoes_of* asks the host about releases.

    The *directory* is that of the world, where it has been worked out before.
    """
    known = context.world.user(user_id)
    user = known or User(id=user_id)
    rows = visible_licenses(context, hidden=False)
    choices = _Choices(context, user, rows, vetoes_of)
    roots = choices.roots()
    packages = {owner: row.noun.package for owner, row in context.world.packages.items()}
    return UserCard(
        user=user_rows(context, [user], directory)[0],
        known=known is not None,
        owners=tuple(
            OwnerChoices(
                owner=owner,
                title=owner_title(packages[owner].owner, packages[owner]),
                warnings=context.localizer.of_all(warnings_of(context, owner)),
                plans=tuple(choice for row, choice in roots if _is_plan_of(row, owner)),
                licenses=tuple(
                    choice for row, choice in roots if row.name.owner == owner and not _is_plan_of(row, owner)
                ),
            )
            for owner in dict.fromkeys(row.name.owner for row in rows)
        ),
        labels=context.localizer.labels(_LABELS),
    )


def _is_plan_of(row: ModuleLicense, owner: str) -> bool:
    return row.name.owner == owner and row.kind is LicenseKind.PLAN


class _Choices:
    """The choices of one user, as trees of prerequisites."""

    def __init__(self, context: ScreenContext, user: User, rows: list[ModuleLicense], vetoes_of: VetoesOf) -> None:
        self._context = context
        self._user = user
        self._rows = rows
        self._vetoes_of = vetoes_of
        self._direct = held(context.world, user)
        self._through = effective(context.world, self._direct)
        self._placed: set[str] = set()

    def roots(self) -> list[tuple[ModuleLicense, Choice]]:
        """Return the licenses that require no visible license, each with those that require it."""
        names = {row.name for row in self._rows}
        first = [row for row in self._rows if row.prerequisite not in names]
        # Prerequisites across owners may be circular; then the first license is the root.
        return [(row, self._choice(row)) for row in (*first, *self._rows) if row.name not in self._placed]

    def _choice(self, row: ModuleLicense) -> Choice:
        self._placed.add(row.name)
        reasons = self._objections(row)
        through = self._through.get(row.name, ())
        return Choice(
            row=license_row(self._context, row),
            ticked=row.name in self._through,
            through=tuple(self._context.localizer.title(plan) for plan in through),
            can_change=not reasons,
            reasons=reasons,
            children=tuple(self._children(row)),
        )

    def _children(self, row: ModuleLicense) -> Iterable[Choice]:
        for other in self._rows:
            if other.prerequisite == row.name and other.name not in self._placed:
                yield self._choice(other)

    def _objections(self, row: ModuleLicense) -> tuple[LocalizedText, ...]:
        """Return why a click on *row* would fail; empty if it would succeed."""
        localizer = self._context.localizer
        plans = self._through.get(row.name)
        if plans:
            titles = tuple(self._context.localizer.title(plan) for plan in plans)
            return (LocalizedText(code="comes_with_plan", text=localizer.text("comes_with_plan", plans=titles)),)
        applied = apply(
            self._context.world, (self._click(row),), self._context.at, by="screen", vetoes_of=self._vetoes_of
        )
        reasons = (reason for refused in applied.refusals for reason in refused.reasons)
        return localizer.of_all(map(_about_the_user, reasons))

    def _click(self, row: ModuleLicense) -> Change:
        if row.name in self._through:
            return Release(license=row.name, holder=self._user.id)
        chosen = plans_among(self._context.world, self._direct, row.name.owner)
        if row.kind is LicenseKind.PLAN and chosen:
            return ChangePlan(license=row.name, holder=self._user.id)
        return Assign(license=row.name, holder=self._user.id)


def _about_the_user(reason: Reason) -> Reason:
    """Return *reason* without its holder: the card is the user's own, so that no sentence has to name them."""
    return Reason(code=reason.code, params={name: value for name, value in reason.params.items() if name != "holder"})
