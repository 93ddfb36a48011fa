"""Seats: give licenses, take them, change plans."""

from __future__ import annotations

import click

from superlicense.cli.context import CommandContext, mutation
from superlicense.model.license import LicenseName
from superlicense.model.seat import Assignment

__all__ = ["assign", "change_plan", "release"]


@click.command()
@mutation
@click.argument("holder")
@click.argument("license_name", metavar="LICENSE")
@click.option("--comment", default="", help="A remark that is kept with it.")
def assign(context: CommandContext, holder: str, license_name: str, comment: str) -> None:
    """Give LICENSE to HOLDER, a user or (for a site license) a site.

    What is held already stays as it is.
    """
    given = context.licensing.seats.assign(holder, license_name, by=context.by, at=context.at, comment=comment)
    context.show(given, lambda: _held(context, given))


@click.command()
@mutation
@click.argument("holder")
@click.argument("license_name", metavar="LICENSE")
@click.option("--cascade", is_flag=True, help="Take what depends on it, too.")
def release(context: CommandContext, holder: str, license_name: str, *, cascade: bool) -> None:
    """Take LICENSE from HOLDER. What is not held stays so."""
    context.licensing.seats.release(holder, license_name, by=context.by, at=context.at, cascade=cascade)
    name = LicenseName.parse(license_name)
    context.show(
        {"holder": holder, "license": name},
        lambda: context.output.answer(context.text("released", holder=holder, license=name), granted=True),
    )


@click.command()
@mutation
@click.argument("user")
@click.argument("plan")
def change_plan(context: CommandContext, user: str, plan: str) -> None:
    """Give USER the plan PLAN instead of the one held of its owner."""
    given = context.licensing.seats.change_plan(user, plan, by=context.by, at=context.at)
    context.show(given, lambda: _held(context, given))


def _held(context: CommandContext, given: Assignment) -> None:
    said = context.text("assigned", holder=given.holder, license=given.license, start=given.start, by=given.assigned_by)
    context.output.answer(said, granted=True)
