"""Personal data: where the texts about one person stand, and everything that is stored about them."""

from __future__ import annotations

from typing import Any

from superlicense.licensing.integrity.seals import Seals
from superlicense.licensing.journal_entries import resolved
from superlicense.licensing.loading import readable
from superlicense.model.event import SystemEvent
from superlicense.model.plain_data import plain_data
from superlicense.model.row import Table
from superlicense.ports import Facts, Reading

__all__ = ["exported", "mentions_of", "names_of"]


def names_of(facts: Facts, user_id: str) -> frozenset[str]:
    """Return every name that a user has ever had, in one case; the id is none."""
    names = {readable(row).noun.name for row in facts.history(Table.USERS, user_id)}
    return frozenset(name.casefold() for name in names - {user_id} if name)


def mentions_of(facts: Facts, names: frozenset[str]) -> tuple[str, ...]:
    """Return the ids of the events, running or ended, whose texts contain one of *names*, sorted."""
    if not names:
        return ()
    events = (readable(row).noun for row in facts.history(Table.EVENTS))
    return tuple(sorted({event.id for event in events if _mentions(event, names)}))


def _mentions(event: SystemEvent, names: frozenset[str]) -> bool:
    texts = f"{event.message}\n{event.description}".casefold()
    return any(name in texts for name in names)


def exported(view: Reading, user_id: str, seals: Seals | None) -> dict[str, Any]:
    """Return everything that *view* holds about one person, as JSON holds it; *seals* checks what the journal names."""
    facts = view.facts
    assignments = (row for row in facts.history(Table.ASSIGNMENTS) if row.key.startswith(f"{user_id}\n"))
    mentions = set(mentions_of(facts, names_of(facts, user_id)))
    about: dict[str, Any] = plain_data(
        {
            "users": [readable(row) for row in facts.history(Table.USERS, user_id)],
            "forgotten": [readable(row) for row in facts.history(Table.FORGOTTEN, user_id)],
            "assignments": [readable(row) for row in assignments],
            "journal": resolved(tuple(view.journal.entries(holder=user_id)), view, seals),
            "events": [readable(row) for row in facts.history(Table.EVENTS) if row.key in mentions],
        }
    )
    return about
