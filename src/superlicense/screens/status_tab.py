"""The Status tab: the database, the next expiry and system notifications.

Rule 1: the next expiry is the earliest future one of all owners. Packages that
have expired appear among the warnings.

Rule 2: under the Suite the tab shows the plan and has no button for metered
services.

Source: seed page, "Fanen Status"; domain 13.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from superlicense.messages import LocalizedText
from superlicense.model.decision import RuleSet
from superlicense.model.license import SUPEROFFICE
from superlicense.model.limit import Limit
from superlicense.model.site import CENTRAL
from superlicense.model.user import User
from superlicense.rules.administrators import anybody_administers
from superlicense.rules.gate.entitlement import owner_package, rule_set_of
from superlicense.rules.gate.identity import licensee_of
from superlicense.rules.gate.login import administer
from superlicense.rules.installation_notes import installation_notes
from superlicense.rules.limits import plan_in_force
from superlicense.screens.context import ScreenContext
from superlicense.screens.notification_rows import NotificationRow, Portrait, notification_rows
from superlicense.screens.owner_tab import Expiry, expiry_of, owners, phase_shown
from superlicense.screens.restriction_rows import RestrictionRow, restriction_rows
from superlicense.screens.view_model import ViewModel

__all__ = ["NextExpiry", "StatusTab", "UserShown", "status_tab"]

_LABELS = (
    "licenses status database database_owner serial_number type site subscription plan restrictions upgrade "
    "next_expiry_date user_logged_in metered_services system_notifications system_events events event message "
    "activated activated_by user_id portrait finished description"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextExpiry(ViewModel):
    """The next license to expire.

    Attributes:
        owner: The owner in lower case.
        title: Display name of the owner.
        expiry: When it expires.
        phase: Valid, or expiring soon.
    """

    owner: str
    title: str
    expiry: Expiry
    phase: LocalizedText


@dataclass(frozen=True, slots=True, kw_only=True)
class UserShown(ViewModel):
    """The user who is logged in.

    Attributes:
        id: Id of the user.
        name: Display name; the id of an unknown user.
        known: Whether the user is saved in the installation.
        administrator: Whether the user is an administrator.
    """

    id: str
    name: str
    known: bool
    administrator: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusTab(ViewModel):
    """The Status tab.

    Attributes:
        database_owner: Company that owns this database.
        serial_number: Serial number of the installation, as it is now.
        type: Central or satellite database.
        site: Name of the site.
        subscription: Name of the product; empty if unknown.
        plan: Plan of a Suite; `None` for other license models.
        restrictions: Limits of the plan that the host has counted.
        next_expiry: The next license to expire, or `None`.
        user: The user who is logged in.
        metered_services: Whether there is a button for metered services.
        warnings: Problems of the installation and its packages.
        no_administrator: That no user may administer the installation; `None` if one may.
        notifications: Running events, oldest first.
        labels: Texts of headings, fields and columns.
    """

    database_owner: str
    serial_number: str
    type: LocalizedText
    site: str
    subscription: str
    plan: str | None
    restrictions: tuple[RestrictionRow, ...]
    next_expiry: NextExpiry | None
    user: UserShown
    metered_services: bool
    warnings: tuple[LocalizedText, ...]
    no_administrator: LocalizedText | None
    notifications: tuple[NotificationRow, ...]
    labels: tuple[LocalizedText, ...]


def status_tab(  # noqa: PLR0913 - what it shows, and whom it shows it to
    context: ScreenContext,
    user: User | None,
    user_id: str,
    counts: Mapping[Limit | str, int],
    portrait: Portrait | None,
    *,
    differing: tuple[str, ...] = (),
) -> StatusTab:
    """Return the tab for the user *user_id*, saved in the installation as *user*.

    Meters *differing* are billed on other terms this month than the host passes.

    Raises:
        InvalidValueError: *counts* has an unknown limit, or a count that is not an int of 0 or more.
    """
    ours, localizer = context.world.installation, context.localizer
    administrator = user is not None and user.administrator
    plan = plan_in_force(context.world)
    return StatusTab(
        database_owner=ours.database_owner,
        serial_number=licensee_of(context.world).serial_number,
        type=localizer.of("central_database" if ours.site == CENTRAL else "satellite_database"),
        site=context.name_of_site(ours.site),
        subscription=_subscription(context),
        plan=None if plan is None else plan.name,
        restrictions=restriction_rows(context, counts, administrator=administrator),
        next_expiry=_next_expiry(context),
        user=UserShown(
            id=user_id,
            name=user_id if user is None else user.name,
            known=user is not None,
            administrator=administrator,
        ),
        metered_services=rule_set_of(context.world) is not RuleSet.SUITE,
        warnings=localizer.of_all(
            installation_notes(context.world, context.at, differing=differing, administrator=administrator)
        ),
        no_administrator=_no_administrator(context, user),
        notifications=notification_rows(context, user, portrait),
        labels=localizer.labels(_LABELS),
    )


def _subscription(context: ScreenContext) -> str:
    package = owner_package(context.world, SUPEROFFICE)
    described = "" if package is None else package.product_description or package.product_type
    return described or context.world.installation.product_type


def _no_administrator(context: ScreenContext, user: User | None) -> LocalizedText | None:
    """Return that nobody may administer: neither a saved user nor *user*, as the host knows them."""
    if administer(context.world, user, context.at).allowed or anybody_administers(context.world, context.at):
        return None
    return context.localizer.of("no_administrator")


def _next_expiry(context: ScreenContext) -> NextExpiry | None:
    ahead = [
        NextExpiry(owner=owner, title=context.localizer.owner(owner), expiry=expiry, phase=phase)
        for owner in owners(context)
        if (expiry := expiry_of(context, owner)) is not None
        and (phase := phase_shown(context, owner)) is not None
        and expiry.at > context.at
    ]
    return min(ahead, key=lambda one: one.expiry.at, default=None)
