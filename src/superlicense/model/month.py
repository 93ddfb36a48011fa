"""Months: calendar months of a time zone, as instants.

Rule 1: months follow each other without gap or overlap. A month starts at the
first midnight of its first day or, if that midnight is skipped, at the first
instant after it.

Rule 2: which month an instant is in follows from where months begin, never from
the date that a wall clock shows. In St. John's, clocks went back from
00:01 to 23:01 on 1 November 2009: the second 23:30 is in November.
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


@frozen(cache_hash=True)  # a key of many dicts
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

    # By hand, because those of attrs cost fifteen times as much, and every change of users compares months.

    def __lt__(self, other: object) -> bool:
        """Return whether it is before *other*."""
        if not isinstance(other, Month):
            return NotImplemented
        return (self.year, self.month) < (other.year, other.month)

    def __le__(self, other: object) -> bool:
        """Return whether it is *other* or before."""
        if not isinstance(other, Month):
            return NotImplemented
        return (self.year, self.month) <= (other.year, other.month)

    def __gt__(self, other: object) -> bool:
        """Return whether it is after *other*."""
        if not isinstance(other, Month):
            return NotImplemented
        return (self.year, self.month) > (other.year, other.month)

    def __ge__(self, other: object) -> bool:
        """Return whether it is *other* or after."""
        if not isinstance(other, Month):
            return NotImplemented
        return (self.year, self.month) >= (other.year, other.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Return the month that *text* names as ``YYYY-MM``.

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
        """Return the month that *instant* is in.

        Raises:
            InvalidValueError: *instant* is naive, or is too close to an end of
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
        # A wall clock may show the old month once more after the new one has begun (rule 2).
        return month.next() if instant >= month.end(zone) else month

    def plus(self, months: int) -> Month:
        """Return the month that is *months* later, or earlier if negative.

        Raises:
            InvalidValueError: the result is outside the calendar.
        """
        years, place = divmod(self.year * _MONTHS + self.month - 1 + months, _MONTHS)
        return Month(years, place + 1)

    def next(self) -> Month:
        """Return the month after this one."""
        return self.plus(1)

    def previous(self) -> Month:
        """Return the month before this one."""
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
        following = self.year * _MONTHS + self.month  # not `next()`: the last month has an end too
        return day_start(date(following // _MONTHS, following % _MONTHS + 1, 1), zone)

    def days(self, zone: tzinfo) -> tuple[datetime, ...]:
        """Return the instants at which its days begin in *zone*, in order, starting with the month's start.

        A day that the zone skipped is left out.
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
        day: A date of the years 2 to 9999.
        zone: A zone that distinguishes repeated times by ``fold``, as those of
            `zoneinfo` and python-dateutil do.

    Returns:
        The first midnight or, if the zone skips it, the first instant after it.
    """
    midnight = datetime.combine(day, time.min)
    start = fields.utc_required(midnight.replace(tzinfo=zone))
    if start.astimezone(zone).replace(tzinfo=None) == midnight:
        return start
    # Skipped. The wall clock passes midnight between these two instants, which are narrowed down to it.
    before, after = start - _LONGEST_SKIP, start + _LONGEST_SKIP
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).replace(tzinfo=None) < midnight:
            before = middle
        else:
            after = middle
    return after
