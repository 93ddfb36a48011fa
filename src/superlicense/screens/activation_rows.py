"""Rows of the activation dialog: licenses that change, licenses that block, and affected users.

Source: domain section 8, "Diff numbers per module" and "Superfluous rule".
"""

from __future__ import annotations

from dataclasses import dataclass

from superlicense.messages import LocalizedText
from superlicense.screens.license_rows import HolderRow
from superlicense.screens.view_model import ViewModel

__all__ = ["ChangeRow", "LoginRow", "LossRow", "MoveRow", "SuperfluousRow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow(ViewModel):
    """A license that changes.

    Attributes:
        license: Its name, ``owner.module``.
        title: Display name.
        scope: System, site or user license.
        change: New, removed or changed.
        in_use: Distinct holders today; `None` for a system license.
        free: Available today; `None` if unlimited, and for a system license.
        total: Total today; `None` if unlimited, and for a system license.
        added: Difference of the totals; for a system license 1 if it is new, -1 if
            it is removed, else 0; `None` if unlimited.
        new_total: Total with the new package; `None` if unlimited, and for a
            system license.
        new_free: Available with the new package, after the plan changes and releases
            that come with it; negative if too few, `None` if unlimited, and for a
            system license.
        ticked: For a system license, whether the package in force includes it; else `None`.
        new_ticked: For a system license, whether the new package includes it; else `None`.
        hidden: Comes only with plans.
        blocks: Too few seats with the new package: the name is shown in red.
    """

    license: str
    title: str
    scope: LocalizedText
    change: LocalizedText
    in_use: int | None
    free: int | None
    total: int | None
    added: int | None
    new_total: int | None
    new_free: int | None
    ticked: bool | None
    new_ticked: bool | None
    hidden: bool
    blocks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperfluousRow(ViewModel):
    """A license with more seats in use than the new package includes.

    Attributes:
        license: Its name, ``owner.module``.
        title: Display name.
        in_use: Distinct holders under the new package, after releases and plan changes.
        available: Total with the new package.
        must_remove: Number of seats to release.
        through: Titles of the plans that grant it; empty if it is held directly.
        holders: All holders under the new package, by id.
        reason: The same as a sentence.
    """

    license: str
    title: str
    in_use: int
    available: int
    must_remove: int
    through: tuple[str, ...]
    holders: tuple[HolderRow, ...]
    reason: LocalizedText


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRow(ViewModel):
    """A client to which the access of a user changes.

    Attributes:
        client: The client.
        before: The outcome of a login now.
        after: The outcome of a login with the new package.
    """

    client: LocalizedText
    before: LocalizedText
    after: LocalizedText


@dataclass(frozen=True, slots=True, kw_only=True)
class LossRow(ViewModel):
    """A user who would lose something.

    Attributes:
        id: Id of the user.
        name: Display name.
        lost: Titles of the licenses that the user loses.
        gained: Titles of the licenses that the user gains.
        features_lost: Names of the features that the user could no longer view or edit.
        logins: Clients to which the access of the user changes.
    """

    id: str
    name: str
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    features_lost: tuple[str, ...]
    logins: tuple[LoginRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRow(ViewModel):
    """A plan change of a user.

    Attributes:
        id: Id of the user.
        name: Display name.
        old: Title of the current plan.
        new: Title of the new plan; `None` if the current one is only released.
    """

    id: str
    name: str
    old: str
    new: str | None
