"""The activation dialog: what a new package would change, and what blocks it.

Rule 1: all facts are in the preview; the dialog adds titles, names and texts.

Rule 2: the list contains only licenses that change. Hidden licenses are shown on
request, and always if they block.

Rule 3: users who would lose something are listed by name; other affected users
are only counted.

Source: domain section 8, "Diff numbers per module" and "Superfluous rule".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from superlicense.messages import LocalizedText
from superlicense.messages.titles import owner_title
from superlicense.model.change import PlanMove, Release
from superlicense.model.decision import Client
from superlicense.model.license import LicenseName, LicenseScope
from superlicense.model.package import LicensePackage
from superlicense.model.preview import ActivationPreview, Blocker, LicenseDiff, UserEffect
from superlicense.rules.gate.entitlement import effective
from superlicense.screens.activation_rows import ChangeRow, LoginRow, LossRow, MoveRow, SuperfluousRow
from superlicense.screens.context import ScreenContext
from superlicense.screens.license_rows import HolderRow
from superlicense.screens.owner_tab import Expiry, expiry_at
from superlicense.screens.view_model import ViewModel

__all__ = ["ActivationDialog", "activation_dialog"]

_LABELS = (
    "activate_new_license company_name serial_number expiry_date license in_use free total added new_total new_free "
    "activate remove_superfluous_licenses available must_remove holders users_who_lose lost gained plan_moves"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationDialog(ViewModel):
    """The activation dialog.

    Attributes:
        owner: Owner of the package in lower case.
        title: Display name of the owner.
        company: Company that the package is issued to.
        serial_number: Serial number that the package is issued for.
        issue: Issue number of the package, or `None`.
        issued_at: When the package was issued, or `None`.
        replaces_issue: Issue number of the package in force; `None` without one.
        expiry: When the package in force expires; `None` if never, or without one.
        new_expiry: When the new package expires; `None` if never.
        is_new: False if the package is already in force, so that nothing changes.
        can_be_activated: Whether the button is enabled.
        unattended: Whether a nightly job may activate the package.
        changes: Licenses that change, in the order of the new package.
        superfluous: Licenses that block the activation.
        affected_users: Number of users for whom anything changes.
        losses: Users who would lose something, by id.
        moves: Plan changes chosen so far.
        proposed_moves: Plan changes and releases that would unblock the
            activation, for as few users as possible.
        labels: Texts of headings, fields and columns.
    """

    owner: str
    title: str
    company: str
    serial_number: str
    issue: int | None
    issued_at: datetime | None
    replaces_issue: int | None
    expiry: Expiry | None
    new_expiry: Expiry | None
    is_new: bool
    can_be_activated: bool
    unattended: bool
    changes: tuple[ChangeRow, ...]
    superfluous: tuple[SuperfluousRow, ...]
    affected_users: int
    losses: tuple[LossRow, ...]
    moves: tuple[MoveRow, ...]
    proposed_moves: tuple[MoveRow, ...]
    labels: tuple[LocalizedText, ...]


def activation_dialog(context: ScreenContext, preview: ActivationPreview, *, hidden: bool) -> ActivationDialog:
    """Return the dialog for *preview*."""
    package = preview.package
    current = None if preview.in_force is None else preview.in_force.package
    dialog = _RowBuilder(context, package, current)
    blocking = {blocker.license for blocker in preview.blockers}
    return ActivationDialog(
        owner=package.owner_key,
        title=owner_title(package.owner, package),
        company=package.company,
        serial_number=package.serial_number,
        issue=package.issue,
        issued_at=package.issued_at,
        replaces_issue=None if current is None else current.issue,
        expiry=None if current is None else expiry_at(context, current.validity.expires_at),
        new_expiry=expiry_at(context, package.validity.expires_at),
        is_new=preview.is_new,
        can_be_activated=preview.can_be_activated,
        unattended=preview.safe_unattended,
        changes=tuple(
            dialog.change(diff, blocks=diff.license in blocking)
            for diff in preview.changes
            if hidden or diff.license in blocking or not _is_hidden(diff)
        ),
        superfluous=tuple(dialog.superfluous(blocker) for blocker in preview.blockers),
        affected_users=len(preview.effects),
        losses=tuple(dialog.loss(effect) for effect in preview.effects if effect.loses_something),
        moves=dialog.moves(preview.plan_moves),
        proposed_moves=dialog.moves((*preview.proposed_moves, *preview.proposed_releases)),
        labels=context.localizer.labels(_LABELS),
    )


def _is_hidden(diff: LicenseDiff) -> bool:
    return all(row is None or row.hidden for row in (diff.current, diff.new))


class _RowBuilder:
    """Builds the rows of the dialog."""

    def __init__(self, context: ScreenContext, package: LicensePackage, current: LicensePackage | None) -> None:
        self._context = context
        self._localizer = context.localizer
        self._package = package
        self._current = current
        # Cached, because ten thousand users may lose the same licenses.
        self._titles_by_name: dict[str, str] = {}

    def change(self, diff: LicenseDiff, *, blocks: bool) -> ChangeRow:
        row = diff.new or diff.current
        assert row is not None  # noqa: S101 - for the type checker: a difference has at least one row
        counted = row.scope is not LicenseScope.SYSTEM
        there, comes = diff.current is not None, diff.new is not None
        label = "license_changed" if there and comes else "license_added" if comes else "license_gone"
        return ChangeRow(
            license=str(diff.license),
            title=self._title(diff.license),
            scope=self._localizer.of(row.scope),
            change=self._localizer.of(label),
            in_use=diff.in_use if counted else None,
            free=diff.free if counted else None,
            total=diff.total if counted else None,
            added=diff.added if counted else comes - there,
            new_total=diff.new_total if counted else None,
            new_free=diff.new_total - diff.new_in_use if counted and diff.new_total is not None else None,
            ticked=None if counted else there,
            new_ticked=None if counted else comes,
            hidden=_is_hidden(diff),
            blocks=blocks,
        )

    def superfluous(self, blocker: Blocker) -> SuperfluousRow:
        return SuperfluousRow(
            license=str(blocker.license),
            title=self._title(blocker.license),
            in_use=blocker.in_use,
            available=blocker.new_total,
            must_remove=blocker.remove,
            through=self._titles(blocker.through),
            holders=tuple(self._holder(holder, blocker.license) for holder in blocker.holders),
            reason=self._localizer.of_all([blocker.reason])[0],
        )

    def loss(self, effect: UserEffect) -> LossRow:
        differing = [client for client, before in effect.login_before.items() if effect.login_after[client] != before]
        return LossRow(
            id=effect.user,
            name=self._context.name_of_user(effect.user),
            lost=self._titles(effect.lost),
            gained=self._titles(effect.gained),
            features_lost=effect.features_lost,
            logins=tuple(
                LoginRow(
                    client=self._localizer.of(Client(client)),
                    before=self._localizer.of(effect.login_before[client]),
                    after=self._localizer.of(effect.login_after[client]),
                )
                for client in differing
            ),
        )

    def moves(self, steps: Iterable[PlanMove | Release]) -> tuple[MoveRow, ...]:
        return tuple(map(self._move, sorted(steps, key=lambda step: step.holder)))

    def _move(self, step: PlanMove | Release) -> MoveRow:
        old = step.old if isinstance(step, PlanMove) else step.license
        return MoveRow(
            id=step.holder,
            name=self._context.name_of_user(step.holder),
            old=self._localizer.title(old, self._current),
            new=self._localizer.title(step.new, self._package) if isinstance(step, PlanMove) else None,
        )

    def _holder(self, holder: str, license: LicenseName) -> HolderRow:
        """Return *holder* with the plans that grant *license* today; none for a license of the new package only."""
        through = effective(self._context.world, self._context.world.held_by(holder)).get(license, ())
        name = (
            self._context.name_of_user(holder)
            if holder in self._context.world.users
            else self._context.name_of_site(holder)
        )
        return HolderRow(id=holder, name=name, through=self._titles(through))

    def _titles(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(map(self._title, names))

    def _title(self, name: str) -> str:
        title = self._titles_by_name.get(name)
        if title is None:
            in_new = self._package.by_name.get(name) is not None
            license = LicenseName.parse(name)
            title = self._titles_by_name[name] = self._localizer.title(
                license, self._package if in_new else self._current
            )
        return title
