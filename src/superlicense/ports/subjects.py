"""Subjects: whom rows and journal entries are about; see `superlicense.ports`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from superlicense.model.license import LicenseName
from superlicense.model.row import Row, Table
from superlicense.ports.facts import Subject

__all__ = ["holder_of", "subjects_of", "touches"]

_PEOPLE: Final = (Table.USERS, Table.SITES)


def touches(subjects: Iterable[Subject], *, holder: str | None, license: LicenseName | None) -> bool:
    """Return whether one of *subjects* is about both *holder* and *license*, for stores that search one by one.

    Args:
        subjects: Whom an entry is about.
        holder: A user or a site; `None` for any.
        license: A license; `None` is any. With neither, every entry will do,
            also one about nobody.
    """
    if holder is None and license is None:
        return True
    return any(holder in (None, who) and license in (None, what) for who, what in subjects)


def subjects_of(rows: Iterable[Row[Any]]) -> set[Subject]:
    """Return whom an entry with *rows* is about."""
    subjects = set()
    for row in rows:
        if row.table is Table.ASSIGNMENTS:
            subjects.add((row.noun.holder, str(row.noun.license)))
        elif row.table in _PEOPLE:
            subjects.add((row.key, ""))
    return subjects


def holder_of(row: Row[Any]) -> str | None:
    """Return the user or site that *row* is about, `None` if it is about neither."""
    if row.table is Table.ASSIGNMENTS:
        holder: str = row.noun.holder
        return holder
    return row.key if row.table in _PEOPLE else None
