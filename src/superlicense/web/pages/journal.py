"""The journal: who changed what, and when, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from superlicense.errors import InvalidValueError
from superlicense.messages import Localizer
from superlicense.model.journal import JournalEntry
from superlicense.model.reason import ReasonCode, because
from superlicense.model.row import Table
from superlicense.web.visit import Page, Visit

__all__ = ["journal"]

_SIZE: Final = 50


def journal(visit: Visit) -> Page:
    """Show the entries before a number, newest first; of one user, if one is named."""
    user_id = visit.get("id")
    before = _before(visit)
    found = _entries(visit, user_id, before)
    return Page(
        template="journal.html",
        tab="journal",
        title=visit.words.text("web_journal"),
        screen=_Entries(found, visit.words),
        values={
            "entries": [(entry, _change(visit, entry), tuple(_rows(visit, entry))) for entry in found],
            "id": user_id,
            "older": found[-1].number if found and found[-1].number > 1 and len(found) == _SIZE else None,
        },
    )


class _Entries:
    """The entries of a page, as data."""

    def __init__(self, entries: list[JournalEntry], words: Localizer) -> None:
        self._entries = entries
        self._words = words

    def to_dict(self) -> dict[str, object]:
        return {"entries": [entry.to_dict(self._words) for entry in self._entries]}


def _entries(visit: Visit, user_id: str, before: int | None) -> list[JournalEntry]:
    """Return a page of entries; not all of the journal is read for it, but all about a user."""
    source = visit.licensing.journal
    end = source.newest() + 1 if before is None else before
    after = 0 if user_id else max(0, min(end, source.newest() + 1) - 1 - _SIZE)
    found = source.entries(user=user_id or None, after=after, before=end)
    return list(found[: -_SIZE - 1 : -1])


def _before(visit: Visit) -> int | None:
    given = visit.get("before")
    if not given:
        return None
    if not (given.isascii() and given.isdecimal()):
        raise InvalidValueError("before", given, "must be the number of an entry")
    return min(int(given[:18]), 2**62)


def _change(visit: Visit, entry: JournalEntry) -> str:
    name = visit.words.text(entry.kind)
    return name if entry.month is None else f"{name}: {visit.words.month(entry.month)}"


def _rows(visit: Visit, entry: JournalEntry) -> Iterator[tuple[str, str]]:
    words = visit.words
    for sign, rows in (("\N{MINUS SIGN}", entry.before), ("+", entry.after)):
        for row in rows:
            *rest, last = row.key.splitlines() or [""]
            named = words.named(last) if row.table is Table.ASSIGNMENTS else last
            yield sign, " ".join([words.text(row.table), *rest, named])
    for sequence in entry.tampered:
        yield "!", words.text(because(ReasonCode.TAMPERED, record=str(sequence)))
