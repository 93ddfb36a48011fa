"""Thresholds: how much a month includes, and the overage above it.

Rule 1: ``threshold = included + included_per_user × users``. That more users
raise the threshold is the vendor's rule (domain 11); that the relation is
linear is our choice.

Rule 2: usage equal to the threshold is included; the first unit above it is
overage. Nothing is ever blocked.

Rule 3: overage is billed in blocks; a started block is billed as a whole.
"""

from __future__ import annotations

from superlicense.model.meter import Meter
from superlicense.model.month import Month
from superlicense.model.usage import Derivation, MeterUsage, UserTally

__all__ = ["blocks_of", "derive", "measure", "threshold_of"]


def threshold_of(meter: Meter, users: int) -> int:
    """Return how much of *meter* a month with this many *users* includes.

    >>> from superlicense.model.meter import MeterKind
    >>> mailings = Meter(code="mailings", unit="e-mail", kind=MeterKind.COUNTER, included_per_user=500)
    >>> threshold_of(mailings, users=20)
    10000
    """
    return meter.included + meter.included_per_user * users


def derive(meter: Meter, tally: UserTally) -> Derivation:
    """Return how the threshold of *meter* is calculated for the users of *tally*."""
    return Derivation(included=meter.included, included_per_user=meter.included_per_user, tally=tally)


def measure(meter: Meter, month: Month, used: int, tally: UserTally) -> MeterUsage:
    """Return *used* of *meter* in *month* with its threshold and overage."""
    derivation = derive(meter, tally)
    threshold = derivation.threshold
    return MeterUsage(
        meter=meter.code,
        unit=meter.unit,
        month=month,
        used=used,
        users=tally.users,
        threshold=threshold,
        overage=max(0, used - threshold),
        derivation=derivation,
    )


def blocks_of(overage: int, block_size: int) -> int:
    """Return how many blocks are billed for *overage*.

    >>> blocks_of(0, 100), blocks_of(1, 100), blocks_of(100, 100), blocks_of(101, 100)
    (0, 1, 1, 2)
    """
    return -(-overage // block_size)
