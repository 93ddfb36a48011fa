"""Stored usage in memory: one lock, a few dicts, and what was committed last."""

from __future__ import annotations

from threading import RLock
from typing import Protocol

from superlicense.adapters.open_block import Flag
from superlicense.codec import StoredMeterMonth, StoredUsageHead, StoredUsageMonth
from superlicense.model.meter_month import MeterMonthKey, UsageRow
from superlicense.model.month import Month
from superlicense.model.usage import Crossing, UsageEventKey

__all__ = ["StoredUsage"]


class StagedUsage(Protocol):
    """What a block has written of usage."""

    def apply(self) -> None:
        """Apply it to what is stored; a second time changes nothing."""


class UsageCommit(Protocol):
    """What a block has written of usage, and whether it is committed."""

    @property
    def usage(self) -> StagedUsage | None:
        """The usage; `None` for none."""

    @property
    def is_made(self) -> bool:
        """Whether it is committed."""


class StoredUsage:
    """The stored usage of one installation.

    A recording holds its lock, and so does a writer or reader of licensing facts
    from its first access to usage; that lock is acquired after theirs.
    """

    __slots__ = (
        "corrections",
        "crossed",
        "crossings",
        "events",
        "head",
        "lock",
        "meter_months",
        "months",
        "of_meter",
        "pending",
        "recording",
        "statements",
    )

    def __init__(self) -> None:
        """Start empty."""
        self.lock = RLock()
        self.recording = Flag("this thread is already recording")
        self.pending: UsageCommit | None = None
        self.head = StoredUsageHead()
        self.months: dict[Month, StoredUsageMonth] = {}
        self.meter_months: dict[MeterMonthKey, StoredMeterMonth] = {}
        self.events: dict[UsageEventKey, UsageRow] = {}
        self.of_meter: dict[str, dict[UsageEventKey, UsageRow]] = {}
        self.corrections: dict[UsageEventKey, dict[UsageEventKey, UsageRow]] = {}
        self.crossings: list[Crossing] = []
        self.crossed: set[tuple[str, Month, int]] = set()
        self.statements: dict[Month, bytes] = {}

    def settle(self) -> None:
        """Apply what was committed and not applied to its end; forget what was not committed."""
        commit = self.pending
        if commit is not None and commit.is_made and commit.usage is not None:
            commit.usage.apply()
        self.pending = None
