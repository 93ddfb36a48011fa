"""Notices: what a running event takes away, from whom, and who may end it.

Rule 1: only a No Login event keeps anybody out of anything. What else an event
takes away is told; the screens of the host act on it.

Rule 2: an event never ends by itself. One that was started by hand is ended by
hand. One that a job reported ends with the job, and by hand in an emergency
only; that of user-defined fields never by hand, because half-published fields
are worse than a notice too many.

Rule 3: a host's own event takes away nothing that we know of, and is ended like
an import.

Source: domain 14; for kinds of which it does not say who may end them, ADR 20.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from superlicense.model.decision import Reason, ReasonCode, because
from superlicense.model.event import EventKind, FeatureOutage, JobKind, SystemEvent, SystemFeature
from superlicense.model.user import User
from superlicense.model.world import World
from superlicense.rules.gate.blocking import exempt_from_no_login, reaches

__all__ = ["EFFECTS", "Ending", "concerns", "end_refusals", "ending_of", "outages", "running", "start_refusals"]

EFFECTS: Final[Mapping[str, tuple[SystemFeature, ...]]] = MappingProxyType(
    {
        EventKind.NO_LOGIN: (SystemFeature.LOGIN,),
        EventKind.NO_FREETEXT: (SystemFeature.FREETEXT_ON_TRAVEL,),
        EventKind.NO_TRAVEL: (SystemFeature.TRAVEL,),
        JobKind.FREETEXT_REBUILD: (SystemFeature.FREETEXT_SEARCH,),
        JobKind.PROTOTYPE_REBUILD: (SystemFeature.TRAVEL,),
        JobKind.COUNTER_REBUILD: (SystemFeature.STATUS_IMAGES, SystemFeature.STATISTICS, SystemFeature.COUNTERS),
        JobKind.UDEF_REBUILD: (SystemFeature.USER_DEFINED_FIELDS,),
    }
)
"""What is not available while an event of a kind runs; nothing for all other kinds."""


class Ending(StrEnum):
    """Who ends an event."""

    BY_HAND = "by_hand"  # an administrator
    FORCED = "forced"  # its job; an administrator in an emergency
    BY_JOB = "by_job"  # its job only


def ending_of(kind: str) -> Ending:
    """Say who ends events of *kind*, which `superlicense.model.event.read_kind` has read."""
    if isinstance(kind, EventKind):
        return Ending.BY_HAND
    return Ending.BY_JOB if kind == JobKind.UDEF_REBUILD else Ending.FORCED


def start_refusals(kind: str) -> Iterator[Reason]:
    """Say why an administrator may not start an event of *kind*; nothing if they may."""
    if ending_of(kind) is not Ending.BY_HAND:
        yield because(ReasonCode.EVENT_NOT_BY_HAND, kind=kind, hint="notices.report")


def end_refusals(event: SystemEvent, *, force: bool, by_job: bool) -> Iterator[Reason]:
    """Say why *event* may not be ended so; nothing if it may."""
    ending = ending_of(event.kind)
    if by_job or ending is Ending.BY_HAND:
        return
    if ending is Ending.BY_JOB:
        yield because(ReasonCode.EVENT_ENDS_WITH_JOB, kind=event.kind)
    elif not force:
        yield because(ReasonCode.EVENT_NEEDS_FORCE, kind=event.kind, hint="force")


def running(world: World) -> tuple[SystemEvent, ...]:
    """Give the events that run, in the order they started."""
    rows = sorted(world.events.values(), key=lambda row: (row.start, row.sequence))
    return tuple(row.noun for row in rows)


def outages(world: World) -> tuple[FeatureOutage, ...]:
    """Say what is not available, in the order the events started."""
    return tuple(
        FeatureOutage(feature=feature, event=event)
        for event in running(world)
        for feature in EFFECTS.get(event.kind, ())
    )


def concerns(world: World, event: SystemEvent, user: User | None) -> bool:
    """Say whether *event* reaches *user*, and whether it can do anything to them."""
    if event.kind == EventKind.NO_LOGIN and exempt_from_no_login(world, user):
        return False
    return reaches(event, user, world.installation)
