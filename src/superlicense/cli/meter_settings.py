"""Meters in the settings: allowances and prices, so that the command line bills like the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException
from types import MappingProxyType
from typing import Any, Final

import click
from attrs import evolve

from superlicense.catalog import meters as catalog
from superlicense.cli.help_language import localized
from superlicense.cli.options import invalid_setting, unknown_setting
from superlicense.errors import InvalidValueError
from superlicense.model.meter import Aggregation, Meter, MeterKind

__all__ = ["read_meters"]

_KNOWN: Final = MappingProxyType({meter.code: meter for meter in (*catalog.STANDARD, *catalog.SUITE)})


def _same(value: object) -> object:
    return value


def _price(value: object) -> Decimal:
    """Return a price from a string or an int; floats are refused because they are inexact."""
    if isinstance(value, bool | float) or not isinstance(value, str | int):
        raise TypeError('must be a string like "0.05", or a whole number')
    return Decimal(value)


_FIELDS: Final[Mapping[str, Callable[[Any], Any]]] = MappingProxyType(
    {
        "unit": _same,
        "kind": MeterKind,
        "aggregation": Aggregation,
        "included": _same,
        "included_per_user": _same,
        "block_size": _same,
        "price_per_block": _price,
        "currency": _same,
    }
)


def read_meters(table: object) -> tuple[Meter, ...] | None:
    """Return the meters of the settings table ``meters``; `None` without one, so that no terms are stored.

    A table replaces all other meters. Fields that it omits come from the catalog,
    if the catalog has the meter.

    >>> read_meters({"mailings": {"included_per_user": 500}})[0].included_per_user
    500

    Raises:
        click.UsageError: A meter is invalid.
    """
    if table is None:
        return None
    if not isinstance(table, dict):
        raise click.UsageError(localized("{name}: must be a table", name="meters"))
    return tuple(_meter(code, rows) for code, rows in table.items())


def _meter(code: str, rows: object) -> Meter:
    if not isinstance(rows, dict):
        raise invalid_setting(f"meters.{code}: must be a table")
    fields = {}
    for name, value in rows.items():
        if name not in _FIELDS:
            raise unknown_setting(f"meters.{code}.{name}")
        try:
            fields[name] = _FIELDS[name](value)
        except (ValueError, TypeError, DecimalException) as error:
            raise invalid_setting(f"meters.{code}.{name}: {error}") from error
    try:
        known = _KNOWN.get(code)
        return Meter(code=code, **fields) if known is None else evolve(known, **fields)
    except InvalidValueError as error:
        raise invalid_setting(f"meters.{code}.{error}") from error
    except TypeError as error:
        raise invalid_setting(f"meters.{code}: unit and kind are missing") from error
