"""The journal: what was done, when and by whom, with the rows before and after."""

from __future__ import annotations

from datetime import datetime

from superlicense.errors import InvalidValueError, StoreUnavailableError
from superlicense.licensing.clock import to_utc
from superlicense.licensing.engine.engine import Engine
from superlicense.model.journal import EntryKind, JournalEntry
from superlicense.model.license import LicenseName
from superlicense.model.user import User
from superlicense.ports import touches

__all__ = ["Journal"]


class Journal:
    """The journal of one installation."""

    __slots__ = ("_engine",)

    def __init__(self, engine: Engine) -> None:
        """Read the journal through *engine*."""
        self._engine = engine

    def entries(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        user: str | None = None,
        license: LicenseName | str | None = None,
    ) -> tuple[JournalEntry, ...]:
        """Return entries in the order they were made.

        Args:
            since: Only entries at this instant or later.
            until: Only entries before this instant.
            user: Only entries about this user (or site).
            license: Only entries with an assignment of this license.

        Raises:
            InvalidValueError: an instant is naive, *user* is not an id, or *license*
                is not a license name.
            StoreError: the store cannot be read.
        """
        holder = None if user is None else _holder(user)
        name = None if license is None else LicenseName.parse(license)
        first = None if since is None else to_utc(since, "since")
        last = None if until is None else to_utc(until, "until")
        with self._engine.worlds.stored() as view:
            found = view.journal.entries(since=first, until=last, holder=holder, license=name)
            return tuple(_readable(entry) for entry in found if touches(entry, holder=holder, license=name))


def _holder(user: str) -> str:
    """Refuse what cannot be an id of a user or a site: a database may not be able to look for it."""
    try:
        return User(id=user).id
    except InvalidValueError as error:
        raise InvalidValueError("user", user, error.problem) from error


def _readable(entry: JournalEntry) -> JournalEntry:
    if entry.kind is EntryKind.UNREADABLE:
        raise StoreUnavailableError(f"journal entry {entry.number} cannot be read")
    return entry
