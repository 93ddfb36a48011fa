"""Billing: the lines of a statement, and their totals.

Rule 1: the amount of a line is its blocks times the price per block, rounded half
up to two decimals; a total is the sum of the rounded amounts.

Rule 2: late usage of a closed month becomes an adjustment line on the earliest
open month, on the terms of the closed month. Its amount is what that month costs
now, less what all earlier lines have billed for it, so the sum over all lines is
the price of the usage, and nothing drifts.

Rule 3: conservation. Accepted usage equals the usage of closed lines plus that of
open lines, whatever the order of events and closes.

Rule 4: a statement goes on the invoice of the next month.

Source: design section 9. How to round is our choice (ADR 26).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from attrs import evolve

from superlicense.errors import InvalidValueError
from superlicense.model.meter import Meter
from superlicense.model.month import Month
from superlicense.model.statement import LineKind, Statement, StatementLine
from superlicense.model.usage import UserTally
from superlicense.rules.metering.thresholds import blocks_of, measure

__all__ = ["adjustment", "amount_of", "billed", "by_code", "statement", "usage_line"]

_CENT: Final = Decimal("0.01")
# 2^63 blocks at the longest price have fewer digits, so only rule 1 rounds.
_EXACT: Final = Context(prec=100, rounding=ROUND_HALF_UP)
_NOTHING: Final = Decimal("0.00")


def by_code(meters: Iterable[Meter]) -> dict[str, Meter]:
    """Return *meters* by code, in order.

    Raises:
        InvalidValueError: two meters have the same code, or prices in different
            currencies: a statement has one total.
    """
    found: dict[str, Meter] = {}
    for meter in meters:
        if not isinstance(meter, Meter):
            raise InvalidValueError("meters", meter, "must be meters")
        if meter.code in found:
            raise InvalidValueError("meters", meter.code, "must be unique by code")
        found[meter.code] = meter
    currencies = {meter.currency for meter in found.values() if meter.price_per_block and meter.currency}
    if len(currencies) > 1:
        raise InvalidValueError("meters", ", ".join(sorted(currencies)), "must have prices in one currency")
    return dict(sorted(found.items()))


def amount_of(blocks: int, price_per_block: Decimal) -> Decimal:
    """Return the price of *blocks*, rounded half up to two decimals.

    >>> amount_of(3, Decimal("0.335")), amount_of(0, Decimal("12"))
    (Decimal('1.01'), Decimal('0.00'))
    """
    return _EXACT.quantize(_EXACT.multiply(Decimal(blocks), price_per_block), _CENT)


def usage_line(meter: Meter, month: Month, used: int, tally: UserTally) -> StatementLine:
    """Return the line of *meter* in the statement of *month* itself."""
    usage = measure(meter, month, used, tally)
    blocks = blocks_of(usage.overage, meter.block_size)
    return StatementLine(
        kind=LineKind.USAGE,
        meter=meter.code,
        unit=meter.unit,
        month=month,
        used=used,
        threshold=usage.threshold,
        overage=usage.overage,
        blocks=blocks,
        block_size=meter.block_size,
        price_per_block=meter.price_per_block,
        amount=amount_of(blocks, meter.price_per_block),
        currency=meter.currency,
        derivation=usage.derivation,
        aggregation=meter.aggregation,
    )


def adjustment(terms: StatementLine, billed: int, used: int) -> StatementLine | None:
    """Return the line that adjusts a closed month from *billed* to *used*.

    Args:
        terms: A line of that month's own statement, which has the terms it was closed on.
        billed: Usage of the meter in that month on all closed lines.
        used: Its usage now.

    Returns:
        The line, whose numbers are differences; `None` if there is none.
    """
    if billed == used:
        return None
    before, after = _priced(terms, billed), _priced(terms, used)
    return evolve(
        after,
        kind=LineKind.ADJUSTMENT,
        used=after.used - before.used,
        overage=after.overage - before.overage,
        blocks=after.blocks - before.blocks,
        amount=_EXACT.subtract(after.amount, before.amount),
    )


def _priced(terms: StatementLine, used: int) -> StatementLine:
    overage = max(0, used - terms.threshold)
    blocks = blocks_of(overage, terms.block_size)
    return evolve(terms, used=used, overage=overage, blocks=blocks, amount=amount_of(blocks, terms.price_per_block))


def billed(closed: Iterable[Statement]) -> dict[tuple[Month, str], int]:
    """Return the usage on closed lines, adjustments included, by month of service and meter."""
    counted: defaultdict[tuple[Month, str], int] = defaultdict(int)
    for one in closed:
        for line in one.lines:
            counted[line.month, line.meter] += line.used
    return dict(counted)


def statement(  # noqa: PLR0913 - everything that a statement depends on, by keyword
    month: Month,
    *,
    meters: Mapping[str, Meter],
    used: Mapping[str, int],
    tally: UserTally,
    before: Iterable[Statement] = (),
    used_before: Mapping[tuple[Month, str], int] | None = None,
    closed: bool = False,
) -> Statement:
    """Return the statement of *month*: a draft, or the final one.

    Args:
        month: The month of service.
        meters: The meters of the month with its terms, by code.
        used: Usage of the month by code of the meter; 0 where it is missing.
        tally: The users of the month.
        before: The closed statements that matter to *used_before*, in any order:
            those of its months, and those with adjustments of these months.
        used_before: Usage of closed months as of now, by month and meter, wherever
            it may differ from what was billed. Only the earliest open month has any.
        closed: Whether it is final.
    """
    frozen = tuple(before)
    counted = billed(frozen)
    own = [usage_line(meter, month, used.get(code, 0), tally) for code, meter in sorted(meters.items())]
    late = [
        adjustment(terms, counted.get((service, code), 0), now)
        for (service, code), now in sorted((used_before or {}).items())
        if (terms := _terms(frozen, service, code)) is not None
    ]
    lines = [*own, *(line for line in late if line is not None)]
    currency = next((line.currency for line in lines if line.price_per_block and line.currency), "")
    totals = _totals(lines, currency)
    return Statement(
        month=month,
        invoice_month=month.next(),
        lines=lines,
        total=totals[currency],
        currency=currency,
        totals=totals,
        tally=tally,
        closed=closed,
    )


def _terms(frozen: Iterable[Statement], month: Month, code: str) -> StatementLine | None:
    """Return a line with the terms on which *month* was closed; `None` for a meter that was not sold then.

    A month that was closed with a later one has the terms of that one's statement, and had no users.
    """
    nearest = min((one for one in frozen if one.month >= month), key=lambda one: one.month, default=None)
    lines = () if nearest is None else nearest.lines
    for line in lines:
        if line.kind is LineKind.USAGE and line.meter == code:
            return line if line.month == month else _without_users(evolve(line, month=month))
    return None


def _without_users(line: StatementLine) -> StatementLine:
    derivation = evolve(line.derivation, tally=evolve(line.derivation.tally, users=0, at=None))
    return evolve(line, derivation=derivation, threshold=derivation.threshold)


def _totals(lines: Iterable[StatementLine], currency: str) -> dict[str, Decimal]:
    """Return the sums by currency; a line without one is in *currency*."""
    totals = {currency: _NOTHING}
    for line in lines:
        if line.price_per_block:
            of = line.currency or currency
            totals[of] = _EXACT.add(totals.get(of, _NOTHING), line.amount)
    return totals
