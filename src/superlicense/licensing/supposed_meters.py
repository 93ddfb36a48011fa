"""Supposed meters: the usage that is stored, with the users of a world that is only supposed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

from superlicense.licensing.closing import Closing
from superlicense.licensing.engine.engine import Engine
from superlicense.licensing.metering.month_finding import month_of
from superlicense.licensing.metering.month_reading import MonthReading, read_month
from superlicense.licensing.metering.opening import month_with_users
from superlicense.licensing.metering.usage_access import UsageReader
from superlicense.licensing.metering.user_count import CurrentUsers, user_count
from superlicense.licensing.metering.user_moves import month_moved, month_moved_before
from superlicense.licensing.readable_meters import ReadableMeters
from superlicense.licensing.readable_usage import to_month
from superlicense.model.meter_month import UsageMonth
from superlicense.model.month import Month
from superlicense.model.statement import Statement
from superlicense.model.usage import MeterUsage, Projection
from superlicense.model.world import World
from superlicense.rules.gate.identity import licensee_of

__all__ = ["SupposedMeters"]


class _MovedUsage:
    """The stored usage, with months whose users have moved."""

    def __init__(self, usage: UsageReader, months: dict[Month, UsageMonth]) -> None:
        self._usage = usage
        self._months = months

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - every other method of `UsageReader`
        return getattr(self._usage, name)

    def months(self, *, since: Month | None = None, until: Month | None = None) -> tuple[UsageMonth, ...]:
        """Return the months from *since* to *until*, in order."""
        stored = {one.month: one for one in self._usage.months(since=since, until=until)}
        within = {
            month: one
            for month, one in self._months.items()
            if (since is None or since <= month) and (until is None or month <= until)
        }
        return tuple(one for _, one in sorted({**stored, **within}.items()))

    def month_before(self, month: Month) -> UsageMonth | None:
        """Return the newest month before *month*."""
        stored = self._usage.month_before(month)
        newest = max((one for one in self._months if one < month), default=None)
        if newest is None or (stored is not None and stored.month > newest):
            return stored
        return self._months[newest]


class SupposedMeters:
    """The readings that a hypothesis needs, with the users of its world."""

    __slots__ = ("_after", "_at", "_engine", "_licensee", "_readable")

    def __init__(self, engine: Engine, world: World, at: datetime) -> None:
        """Read the usage of *engine* with the users of *world* from *at* on."""
        self._engine = engine
        self._after = user_count(world)
        self._licensee = licensee_of(world)
        self._at = at
        self._readable = ReadableMeters(engine)

    def usage(self, month: Month, *, at: datetime | None = None) -> tuple[MeterUsage, ...]:
        """Return the usage of every meter in *month*, as of *at* or now."""
        return tuple(one.usage() for one in self._readings(month, at))

    def projection(self, month: Month, *, at: datetime | None = None) -> tuple[Projection, ...]:
        """Return the projection of every meter for *month*, as of *at* or now."""
        estimates = (one.projection() for one in self._readings(month, at))
        return tuple(one for one in estimates if one is not None)

    def month_of(self, at: datetime) -> Month:
        """Return the month in which usage of *at* counts, which no hypothesis changes."""
        return self._readable.month_of(at)

    def bounds(self, month: Month | str) -> tuple[datetime, datetime]:
        """Return the first instant of *month* and the first instant after it."""
        return self._readable.bounds(month)

    def terms_differ(self) -> tuple[str, ...]:
        """Return the meters whose terms differ, which no hypothesis changes."""
        return self._readable.terms_differ()

    def statement(self, month: Month | str) -> Statement:
        """Return the statement of *month*: final if it is closed, else a draft."""
        closing = Closing(self._engine.totals, self._licensee, to_month(month))
        with self._moved_usage() as usage:
            return closing.read(usage, self._at, self._after)

    def _readings(self, month: Month, at: datetime | None) -> tuple[MonthReading, ...]:
        with self._moved_usage() as usage:
            return read_month(self._engine.totals, usage, month, self._at if at is None else at, self._after)

    @contextmanager
    def _moved_usage(self) -> Iterator[UsageReader]:
        """Open the stored usage as a write of the hypothesis would leave it."""
        engine = self._engine
        before = user_count(engine.worlds.current().world)
        with engine.worlds.stored() as view:
            usage = engine.checks.usage_in(view)
            months = self._moves(usage, before) if before != self._after else {}
            yield cast("UsageReader", _MovedUsage(usage, months))

    def _moves(self, usage: UsageReader, before: CurrentUsers) -> dict[Month, UsageMonth]:
        """Return the months whose users move: that of the hypothesis, and later ones that are open already."""
        totals = self._engine.totals
        month = month_of(totals, usage, self._at)
        stored = {one.month: one for one in usage.months(since=month)}
        if month not in stored:
            # It stays without terms here, so that it is read like any month that is not open.
            stored[month] = month_with_users(totals, usage, month, before)._replace(user_count=None)
        return {
            when: month_moved(one, self._after, self._at)
            if when == month
            else month_moved_before(one, self._after, self._at)
            for when, one in stored.items()
            if not one.closed
        }
