"""The journal: what each change did, when, and who did it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from superlicense.model import fields
from superlicense.model.frozen_map import FrozenMap
from superlicense.model.month import Month
from superlicense.model.plain_data import PlainNoun
from superlicense.model.row import Row

__all__ = ["EntryKind", "JournalEntry"]


class EntryKind(StrEnum):
    """What a journal entry records: a `Change`, or what was done to a month of usage."""

    SAVE_USER = "save_user"
    SAVE_SITE = "save_site"
    ASSIGN = "assign"
    RELEASE = "release"
    CHANGE_PLAN = "change_plan"
    RETIRE = "retire"
    FORGOTTEN = "forgotten"  # of `ForgetUser`
    ACTIVATE_PACKAGE = "activate_package"
    KEEP_PACKAGE_WAITING = "keep_package_waiting"
    REMOVE_PACKAGE = "remove_package"
    INSTALL_ROOT = "install_root"
    START_EVENT = "start_event"
    EDIT_EVENT = "edit_event"
    END_EVENT = "end_event"
    CHANGE_INSTALLATION = "change_installation"
    CLOSE_MONTH = "close_month"  # not a change: usage has its own log
    SET_TERMS = "set_terms"  # likewise
    CLOCK_REBASED = "clock_rebased"  # with the package that says so; a row that claims a later start started with it


@frozen(kw_only=True)
class JournalEntry(PlainNoun):
    """One entry of the journal of an installation.

    Attributes:
        number: Position in the journal, from 1, without gaps.
        at: When it was done.
        by: Id of the user or job that did it.
        kind: What was done; a plain text if a newer version did it.
        month: The month that was closed, or whose terms were set; `None` for every other kind.
        terms: SHA-256 in hex of the terms that were set, by meter; that of the user
            count stands under the empty name.
        before: Rows that ended with it, as they are after their end.
        after: Rows that started with it, as they were then.
        tampered: Sequences of rows that are missing, or are no longer what was written;
            they are neither in *before* nor in *after*. Only a store that is sealed
            can tell.
    """

    number: int
    at: datetime
    by: str
    kind: EntryKind | str
    month: Month | None = None
    terms: FrozenMap[str] = field(factory=FrozenMap, converter=fields.mapping)
    before: tuple[Row[Any], ...] = ()
    after: tuple[Row[Any], ...] = ()
    tampered: tuple[int, ...] = ()

    @property
    def change(self) -> str:
        """The name of the change: its class name (``"Assign"``), or ``"CloseMonth 2026-11"``."""
        if self.kind == EntryKind.FORGOTTEN:
            return "ForgetUser"
        name = "".join(word.capitalize() for word in self.kind.split("_"))
        return name if self.month is None else f"{name} {self.month}"
