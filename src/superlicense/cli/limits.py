"""Limits: what the plan of a Suite has room for, and whether there is room for one more."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import click

from superlicense.cli.context import CommandContext, query
from superlicense.cli.exit_codes import ExitCode
from superlicense.cli.table import aligned
from superlicense.model.limit import Limit, LimitDecision

__all__ = ["limits"]

# Nobody has counted further.
_NUMBER: Final = re.compile(r"[0-9]{1,16}", re.ASCII)


def _counts(_ctx: click.Context, _param: click.Parameter, values: Iterable[str]) -> dict[Limit, int]:
    """Read what was counted, ``active_projects=97`` for one.

    Raises:
        click.BadParameter: it is no limit, or no number.
    """
    counted = {}
    for value in values:
        name, _, number = value.partition("=")
        if name not in tuple(Limit) or not _NUMBER.fullmatch(number):
            raise click.BadParameter(f"{value!r} is nothing like active_projects=97; limits are {', '.join(Limit)}")
        counted[Limit(name)] = int(number)
    return counted


@click.command()
@query
@click.option("--count", "counts", multiple=True, callback=_counts, help="How many there are: active_projects=97.")
def limits(context: CommandContext, counts: dict[Limit, int]) -> ExitCode:
    """Show what the plan has room for. Exits with 1 if there is no room for one more of what was counted.

    85 per cent of a limit warn, 100 per cent block. Nothing counts here: --count
    says how many there are.
    """
    check = context.licensing.limits.check
    decisions = [check(limit, in_use=counts.get(limit, 0), at=context.at) for limit in Limit]
    context.show(decisions, lambda: _draw(context, decisions, counts))
    return ExitCode.DONE if all(one.allowed for one in decisions if one.limit in counts) else ExitCode.NO


def _draw(context: CommandContext, decisions: list[LimitDecision], counts: dict[Limit, int]) -> None:
    columns = tuple(context.label(name) for name in ("restrictions", "in_use", "free", "total", "status"))
    for line in aligned([columns, *(_cells(context, one, one.limit in counts) for one in decisions)], right={1, 2, 3}):
        context.output.line(line)
    for one in decisions:
        if one.limit in counts:
            context.sentences((*one.reasons, *one.warnings))


def _cells(context: CommandContext, one: LimitDecision, counted: bool) -> tuple[str, ...]:  # noqa: FBT001 - of one row
    total = context.label("unrestricted") if one.maximum is None else str(one.maximum)
    if not counted:
        return context.label(one.limit), "", "", total, ""
    free = "" if one.headroom is None else str(one.headroom)
    return context.label(one.limit), str(one.in_use), free, total, context.label(one.state)
