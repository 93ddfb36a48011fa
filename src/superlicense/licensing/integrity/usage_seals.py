"""Usage seals: what is sealed of usage.

Rule 1: events are sealed one by one. Their number and total are in the sealed
meter month that counts them, which a recording locks anyway.

Rule 2: the seal of a month, of a meter month and of the head is made over the
record as it is stored, byte for byte, and over the columns beside it.

Rule 3: the seal of a closed month covers its statement as well. The head counts
the months and meter months that were opened, and keeps the seal of the newest
crossing, which covers those before it, too.

Source: documents.md, "Seals on stored rows" (ADR 35).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from superlicense.codec import StoredMeterMonth, StoredUsageHead, StoredUsageMonth
from superlicense.document.seal import is_seal
from superlicense.licensing.integrity.seals import Seals
from superlicense.model.meter_month import UsageRow
from superlicense.model.usage import Crossing
from superlicense.ports import UsageLogReading

__all__ = ["SealedCounts", "UsageSeals"]

_SEAL_BYTES: Final = 32
_NUMBER_BYTES: Final = 8


class SealedCounts(NamedTuple):
    """What the head keeps in front of its seal.

    Attributes:
        months: How many months were opened.
        meter_months: How many meter months were opened.
        crossings: Seal of the newest crossing; zeros while there is none.
    """

    months: int = 0
    meter_months: int = 0
    crossings: bytes = bytes(_SEAL_BYTES)

    def to_bytes(self) -> bytes:
        """Return the counts as they stand in front of the seal."""
        numbers = (self.months, self.meter_months)
        return b"".join([number.to_bytes(_NUMBER_BYTES, "big") for number in numbers]) + self.crossings

    @classmethod
    def of_bytes(cls, found: bytes) -> SealedCounts:
        """Return the counts at the beginning of *found*; wrong ones if it does not begin with counts."""
        first, second = found[:_NUMBER_BYTES], found[_NUMBER_BYTES : 2 * _NUMBER_BYTES]
        crossings = found[2 * _NUMBER_BYTES : 2 * _NUMBER_BYTES + _SEAL_BYTES]
        return cls(int.from_bytes(first, "big"), int.from_bytes(second, "big"), crossings)


class UsageSeals:
    """Makes and checks the seals of usage."""

    __slots__ = ("_seals",)

    def __init__(self, seals: Seals) -> None:
        """Make them with the key of *seals*."""
        self._seals = seals

    def row(self, row: UsageRow) -> bytes:
        """Return the seal of *row*."""
        return self._seals.event(row)

    def month(self, stored: StoredUsageMonth, usage: UsageLogReading) -> bytes:
        """Return the seal of a month; of a closed one, with the statement that is in *usage*."""
        statement = usage.statement(stored.month) if stored.closed else None
        return self._seals.usage(b"usage month", str(stored.month), stored.closed, stored.record.text, statement)

    def meter_month(self, stored: StoredMeterMonth) -> bytes:
        """Return the seal of a meter month."""
        columns = (str(stored.month), stored.meter, stored.closed, stored.record.text)
        return self._seals.usage(b"usage meter month", *columns)

    def crossing(self, number: int, crossing: Crossing, counts: SealedCounts) -> SealedCounts:
        """Return *counts* with one more crossing."""
        return counts._replace(crossings=self._seals.crossing(number, crossing, counts.crossings))

    def head(self, stored: StoredUsageHead, counts: SealedCounts) -> bytes:
        """Return the seal of the head, with its *counts* in front."""
        counted = counts.to_bytes()
        return counted + self._seals.usage(b"usage head", stored.record.text, counted)

    def counts_of(self, stored: StoredUsageHead) -> SealedCounts | None:
        """Return the counts of the head; `None` if its seal does not match."""
        if stored == StoredUsageHead():
            return SealedCounts()
        counts = SealedCounts.of_bytes(stored.seal or b"")
        return counts if is_seal(self.head(stored, counts), stored.seal) else None
