"""Usage access: usage in nouns, as everything behind the front door reads and writes it.

Stores keep records; `superlicense.licensing.integrity.sealed_usage` turns them
into nouns and back, and checks and makes their seals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from superlicense.model.meter_month import MeterMonth, MeterMonthKey, UsageHead, UsageMonth
from superlicense.model.month import Month
from superlicense.ports import UsageLog, UsageLogReading

__all__ = ["UsageReader", "UsageWriter"]


class UsageReader(UsageLogReading, Protocol):
    """The usage of one installation; methods as in `superlicense.ports.UsageReading`.

    Every method that reads records raises `TamperedStoreError` where a seal does
    not match, and `StoreUnavailableError` where a record cannot be read.
    """

    def head(self) -> UsageHead:
        """Return the head."""

    def months(self, *, since: Month | None = None, until: Month | None = None) -> tuple[UsageMonth, ...]:
        """Return the months from *since* to *until*, in order."""

    def month_before(self, month: Month) -> UsageMonth | None:
        """Return the newest stored month before *month*."""

    def meter_months(self, *, since: Month | None = None, until: Month | None = None) -> tuple[MeterMonth, ...]:
        """Return the meter months from *since* to *until*, by month and meter."""

    def meter_month_before(self, month: Month, meter: str) -> MeterMonth | None:
        """Return the newest stored meter month of *meter* before *month*."""


class UsageWriter(UsageReader, UsageLog, Protocol):
    """Usage that can be written; methods as in `superlicense.ports.Usage`."""

    def lock_head(self) -> UsageHead:
        """Lock the head."""

    def lock_meter_months(self, keys: Iterable[MeterMonthKey]) -> Mapping[MeterMonthKey, MeterMonth]:
        """Lock those meter months that there are."""

    def lock_meter_months_since(self, month: Month) -> tuple[MeterMonth, ...]:
        """Lock all meter months of *month* and later."""

    def add_months(self, months: Sequence[UsageMonth]) -> None:
        """Add new months."""

    def save_months(self, months: Sequence[UsageMonth]) -> None:
        """Replace months; the statement of one that is closed is stored already."""

    def add_meter_months(self, meter_months: Sequence[MeterMonth]) -> None:
        """Add new meter months."""

    def save_meter_months(self, meter_months: Sequence[MeterMonth]) -> None:
        """Replace meter months."""

    def save_head(self, head: UsageHead) -> None:
        """Replace the head."""
