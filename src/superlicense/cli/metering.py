"""Metered services: usage and statement of a month."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

import click

from superlicense.cli.context import CommandContext, list_mutation, list_query
from superlicense.cli.csv_output import CsvTable, attributes
from superlicense.model.meter import Meter
from superlicense.model.month import Month
from superlicense.model.statement import LineKind, Statement, StatementLine
from superlicense.model.usage import MeterUsage, Projection

__all__ = ["close_month", "set_terms", "statement", "usage"]

_USAGE = ("meter", "unit", "month", "used", "users", "threshold", "overage")
_PROJECTION = ("meter", "month", "at", "used", "expected", "threshold", "expected_overage", "expected_amount")
_ESTIMATE = (*_PROJECTION, "currency", "passes_on")
_TERMS = ("code", "unit", "included", "included_per_user", "block_size", "price_per_block", "currency")
_LINE = ("kind", "month", "meter", "unit", "used", "threshold", "overage", "blocks", "block_size", "price_per_block")
_BILLED = (*_LINE, "amount", "currency")


@click.command()
@list_query
@click.argument("month", required=False)
@click.option("--projection", is_flag=True, help="Estimate the usage at the end of the month; it is not billed.")
def usage(context: CommandContext, month: str | None, *, projection: bool) -> None:
    """Show the usage of every meter in MONTH (2026-11), by default the current one.

    With --at, usage as recorded by then. Usage is never blocked: usage above the
    threshold is billed.
    """
    asked = Month.parse(month) if month is not None else context.month()
    meters = context.licensing.meters
    if projection:
        estimates = meters.projection(asked, at=context.at)
        table = _table(estimates, _ESTIMATE)
        context.show(estimates, lambda: _draw_projection(context, estimates, _units(context, asked)), table)
        return
    used = meters.usage(asked, at=context.at)
    context.show(used, lambda: _draw_usage(context, used), _table(used, _USAGE))


def _table(rows: Sequence[object], names: Sequence[str]) -> CsvTable:
    return names, lambda: attributes(rows, names)


def _draw_usage(context: CommandContext, used: Sequence[MeterUsage]) -> None:
    from superlicense.screens.metered_services import derivation_row  # noqa: PLC0415 - JSON needs no screens

    columns = [context.text("meter"), *map(context.label, ("used", "threshold", "overage", "derivation"))]
    words = context.words
    rows = [
        (
            words.meter(one.meter),
            *_quantities(context, one.unit, one.used, one.threshold, one.overage),
            derivation_row(one.derivation, one.unit, words).text,
        )
        for one in used
    ]
    context.output.table([columns, *rows], right={1, 2, 3})


def _quantities(context: CommandContext, unit: str, *quantities: int) -> Iterator[str]:
    """Yield *quantities* of *unit* as people read them."""
    for one in quantities:
        yield context.words.quantity(one, unit)


def _units(context: CommandContext, month: Month) -> dict[str, str]:
    """Return the unit of each meter of *month*."""
    return {one.meter: one.unit for one in context.licensing.meters.usage(month, at=context.at)}


def _draw_projection(context: CommandContext, estimates: Sequence[Projection], units: Mapping[str, str]) -> None:
    labels = ("used", "expected", "threshold", "expected_overage", "passes_on")
    columns = [context.text("meter"), *map(context.label, labels), context.text("amount")]
    words = context.words
    rows = [
        (
            words.meter(one.meter),
            *_quantities(context, units[one.meter], one.used, one.expected, one.threshold, one.expected_overage),
            "" if one.passes_on is None else words.date(one.passes_on),
            words.money(one.expected_amount, one.currency),
        )
        for one in estimates
    ]
    context.output.table([columns, *rows], right={1, 2, 3, 4, 6}, indent="")


@click.command()
@list_query
@click.argument("month")
def statement(context: CommandContext, month: str) -> None:
    """Show the statement of MONTH (2026-11): a draft until the month is closed."""
    found = context.licensing.meters.statement(month, at=context.at)
    context.show(json.loads(found.to_json()), lambda: _draw_statement(context, found), _table(found.lines, _BILLED))


@click.command()
@list_mutation
@click.argument("month")
@click.option("--force", is_flag=True, help="Close it although it ends more than 62 days after the latest record.")
def close_month(context: CommandContext, month: str, *, force: bool) -> None:
    """Close MONTH (2026-11), the earliest open month, and freeze its statement.

    Usage that arrives later is adjusted in the next open month.
    """
    closed = context.licensing.meters.close(month, by=context.by, at=context.at, force=force)
    context.show(json.loads(closed.to_json()), lambda: _draw_statement(context, closed), _table(closed.lines, _BILLED))


@click.command()
@list_mutation
@click.argument("month")
def set_terms(context: CommandContext, month: str) -> None:
    """Bill MONTH (2026-11), an open month, on the meters of the configuration file.

    Without this, a month keeps the terms with which it was first touched.
    """
    terms = context.licensing.meters.set_terms(month, by=context.by, at=context.at)
    context.show(terms, lambda: _draw_terms(context, terms), _table(terms, _TERMS))


def _draw_terms(context: CommandContext, terms: Sequence[Meter]) -> None:
    columns = [context.text("meter"), context.label("unit"), context.label("threshold"), context.text("amount")]
    words = context.words
    rows = [
        (
            words.meter(one.code),
            words.unit(one.unit),
            f"{words.quantity(one.included, one.unit)} + {words.quantity(one.included_per_user, one.unit)} × n",
            f"{words.money(one.price_per_block, one.currency)} / {words.quantity(one.block_size, one.unit)}",
        )
        for one in terms
    ]
    context.output.table([columns, *rows], right={3})


def _draw_statement(context: CommandContext, found: Statement) -> None:
    """Write the statement; which month an adjustment is for has a column where there are adjustments."""
    words = context.words
    state = context.text("closed" if found.closed else "draft")
    context.output.line(context.text("statement", month=found.month, invoice=found.invoice_month, state=state), "bold")
    columns = [
        context.text("meter"),
        context.label(LineKind.ADJUSTMENT) if any(map(_adjusts, found.lines)) else "",
        *map(context.label, ("used", "threshold", "overage")),
        context.text("blocks"),
        context.text("amount"),
    ]
    rows = [
        (
            words.meter(line.meter),
            words.month(line.month) if _adjusts(line) else "",
            *_quantities(context, line.unit, line.used, line.threshold, line.overage),
            words.number(line.blocks),
            words.money(line.amount, line.currency),
        )
        for line in found.lines
    ]
    totals = [
        (context.label("total"), "", "", "", "", "", words.money(amount, currency))
        for currency, amount in found.totals.items()
    ]
    context.output.table([columns, *rows, *totals], right={2, 3, 4, 5, 6})


def _adjusts(line: StatementLine) -> bool:
    return line.kind is LineKind.ADJUSTMENT
