"""System notifications: the list on the Status tab, in the columns of the seed page.

Rule 1: the list shows what runs. An event that is not over when it was expected
to be is late; that is all its expected end does.

Rule 2: who started an event is told by id. A portrait is the host's; it gives a
reference to one, or none.

Source: seed page, "Systemmeddelelser"; domain 13.3 and 14.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from superlicense.model.event import EventKind, EventScope, JobKind, SystemEvent
from superlicense.model.user import User
from superlicense.rules.notices import EFFECTS, concerns, ending_of, running
from superlicense.screens.context import ScreenContext
from superlicense.screens.view_model import LocalizedText, Localizer, ViewModel

__all__ = ["ActivatedBy", "NotificationRow", "Portrait", "notification_rows"]

Portrait = Callable[[str], str | None]
"""Gives a reference to the portrait of a user, a URL for example; `None` where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivatedBy(ViewModel):
    """Who started an event.

    Attributes:
        user_id: Id of the user, or name of the job.
        name: Display name; the id of somebody who is not a user.
        portrait: The host's reference to a portrait; `None` where there is none.
    """

    user_id: str
    name: str
    portrait: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationRow(ViewModel):
    """One running event.

    Attributes:
        id: What it is ended by.
        event: What kind it is; a host's own kind is called by its key.
        status: Whether it is running as expected or late.
        message: The text of whoever started it.
        activated: When it was started.
        activated_by: Who started it.
        finished: When it is expected to end; `None` where nobody has said so.
        type: Whether it concerns everything under the license, or what.
        whole_system: Whether it concerns everything under the license.
        target: Name of the site or user, or id of the group, that it is aimed at.
        description: What stands below the list when the row is chosen.
        effects: What is not available meanwhile.
        ending: Who ends it: an administrator, or a job.
        reaches_user: Whether it concerns whoever looks at the screen.
    """

    id: str
    event: LocalizedText
    status: LocalizedText
    message: str
    activated: datetime
    activated_by: ActivatedBy
    finished: datetime | None
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
    """Show what runs, in the order it started; *user* looks at it."""
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
        type=localizer.of(event.scope),
        whole_system=event.scope is EventScope.ALL_DATABASES,
        target=_target(context, event),
        description=event.description or event.message,
        effects=tuple(localizer.of(feature) for feature in EFFECTS.get(event.kind, ())),
        ending=localizer.of(f"ends_{ending_of(event.kind)}"),
        reaches_user=concerns(context.world, event, user),
    )


def _named(kind: str, localizer: Localizer) -> LocalizedText:
    """Say what *kind* is; for a host's own kind we have no words, its key stands for it."""
    return localizer.of(kind) if isinstance(kind, EventKind | JobKind) else LocalizedText(code=kind, text=kind)


def _target(context: ScreenContext, event: SystemEvent) -> str | None:
    if event.scope is EventScope.DATABASE:
        return context.name_of_site(event.target or context.world.installation.site)
    if event.scope is EventScope.USER and event.target is not None:
        return context.name_of_user(event.target)
    return event.target
