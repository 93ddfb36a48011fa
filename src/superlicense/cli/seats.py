"""Seats: give licenses, take them, change plans."""

from __future__ import annotations

import click

from superlicense.cli.context import Desk, writes
from superlicense.model.license import LicenseName
from superlicense.model.seat import Assignment

__all__ = ["assign", "change_plan", "release"]


@click.command()
@writes
@click.argument("holder")
@click.argument("license_name", metavar="LICENSE")
@click.option("--comment", default="", help="A remark that is kept with it.")
def assign(desk: Desk, holder: str, license_name: str, comment: str) -> None:
    """Give LICENSE to HOLDER, a user or (for a site license) a site.

    What is held already stays as it is.
    """
    given = desk.licensing.seats.assign(holder, license_name, by=desk.by, at=desk.at, comment=comment)
    desk.tell(given, lambda: _held(desk, given))


@click.command()
@writes
@click.argument("holder")
@click.argument("license_name", metavar="LICENSE")
@click.option("--cascade", is_flag=True, help="Take what depends on it, too.")
def release(desk: Desk, holder: str, license_name: str, *, cascade: bool) -> None:
    """Take LICENSE from HOLDER. What is not held stays so."""
    desk.licensing.seats.release(holder, license_name, by=desk.by, at=desk.at, cascade=cascade)
    name = LicenseName.parse(license_name)
    desk.tell(
        {"holder": holder, "license": name},
        lambda: desk.paper.answer(desk.say("released", holder=holder, license=name), granted=True),
    )


@click.command()
@writes
@click.argument("user")
@click.argument("plan")
def change_plan(desk: Desk, user: str, plan: str) -> None:
    """Give USER the plan PLAN instead of the one held of its owner."""
    given = desk.licensing.seats.change_plan(user, plan, by=desk.by, at=desk.at)
    desk.tell(given, lambda: _held(desk, given))


def _held(desk: Desk, given: Assignment) -> None:
    said = desk.say("assigned", holder=given.holder, license=given.license, start=given.start, by=given.assigned_by)
    desk.paper.answer(said, granted=True)
