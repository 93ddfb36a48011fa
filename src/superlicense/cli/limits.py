"""Limits: what the plan of a Suite includes, and whether one more is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import click

from superlicense.cli.context import CommandContext, list_query
from superlicense.cli.exit_codes import ExitCode
from superlicense.cli.help_language import localized
from superlicense.model.limit import Limit, LimitDecision

__all__ = ["limits"]

_COLUMNS: Final = ("limit", "in_use", "headroom", "maximum", "state", "plan", "next_plan")

# More digits are a typing error.
_NUMBER: Final = re.compile(r"[0-9]{1,16}", re.ASCII)


def _counts(_ctx: click.Context, _param: click.Parameter, values: Iterable[str]) -> dict[Limit, int]:
    """Parse counts like ``active_projects=97``.

    Raises:
        click.BadParameter: The limit is unknown, or the count is not a number.
    """
    counted = {}
    for value in values:
        name, _, number = value.partition("=")
        if name not in tuple(Limit) or not _NUMBER.fullmatch(number):
            given = {"value": value, "limits": ", ".join(Limit)}
            text = localized("{value!r} must be like active_projects=97; limits are {limits}", **given)
            raise click.BadParameter(text)
        counted[Limit(name)] = int(number)
    return counted


@click.command()
@list_query
@click.option("--count", "counts", multiple=True, callback=_counts, help="How many are in use: active_projects=97.")
def limits(context: CommandContext, counts: dict[Limit, int]) -> ExitCode:
    """Show the limits of the plan. Exits with 1 if a counted limit is reached.

    85% of a limit is a warning, 100% blocks. The host counts: --count states how
    many are in use.
    """
    check = context.licensing.limits.check
    decisions = [check(limit, in_use=counts.get(limit, 0), at=context.at) for limit in Limit]
    table = (_COLUMNS, lambda: (_values(one, one.limit in counts) for one in decisions))
    context.show(decisions, lambda: _draw(context, decisions, counts), table)
    return ExitCode.DONE if all(one.allowed for one in decisions if one.limit in counts) else ExitCode.NO


def _draw(context: CommandContext, decisions: list[LimitDecision], counts: dict[Limit, int]) -> None:
    columns = tuple(context.label(name) for name in ("restrictions", "in_use", "free", "total", "status"))
    rows = [columns, *(_cells(context, one, one.limit in counts) for one in decisions)]
    context.output.table(rows, right={1, 2, 3}, indent="")
    for one in decisions:
        if one.limit in counts:
            context.sentences((*one.reasons, *one.warnings))


def _values(one: LimitDecision, counted: bool) -> tuple[object, ...]:  # noqa: FBT001 - of one row
    found = (one.in_use, one.headroom, one.maximum, one.state) if counted else (None, None, one.maximum, None)
    return one.limit, *found, one.plan, one.next_plan


def _cells(context: CommandContext, one: LimitDecision, counted: bool) -> tuple[str, ...]:  # noqa: FBT001 - of one row
    total = context.label("unrestricted") if one.maximum is None else context.words.number(one.maximum)
    if not counted:
        return context.label(one.limit), "", "", total, ""
    free = "" if one.headroom is None else context.words.number(one.headroom)
    return context.label(one.limit), context.words.number(one.in_use), free, total, context.label(one.state)
