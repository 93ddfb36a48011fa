"""Metered services: what a month comes to, and what goes on the invoice."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from superlicense.cli.context import Desk, asks, writes
from superlicense.cli.table import aligned
from superlicense.model.month import Month
from superlicense.model.statement import Statement
from superlicense.model.usage import MeterUsage, Projection

__all__ = ["close_month", "statement", "usage"]


@click.command()
@asks
@click.argument("month", required=False)
@click.option("--projection", is_flag=True, help="Estimate where the month will end; nothing of it is billed.")
def usage(desk: Desk, month: str | None, *, projection: bool) -> None:
    """Show what every meter comes to in MONTH (2026-11), the present one if it is not given.

    --at shows it as it was recorded by then. Nothing is ever blocked: what lies
    above the threshold is billed.
    """
    asked = Month.parse(month) if month is not None else desk.month()
    meters = desk.licensing.meters
    if projection:
        estimates = meters.projection(asked, at=desk.at)
        desk.tell(estimates, lambda: _draw_projection(desk, estimates))
        return
    used = meters.usage(asked, at=desk.at)
    desk.tell(used, lambda: _draw_usage(desk, used))


def _draw_usage(desk: Desk, used: Sequence[MeterUsage]) -> None:
    from superlicense.screens.metered_services import derivation_row  # noqa: PLC0415 - JSON needs no screens
    from superlicense.screens.shown import Voice  # noqa: PLC0415 - likewise

    columns = [desk.say("meter"), *map(desk.label, ("used", "threshold", "overage", "derivation"))]
    voice = Voice(desk.language)
    rows = [
        (one.meter, str(one.used), str(one.threshold), str(one.overage), derivation_row(one.derivation, voice).text)
        for one in used
    ]
    _table(desk, [columns, *rows], {1, 2, 3})


def _draw_projection(desk: Desk, estimates: Sequence[Projection]) -> None:
    labels = ("used", "expected", "threshold", "expected_overage", "passes_on")
    columns = [desk.say("meter"), *map(desk.label, labels)]
    rows = [
        (
            one.meter,
            str(one.used),
            str(one.expected),
            str(one.threshold),
            str(one.expected_overage),
            "" if one.passes_on is None else one.passes_on.isoformat(),
        )
        for one in estimates
    ]
    _table(desk, [columns, *rows], {1, 2, 3, 4})


@click.command()
@asks
@click.argument("month")
def statement(desk: Desk, month: str) -> None:
    """Show the statement of MONTH (2026-11): a draft, or frozen if it is closed."""
    desk.only_now("a statement is of now")
    found = desk.licensing.meters.statement(month)
    desk.tell(json.loads(found.to_json()), lambda: _draw_statement(desk, found))


@click.command()
@writes
@click.argument("month")
def close_month(desk: Desk, month: str) -> None:
    """Close MONTH (2026-11), the earliest open one, and freeze its statement.

    What comes later is adjusted in the next open month.
    """
    closed = desk.licensing.meters.close(month, by=desk.by, at=desk.at)
    desk.tell(json.loads(closed.to_json()), lambda: _draw_statement(desk, closed))


def _draw_statement(desk: Desk, found: Statement) -> None:
    state = desk.say("closed" if found.closed else "draft")
    desk.paper.line(desk.say("statement", month=found.month, invoice=found.invoice_month, state=state), "bold")
    used = map(desk.label, ("used", "threshold", "overage"))
    columns = ["", desk.label("month"), desk.say("meter"), *used, desk.say("blocks"), desk.say("amount"), ""]
    rows = [
        (
            desk.label(line.kind),
            str(line.month),
            line.meter,
            str(line.used),
            str(line.threshold),
            str(line.overage),
            str(line.blocks),
            str(line.amount),
            line.currency,
        )
        for line in found.lines
    ]
    totals = [
        ("", "", desk.label("total"), "", "", "", "", str(amount), currency)
        for currency, amount in found.totals.items()
    ]
    _table(desk, [columns, *rows, *totals], {3, 4, 5, 6, 7})


def _table(desk: Desk, rows: Sequence[Sequence[str]], right: set[int]) -> None:
    for line in aligned(rows, right=right):
        desk.paper.line(f"  {line}")
