"""The Status tab: the database, its restrictions and dates, and system notifications with add and end."""

from __future__ import annotations

from datetime import datetime

from superlicense.errors import InvalidValueError
from superlicense.model.change import EndEvent
from superlicense.model.event import EventKind, EventScope
from superlicense.web.conflicts import check_event, event_rows
from superlicense.web.visit import Done, Page, Visit

__all__ = ["end_event", "start_event", "status"]

_START = "start-event"


def status(visit: Visit) -> Page:
    """Show the Status tab."""
    screen = visit.licensing.screens.status(visit.user, language=visit.language)
    tokens = {row.id: visit.token(_end(row.id), event_rows(visit, row.id)) for row in screen.notifications}
    return Page(
        template="status.html",
        tab="status",
        title=visit.words.text("status"),
        screen=screen,
        values={
            "end_tokens": tokens,
            "start_token": visit.token(_START),
            "kinds": tuple(visit.words.of(kind) for kind in EventKind),
            "scopes": tuple(visit.words.of(scope) for scope in EventScope),
            "opened": visit.get("event"),
        },
    )


def start_event(visit: Visit) -> Done:
    """Start an event."""
    visit.shown(_START)
    try:
        scope = EventScope(visit.get("scope", EventScope.ALL_DATABASES))
    except ValueError as error:
        raise InvalidValueError("scope", visit.get("scope"), "must be a scope of events") from error
    visit.licensing.notices.start(
        visit.get("kind"),
        visit.get("message"),
        scope,
        visit.get("target") or None,
        _instant(visit),
        by=visit.user,
    )
    return Done(visit.url("/"))


def end_event(visit: Visit) -> Done:
    """End an event; one that has ended meanwhile is ended as wanted."""
    event_id = visit.get("event")
    shown = visit.shown(_end(event_id))
    if any(event.id == event_id for event in visit.licensing.notices.running()):
        change = EndEvent(event_id=event_id, force=visit.get("force") == "yes")
        visit.licensing.apply((change,), by=visit.user, guard=check_event(visit.words, event_id, shown.rows))
    return Done(visit.url("/"))


def _end(event_id: str) -> str:
    return f"end-event {event_id}"


def _instant(visit: Visit) -> datetime | None:
    """Return when the event is expected to end, as typed in the time zone of the installation."""
    given = visit.get("expected_end")
    if not given:
        return None
    try:
        instant = datetime.fromisoformat(given)
        return instant if instant.tzinfo else instant.replace(tzinfo=visit.licensing.zone)
    except ValueError as error:
        raise InvalidValueError("expected_end", given, "must be a date and a time") from error
