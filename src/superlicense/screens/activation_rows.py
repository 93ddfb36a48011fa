"""Rows of the activation dialog: licenses that differ, what blocks, and who is touched.

Source: domain section 8, "Diff numbers per module" and "Superfluous rule".
"""

from __future__ import annotations

from dataclasses import dataclass

from superlicense.screens.license_rows import HolderRow
from superlicense.screens.view_model import LocalizedText, ViewModel

__all__ = ["ChangeRow", "LoginRow", "LossRow", "MoveRow", "SuperfluousRow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow(ViewModel):
    """One license that differs.

    Attributes:
        license: Its name, ``owner.module``.
        title: What people call it.
        scope: System, site or user license.
        change: Whether it is new, gone or changed.
        in_use: Distinct holders today; `None` for a system license.
        free: How many are left today; `None` if unrestricted, and for a system license.
        total: How many there are today; likewise.
        added: How many more there would be, negative if fewer; for a system
            license 1 if it is new, -1 if it is gone, else 0; `None` if
            unrestricted.
        new_total: How many there would be; `None` if unrestricted, and for a
            system license.
        new_free: How many would be left, negative if too few; likewise.
        ticked: For a system license, whether the package in force has it; else `None`.
        new_ticked: For a system license, whether the new one has it; else `None`.
        hidden: Comes only through plans.
        blocks: There would be too few: the name stands in red.
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
    """A license of which too many are in use.

    Attributes:
        license: Its name, ``owner.module``.
        title: What people call it.
        in_use: Distinct holders under the new package, after releases and moves.
        available: How many there would be.
        must_remove: How many have to give it up.
        through: Titles of the plans that cause it; empty if it is held directly.
        holders: Everybody who would hold it, by id.
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
    """A client that would treat a user otherwise.

    Attributes:
        client: Which one.
        before: How far it lets the user in now.
        after: How far it would.
    """

    client: LocalizedText
    before: LocalizedText
    after: LocalizedText


@dataclass(frozen=True, slots=True, kw_only=True)
class LossRow(ViewModel):
    """A user who would lose something.

    Attributes:
        id: The id.
        name: Display name.
        lost: Titles of the licenses that go.
        gained: Titles of the licenses that come.
        features_lost: Names of the features that the user could no longer view or edit.
        logins: Clients that would treat the user otherwise.
    """

    id: str
    name: str
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    features_lost: tuple[str, ...]
    logins: tuple[LoginRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRow(ViewModel):
    """A user who would change plans.

    Attributes:
        id: The id.
        name: Display name.
        old: Title of the plan they have.
        new: Title of the plan they would have.
    """

    id: str
    name: str
    old: str
    new: str
