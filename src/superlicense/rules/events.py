"""Starting and ending system events."""

from __future__ import annotations

from attrs import evolve

from superlicense.errors import RefusedError
from superlicense.model.change import EndEvent, StartEvent
from superlicense.model.decision import ReasonCode, because
from superlicense.model.event import EventScope, SystemEvent
from superlicense.model.row import Table
from superlicense.model.site import Installation
from superlicense.rules.notices import end_refusals
from superlicense.rules.step import Step, refuse_if

__all__ = ["end_event", "start_event"]


def start_event(step: Step, change: StartEvent) -> None:
    """Start an event; only one per kind, scope and target may run at a time.

    Source: vendor table SystemEvent, unique (eventkey, scope, owner), domain 14.
    """
    event, installation = change.event, step.world.installation
    refuse_if(
        [
            because(ReasonCode.EVENT_RUNNING, kind=event.kind, event=row.noun.id)
            for row in step.world.events.values()
            if row.noun.id == event.id or _subject(row.noun, installation) == _subject(event, installation)
        ]
    )
    started = evolve(event, started_at=step.at, started_by=step.by, ended_at=None, ended_by=None)
    step.start(Table.EVENTS, event.id, started)


def _subject(event: SystemEvent, installation: Installation) -> tuple[str, EventScope, str]:
    """Return what may run only once; without a target, the scope DATABASE means the installation's site."""
    return (event.kind, event.scope, event.target or installation.site)


def end_event(step: Step, change: EndEvent) -> None:
    """End a running event, unless the kind of event or the caller does not allow it."""
    row = step.world.events.get(change.event_id)
    if row is None:
        raise RefusedError([because(ReasonCode.UNKNOWN_EVENT, event=change.event_id)])
    refuse_if(list(end_refusals(row.noun, force=change.force, by_job=change.by_job)))
    step.end(row)
