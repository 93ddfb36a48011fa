"""System events: show those that run, start and end them by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from superlicense.cli.context import CommandContext, mutation, parse_instant, query
from superlicense.cli.table import aligned
from superlicense.model.event import EventKind, EventScope

if TYPE_CHECKING:
    from superlicense.screens import NotificationRow

__all__ = ["draw_events", "end_event", "events", "start_event"]

_COLUMNS = ("event", "status", "message", "activated", "activated_by", "finished", "type")


@click.command()
@query
def events(context: CommandContext) -> None:
    """Show the system events that run: what they take away, since when, who started them."""
    tab = context.licensing.screens.status(context.reader, language=context.language, at=context.at)
    rows = tab.notifications
    context.show([row.to_dict() for row in rows], lambda: draw_events(context, rows))


def draw_events(context: CommandContext, rows: Sequence[NotificationRow]) -> None:
    """Write *rows* in the columns of the screen, each with what ends it."""
    if not rows:
        context.output.line(f"  {context.text('no_events')}")
        return
    shown = [(*map(context.label, _COLUMNS), context.text("event_id")), *(_cells(context, row) for row in rows)]
    for line in aligned(shown):
        context.output.line(f"  {line}")


def _cells(context: CommandContext, row: NotificationRow) -> tuple[str, ...]:
    aimed_at = row.type.text if row.target is None else f"{row.type.text}: {row.target}"
    began, over, who = context.time(row.activated), context.time(row.finished), row.activated_by.name
    return row.event.text, row.status.text, row.message, began, who, over, aimed_at, row.id


@click.command()
@mutation
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
@click.option("--expected-end", callback=parse_instant, help="When it should be over; it never ends by itself.")
def start_event(  # noqa: PLR0913 - the columns of the dialog
    context: CommandContext,
    kind: str,
    *,
    message: str,
    description: str,
    scope: str,
    target: str | None,
    expected_end: datetime | None,
) -> None:
    """Start a system event: no_login, no_freetext, no_travel or message_of_the_day."""
    event = context.licensing.notices.start(
        EventKind(kind),
        message,
        EventScope(scope),
        target,
        context.in_zone(expected_end),
        description=description,
        by=context.by,
        at=context.at,
    )
    context.show(
        event,
        lambda: context.output.answer(context.text("event_started", kind=EventKind(kind), id=event.id), granted=True),
    )


@click.command()
@mutation
@click.argument("event_id")
@click.option("--force", is_flag=True, help="End what a job has reported and not ended; for emergencies.")
def end_event(context: CommandContext, event_id: str, *, force: bool) -> None:
    """End the running event EVENT_ID, as `events` shows it."""
    context.licensing.notices.end(event_id, by=context.by, force=force, at=context.at)
    context.show(
        {"event": event_id}, lambda: context.output.answer(context.text("event_ended", id=event_id), granted=True)
    )
