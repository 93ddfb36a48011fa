"""Statements: what the invoice of a month says about metered services."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from superlicense.model import fields
from superlicense.model.frozen_map import FrozenMap
from superlicense.model.instants import record_instant
from superlicense.model.month import Month
from superlicense.model.plain_data import plain_data
from superlicense.model.usage import Derivation, UserTally

__all__ = ["LineKind", "Statement", "StatementLine"]


class LineKind(StrEnum):
    """What a line of a statement is about."""

    USAGE = "usage"  # a meter in the statement's own month
    ADJUSTMENT = "adjustment"  # what has changed in a month that was closed before


@frozen(kw_only=True)
class StatementLine:
    """One meter in one month of service.

    In an adjustment, *used*, *overage*, *blocks* and *amount* are the change
    since all lines before, and may be negative; everything else is as it was
    when the month was closed.

    Attributes:
        kind: Usage, or an adjustment.
        meter: Code of the meter.
        unit: What is counted.
        month: The month of service; an earlier one in an adjustment.
        used: How much was used.
        threshold: How much is included.
        overage: What lies above it.
        blocks: How many blocks are billed; one that is begun is a whole one.
        block_size: How much a block is, in *unit*.
        price_per_block: What a block costs.
        amount: *blocks* × *price_per_block*, rounded half up to two decimals; in
            an adjustment, the difference of two such amounts.
        currency: What the amount is in.
        derivation: How the threshold came about.
    """

    kind: LineKind
    meter: str
    unit: str
    month: Month
    used: int
    threshold: int
    overage: int
    blocks: int
    block_size: int
    price_per_block: Decimal
    amount: Decimal
    currency: str
    derivation: Derivation


def _lines(value: Iterable[StatementLine]) -> tuple[StatementLine, ...]:
    return tuple(value)


@frozen(kw_only=True)
class Statement:
    """What is billed for one month: a draft while it is open, frozen by its close.

    Attributes:
        month: The month of service.
        invoice_month: The month whose invoice carries it: the next one.
        lines: Usage of every meter in the order of their codes, then adjustments
            in the order of their months and codes.
        total: Sum of the amounts that are in *currency*, as they are printed.
        currency: What the total is in; empty where no price says.
        totals: Sum of the amounts by currency: one, unless the host has changed
            currencies and months before are adjusted. A line that names none is
            in *currency*.
        tally: The users that every threshold of the month reckons with.
        closed: Whether it is final.
        seal_head: Head of the sealed store before the close, to be noted on the
            invoice (see `superlicense.Licensing.seal_head`); `None` without a
            seal key.
    """

    month: Month
    invoice_month: Month
    lines: tuple[StatementLine, ...] = field(converter=_lines)
    total: Decimal
    currency: str
    totals: FrozenMap[Decimal] = field(converter=fields.mapping)
    tally: UserTally
    closed: bool
    seal_head: str | None = None

    def to_json(self) -> bytes:
        """Write it as canonical JSON: sorted keys, no spaces, UTF-8; the same bytes every time.

        Amounts are texts with the digits they have, instants are in UTC with
        microseconds, months are ``YYYY-MM``.
        """
        return _JSON.encode(plain_data(self, instant=record_instant)).encode()


_JSON: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
