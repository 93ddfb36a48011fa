"""Subjects: whom rows and journal entries are about; see `superlicense.ports`."""

from __future__ import annotations

from typing import Any

from superlicense.model.journal import JournalEntry
from superlicense.model.license import LicenseName
from superlicense.model.row import Row, Table
from superlicense.model.seat import Assignment

__all__ = ["holder_of", "touches"]


def touches(entry: JournalEntry, *, holder: str | None, license: LicenseName | None) -> bool:
    """Return whether a row of *entry* is about both *holder* and *license*, for stores that cannot search their rows.

    Args:
        entry: An entry.
        holder: A user or a site; `None` for any.
        license: A license; `None` is any. With neither, every entry will do,
            also one without rows.
    """
    return (holder is None and license is None) or any(
        (holder is None or holder == holder_of(row))
        and (license is None or (isinstance(row.noun, Assignment) and row.noun.license == license))
        for row in (*entry.before, *entry.after)
    )


def holder_of(row: Row[Any]) -> str | None:
    """Return the user or site that *row* is about, `None` if it is about neither."""
    if isinstance(row.noun, Assignment):
        return row.noun.holder
    return row.key if row.table in (Table.USERS, Table.SITES) else None
