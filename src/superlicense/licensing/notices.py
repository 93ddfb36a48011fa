"""Notices: system events, which administrators start and end, and jobs report."""

from __future__ import annotations

from datetime import datetime
from os import urandom
from types import TracebackType
from typing import Self

from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.engine.open_write import OpenWrite
from superlicense.licensing.engine.snapshot import find_person
from superlicense.licensing.hooks import audited
from superlicense.model.change import UNCHANGED, EditEvent, EndEvent, StartEvent, Unchanged
from superlicense.model.event import EventScope, FeatureOutage, SystemEvent, read_kind
from superlicense.model.user import User
from superlicense.rules import notices as rules
from superlicense.rules.step import refuse_if

__all__ = ["JobNotice", "Notices"]


class JobNotice:
    """The event of a job while it runs; as a context manager it ends the event.

    Attributes:
        event: The event as it started.
    """

    __slots__ = ("_by", "_notices", "event")

    def __init__(self, notices: Notices, event: SystemEvent, by: str) -> None:
        """Hold *event* for the job *by*."""
        self._notices = notices
        self._by = by
        self.event = event

    def __enter__(self) -> Self:
        """Begin the work."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """End the event, also after an error."""
        self.end()

    def end(self, *, at: datetime | None = None) -> None:
        """End the event, as `Notices.finish` does."""
        self._notices.finish(self.event.id, by=self._by, at=at)


class Notices:
    """The system events of one installation."""

    __slots__ = ("_engine",)

    def __init__(self, engine: Engine) -> None:
        """Write and read through *engine*."""
        self._engine = engine

    @audited("notices.start", writes=True)
    def start(  # noqa: PLR0913 - the columns of the dialog
        self,
        kind: str,
        message: str = "",
        scope: EventScope = EventScope.ALL_DATABASES,
        target: str | None = None,
        expected_end: datetime | None = None,
        *,
        description: str = "",
        by: str,
        at: datetime | None = None,
    ) -> SystemEvent:
        """Start an event by hand. It never ends by itself; *expected_end* is only information.

        Args:
            kind: An `EventKind`; events of jobs are started with `report`.
            message: The administrator's text.
            scope: The users that it reaches.
            target: The site, group or user; required for the last two.
            expected_end: When it is expected to end.
            description: The text of a detail pane.
            by: The author.
            at: The instant; now if `None`.

        Returns:
            The event, with the id to end it by.

        Raises:
            InvalidValueError: the target does not fit the scope, or *kind* is unknown.
            RefusedError: one of this kind, scope and target runs already, or
                this kind cannot be started by hand.
            WriteOutOfOrderError: *at* is out of order.
        """
        known = read_kind(kind)
        refuse_if(list(rules.start_refusals(known)))
        return self._start(known, message, scope, target, expected_end, description=description, by=by, at=at)

    @audited("notices.report", writes=True)
    def report(  # noqa: PLR0913 - the columns of the dialog
        self,
        kind: str,
        message: str = "",
        scope: EventScope = EventScope.DATABASE,
        target: str | None = None,
        expected_end: datetime | None = None,
        *,
        description: str = "",
        by: str,
        at: datetime | None = None,
    ) -> JobNotice:
        """Start the event of a job, which lasts as long as the job.

        >>> import superlicense as sl
        >>> licensing = sl.Licensing(
        ...     sl.MemoryStore(),
        ...     sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S"),
        ...     trust=None,
        ... )
        >>> with licensing.notices.report(sl.JobKind.COUNTER_REBUILD, by="nightly"):
        ...     [str(outage.feature) for outage in licensing.notices.active_features()]
        ['status_images', 'statistics', 'counters']
        >>> licensing.notices.running()
        ()

        Args:
            kind: A `JobKind`, a key ``owner.name`` of the host's
                own, or an `EventKind` that lasts as long as the job.
            message: A text for people.
            scope: The users that it reaches; by default those of this database.
            target: The site, group or user; required for the last two.
            expected_end: When it is expected to end.
            description: The text of a detail pane.
            by: Id of the job.
            at: The instant; now if `None`.

        Returns:
            An object that ends the event: at the end of a ``with`` block, or with its
            `JobNotice.end`.

        Raises:
            InvalidValueError: the target does not fit the scope, or *kind* is unknown.
            RefusedError: one of this kind, scope and target runs already.
            WriteOutOfOrderError: *at* is out of order.
        """
        event = self._start(
            read_kind(kind), message, scope, target, expected_end, description=description, by=by, at=at
        )
        return JobNotice(self, event, by)

    @audited("notices.finish", writes=True)
    def finish(self, event_id: str, *, by: str, at: datetime | None = None) -> None:
        """End the event of a job that is done, or that has died and is not restarted.

        An event that was already ended by force stays as it is.

        Args:
            event_id: Id of the event.
            by: Id of the job.
            at: The instant; now if `None`.

        Raises:
            WriteOutOfOrderError: *at* is out of order.
            StoreError: the store failed, and the event still runs.
        """
        change = EndEvent(event_id=event_id, by_job=True)
        self._engine.writer.propose(lambda write: (change,) if event_id in write.world.events else (), by=by, at=at)

    def _start(  # noqa: PLR0913 - the columns of the dialog
        self,
        kind: str,
        message: str,
        scope: EventScope,
        target: str | None,
        expected_end: datetime | None,
        *,
        description: str,
        by: str,
        at: datetime | None,
    ) -> SystemEvent:
        event_id = urandom(8).hex()

        def propose(write: OpenWrite) -> tuple[StartEvent]:
            event = SystemEvent(
                id=event_id,
                kind=kind,
                scope=scope,
                target=target,
                message=message,
                description=description,
                started_at=write.now,
                started_by=by,
                expected_end=expected_end,
            )
            return (StartEvent(event=event),)

        applied = self._engine.writer.propose(propose, by=by, at=at)
        return applied.world.events[event_id].noun

    @audited("notices.edit", writes=True)
    def edit(  # noqa: PLR0913 - the columns of the dialog
        self,
        event_id: str,
        message: str | None = None,
        expected_end: datetime | Unchanged | None = UNCHANGED,
        *,
        description: str | None = None,
        by: str,
        at: datetime | None = None,
    ) -> SystemEvent:
        """Change the message, description or expected end of a running event.

        Kind, scope, target and start stay as they are. Events of jobs can be
        edited, too.

        Args:
            event_id: Id of the event.
            message: The new message; unchanged if `None`.
            expected_end: The new expected end, `None` for none; unchanged if
                left out.
            description: The new text for the detail pane; unchanged if `None`.
            by: Who edits it.
            at: When; now if `None`.

        Returns:
            The event as it is now.

        Raises:
            RefusedError: no event with that id is running.
            WriteOutOfOrderError: *at* is out of order.
        """
        change = EditEvent(event_id=event_id, message=message, description=description, expected_end=expected_end)
        applied = self._engine.writer.write((change,), by=by, at=at)
        return applied.world.events[event_id].noun

    @audited("notices.end", writes=True)
    def end(self, event_id: str, *, by: str, force: bool = False, at: datetime | None = None) -> None:
        """End a running event by hand.

        Args:
            event_id: Id of the event.
            by: The author.
            force: End the event of a job that has not ended it; for emergencies.
            at: The instant; now if `None`.

        Raises:
            RefusedError: no event with that id runs, or it belongs to a job:
                then *force* is needed, and the event of user-defined fields
                cannot be ended by hand.
            WriteOutOfOrderError: *at* is out of order.
        """
        self._engine.writer.write((EndEvent(event_id=event_id, force=force),), by=by, at=at)

    def running(self, user: str | User | None = None, *, at: datetime | None = None) -> tuple[SystemEvent, ...]:
        """Return the running events, in the order of their start.

        Args:
            user: Only those that reach this user; all of them if `None`.
            at: The instant; now if `None`.
        """
        world, _ = self._engine.worlds.world_at(at)
        events = rules.running(world)
        if user is None:
            return events
        person = find_person(world, user)
        return tuple(event for event in events if rules.concerns(world, event, person))

    def active_features(
        self, user: str | User | None = None, *, at: datetime | None = None
    ) -> tuple[FeatureOutage, ...]:
        """Return the features that are not available because of running events.

        Only the login is enforced here: the host hides the features in the
        answer.

        Args:
            user: Only features that this user cannot use; all of them if `None`.
            at: The instant; now if `None`.

        Returns:
            One for each feature of each event, in the order of their start.
        """
        world, _ = self._engine.worlds.world_at(at)
        outages = rules.outages(world)
        if user is None:
            return outages
        person = find_person(world, user)
        return tuple(outage for outage in outages if rules.concerns(world, outage.event, person))
