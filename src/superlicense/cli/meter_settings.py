"""Meters in the settings: allowances and prices, so that the command line bills as the service does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException
from types import MappingProxyType
from typing import Any, Final

import click
from attrs import evolve

from superlicense.catalog import meters as catalog
from superlicense.errors import InvalidValueError
from superlicense.model.meter import Aggregation, Meter, MeterKind

__all__ = ["read_meters"]

_KNOWN: Final = MappingProxyType({meter.code: meter for meter in (*catalog.STANDARD, *catalog.SUITE)})


def _same(value: object) -> object:
    return value


def _price(value: object) -> Decimal:
    """Read a price: a text, so that no binary fraction is in between, or a whole number."""
    if isinstance(value, bool | float) or not isinstance(value, str | int):
        raise TypeError('must be a text like "0.05", or a whole number')
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


def read_meters(table: object) -> tuple[Meter, ...]:
    """Read the table ``meters`` of the settings; without one, the five metered services without allowances.

    Where there is a table, its meters are all there are. One that the catalog has
    takes what is not said from there.

    >>> [meter.included_per_user for meter in read_meters({"mailings": {"included_per_user": 500}})]
    [500]

    Raises:
        click.UsageError: something in it is no meter.
    """
    if table is None:
        return catalog.STANDARD
    if not isinstance(table, dict):
        raise click.UsageError("meters: must be a table")
    return tuple(_meter(code, rows) for code, rows in table.items())


def _meter(code: str, rows: object) -> Meter:
    if not isinstance(rows, dict):
        raise click.UsageError(f"meters.{code}: must be a table")
    fields = {}
    for name, value in rows.items():
        if name not in _FIELDS:
            raise click.UsageError(f"meters.{code}.{name}: nobody knows it")
        try:
            fields[name] = _FIELDS[name](value)
        except (ValueError, TypeError, DecimalException) as error:
            raise click.UsageError(f"meters.{code}.{name}: {error}") from error
    try:
        known = _KNOWN.get(code)
        return Meter(code=code, **fields) if known is None else evolve(known, **fields)
    except InvalidValueError as error:
        raise click.UsageError(f"meters.{code}.{error}") from error
    except TypeError as error:
        raise click.UsageError(f"meters.{code}: unit and kind are missing") from error
