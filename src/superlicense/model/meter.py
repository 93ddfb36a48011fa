"""Meters: what is measured of a service, and the terms on which its overage is billed.

A *threshold* bills and never blocks; a limit blocks
(`superlicense.model.limit`).
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, cast

from attrs import Attribute, Factory, field, frozen

from superlicense.errors import InvalidValueError
from superlicense.model import fields

__all__ = ["MAX_TOTAL", "MAX_USAGE", "Aggregation", "Meter", "MeterKind"]

# documents.md, "Numbers from outside".
MAX_USAGE: Final = 10**15
"""Largest quantity of one event, inclusive."""

MAX_TOTAL: Final = 2**63 - 1
"""The greatest total of a meter in a month, inclusive."""

_MAX_DIGITS: Final = 28
_MIN_EXPONENT: Final = -9
_MAX_EXPONENT: Final = 12


class MeterKind(StrEnum):
    """How the quantities of one meter are combined."""

    COUNTER = "counter"  # each event adds: e-mails sent
    GAUGE = "gauge"  # each event replaces: storage in use


class Aggregation(StrEnum):
    """How the events of a month are aggregated."""

    SUM = "sum"  # of all events; counters only
    LAST = "last"  # the value at the end of the month
    PEAK = "peak"  # the highest value, including the one carried into the month
    MEAN_OF_DAILY_PEAKS = "mean_of_daily_peaks"  # the mean of each day's highest value


def _default_aggregation(kind: object) -> Aggregation:
    return Aggregation.LAST if kind is MeterKind.GAUGE else Aggregation.SUM


def _decimal(value: Decimal | int) -> Decimal:
    return Decimal(value) if type(value) is int else cast("Decimal", value)


def _price(instance: object, attribute: Attribute[Any], value: object) -> None:
    """Refuse what is not a price; digits and exponent are bounded before anything is computed with it."""
    del instance
    if not isinstance(value, Decimal) or not value.is_finite():
        raise InvalidValueError(attribute.name, value, "must be a finite Decimal")
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 - a finite one has a number; for the type checker
    if len(digits) > _MAX_DIGITS or not _MIN_EXPONENT <= exponent <= _MAX_EXPONENT:
        raise InvalidValueError(
            attribute.name,
            value,
            f"must have at most {_MAX_DIGITS} digits and an exponent of {_MIN_EXPONENT} to {_MAX_EXPONENT}",
        )
    if value.is_signed():  # also negative zero: no invoice says "-0.00"
        raise InvalidValueError(attribute.name, value, "must be at least 0")


@frozen(kw_only=True)
class Meter:
    """One metered service and its billing terms.

    >>> Meter(code="mailings", unit="e-mail", kind=MeterKind.COUNTER, included_per_user=500).aggregation
    <Aggregation.SUM: 'sum'>

    Attributes:
        code: The host's name for it, unique in the installation; 1 to 254
            printable characters.
        unit: What is counted, in words: ``"e-mail"``, ``"byte"``.
        kind: Counters add, gauges replace.
        aggregation: How the events of a month are aggregated. Always SUM for a
            counter; LAST by default for a gauge.
        included: What every month includes, in *unit*, 0 to 10^15.
        included_per_user: What it also includes for each user, in *unit*, 0 to 10^15.
        block_size: How much overage is billed at once, in *unit*, 1 to 10^15;
            a started block is billed as a whole.
        price_per_block: 0 or more, at most 28 digits, exponent -9 to 12.
        currency: The currency of the price; empty if unspecified.

    Raises:
        InvalidValueError: a field is out of range, or the aggregation does not
            match *kind*.

    Source: design section 9. Allowances and prices are not public; the host gives
    them (domain 11).
    """

    code: str = field(validator=fields.identifier)
    unit: str = field(validator=fields.identifier)
    kind: MeterKind = field(validator=fields.instance_of(MeterKind))
    aggregation: Aggregation = field(
        default=Factory(lambda self: _default_aggregation(self.kind), takes_self=True),
        validator=fields.instance_of(Aggregation),
    )
    included: int = field(default=0, validator=fields.integer(0, MAX_USAGE))
    included_per_user: int = field(default=0, validator=fields.integer(0, MAX_USAGE))
    block_size: int = field(default=1, validator=fields.integer(1, MAX_USAGE))
    price_per_block: Decimal = field(default=Decimal(0), converter=_decimal, validator=_price)
    currency: str = field(default="", validator=fields.text)

    def __attrs_post_init__(self) -> None:
        """Check that the aggregation matches the kind."""
        if (self.aggregation is Aggregation.SUM) is (self.kind is MeterKind.GAUGE):
            raise InvalidValueError("aggregation", str(self.aggregation), f"must be an aggregation for a {self.kind}")

    @property
    def adds(self) -> bool:
        """Whether the meter is a counter."""
        return self.kind is MeterKind.COUNTER
