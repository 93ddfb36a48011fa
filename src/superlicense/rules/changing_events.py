"""What starting and ending a system event do."""

from __future__ import annotations

from attrs import evolve

from superlicense.model.change import EndEvent, StartEvent
from superlicense.model.decision import ReasonCode, because
from superlicense.model.fact import Table
from superlicense.rules.step import Step, refuse_if

__all__ = ["end_event", "start_event"]


def start_event(step: Step, change: StartEvent) -> None:
    """Start an event; one of its kind, scope and target runs at a time.

    Source: vendor table SystemEvent, unique (eventkey, scope, owner), domain 14.
    """
    event = change.event
    for row in step.world.events.values():
        running = row.noun
        alike = (running.kind, running.scope, running.target) == (event.kind, event.scope, event.target)
        if alike or running.id == event.id:
            refuse_if([because(ReasonCode.EVENT_RUNNING, kind=event.kind, event=running.id)])
    started = evolve(event, started_at=step.at, started_by=step.by, ended_at=None, ended_by=None)
    step.start(Table.EVENTS, event.id, started)


def end_event(step: Step, change: EndEvent) -> None:
    """End a running event."""
    row = step.world.events.get(change.event_id)
    if row is None:
        refuse_if([because(ReasonCode.UNKNOWN_EVENT, event=change.event_id)])
    step.end(row)
