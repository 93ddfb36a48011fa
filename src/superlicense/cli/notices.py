"""System events: list, start, edit and end them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from superlicense.cli.context import CommandContext, list_query, mutation
from superlicense.cli.csv_output import attributes
from superlicense.cli.help_language import localized
from superlicense.cli.options import parse_instant
from superlicense.model.change import UNCHANGED
from superlicense.model.event import EventKind, EventScope

if TYPE_CHECKING:
    from superlicense.screens import NotificationRow

__all__ = ["draw_events", "edit_event", "end_event", "events", "start_event"]

_COLUMNS = ("event", "status", "message", "activated", "activated_by", "finished", "type")
_FIELDS = ("id", "event", "status", "message", "description", "activated", "finished", "type", "target")


@click.command()
@list_query
def events(context: CommandContext) -> None:
    """Show running system events: kind, message, when and by whom they were started."""
    tab = context.licensing.screens.status(context.reader, language=context.language, at=context.at)
    rows = tab.notifications
    table = ((*_FIELDS, "activated_by"), lambda: _values(rows))
    context.show([row.to_dict() for row in rows], lambda: draw_events(context, rows), table)


def _values(rows: Sequence[NotificationRow]) -> Iterator[Sequence[object]]:
    for row, cells in zip(rows, attributes(rows, _FIELDS), strict=True):
        yield *cells, row.activated_by.user_id


def draw_events(context: CommandContext, rows: Sequence[NotificationRow]) -> None:
    """Write *rows* in the columns of the screen, with the id that ends each event."""
    if not rows:
        context.output.line(f"  {context.text('no_events')}")
        return
    shown = [(*map(context.label, _COLUMNS), context.text("event_id")), *(_cells(context, row) for row in rows)]
    if any(row.effects for row in rows):
        effects = [", ".join(one.text for one in row.effects) for row in rows]
        cells = zip(shown, (context.text("effects"), *effects), strict=True)
        shown = [(*row[:-1], effect, row[-1]) for row, effect in cells]
    context.output.table(shown)


def _cells(context: CommandContext, row: NotificationRow) -> tuple[str, ...]:
    reach = row.type.text if row.target is None else f"{row.type.text}: {row.target}"
    over = "" if row.finished is None else context.words.date(row.finished)
    began, who = context.time(row.activated), row.activated_by.name
    return row.event.text, row.status.text, row.message, began, who, over, reach, row.id


@click.command()
@mutation
@click.argument("kind", metavar="KIND", type=click.Choice([str(kind) for kind in EventKind]))
@click.option("--message", default="", help="Message to the users it reaches.")
@click.option("--description", default="", help="Details, shown when the event is selected.")
@click.option(
    "--scope",
    type=click.Choice([str(scope) for scope in EventScope]),
    default=str(EventScope.ALL_DATABASES),
    show_default=True,
    help="Who it applies to.",
)
@click.option("--target", help="The database, group or user it applies to.")
@click.option("--expected-end", callback=parse_instant, help="When it is expected to end; it does not end by itself.")
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
    """Start a system event.

    KIND is no_login, no_freetext, no_travel or message_of_the_day.
    """
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
    context.done("event_started", event, kind=EventKind(kind), id=event.id)


@click.command()
@mutation
@click.argument("event_id")
@click.option("--message", help="The new message to the users it reaches.")
@click.option("--description", help="The new details, shown when the event is selected.")
@click.option("--expected-end", callback=parse_instant, help="When it is now expected to end.")
@click.option("--no-expected-end", is_flag=True, help="Remove the expected end.")
def edit_event(  # noqa: PLR0913 - the columns of the dialog
    context: CommandContext,
    event_id: str,
    *,
    message: str | None,
    description: str | None,
    expected_end: datetime | None,
    no_expected_end: bool,
) -> None:
    """Change the texts or the expected end of the running event EVENT_ID, the ID that `events` shows."""
    if no_expected_end and expected_end is not None:
        raise click.UsageError(localized("--expected-end and --no-expected-end exclude each other"))
    if message is None and description is None and expected_end is None and not no_expected_end:
        raise click.UsageError(
            localized("nothing to change: give --message, --description, --expected-end or --no-expected-end")
        )
    end = None if no_expected_end else UNCHANGED if expected_end is None else context.in_zone(expected_end)
    event = context.licensing.notices.edit(
        event_id, message, end, description=description, by=context.by, at=context.at
    )
    context.done("event_edited", event, id=event_id)


@click.command()
@mutation
@click.argument("event_id")
@click.option("--force", is_flag=True, help="End an event that a job reported; for emergencies.")
def end_event(context: CommandContext, event_id: str, *, force: bool) -> None:
    """End the running event EVENT_ID, the ID that `events` shows."""
    context.licensing.notices.end(event_id, by=context.by, force=force, at=context.at)
    context.done("event_ended", {"event": event_id}, id=event_id)
