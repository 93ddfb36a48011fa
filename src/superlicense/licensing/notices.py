"""Notices: system events that an administrator starts and ends."""

from __future__ import annotations

from datetime import datetime
from os import urandom

from superlicense.licensing.hooks import told
from superlicense.licensing.ledger import Ledger
from superlicense.model.change import EndEvent, StartEvent
from superlicense.model.event import EventKind, EventScope, SystemEvent
from superlicense.model.world import World

__all__ = ["Notices"]


class Notices:
    """The system events of one installation."""

    __slots__ = ("_ledger",)

    def __init__(self, ledger: Ledger) -> None:
        """Write to *ledger*."""
        self._ledger = ledger

    @told("notices.start", writes=True)
    def start(  # noqa: PLR0913 - the columns of the dialog
        self,
        kind: EventKind,
        message: str = "",
        scope: EventScope = EventScope.ALL_DATABASES,
        target: str | None = None,
        expected_end: datetime | None = None,
        *,
        description: str = "",
        by: str,
        at: datetime | None = None,
    ) -> SystemEvent:
        """Start an event. It never ends by itself; *expected_end* is information.

        Args:
            kind: What it does.
            message: The administrator's text.
            scope: Whom it reaches.
            target: Which site, group or user; required for the last two.
            expected_end: When it is expected to be over.
            description: What a detail pane shows.
            by: Who starts it.
            at: When; now if `None`.

        Returns:
            The event, with the id to end it by.

        Raises:
            InvalidValueError: the target does not fit the scope.
            RefusedError: one of this kind, scope and target runs already.
            WriteOutOfOrderError: *at* is out of order.
        """
        event_id = urandom(8).hex()

        def propose(_world: World, now: datetime) -> tuple[StartEvent]:
            event = SystemEvent(
                id=event_id,
                kind=kind,
                scope=scope,
                target=target,
                message=message,
                description=description,
                started_at=now,
                started_by=by,
                expected_end=expected_end,
            )
            return (StartEvent(event=event),)

        applied = self._ledger.write(propose, by=by, at=at)
        return applied.world.events[event_id].noun

    @told("notices.end", writes=True)
    def end(self, event_id: str, *, by: str, at: datetime | None = None) -> None:
        """End a running event.

        Raises:
            RefusedError: no event with that id runs.
            WriteOutOfOrderError: *at* is out of order.
        """
        self._ledger.write(lambda _world, _at: (EndEvent(event_id=event_id),), by=by, at=at)

    def running(self, *, at: datetime | None = None) -> tuple[SystemEvent, ...]:
        """Give the events that run, in the order they started."""
        world, _ = self._ledger.seen(at)
        rows = sorted(world.events.values(), key=lambda row: (row.start, row.sequence))
        return tuple(row.noun for row in rows)
