"""Notices: what a running event makes unavailable, for which users, and who may end it.

Rule 1: only a No Login event blocks logins. Other outages are reported, and the
host's screens act on them.

Rule 2: an event never ends by itself. An event started by an administrator is
ended by an administrator. One reported by a job ends with its job;
administrators can force its end, except for user-defined fields, because
half-published fields are worse than a stale notice.

Rule 3: a host's own event makes no known feature unavailable, and is ended like
an import.

Source: domain 14; for kinds whose end it does not describe, ADR 20.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from attrs import evolve

from superlicense.errors import RefusedError
from superlicense.model.change import EditEvent, EndEvent, StartEvent, Unchanged
from superlicense.model.event import EventKind, EventScope, FeatureOutage, JobKind, SystemEvent, SystemFeature
from superlicense.model.reason import Reason, ReasonCode, because
from superlicense.model.row import Table
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.rules.gate.blocking import exempt_from_no_login, reaches, running
from superlicense.rules.step import Step, refuse_if

__all__ = [
    "EFFECTS",
    "Ending",
    "concerns",
    "edit_event",
    "end_event",
    "end_refusals",
    "ending_of",
    "outages",
    "running",
    "start_event",
    "start_refusals",
]

_UDEF_REBUILDS: Final = (
    JobKind.UDEF_REBUILD,
    JobKind.UDEF_REBUILD_CONTACT,
    JobKind.UDEF_REBUILD_PERSON,
    JobKind.UDEF_REBUILD_PROJECT,
    JobKind.UDEF_REBUILD_SALE,
    JobKind.UDEF_REBUILD_APPOINTMENT,
    JobKind.UDEF_REBUILD_DOCUMENT,
)
EFFECTS: Final[Mapping[str, tuple[SystemFeature, ...]]] = MappingProxyType(
    {
        EventKind.NO_LOGIN: (SystemFeature.LOGIN,),
        EventKind.NO_FREETEXT: (SystemFeature.FREETEXT_ON_TRAVEL,),
        EventKind.NO_TRAVEL: (SystemFeature.TRAVEL,),
        JobKind.FREETEXT_REBUILD: (SystemFeature.FREETEXT_SEARCH,),
        JobKind.PROTOTYPE_REBUILD: (SystemFeature.TRAVEL,),
        JobKind.COUNTER_REBUILD: (SystemFeature.STATUS_IMAGES, SystemFeature.STATISTICS, SystemFeature.COUNTERS),
        **dict.fromkeys(_UDEF_REBUILDS, (SystemFeature.USER_DEFINED_FIELDS,)),
    }
)
"""Features that are unavailable while an event runs, by kind; none for other kinds."""


class Ending(StrEnum):
    """How an event is ended."""

    BY_HAND = "by_hand"  # by an administrator
    FORCED = "forced"  # by its job; by an administrator with force
    BY_JOB = "by_job"  # by its job only


def ending_of(kind: str) -> Ending:
    """Return how events of *kind*, a result of `superlicense.model.event.read_kind`, are ended."""
    if isinstance(kind, EventKind):
        return Ending.BY_HAND
    return Ending.BY_JOB if kind in _UDEF_REBUILDS else Ending.FORCED


def start_refusals(kind: str) -> Iterator[Reason]:
    """Yield the reasons why an administrator may not start an event of *kind*."""
    if ending_of(kind) is not Ending.BY_HAND:
        yield because(ReasonCode.EVENT_NOT_BY_HAND, kind=kind, hint="notices.report")


def end_refusals(event: SystemEvent, *, force: bool, by_job: bool) -> Iterator[Reason]:
    """Yield the reasons why *event* may not be ended this way."""
    ending = ending_of(event.kind)
    if by_job or ending is Ending.BY_HAND:
        return
    if ending is Ending.BY_JOB:
        yield because(ReasonCode.EVENT_ENDS_WITH_JOB, kind=event.kind)
    elif not force:
        yield because(ReasonCode.EVENT_NEEDS_FORCE, kind=event.kind, hint="force")


def outages(world: World) -> tuple[FeatureOutage, ...]:
    """Return the features that are unavailable, in the order the events started."""
    return tuple(
        FeatureOutage(feature=feature, event=event)
        for event in running(world)
        for feature in EFFECTS.get(event.kind, ())
    )


def concerns(world: World, event: SystemEvent, user: User | None) -> bool:
    """Return whether *event* reaches *user* and affects them."""
    if event.kind == EventKind.NO_LOGIN and exempt_from_no_login(world, user):
        return False
    return reaches(event, user, world.installation)


def start_event(step: Step, change: StartEvent) -> None:
    """Start an event; only one per kind, scope and target may run at a time.

    Without a target, the scope DATABASE means the site that it is started in. The
    site becomes the target, because other sites read the same event.

    Source: vendor table SystemEvent, unique (eventkey, scope, owner), domain 14.
    """
    site = step.world.installation.site
    event = change.event
    if event.scope is EventScope.DATABASE and event.target is None:
        event = evolve(event, target=site)
    refuse_if(
        [
            because(ReasonCode.EVENT_RUNNING, kind=event.kind, event=row.noun.id)
            for row in step.world.events.values()
            if row.noun.id == event.id or _subject(row.noun, site) == _subject(event, site)
        ]
    )
    started = evolve(event, started_at=step.at, started_by=step.by, ended_at=None, ended_by=None)
    step.start(Table.EVENTS, event.id, started)


def _subject(event: SystemEvent, site: str) -> tuple[str, EventScope, str]:
    """Return what may run only once; an event stored without a target reaches *site*, too."""
    return (event.kind, event.scope, event.target or site)


def edit_event(step: Step, change: EditEvent) -> None:
    """Change the texts and the expected end of a running event.

    Source: domain 14: a row is edited by double-click; the expected end is information.
    """
    row = step.world.events.get(change.event_id)
    if row is None:
        raise RefusedError([because(ReasonCode.UNKNOWN_EVENT, event=change.event_id)])
    event, end = row.noun, change.expected_end
    edited = evolve(
        event,
        message=event.message if change.message is None else change.message,
        description=event.description if change.description is None else change.description,
        expected_end=event.expected_end if isinstance(end, Unchanged) else end,
    )
    if edited != row.noun:
        step.replace(row, Table.EVENTS, change.event_id, edited)


def end_event(step: Step, change: EndEvent) -> None:
    """End a running event, unless the kind of event or the caller does not allow it."""
    row = step.world.events.get(change.event_id)
    if row is None:
        raise RefusedError([because(ReasonCode.UNKNOWN_EVENT, event=change.event_id)])
    refuse_if(list(end_refusals(row.noun, force=change.force, by_job=change.by_job)))
    step.end(row)
