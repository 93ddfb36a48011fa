"""Seats: assign and release licenses, change plans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Final

import click

from superlicense.cli.context import CommandContext, list_mutation, mutation
from superlicense.cli.csv_output import attributes
from superlicense.cli.help_language import localized
from superlicense.cli.jsonl import Line, read_objects
from superlicense.cli.license_names import license_named
from superlicense.cli.wrong_file import check_list
from superlicense.errors import InvalidValueError
from superlicense.model.change import Assign
from superlicense.model.license import LicenseName
from superlicense.model.seat import Assignment

__all__ = ["assign", "change_plan", "release"]

_KNOWN: Final = ("holder", "license", "comment")
_ASSIGNMENT: Final = ("holder", "license", "start", "assigned_by", "comment")


@click.command()
@list_mutation
@click.argument("holder", required=False)
@click.argument("license_name", metavar="LICENSE", required=False)
@click.option("--comment", default="", help="A comment to store with the assignment.")
@click.option("--file", type=click.File("rb"), help="Assign what FILE lists, all or nothing; `-` is standard input.")
def assign(
    context: CommandContext, holder: str | None, license_name: str | None, comment: str, file: IO[bytes] | None
) -> None:
    """Assign LICENSE to HOLDER, a user or (for a site license) a site.

    LICENSE is a code such as ten-sales, or a title that `licenses` shows: 'Sales Premium'.
    An existing assignment stays unchanged. Each line of a FILE is a JSON object:
    {"holder": "anna", "license": "ten-sales", "comment": "new team"}; the comment may
    be left out. A JSON list and CSV with these fields are read as well.
    """
    if file is not None:
        if holder is not None:
            raise click.UsageError(localized("HOLDER LICENSE and --file cannot be combined"))
        _assign_all(context, file, comment)
        return
    if holder is None or license_name is None:
        raise click.UsageError(localized("who gets what? Use: superlicense assign HOLDER LICENSE, or --file FILE"))
    name = license_named(context, license_name)
    given = context.licensing.seats.assign(holder, name, by=context.by, at=context.at, comment=comment)
    _show(context, given)


def _assign_all(context: CommandContext, file: IO[bytes], comment: str) -> None:
    check_list(file)
    lines = read_objects(file, "assignment", known=_KNOWN, needed=("holder", "license"))
    changes = [_assignment(line, comment) for line in lines]
    applied = context.licensing.apply(changes, by=context.by, at=context.at) if changes else None
    new = [row.noun for row in applied.rows if isinstance(row.noun, Assignment)] if applied else []
    table = (_ASSIGNMENT, lambda: attributes(new, _ASSIGNMENT))
    context.show(new, lambda: _draw_all(context, new, len(changes)), table)


def _assignment(line: Line, comment: str) -> Assign:
    """Return the change that *line* asks for.

    Raises:
        InvalidValueError: The line is not an assignment; the path names the line.
    """
    try:
        return Assign(**{"comment": comment, **line.fields})
    except InvalidValueError as error:
        raise error.within(line.place) from error


def _draw_all(context: CommandContext, new: Sequence[Assignment], listed: int) -> None:
    for one in new:
        text = context.text("assigned", license=one.license, holder=one.holder, start=one.start, by=one.assigned_by)
        context.output.answer(text, granted=True)
    context.output.line(f"  {context.text('assigned_of', new=len(new), listed=listed)}")


@click.command()
@mutation
@click.argument("holder")
@click.argument("license_name", metavar="LICENSE")
@click.option("--cascade", is_flag=True, help="Also release licenses that require it.")
def release(context: CommandContext, holder: str, license_name: str, *, cascade: bool) -> None:
    """Release LICENSE of HOLDER. Nothing happens if it is not assigned."""
    name = LicenseName.parse(license_named(context, license_name))
    context.licensing.seats.release(holder, name, by=context.by, at=context.at, cascade=cascade)
    context.done("released", {"holder": holder, "license": name}, holder=holder, license=name)


@click.command()
@mutation
@click.argument("user")
@click.argument("plan")
def change_plan(context: CommandContext, user: str, plan: str) -> None:
    """Change USER to the plan PLAN, replacing the current plan of the same owner."""
    given = context.licensing.seats.change_plan(user, license_named(context, plan), by=context.by, at=context.at)
    _show(context, given)


def _show(context: CommandContext, given: Assignment) -> None:
    context.done("assigned", given, holder=given.holder, license=given.license, start=given.start, by=given.assigned_by)
