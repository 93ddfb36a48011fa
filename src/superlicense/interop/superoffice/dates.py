"""The vendor's dates: xsd:dateTime, usually midnight without a zone.

Rule 1: a zone-less midnight names a day of the given zone. What *begins* on a
day begins at its start; what is valid *through* a day ends at the start of the
day after.

Rule 2: any other time, or one with an offset, is taken as it stands.

Rule 3: zero dates mean never: the years of .NET's least and greatest date, and
two days that databases write for none. No date is invented.

Source: domain sections 7 and 17.6.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final

from superlicense.interop.superoffice.words import WordError

__all__ = ["begins", "ends"]

_DATE_TIME: Final = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:T(?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.(?P<fraction>[0-9]{1,12}))?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?",
    re.ASCII,
)
# DateTime.MinValue and MaxValue of .NET lie in these years, and move by hours with zones.
_NEVER_YEARS: Final = frozenset({1, 9999})
# What databases of the vendor are said to hold for no date (no source found; nothing was licensed
# then), and the zero of OLE automation.
_NEVER: Final = frozenset({date(1760, 1, 1), date(1899, 12, 30)})
_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)
_PROBLEM: Final = "must be a date and time such as 2027-03-27T00:00:00"


def begins(text: str, zone: tzinfo) -> datetime | None:
    """Read the instant at which something begins; `None` for never."""
    return _read(text, zone, days_later=0)


def ends(text: str, zone: tzinfo) -> datetime | None:
    """Read the instant at which something is over; `None` for never."""
    return _read(text, zone, days_later=1)


def _read(text: str, zone: tzinfo, *, days_later: int) -> datetime | None:
    parts = _DATE_TIME.fullmatch(text)
    if parts is None:
        raise WordError(_PROBLEM)
    try:
        day = date.fromisoformat(parts["date"])
        if day in _NEVER or day.year in _NEVER_YEARS:
            return None
        clock = datetime.fromisoformat(f"{parts['date']}T{parts['time'] or '00:00:00'}")
        wall = clock.replace(microsecond=int((parts["fraction"] or "")[:6].ljust(6, "0")))
        if parts["zone"] is not None:
            return wall.replace(tzinfo=_offset(parts["zone"])).astimezone(UTC)
        if wall.time() != wall.min.time():
            return wall.replace(tzinfo=zone).astimezone(UTC)
        return _start_of(day + days_later * _DAY, zone)
    except (ValueError, OverflowError) as error:
        raise WordError(_PROBLEM) from error


def _offset(text: str) -> timezone:
    if text == "Z":
        return UTC
    distance = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return timezone(-distance if text[0] == "-" else distance)


def _start_of(day: date, zone: tzinfo) -> datetime:
    """Return the first instant of *day* in *zone*, whether or not its clocks show midnight then."""
    wall = datetime(day.year, day.month, day.day, tzinfo=zone)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    # Midnight is in the gap of a clock that was put forward; the day begins at the end of the gap.
    low, high = instant - _DAY, instant + _DAY
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        if middle.astimezone(zone).date() >= day:
            high = middle
        else:
            low = middle
    return high.replace(microsecond=0)
