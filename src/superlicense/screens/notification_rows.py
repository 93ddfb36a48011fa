"""System notifications: the list on the Status tab, in the columns of the seed page.

Rule 1: the list contains running events. An event that runs past its expected
end is late; the expected end has no other effect.

Rule 2: the user who started an event is identified by id. Portraits belong to the
host, which returns a reference to one, or none.

Source: seed page, "Systemmeddelelser"; domain 13.3 and 14.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from superlicense.messages import LocalizedText, Localizer
from superlicense.model.event import EventKind, EventScope, JobKind, SystemEvent
from superlicense.model.user import User
from superlicense.rules.notices import EFFECTS, concerns, ending_of, running
from superlicense.screens.context import ScreenContext
from superlicense.screens.view_model import ViewModel

__all__ = ["ActivatedBy", "NotificationRow", "Portrait", "notification_rows"]

Portrait = Callable[[str], str | None]
"""A function that returns a reference to the portrait of a user id, such as a URL, or `None`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivatedBy(ViewModel):
    """The user or job that started an event.

    Attributes:
        user_id: Id of the user, or name of the job.
        name: Display name; the id if it is not a user.
        portrait: The host's reference to a portrait, or `None`.
    """

    user_id: str
    name: str
    portrait: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationRow(ViewModel):
    """One running event.

    Attributes:
        id: The id that ends the event.
        event: Kind of event; the key of a host's own kind.
        status: Running, or running late.
        message: The message of the event.
        activated: When it was started.
        activated_by: Who started it.
        finished: When it is expected to end, or `None`.
        finished_on: The last day on which it is expected to run, in the installation's
            time zone, or `None`.
        type: What it applies to: all databases, a database, a group or a user.
        whole_system: Whether it applies to all databases under the license.
        target: Name of the site or user, or id of the group, that it applies to.
        description: Details, shown below the list when the row is selected.
        effects: Features that are unavailable while it runs.
        ending: How it ends: by an administrator or by its job.
        reaches_user: Whether it applies to the user of the screen.
    """

    id: str
    event: LocalizedText
    status: LocalizedText
    message: str
    activated: datetime
    activated_by: ActivatedBy
    finished: datetime | None
    finished_on: date | None
    type: LocalizedText
    whole_system: bool
    target: str | None
    description: str
    effects: tuple[LocalizedText, ...]
    ending: LocalizedText
    reaches_user: bool


def notification_rows(
    context: ScreenContext, user: User | None, portrait: Portrait | None
) -> tuple[NotificationRow, ...]:
    """Return the running events, oldest first, as *user* sees them."""
    return tuple(_row(context, event, user, portrait) for event in running(context.world))


def _row(context: ScreenContext, event: SystemEvent, user: User | None, portrait: Portrait | None) -> NotificationRow:
    localizer = context.localizer
    late = event.expected_end is not None and event.expected_end < context.at
    return NotificationRow(
        id=event.id,
        event=_named(event.kind, localizer),
        status=localizer.of("late" if late else "running"),
        message=event.message,
        activated=event.started_at,
        activated_by=ActivatedBy(
            user_id=event.started_by,
            name=context.name_of_user(event.started_by),
            portrait=None if portrait is None else portrait(event.started_by),
        ),
        finished=event.expected_end,
        finished_on=None if event.expected_end is None else context.last_day_before(event.expected_end),
        type=localizer.of(event.scope),
        whole_system=event.scope is EventScope.ALL_DATABASES,
        target=_target(context, event),
        description=event.description or event.message,
        effects=tuple(localizer.of(feature) for feature in EFFECTS.get(event.kind, ())),
        ending=localizer.of(f"ends_{ending_of(event.kind)}"),
        reaches_user=concerns(context.world, event, user),
    )


def _named(kind: str, localizer: Localizer) -> LocalizedText:
    """Return *kind* with its label; a host's own kind is its own label."""
    return localizer.of(kind) if isinstance(kind, EventKind | JobKind) else LocalizedText(code=kind, text=kind)


def _target(context: ScreenContext, event: SystemEvent) -> str | None:
    if event.scope is EventScope.DATABASE:
        return context.name_of_site(event.target or context.world.installation.site)
    if event.scope is EventScope.USER and event.target is not None:
        return context.name_of_user(event.target)
    return event.target
