"""The months of a recount: their bounds, the days in them, and the terms that each was touched with.

It shares no code with the library.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)

Line = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The terms of one meter."""

    code: str
    rule: str  # sum, last, peak or mean_of_daily_peaks
    included: int = 0
    per_user: int = 0
    block: int = 1
    price: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Setup:
    """How an instance is configured; one without meters has none of its own, and knows those of the catalog."""

    zone: str
    user_count: str
    meters: Mapping[str, Terms] | None
    known: frozenset[str]


@dataclass
class Touched:
    """A month that was touched."""

    start: datetime
    end: datetime
    zone: str
    user_count: str | None
    terms: dict[str, Terms | None] = field(default_factory=dict)


@cache
def midnight(day: date, zone: str) -> datetime:
    """Find the first second of *day* by watching the clock on the wall: by hours, by minutes and then closer."""
    shows = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - what a wall shows
    look, wall = shows.replace(tzinfo=UTC) - 30 * HOUR, ZoneInfo(zone)
    for step, short_of in ((HOUR, 3 * HOUR), (MINUTE, 0 * HOUR), (SECOND, 0 * HOUR)):
        while (look + step).astimezone(wall).replace(tzinfo=None) < shows - short_of:
            look += step
    return look + SECOND


def following(month: str, by: int = 1) -> str:
    """Return the month so many months later."""
    years, place = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + by, 12)
    return f"{years:04}-{place + 1:02}"


def first_day(month: str) -> date:
    """Return the first day of a month."""
    return date.fromisoformat(f"{month}-01")


@dataclass
class RecountedMonths:
    """The months that were touched, and the statements that were frozen."""

    months: dict[str, Touched] = field(default_factory=dict)
    statements: dict[str, Line] = field(default_factory=dict)
    closed_at: dict[str, datetime] = field(default_factory=dict)

    def bounds(self, month: str, zone: str) -> tuple[datetime, datetime]:
        """Return the bounds of a month: stored ones, else those of *zone* between its neighbors."""
        if month in self.months:
            return self.months[month].start, self.months[month].end
        zone = self.zone_of(month, zone)
        before, after = self.months.get(following(month, -1)), self.months.get(following(month))
        start = midnight(first_day(month), zone) if before is None else before.end
        return start, midnight(first_day(following(month)), zone) if after is None else after.start

    def zone_of(self, month: str, zone: str) -> str:
        """Return the zone of a month: the stored one, that of the next stored one, else *zone*."""
        known = [one for one in self.months if one >= month]
        return self.months[min(known)].zone if known else zone

    def month_of(self, at: datetime, zone: str) -> str:
        """Return the month of an instant: the stored one, else that of *zone*, beyond the stored ones."""
        near = f"{at:%Y-%m}"
        candidates = [following(near, by) for by in (-2, -1, 0, 1, 2)]
        return next(month for month in candidates if self.bounds(month, zone)[0] <= at < self.bounds(month, zone)[1])

    def days(self, month: str, zone: str) -> list[datetime]:
        """Return the instants at which the days of a month begin; the first day begins with it."""
        start, end = self.bounds(month, zone)
        theirs = self.zone_of(month, zone)
        day, found = first_day(month) + timedelta(days=1), {start}
        while f"{day:%Y-%m}" == month:
            found.add(midnight(day, theirs))
            day += timedelta(days=1)
        return sorted(at for at in found if start <= at < end)

    @property
    def closed_through(self) -> str:
        """The newest closed month; empty for none."""
        return max(self.statements, default="")

    def touch(self, month: str, by: Setup, recorded: Iterable[str] = ()) -> None:
        """Touch an open month: it and the untouched months between it and the stored ones get their terms."""
        if month not in self.months:
            before, after = [one for one in self.months if one < month], [one for one in self.months if one > month]
            if before:
                self._between(max(before), month, by)
            self.months[month] = Touched(*self.bounds(month, by.zone), self.zone_of(month, by.zone), None)
            self._give_terms(self.months[month], by, recorded)
            if after and not before:
                self._between(month, min(after), by)
        else:
            self._give_terms(self.months[month], by, recorded)

    def _between(self, first: str, until: str, by: Setup) -> None:
        kept, month = self.months[first], following(first)
        while month < until:
            terms: dict[str, Terms | None] = {code: one for code, one in kept.terms.items() if one is not None}
            self.months[month] = Touched(
                *self.bounds(month, by.zone), self.zone_of(month, by.zone), kept.user_count, terms
            )
            month = following(month)

    @staticmethod
    def _give_terms(one: Touched, by: Setup, recorded: Iterable[str]) -> None:
        if by.meters is None:
            for code in recorded:
                one.terms.setdefault(code, None)
            return
        for code in by.meters if one.user_count is None else recorded:
            one.terms.setdefault(code, None)
        for code, terms in one.terms.items():
            if terms is None:
                one.terms[code] = by.meters.get(code)
        one.user_count = one.user_count or by.user_count

    def terms_of(self, month: str, by: Setup) -> dict[str, Terms]:
        """Return the terms on which *by* shows a month: its own, those it was closed on, else those of *by*."""
        stored = self.months.get(month)
        if month <= self.closed_through:
            stored = self.months[min(one for one in self.statements if one >= month)]
        ours = by.meters or {}
        if stored is None:
            return dict(ours)
        found = {code: terms or ours.get(code) for code, terms in stored.terms.items()}
        if stored.user_count is None:
            found = {**ours, **found}
        return {code: terms for code, terms in found.items() if terms is not None}
