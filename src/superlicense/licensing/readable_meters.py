"""Readable meters: the questions that usage answers, none of which writes anything."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from superlicense.licensing.clock import to_utc
from superlicense.licensing.closing import Closing
from superlicense.licensing.metering.as_recorded import read_month_as_recorded
from superlicense.licensing.metering.month_reading import MonthReading, read_month
from superlicense.licensing.metering.opening import month_with_users
from superlicense.licensing.metering.user_count import user_count
from superlicense.licensing.readable_usage import ReadableUsage, to_month
from superlicense.model.month import Month
from superlicense.model.statement import Statement
from superlicense.model.usage import MeterUsage, Projection
from superlicense.model.world import World
from superlicense.rules.gate.identity import licensee_of

__all__ = ["ReadableMeters"]

_MICROSECOND: Final = timedelta(microseconds=1)


class ReadableMeters(ReadableUsage):
    """What can be asked of the meters of one installation."""

    __slots__ = ()

    def usage(self, month: Month | str, *, at: datetime | None = None) -> tuple[MeterUsage, ...]:
        """Return the usage of every meter in *month*.

        A closed month has what its statement has. Late events are an adjustment
        on the statement of the earliest open month.

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
        facts = self._facts_of(month, asked)
        with self._engine.worlds.stored() as view:
            usage = self._engine.checks.usage_in(view)
            one = month_with_users(self._totals, usage, month, user_count(world))
            if self._was_closed(view, one, asked):
                return read_month(self._totals, usage, month, asked, user_count(world))
            return read_month_as_recorded(
                self._totals,
                facts=view.facts,
                usage=usage,
                world=facts,
                one=one,
                at=asked,
                now=now,
            )

    def _facts_of(self, month: Month, at: datetime) -> World:
        """Return the facts at *at*, or at the end of *month* where that is earlier."""
        current = user_count(self._engine.worlds.current().world)
        with self._engine.worlds.stored() as view:
            one = month_with_users(self._totals, self._engine.checks.usage_in(view), month, current)
        # Neither the bounds of the month nor facts of the past change before the next read.
        facts, _ = self._engine.worlds.world_at(min(at, one.ends_at - _MICROSECOND))
        return facts

    def statement(self, month: Month | str, *, at: datetime | None = None) -> Statement:
        """Return the statement of *month*: final if it is closed, else a draft.

        Args:
            month: Any month, or ``"YYYY-MM"``.
            at: As recorded by then; by now if `None`.

        Raises:
            InvalidValueError: *month* is not a month, or *at* is naive.
            StoreError: the store cannot be read.
        """
        known = to_month(month)
        asked = None if at is None else to_utc(at)
        world = self._engine.worlds.current().world
        now = self._engine.clock.read()
        if asked is not None and asked < now:
            return self._past_statement(known, asked, now)
        closing = Closing(self._totals, licensee_of(world), known)
        with self._engine.worlds.stored() as view:
            return closing.read(self._engine.checks.usage_in(view), asked or now, user_count(world))

    def _past_statement(self, month: Month, at: datetime, now: datetime) -> Statement:
        # Imported on first use: the statement of now is asked for, seldom one of the past.
        from superlicense.licensing.statement_as_recorded import (  # noqa: PLC0415 - see above
            StatementAsRecorded,
        )

        facts = self._facts_of(month, at)
        with self._engine.worlds.stored() as view:
            usage = self._engine.checks.usage_in(view)
            return StatementAsRecorded(
                self._totals, view=view, usage=usage, world=facts, month=month, at=at, now=now
            ).read(self._engine.checks.seals)

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
