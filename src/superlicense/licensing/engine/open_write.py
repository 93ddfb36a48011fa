"""An open write: what is known, and what can be read and written, while a write is being judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from superlicense.licensing.engine.rebasing import ClockCorrection
from superlicense.licensing.integrity.checks import IntegrityChecks
from superlicense.licensing.integrity.integrity_state import CheckedWorld
from superlicense.licensing.integrity.seals import noted_head
from superlicense.licensing.metering.usage_access import UsageWriter
from superlicense.model.change import Change
from superlicense.model.journal import JournalEntry
from superlicense.model.month import Month
from superlicense.model.world import World
from superlicense.ports import Writing

__all__ = ["ExtraWrite", "OpenWrite", "Proposal", "Request"]


class OpenWrite:
    """One write, inside its transaction.

    Attributes:
        world: The newest world; nothing of the write is in it but the correction
            of the clock.
        now: The instant of the write.
        correction: The correction of the clock that the write makes; `None` for
            none.
    """

    __slots__ = ("_checks", "_correct", "_integrity", "_view", "correction", "now", "world")

    def __init__(
        self, view: Writing, checks: IntegrityChecks, base: CheckedWorld, now: datetime, correct: _Correct
    ) -> None:
        """Write to *view* as of *now*, upon the world of *base*; *correct* makes a correction of the clock."""
        self._view = view
        self._checks = checks
        self._correct = correct
        self._integrity = base.integrity
        self.world: World = base.world
        self.now = now
        self.correction: ClockCorrection | None = None

    def correct_clock(self, floor: World) -> None:
        """Write as of the corrected clock, whose floor is that of *floor*, and journal the correction.

        Raises:
            WriteOutOfOrderError: the asked instant of the write is not between the
                floor and now.
        """
        self.correction = self._correct(floor)
        self.world, self.now = self.correction.world, self.correction.row.start

    @property
    def noted_head(self) -> str | None:
        """The sealed head before the write, in a form to be noted elsewhere; `None` without a seal key."""
        return noted_head(self._integrity.head)

    def usage(self) -> UsageWriter:
        """Return the usage to read and to write, sealed where there is a seal key."""
        return self._checks.usage_to_write(self._view)

    @contextmanager
    def usage_since(self, month: Month) -> Iterator[UsageWriter]:
        """Lock the usage of *month* and later, so that what is read of it is still true at the commit."""
        usage = self.usage()
        usage.lock_head()
        usage.lock_meter_months_since(month)
        yield usage


_Correct = Callable[[World], ClockCorrection]
Proposal = Callable[[OpenWrite], Iterable[Change]]
"""Returns the wanted changes, given the newest world and the instant of the
write. It is called again where another writer committed first."""

ExtraWrite = Callable[[OpenWrite], Iterable[JournalEntry]]
"""Writes what is not a change in the same transaction, and returns the journal
entries for it."""


class Request(NamedTuple):
    """What is to be written, who writes it, and when (now if `None`)."""

    proposal: Proposal
    by: str
    at: datetime | None
    extra_write: ExtraWrite | None
