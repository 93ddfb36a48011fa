"""Formats: dates, instants, numbers, amounts and sizes, as a language writes them.

Rule 1: a date that ends a period is shown as the last day that still counts. An
end that is not a local midnight is shown with its time, and so is every other
instant, with its time zone.

Rule 2: the forms are those of Babel. Without Babel, which only the extras ``cli``
and ``web`` install, dates are ISO 8601 and numbers have no separators.

Source: design section 14, second point.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from superlicense.messages.catalogs import pattern
from superlicense.model.month import Month

if TYPE_CHECKING:
    from babel import Locale

__all__ = ["Formats", "day_of", "last_day_before"]

_MIDNIGHT: Final = time(0)
_FIRST: Final = datetime.min.replace(tzinfo=UTC)
# English is written with the day first, as on the vendor's screens (domain 13).
_LOCALES: Final = {"en": "en_150"}
_SIZES: Final = ("kB", "MB", "GB", "TB", "PB")
_KIBI: Final = 1024
_SIZE_DIGITS: Final = Decimal("0.1")


def day_of(instant: datetime, zone: tzinfo) -> date:
    """Return the date of *instant* in *zone*; the date of *instant* itself at the ends of the calendar."""
    return _local(instant, zone).date()


def last_day_before(end: datetime, zone: tzinfo) -> date:
    """Return the last day that counts of a period that ends at *end*, exclusive.

    >>> last_day_before(datetime(2027, 7, 1, tzinfo=UTC), UTC)
    datetime.date(2027, 6, 30)
    """
    return day_of(end - datetime.resolution if end > _FIRST else end, zone)


class Formats:
    """The forms of one language in one time zone.

    >>> formats = Formats("en")
    >>> formats.end(datetime(2027, 7, 1, tzinfo=UTC)), formats.end(datetime(2027, 7, 1, 14, tzinfo=UTC))
    ('30 June 2027', '1 July 2027 at 14:00 UTC')
    >>> Formats("da").money(Decimal("12662.50"), "DKK").replace("\N{NO-BREAK SPACE}", " ")
    '12.662,50 kr.'
    """

    __slots__ = ("_catalog", "_locale", "zone")

    def __init__(self, catalog: str, zone: tzinfo = UTC) -> None:
        """Use the forms of the language of *catalog*, with dates in *zone*."""
        self._catalog = catalog
        self._locale = _locale(catalog)
        self.zone = zone

    def day(self, day: date) -> str:
        """Return *day* in words: ``30 June 2027``."""
        if self._locale is None:
            return day.isoformat()
        from babel.dates import format_date  # noqa: PLC0415 - an extra, and loaded where it is used

        return str(format_date(day, "long", locale=self._locale))

    def month(self, month: Month) -> str:
        """Return *month* in words: ``November 2026``."""
        if self._locale is None:
            return str(month)
        from babel.dates import format_skeleton  # noqa: PLC0415 - as above

        return str(format_skeleton("yMMMM", date(month.year, month.month, 1), locale=self._locale))

    def start(self, start: datetime) -> str:
        """Return the first day of a period that begins at *start*; the instant itself unless it is a midnight."""
        local = _local(start, self.zone)
        return self.day(local.date()) if local.time() == _MIDNIGHT else self.instant(start)

    def instant(self, instant: datetime) -> str:
        """Return *instant* with its time and time zone: ``1 July 2027 at 14:00 CEST``."""
        local = _local(instant, self.zone)
        clock = self._time(local)
        if self._locale is None:
            return f"{local.date()} {clock} {_zone_name(local)}".rstrip()
        shown = {"date": self.day(local.date()), "time": clock, "zone": _zone_name(local)}
        return (pattern("form.date_and_time", shown, self._catalog) or "{date} {time} {zone}").format(**shown).rstrip()

    def end(self, end: datetime) -> str:
        """Return the last day of a period that ends at *end*, exclusive; the instant itself unless it is a midnight."""
        if _local(end, self.zone).time() == _MIDNIGHT and end > _FIRST:
            return self.day(last_day_before(end, self.zone))
        return self.instant(end)

    def number(self, number: int | Decimal) -> str:
        """Return *number* with the separators of the language."""
        if self._locale is None:
            return f"{number:f}" if isinstance(number, Decimal) else str(number)
        places = number.as_tuple().exponent if isinstance(number, Decimal) else 0
        # All digits that it has, trailing zeros included: 12,662.50 is an amount.
        digits = f".{'0' * -places}" if isinstance(places, int) and places < 0 else ""
        return _decimal(number, f"#,##0{digits}", self._catalog)

    def money(self, amount: Decimal, currency: str) -> str:
        """Return *amount* in *currency*, an ISO 4217 code; as a number if *currency* is empty."""
        if not currency:
            return self.number(amount)
        if self._locale is None:
            return f"{amount:f} {currency}"
        from babel.numbers import format_currency  # noqa: PLC0415 - as above

        return str(format_currency(amount, currency, locale=self._locale))

    def size(self, size_bytes: int) -> str:
        """Return *size_bytes* in the largest unit that it reaches, each 1,024 times the one before: ``1.5 GB``."""
        if abs(size_bytes) < _KIBI:
            return f"{self.number(size_bytes)} B"
        amount = Decimal(size_bytes)
        for unit in _SIZES:
            amount /= _KIBI
            if abs(amount) < _KIBI or unit == _SIZES[-1]:
                break
        shown = amount.quantize(_SIZE_DIGITS)
        return f"{self.number(int(shown) if shown == int(shown) else shown)} {unit}"

    def _time(self, local: datetime) -> str:
        if self._locale is None:
            return local.time().isoformat("seconds" if local.second else "minutes")
        from babel.dates import format_time  # noqa: PLC0415 - as above

        return str(format_time(local.time(), "medium" if local.second else "short", locale=self._locale))


def _local(instant: datetime, zone: tzinfo) -> datetime:
    if instant.tzinfo is None:  # not an instant, and shown as it is
        return instant
    with suppress(OverflowError):  # out of range at the ends of the calendar: keep the offset
        return instant.astimezone(zone)
    return instant


def _zone_name(local: datetime) -> str:
    """Return ``CET``, ``UTC``, or ``UTC+13`` where the zone has no abbreviation."""
    name = local.tzname() or ""
    return f"UTC{name}" if name[:1] in {"+", "-"} else name


@lru_cache(maxsize=1024)  # a list repeats its numbers, and Babel parses the pattern each time
def _decimal(number: int | Decimal, digits: str, catalog: str) -> str:
    from babel.numbers import format_decimal  # noqa: PLC0415 - as above

    return str(format_decimal(number, digits, locale=_locale(catalog)))


@cache
def _locale(catalog: str) -> Locale | None:
    """Return the locale of a catalog; `None` without Babel, or if Babel lacks it."""
    try:
        from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    try:
        return Locale.parse(_LOCALES.get(catalog, catalog))
    except (UnknownLocaleError, ValueError):
        return None
