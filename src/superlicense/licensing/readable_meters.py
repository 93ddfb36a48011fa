"""Readable meters: the questions that usage answers, none of which writes anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from superlicense.errors import InvalidValueError
from superlicense.licensing.clock import to_utc
from superlicense.licensing.closing import Closing
from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.metering.as_recorded import Recorded, read_month_as_recorded, recorded_by
from superlicense.licensing.metering.month_finding import month_of, stored_since
from superlicense.licensing.metering.month_reading import MonthReading, read_month
from superlicense.licensing.metering.opening import month_with_users
from superlicense.licensing.metering.usage_by_day import usage_by_day
from superlicense.licensing.metering.user_count import user_count
from superlicense.licensing.past_statement import past_statement
from superlicense.model.month import Month
from superlicense.model.statement import Statement
from superlicense.model.usage import Crossing, DayUsage, MeterUsage, Projection, UsageEvent
from superlicense.ports import Reading
from superlicense.rules.gate.identity import licensee_of

__all__ = ["ReadableMeters", "to_month"]

_MICROSECOND: Final = timedelta(microseconds=1)
_COUNTABLE: Final = 2**31 - 1  # by every database


class ReadableMeters:
    """What can be asked of the meters of one installation."""

    __slots__ = ("_engine", "_totals")

    def __init__(self, engine: Engine) -> None:
        """Read the store of *engine*."""
        self._engine = engine
        self._totals = engine.totals

    def usage(self, month: Month | str, *, at: datetime | None = None) -> tuple[MeterUsage, ...]:
        """Return the usage of every meter in *month*, late events of a closed month included.

        Args:
            month: Any month, or ``"YYYY-MM"``.
            at: As recorded by then; by now if `None`.

        Returns:
            One for each meter, by code.

        Raises:
            InvalidValueError: *month* is not a month, or *at* is naive.
            StoreError: the store cannot be read.
        """
        return tuple(one.usage() for one in self._readings(to_month(month), at))

    def projection(self, month: Month | str, *, at: datetime | None = None) -> tuple[Projection, ...]:
        """Estimate the usage of *month* at its end if it continues as it began; an estimate is never billed.

        Args:
            month: A running month, or ``"YYYY-MM"``.
            at: The instant of the estimate, as recorded by then; now if `None`.

        Returns:
            One for each meter, by code; none before the first day of the month has passed.

        Raises:
            InvalidValueError: *month* is not a month, or *at* is naive.
            StoreError: the store cannot be read.
        """
        estimates = (one.projection() for one in self._readings(to_month(month), at))
        return tuple(one for one in estimates if one is not None)

    def _readings(self, month: Month, at: datetime | None) -> tuple[MonthReading, ...]:
        asked = None if at is None else to_utc(at)
        world = self._engine.worlds.current().world
        now = self._engine.clock.read()
        if asked is None or asked >= now:
            with self._engine.worlds.stored() as view:
                return read_month(
                    self._totals, self._engine.checks.usage_in(view), month, asked or now, user_count(world)
                )
        with self._engine.worlds.stored() as view:
            usage = self._engine.checks.usage_in(view)
            one = month_with_users(self._totals, usage, month, user_count(world))
        # Neither the bounds of the month nor facts of the past change between the reads.
        facts, _ = self._engine.worlds.world_at(min(asked, one.ends_at - _MICROSECOND))
        with self._engine.worlds.stored() as view:
            return read_month_as_recorded(
                self._totals,
                facts=view.facts,
                usage=self._engine.checks.usage_in(view),
                world=facts,
                one=one,
                at=asked,
                now=now,
            )

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
            at: Only those that had been recorded by then; all if `None`.

        Raises:
            InvalidValueError: *month* is not a month, or *at* is naive.
            StoreError: the store cannot be read.
        """
        return self._events(to_month(month), meter, source, None if at is None else to_utc(at))

    def _events(self, month: Month, meter: str | None, source: str | None, at: datetime | None) -> Iterator[UsageEvent]:
        with self._engine.worlds.stored() as view:
            recorded = self._recorded(view, at)
            for row in self._engine.checks.usage_in(view).events(month=month, meter=meter):
                if source in {None, row.event.source} and (recorded is None or recorded.has(row.recorded_at)):
                    yield row.event

    def _recorded(self, view: Reading, at: datetime | None) -> Recorded | None:
        """Return what had been recorded by *at*; `None` for everything."""
        now = self._engine.clock.read()
        return None if at is None or at >= now else recorded_by(view.facts, at, now)

    def days(self, month: Month | str, *, at: datetime | None = None) -> tuple[DayUsage, ...]:
        """Return the usage of every day of *month* that has begun, by meter and day, late events included.

        Args:
            month: Any month, or ``"YYYY-MM"``.
            at: The days that had begun by then, as recorded by then; by now if `None`.

        Raises:
            InvalidValueError: *month* is not a month, or *at* is naive.
            StoreError: the store cannot be read.
        """
        asked, instant = to_month(month), None if at is None else to_utc(at)
        world = self._engine.worlds.current().world
        now = self._engine.clock.read()
        with self._engine.worlds.stored() as view:
            usage = self._engine.checks.usage_in(view)
            return usage_by_day(
                self._totals,
                usage=usage,
                meters=[one.meter for one in read_month(self._totals, usage, asked, now, user_count(world))],
                one=month_with_users(self._totals, usage, asked, user_count(world)),
                at=instant or now,
                recorded=self._recorded(view, instant),
            )

    def statement(self, month: Month | str, *, at: datetime | None = None) -> Statement:
        """Return the statement of *month*: final if it is closed, else a draft.

        Args:
            month: Any month, or ``"YYYY-MM"``.
            at: As recorded by then; by now if `None`.

        Raises:
            InvalidValueError: *month* is not a month, or *at* is naive.
            StoreError: the store cannot be read.
        """
        asked, now = to_month(month), self._engine.clock.read()
        instant = now if at is None else to_utc(at)
        if instant < now:
            return past_statement(self._engine, self._readings, asked, instant)
        world = self._engine.worlds.current().world
        closing = Closing(self._totals, licensee_of(world), asked)
        with self._engine.worlds.stored() as view:
            return closing.read(self._engine.checks.usage_in(view), now, user_count(world))

    def terms_differ(self) -> tuple[str, ...]:
        """Return the meters whose terms in the running month are not those that the host passes, sorted by code.

        The month is billed on the terms with which it was first touched, and the
        next one on the host's, unless `set_terms` changes it.

        >>> import superlicense as sl
        >>> licensing = sl.Licensing(
        ...     sl.MemoryStore(),
        ...     sl.Installation(serial_number="1010000014", company="Nordvik Handel A/S"),
        ...     trust=None,
        ... )
        >>> licensing.meters.terms_differ()
        ()

        Raises:
            StoreError: the store cannot be read.
        """
        engine = self._engine
        now = engine.clock.read()
        with engine.worlds.stored() as view:
            return engine.terms.find(engine.checks.usage_in(view), now)

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

        Args:
            after: Id of the last one that was read; all from the first if `None`.
            month: Only those of this month.
            most: How many at most; all if `None`.
            at: Only those that had been recorded by then; all if `None`.

        Raises:
            InvalidValueError: *after* is not the id of a crossing, *month* is not a month,
                *most* is not a whole number of 0 or more, or *at* is naive.
            StoreError: the store cannot be read.
        """
        only = None if month is None else to_month(month)
        instant = None if at is None else to_utc(at)
        if after is not None and not _is_printable(after):
            raise InvalidValueError("after", after, "must be the id of a crossing")
        if most is not None and (type(most) is not int or most < 0):
            raise InvalidValueError("most", most, "must be a whole number of at least 0")
        with self._engine.worlds.stored() as view:
            usage = self._engine.checks.usage_in(view)
            number = 0 if after is None else usage.crossing_number(after)
            if number is None:
                raise InvalidValueError("after", after, "must be the id of a crossing")
            recorded = self._recorded(view, instant)
            every = only is None and recorded is None
            found = usage.crossings(after=number, most=None if most is None or not every else min(most, _COUNTABLE))
            wanted = tuple(
                one for _, one in found if only in {None, one.month} and (recorded is None or recorded.has(one.at))
            )
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
