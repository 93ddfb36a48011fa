"""Statements: the lines of a month's invoice for metered services."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from superlicense.model import fields
from superlicense.model.frozen_map import FrozenMap
from superlicense.model.month import Month
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
        """Return it as canonical JSON: sorted keys, no spaces, UTF-8; the same bytes every time.

        Amounts are strings with all their digits, instants are in UTC with
        microseconds, months are ``YYYY-MM``.
        """
        fields = {
            "month": str(self.month),
            "invoice_month": str(self.invoice_month),
            "lines": [_line(line) for line in self.lines],
            "total": _money(self.total),
            "currency": self.currency,
            "totals": {currency: _money(total) for currency, total in self.totals.items()},
            "tally": _tally(self.tally),
            "closed": self.closed,
            "seal_head": self.seal_head,
        }
        return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _line(line: StatementLine) -> dict[str, Any]:
    return {
        "kind": str(line.kind),
        "meter": line.meter,
        "unit": line.unit,
        "month": str(line.month),
        "used": line.used,
        "threshold": line.threshold,
        "overage": line.overage,
        "blocks": line.blocks,
        "block_size": line.block_size,
        "price_per_block": _money(line.price_per_block),
        "amount": _money(line.amount),
        "currency": line.currency,
        "derivation": {
            "included": line.derivation.included,
            "included_per_user": line.derivation.included_per_user,
            "tally": _tally(line.derivation.tally),
        },
    }


def _tally(tally: UserTally) -> dict[str, Any]:
    return {
        "users": tally.users,
        "counted": str(tally.counted),
        "at": None if tally.at is None else _instant(tally.at),
        "asked": str(tally.asked),
    }


def _money(amount: Decimal) -> str:
    return f"{amount:f}"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
