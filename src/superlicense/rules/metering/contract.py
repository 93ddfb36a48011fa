"""Contracts: billing periods and renewal dates.

Rule 1: every date is computed from the first day, never from the date before, so
the 31st does not drift: 31 January, 28 February, 31 March.

Rule 2: a contract runs for its term, and is then renewed for one billing period
at a time.

Rule 3: a contract groups statements; it has no prices.

Source: domain 11, "Price and billing".
"""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, date, datetime
from typing import Any, Final, NamedTuple

from attrs import Attribute, field, frozen

from superlicense.errors import InvalidValueError
from superlicense.model import fields

__all__ = ["BILLING_MONTHS", "Contract", "Period"]

BILLING_MONTHS: Final = (1, 3, 6, 12)
"""The lengths that a billing period can have, in months."""

_YEAR: Final = 12
_LONGEST_TERM: Final = 1200  # a century


class Period(NamedTuple):
    """A billing period.

    Attributes:
        starts_on: Its first day.
        ends_on: The first day after it.
    """

    starts_on: date
    ends_on: date


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _day(instance: object, attribute: Attribute[Any], value: object) -> None:
    del instance
    if not _is_day(value):
        raise InvalidValueError(attribute.name, value, "must be a date")


def _billing(instance: object, attribute: Attribute[Any], value: object) -> None:
    del instance
    if type(value) is not int or value not in BILLING_MONTHS:
        raise InvalidValueError(attribute.name, value, "must be 1, 3, 6 or 12")


@frozen(kw_only=True)
class Contract:
    """A contract of a customer.

    >>> contract = Contract(starts_on=date(2026, 1, 31), billing_months=1)
    >>> [str(period.starts_on) for period in contract.periods(until=date(2026, 4, 30))]
    ['2026-01-31', '2026-02-28', '2026-03-31']
    >>> contract.renews_on(date(2026, 6, 1)), contract.renews_on(date(2027, 2, 1))
    (datetime.date(2027, 1, 31), datetime.date(2027, 2, 28))

    Attributes:
        starts_on: Its first day.
        billing_months: Length of a billing period in months: 1, 3, 6 or 12.
        term_months: Months until the first renewal, 1 to 1,200; each renewal is for
            *billing_months*.

    Raises:
        InvalidValueError: a field is out of range.
    """

    starts_on: date = field(validator=_day)
    billing_months: int = field(validator=_billing)
    term_months: int = field(default=12, validator=fields.integer(1, _LONGEST_TERM))

    def periods(self, until: date) -> tuple[Period, ...]:
        """Return the billing periods that begin before the day *until*, in order; the last one is complete.

        Raises:
            InvalidValueError: *until* is not a date, or a period ends after the year 9999.
        """
        if not _is_day(until):
            raise InvalidValueError("until", until, "must be a date")
        periods = []
        starts_on, months = self.starts_on, 0
        while starts_on < until:
            months += self.billing_months
            ends_on = self._after(months)
            periods.append(Period(starts_on, ends_on))
            starts_on = ends_on
        return tuple(periods)

    def renews_on(self, on: date) -> date:
        """Return the day of the first renewal on or after *on*.

        Raises:
            InvalidValueError: *on* is not a date, or the renewal is after the year 9999.
        """
        if not _is_day(on):
            raise InvalidValueError("on", on, "must be a date")
        # Skip the renewals that certainly lie before *on*; then step one by one.
        passed = (on.year - self.starts_on.year) * _YEAR + on.month - self.starts_on.month - 1 - self.term_months
        months = self.term_months + max(0, passed // self.billing_months) * self.billing_months
        renews_on = self._after(months)
        while renews_on < on:
            months += self.billing_months
            renews_on = self._after(months)
        return renews_on

    def _after(self, months: int) -> date:
        """Return the day *months* after the first day, or the last of its month where that is shorter."""
        years, index = divmod(self.starts_on.year * _YEAR + self.starts_on.month - 1 + months, _YEAR)
        if years > MAXYEAR:
            raise InvalidValueError("starts_on", self.starts_on, f"leads beyond the year {MAXYEAR}")
        longest = monthrange(years, index + 1)[1]
        return date(years, index + 1, min(self.starts_on.day, longest))
