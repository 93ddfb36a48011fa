"""Statements: the lines of a month's invoice for metered services."""

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
from superlicense.model.meter import Aggregation
from superlicense.model.month import Month
from superlicense.model.plain_data import PlainNoun, plain_data
from superlicense.model.usage import Derivation, UserTally

__all__ = ["LineKind", "Statement", "StatementLine"]


class LineKind(StrEnum):
    """What a line of a statement bills."""

    USAGE = "usage"  # a meter in the statement's own month
    ADJUSTMENT = "adjustment"  # a change in a month that was closed before


@frozen(kw_only=True)
class StatementLine:
    """One meter in one month of service.

    In an adjustment, *used*, *overage*, *blocks* and *amount* are the change
    since all earlier lines, and may be negative; all other fields are as they were
    when the month was closed.

    Attributes:
        kind: Usage or adjustment.
        meter: Code of the meter.
        unit: Display name of the unit.
        month: The month of service; an earlier one in an adjustment.
        used: How much was used.
        threshold: How much is included.
        overage: Usage above the threshold.
        blocks: How many blocks are billed; a started one counts as a whole.
        block_size: Size of a block, in *unit*.
        price_per_block: Price of a block.
        amount: *blocks* × *price_per_block*, rounded half up to two decimals; in
            an adjustment, the difference of two such amounts.
        currency: The currency of the amount.
        derivation: How the threshold is calculated.
        aggregation: How the events of the month are aggregated.
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
    aggregation: Aggregation


def _lines(value: Iterable[StatementLine]) -> tuple[StatementLine, ...]:
    return tuple(value)


@frozen(kw_only=True)
class Statement(PlainNoun):
    """What is billed for one month: a draft while the month is open, final once it is closed.

    Attributes:
        month: The month of service.
        invoice_month: The month whose invoice carries it: the next one.
        lines: Usage of every meter in the order of their codes, then adjustments
            in the order of their months and codes.
        total: Sum of the rounded amounts that are in *currency*.
        currency: The currency of the total; empty where no price has one.
        totals: Sums of the amounts by currency: one, unless the host has changed
            the currency and earlier months are adjusted. A line without a
            currency is in *currency*.
        tally: The users that every threshold of the month is calculated with.
        closed: Whether it is final.
        seal_head: Head of the sealed store before the close, to be printed on the
            invoice (see `superlicense.Licensing.seal_head`); `None` without a
            seal key.
        serial_number: Serial number of the installation.
        company: The company that is billed.
        time_zone: Name of the zone of the month.
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
    serial_number: str = ""
    company: str = ""
    time_zone: str = ""

    def to_json(self) -> bytes:
        """Return it as canonical JSON: sorted keys, no spaces, UTF-8; the same bytes every time.

        Amounts are strings with all their digits, instants are in UTC with
        microseconds, months are ``YYYY-MM``.
        """
        return _JSON.encode(plain_data(self, instant=record_instant)).encode()


_JSON: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
