"""Seats: assign and release licenses, change plans."""

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
@click.option("--comment", default="", help="A comment to store with the assignment.")
def assign(context: CommandContext, holder: str, license_name: str, comment: str) -> None:
    """Assign LICENSE to HOLDER, a user or (for a site license) a site.

    An existing assignment stays unchanged.
    """
    given = context.licensing.seats.assign(holder, license_name, by=context.by, at=context.at, comment=comment)
    _show(context, given)


@click.command()
@mutation
@click.argument("holder")
@click.argument("license_name", metavar="LICENSE")
@click.option("--cascade", is_flag=True, help="Also release licenses that require it.")
def release(context: CommandContext, holder: str, license_name: str, *, cascade: bool) -> None:
    """Release LICENSE of HOLDER. Nothing happens if it is not assigned."""
    context.licensing.seats.release(holder, license_name, by=context.by, at=context.at, cascade=cascade)
    name = LicenseName.parse(license_name)
    context.done("released", {"holder": holder, "license": name}, holder=holder, license=name)


@click.command()
@mutation
@click.argument("user")
@click.argument("plan")
def change_plan(context: CommandContext, user: str, plan: str) -> None:
    """Change USER to the plan PLAN, replacing the current plan of the same owner."""
    given = context.licensing.seats.change_plan(user, plan, by=context.by, at=context.at)
    _show(context, given)


def _show(context: CommandContext, given: Assignment) -> None:
    context.done("assigned", given, holder=given.holder, license=given.license, start=given.start, by=given.assigned_by)
