"""Conflicts: what has changed since a page was shown.

Rule 1: rows are compared inside the transaction that writes, so that nothing is
overwritten that nobody has seen. Rows that the page did not show do not count: an
unrelated change stops nobody.

Source: design section 13; ADR 54.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from superlicense.messages import Localizer
from superlicense.model.license import LicenseName
from superlicense.model.world import World
from superlicense.screens import Choice, UserCard
from superlicense.web.tokens import Shown, digest_of
from superlicense.web.visit import Visit

__all__ = ["ChangedMeanwhileError", "card_rows", "check_card", "check_event", "choices_of", "event_rows", "who_changed"]

USER = "user"


class ChangedMeanwhileError(Exception):
    """Something that the page showed has changed.

    Attributes:
        alerts: What, as sentences.
    """

    def __init__(self, alerts: tuple[str, ...]) -> None:
        """Hold the sentences *alerts*."""
        super().__init__(*alerts)
        self.alerts = alerts


def choices_of(card: UserCard) -> list[Choice]:
    """Return every plan and license of *card*, parents before children."""
    found: list[Choice] = []

    def walk(choices: tuple[Choice, ...]) -> None:
        for choice in choices:
            found.append(choice)
            walk(choice.children)

    for owner in card.owners:
        walk(owner.plans)
        walk(owner.licenses)
    return found


def card_rows(visit: Visit, user_id: str, card: UserCard) -> dict[str, str]:
    """Return the rows of *card*: the user, and each license with whether it is assigned."""
    rows = {choice.row.license: _held(held=choice.ticked) for choice in choices_of(card) if not choice.through}
    return {**rows, USER: digest_of(visit.licensing.users.find(user_id))}


def check_card(visit: Visit, user_id: str, shown: Shown) -> Callable[[World], None]:
    """Return what refuses a world in which the user, or a license of theirs, is not as *shown*."""

    def check(world: World) -> None:
        held = {str(name) for name in world.held_by(user_id)}
        now = {name: _held(held=name in held) for name in shown.rows if name != USER}
        differing = [name for name, state in now.items() if state != shown.rows[name]]
        alerts = [
            visit.words.text(
                "web_assigned_meanwhile" if now[name] else "web_released_meanwhile",
                license=visit.words.title(LicenseName.parse(name)),
            )
            for name in differing
        ]
        if USER in shown.rows and digest_of(world.user(user_id)) != shown.rows[USER]:
            alerts.append(visit.words.text("web_user_changed_meanwhile"))
        if alerts:
            raise ChangedMeanwhileError(tuple(alerts))

    return check


def _held(*, held: bool) -> str:
    return "held" if held else ""


def event_rows(visit: Visit, event_id: str) -> dict[str, str]:
    """Return the row of a running event."""
    found = {event.id: digest_of(event) for event in visit.licensing.notices.running()}
    return {event_id: found.get(event_id, "")}


def check_event(words: Localizer, event_id: str, rows: Mapping[str, str]) -> Callable[[World], None]:
    """Return what refuses a world in which the running event is not as in *rows*."""

    def check(world: World) -> None:
        row = world.events.get(event_id)
        if row is not None and digest_of(row.noun) != rows.get(event_id):
            raise ChangedMeanwhileError((words.text("web_event_changed_meanwhile"),))

    return check


def who_changed(visit: Visit, user_id: str, shown: Shown) -> tuple[str, ...]:
    """Return a sentence for each journal entry about the user since the page was shown."""
    entries = visit.licensing.journal.entries(user=user_id, since=shown.at)
    return tuple(
        visit.words.text(
            "web_change_by", change=visit.words.text(entry.kind), by=entry.by, at=visit.words.instant(entry.at)
        )
        for entry in entries[-10:]
    )
