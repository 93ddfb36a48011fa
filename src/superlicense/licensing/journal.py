"""The journal: what was done, when and by whom, with the rows before and after."""

from __future__ import annotations

from datetime import datetime
from itertools import takewhile
from typing import Final

from superlicense.errors import InvalidValueError
from superlicense.licensing.clock import to_utc
from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.journal_entries import resolved
from superlicense.model.journal import JournalEntry
from superlicense.model.license import LicenseName
from superlicense.model.user import User
from superlicense.ports import subjects_of, touches

__all__ = ["Journal"]

_ENTRIES: Final = 2**63


class Journal:
    """The journal of one installation."""

    __slots__ = ("_engine",)

    def __init__(self, engine: Engine) -> None:
        """Read the journal through *engine*."""
        self._engine = engine

    def entries(  # noqa: PLR0913 - what entries are found by, by keyword
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        user: str | None = None,
        license: LicenseName | str | None = None,
        after: int = 0,
        before: int | None = None,
    ) -> tuple[JournalEntry, ...]:
        """Return entries in the order they were made.

        Where the store is sealed, rows that are not the ones that were written are
        left out and named (`JournalEntry.tampered`).

        Args:
            since: Only entries at this instant or later.
            until: Only entries before this instant.
            user: Only entries about this user (or site).
            license: Only entries with an assignment of this license.
            after: Only entries with a higher number, to go on where one has stopped.
            before: Only entries with a lower number; those after it are not read.

        Raises:
            InvalidValueError: an instant is naive, *user* is not an id, *license*
                is not a license name, or *after* or *before* is not a number from
                0 on.
            StoreNewerError: a newer version has written one of them.
            TamperedStoreError: one of them was tampered with and cannot be read.
            StoreError: the store cannot be read.
        """
        holder = None if user is None else _holder(user)
        name = None if license is None else LicenseName.parse(license)
        first = None if since is None else to_utc(since, "since")
        last = None if until is None else to_utc(until, "until")
        for argument, number in (("after", after), ("before", _ENTRIES - 1 if before is None else before)):
            if type(number) is not int or not 0 <= number < _ENTRIES:
                raise InvalidValueError(argument, number, "must be a number from 0 on")
        with self._engine.worlds.stored() as view:
            stream = view.journal.entries(since=first, until=last, holder=holder, license=name, after=after)
            found = tuple(takewhile(lambda entry: before is None or entry.number < before, stream))
            entries = resolved(found, view, self._engine.checks.seals)
        return tuple(entry for entry in entries if entry.tampered or _is_about(entry, holder, name))

    def newest(self) -> int:
        """Return the number of the newest entry; 0 if there is none.

        Raises:
            StoreError: the store cannot be read.
        """
        with self._engine.worlds.stored() as view:
            return view.mark.entries


def _is_about(entry: JournalEntry, holder: str | None, license: LicenseName | None) -> bool:
    """Return whether the rows of *entry* are what it was found by."""
    return touches(subjects_of((*entry.before, *entry.after)), holder=holder, license=license)


def _holder(user: str) -> str:
    """Refuse what cannot be an id of a user or a site: a database may not be able to look for it."""
    try:
        return User(id=user).id
    except InvalidValueError as error:
        raise InvalidValueError("user", user, error.problem) from error
