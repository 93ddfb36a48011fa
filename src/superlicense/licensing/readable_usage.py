"""Readable usage: what was recorded, and where months begin and end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from superlicense.errors import InvalidValueError
from superlicense.licensing.clock import to_utc
from superlicense.licensing.closed_by import was_closed
from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.metering.as_recorded import recorded_by
from superlicense.licensing.metering.month_finding import month_of, stored_since
from superlicense.licensing.metering.month_reading import read_month
from superlicense.licensing.metering.opening import month_with_users
from superlicense.licensing.metering.usage_by_day import usage_by_day
from superlicense.licensing.metering.user_count import user_count
from superlicense.model.meter_month import UsageMonth
from superlicense.model.month import Month
from superlicense.model.usage import Crossing, DayUsage, UsageEvent
from superlicense.ports import Reading

__all__ = ["ReadableUsage", "to_month"]

_COUNTABLE: Final = 2**31 - 1  # by every database


class ReadableUsage:
    """What was recorded of the usage of one installation."""

    __slots__ = ("_engine", "_totals")

    def __init__(self, engine: Engine) -> None:
        """Read the store of *engine*."""
        self._engine = engine
        self._totals = engine.totals

    def month_of(self, at: datetime) -> Month:
        """Return the month in which usage of *at* counts.

        It is the calendar month in the installation's time zone, except around a
        change of the zone: a month that was touched keeps the zone it had then.

        >>> import superlicense as sl
        >>> from datetime import UTC, datetime
        >>> where = {"serial_number": "1010000014", "company": "Nordvik Handel A/S", "time_zone": "Europe/Copenhagen"}
        >>> licensing = sl.Licensing(sl.MemoryStore(), sl.Installation(**where), trust=None)
        >>> licensing.meters.month_of(datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
        Month(year=2026, month=11)

        Raises:
            InvalidValueError: *at* is naive.
            StoreError: the store cannot be read.
        """
        with self._engine.worlds.stored_usage() as usage:
            return month_of(self._totals, usage, to_utc(at))

    def bounds(self, month: Month | str) -> tuple[datetime, datetime]:
        """Return the first instant of *month* and the first instant after it, which `month_of` goes by.

        Raises:
            InvalidValueError: *month* is not a month.
            StoreError: the store cannot be read.
        """
        asked = to_month(month)
        with self._engine.worlds.stored_usage() as usage:
            found = self._totals.calendar(stored_since(usage, asked)).bounds(asked)
            return found[0], found[1]

    def events(
        self,
        month: Month | str,
        meter: str | None = None,
        source: str | None = None,
        *,
        at: datetime | None = None,
    ) -> Iterator[UsageEvent]:
        """Stream the accepted events that were used in *month*, corrections included, in the order they were counted.

        The store is read while they are streamed.

        Args:
            month: Any month, or ``"YYYY-MM"``.
            meter: Only those of this meter.
            source: Only those of this source.
            at: Only those that were recorded by then.

        Raises:
            InvalidValueError: *month* is not a month, or *at* is naive.
            StoreError: the store cannot be read.
        """
        return self._events(to_month(month), meter, source, None if at is None else to_utc(at))

    def _events(self, month: Month, meter: str | None, source: str | None, at: datetime | None) -> Iterator[UsageEvent]:
        now = self._engine.clock.read()
        with self._engine.worlds.stored() as view:
            recorded = None if at is None or at >= now else recorded_by(view.facts, month, at, now)
            for row in self._engine.checks.usage_in(view).events(month=month, meter=meter):
                if source in (None, row.event.source) and (recorded is None or recorded.has_seen(row)):
                    yield row.event

    def days(self, month: Month | str, *, at: datetime | None = None) -> tuple[DayUsage, ...]:
        """Return the usage of every day of *month* that has begun, by meter and day.

        The days of a closed month are those of its statement, without late events.

        Args:
            month: Any month, or ``"YYYY-MM"``.
            at: The days that had begun then, as recorded by then; by now if `None`.

        Raises:
            InvalidValueError: *month* is not a month, or *at* is naive.
            StoreError: the store cannot be read.
        """
        asked = to_month(month)
        by = None if at is None else to_utc(at)
        world = self._engine.worlds.current().world
        now = self._engine.clock.read()
        with self._engine.worlds.stored() as view:
            usage = self._engine.checks.usage_in(view)
            meters = [one.meter for one in read_month(self._totals, usage, asked, now, user_count(world))]
            one = month_with_users(self._totals, usage, asked, user_count(world))
            is_past = by is not None and by < now and not self._was_closed(view, one, by)
            recorded = recorded_by(view.facts, asked, by, now) if by is not None and is_past else None
            return usage_by_day(self._totals, usage, meters, one, by or now, recorded=recorded)

    def _was_closed(self, view: Reading, one: UsageMonth, at: datetime) -> bool:
        """Return whether the month *one* had been closed by *at*, and so has what its statement has."""
        checks, ends_at = self._engine.checks, self._totals.span(one).end
        return was_closed(one.month, at=at, ends_at=ends_at, view=view, usage=checks.usage_in(view), seals=checks.seals)

    def crossings(
        self,
        after: str | None = None,
        *,
        month: Month | str | None = None,
        most: int | None = None,
        at: datetime | None = None,
    ) -> tuple[Crossing, ...]:
        """Return the crossings of levels, in the order they were recorded.

        Each is recorded in the transaction that caused it, once for its meter,
        month and level, and none is ever inserted before one that was read.

        >>> import superlicense as sl
        >>> licensing = sl.Licensing(
        ...     sl.MemoryStore(),
        ...     sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S"),
        ...     trust=None,
        ... )
        >>> licensing.meters.crossings()
        ()

        Args:
            after: Id of the last one that was read; all from the first if `None`.
            month: Only those of this month.
            most: How many at most; all if `None`.
            at: Only those that were recorded by then.

        Raises:
            InvalidValueError: *after* is not the id of a crossing, *month* is not a month,
                *most* is not a whole number of 0 or more, or *at* is naive.
            StoreError: the store cannot be read.
        """
        only = None if month is None else to_month(month)
        by = None if at is None else to_utc(at)
        if after is not None and not _is_printable(after):
            raise InvalidValueError("after", after, "must be the id of a crossing")
        if most is not None and (type(most) is not int or most < 0):
            raise InvalidValueError("most", most, "must be a whole number of at least 0")
        with self._engine.worlds.stored() as view:
            usage = self._engine.checks.usage_in(view)
            number = 0 if after is None else usage.crossing_number(after)
            if number is None:
                raise InvalidValueError("after", after, "must be the id of a crossing")
            bound = None if most is None or only is not None or by is not None else min(most, _COUNTABLE)
            found = usage.crossings(after=number, most=bound)
            wanted = tuple(one for _, one in found if only in (None, one.month) and (by is None or one.at <= by))
            return wanted if most is None else wanted[:most]


def to_month(month: Month | str) -> Month:
    """Return *month* as a month.

    Raises:
        InvalidValueError: it is not one.
    """
    if isinstance(month, Month):
        return month
    return Month.parse(month)


def _is_printable(text: object) -> bool:
    return isinstance(text, str) and text.isprintable()
