"""Months: calendar months in a time zone, stored as the instants at which they start.

Rule 1: months follow each other without gap or overlap. A month starts at the
first midnight of its first day or, if that midnight is skipped, at the first
instant after it.

Rule 2: the month of an instant is determined by these starts, not by the local
date. In St. John's, clocks went back from 00:01 to 23:01 on 1 November 2009: the
second 23:30 is in November.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from attrs import field, frozen

from superlicense.errors import InvalidValueError
from superlicense.model import fields

__all__ = ["Month", "day_start"]

_TEXT: Final = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
_MONTHS: Final = 12
# A year from either end of the calendar, so that no time zone leaves it.
_FIRST_YEAR: Final = 2
_LAST_YEAR: Final = 9998
# The longest skip on record is a day: Kiritimati and Samoa moved across the date line.
_LONGEST_SKIP: Final = timedelta(days=2)
_SECOND: Final = timedelta(seconds=1)


@frozen(cache_hash=True)  # part of the key of every meter month
class Month:
    """One calendar month; months are ordered by time.

    >>> Month(2026, 11)
    Month(year=2026, month=11)
    >>> str(Month(2026, 12).next()), Month.parse("2026-11") < Month(2026, 12)
    ('2027-01', True)

    Attributes:
        year: 2 to 9998.
        month: 1 to 12.

    Raises:
        InvalidValueError: a field is out of range.
    """

    year: int = field(validator=fields.integer(_FIRST_YEAR, _LAST_YEAR))
    month: int = field(validator=fields.integer(1, _MONTHS))

    # Written by hand: those of attrs are fifteen times slower, and every change of users compares months.

    def __lt__(self, other: object) -> bool:
        """Return whether the month is before *other*."""
        if not isinstance(other, Month):
            return NotImplemented
        return (self.year, self.month) < (other.year, other.month)

    def __le__(self, other: object) -> bool:
        """Return whether the month is *other* or before it."""
        if not isinstance(other, Month):
            return NotImplemented
        return (self.year, self.month) <= (other.year, other.month)

    def __gt__(self, other: object) -> bool:
        """Return whether the month is after *other*."""
        if not isinstance(other, Month):
            return NotImplemented
        return (self.year, self.month) > (other.year, other.month)

    def __ge__(self, other: object) -> bool:
        """Return whether the month is *other* or after it."""
        if not isinstance(other, Month):
            return NotImplemented
        return (self.year, self.month) >= (other.year, other.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Parse ``YYYY-MM``.

        Raises:
            InvalidValueError: *text* is not a month.
        """
        if not isinstance(text, str):
            raise InvalidValueError("month", text, "must be a string")
        found = _TEXT.fullmatch(text)
        if found is None:
            raise InvalidValueError("month", text, "must be a string YYYY-MM")
        try:
            return cls(int(found[1]), int(found[2]))
        except InvalidValueError as error:
            raise InvalidValueError("month", text, f"{error.path} {error.problem}") from error

    @classmethod
    def of(cls, instant: datetime, zone: tzinfo) -> Month:
        """Return the month of *instant* in *zone*.

        Raises:
            InvalidValueError: *instant* is naive, or too close to either end of
                the calendar.
        """
        if not isinstance(instant, datetime):
            raise InvalidValueError("instant", instant, "must be a datetime")
        if instant.utcoffset() is None:
            raise InvalidValueError("instant", instant, "must have a time zone")
        try:
            shown = instant.astimezone(zone)
        except OverflowError as error:
            raise InvalidValueError("instant", instant, "is outside the calendar") from error
        month = cls(shown.year, shown.month)
        # Local time may return to the old month after the new one has started (rule 2).
        return month.next() if instant >= month.end(zone) else month

    def plus(self, months: int) -> Month:
        """Return the month *months* later, or earlier if negative.

        Raises:
            InvalidValueError: the result is outside the calendar.
        """
        years, place = divmod(self.year * _MONTHS + self.month - 1 + months, _MONTHS)
        return Month(years, place + 1)

    def next(self) -> Month:
        """Return the following month."""
        return self.plus(1)

    def previous(self) -> Month:
        """Return the preceding month."""
        return self.plus(-1)

    def start(self, zone: tzinfo) -> datetime:
        """Return the first instant of the month in *zone*, in UTC.

        >>> from zoneinfo import ZoneInfo
        >>> Month(2026, 11).start(ZoneInfo("Europe/Copenhagen")).isoformat()
        '2026-10-31T23:00:00+00:00'
        """
        return day_start(date(self.year, self.month, 1), zone)

    def end(self, zone: tzinfo) -> datetime:
        """Return the first instant after the month in *zone*, in UTC."""
        following = self.year * _MONTHS + self.month  # not `next()`, which the last month does not have
        return day_start(date(following // _MONTHS, following % _MONTHS + 1, 1), zone)

    def days(self, zone: tzinfo) -> tuple[datetime, ...]:
        """Return the starts of its days in *zone*, in order; the first is the month's start.

        Days that the zone skipped are left out.
        """
        end = self.end(zone)
        day = date(self.year, self.month, 1)
        starts: list[datetime] = []
        while day.month == self.month:
            start = day_start(day, zone)
            if start < end and (not starts or start > starts[-1]):
                starts.append(start)
            day += timedelta(days=1)
        return tuple(starts)

    def __str__(self) -> str:
        """Return ``YYYY-MM``."""
        return f"{self.year:04}-{self.month:02}"


def day_start(day: date, zone: tzinfo) -> datetime:
    """Return the first instant of *day* in *zone*, in UTC.

    Args:
        day: A date in the years 2 to 9999.
        zone: A time zone that distinguishes repeated times by ``fold``, as those
            of `zoneinfo` and python-dateutil do.

    Returns:
        The first midnight or, if the zone skips it, the first instant after it.
    """
    midnight = datetime.combine(day, time.min)
    start = fields.utc_required(midnight.replace(tzinfo=zone))
    if start.astimezone(zone).replace(tzinfo=None) == midnight:
        return start
    # Midnight is skipped: find the jump between these two instants by bisection.
    before, after = start - _LONGEST_SKIP, start + _LONGEST_SKIP
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).replace(tzinfo=None) < midnight:
            before = middle
        else:
            after = middle
    return after
