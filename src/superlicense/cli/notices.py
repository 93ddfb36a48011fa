"""System events: show those that run, start and end them by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from superlicense.cli.context import Desk, asks, instant, writes
from superlicense.cli.table import aligned
from superlicense.model.event import EventKind, EventScope

if TYPE_CHECKING:
    from superlicense.screens import NotificationRow

__all__ = ["draw_events", "end_event", "events", "start_event"]

_COLUMNS = ("event", "status", "message", "activated", "activated_by", "finished", "type")


@click.command()
@asks
def events(desk: Desk) -> None:
    """Show the system events that run: what they take away, since when, who started them."""
    tab = desk.licensing.screens.status(desk.reader, language=desk.language, at=desk.at)
    rows = tab.notifications
    desk.tell([row.to_dict() for row in rows], lambda: draw_events(desk, rows))


def draw_events(desk: Desk, rows: Sequence[NotificationRow]) -> None:
    """Write *rows* in the columns of the screen, each with what ends it."""
    if not rows:
        desk.paper.line(f"  {desk.say('no_events')}")
        return
    shown = [(*map(desk.label, _COLUMNS), desk.say("event_id")), *(_cells(desk, row) for row in rows)]
    for line in aligned(shown):
        desk.paper.line(f"  {line}")


def _cells(desk: Desk, row: NotificationRow) -> tuple[str, ...]:
    aimed_at = row.type.text if row.target is None else f"{row.type.text}: {row.target}"
    began, over, who = desk.time(row.activated), desk.time(row.finished), row.activated_by.name
    return row.event.text, row.status.text, row.message, began, who, over, aimed_at, row.id


@click.command()
@writes
@click.argument("kind", type=click.Choice([str(kind) for kind in EventKind]))
@click.option("--message", default="", help="A text for those it reaches.")
@click.option("--description", default="", help="What is shown when somebody looks closer.")
@click.option(
    "--scope",
    type=click.Choice([str(scope) for scope in EventScope]),
    default=str(EventScope.ALL_DATABASES),
    show_default=True,
    help="Whom it reaches.",
)
@click.option("--target", help="Which database, group or user.")
@click.option("--expected-end", callback=instant, help="When it should be over; it never ends by itself.")
def start_event(  # noqa: PLR0913 - the columns of the dialog
    desk: Desk,
    kind: str,
    *,
    message: str,
    description: str,
    scope: str,
    target: str | None,
    expected_end: datetime | None,
) -> None:
    """Start a system event: no_login, no_freetext, no_travel or message_of_the_day."""
    event = desk.licensing.notices.start(
        EventKind(kind),
        message,
        EventScope(scope),
        target,
        desk.instant(expected_end),
        description=description,
        by=desk.by,
        at=desk.at,
    )
    desk.tell(
        event,
        lambda: desk.paper.answer(desk.say("event_started", kind=EventKind(kind), id=event.id), granted=True),
    )


@click.command()
@writes
@click.argument("event_id")
@click.option("--force", is_flag=True, help="End what a job has reported and not ended; for emergencies.")
def end_event(desk: Desk, event_id: str, *, force: bool) -> None:
    """End the running event EVENT_ID, as `events` shows it."""
    desk.licensing.notices.end(event_id, by=desk.by, force=force, at=desk.at)
    desk.tell({"event": event_id}, lambda: desk.paper.answer(desk.say("event_ended", id=event_id), granted=True))
