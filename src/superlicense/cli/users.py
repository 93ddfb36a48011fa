"""Users: save, synchronize with a directory, retire."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import IO, Any, Final

import click
from attrs import evolve, fields_dict

from superlicense.cli.context import CommandContext, list_mutation, mutation
from superlicense.cli.csv_output import CsvTable
from superlicense.cli.jsonl import Line, read_objects
from superlicense.cli.wrong_file import check_list
from superlicense.errors import InvalidValueError, refusal
from superlicense.model.reason import ReasonCode, because
from superlicense.model.user import SaveReceipt, SaveStatus, User, UserType

__all__ = ["rehire", "retire", "save_user", "sync_users"]

_KNOWN: Final = fields_dict(User)
_WORDS: Final = MappingProxyType(
    {
        SaveStatus.CREATED: "user_created",
        SaveStatus.UPDATED: "user_updated",
        SaveStatus.REHIRED: "user_rehired",
        SaveStatus.RETIRED: "user_retired",
        SaveStatus.UNCHANGED: "user_unchanged",
        SaveStatus.STILL_RETIRED: "user_still_retired",
    }
)
_REHIRE: Final = click.option("--rehire", is_flag=True, help="Make former employees active again.")
_FORCE: Final = click.option("--force", is_flag=True, help="Proceed even if no administrator is left.")


def _flag(name: str, sentence: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(f"--{name}/--no-{name}", default=None, help=sentence)


@click.command()
@mutation
@click.argument("user_id", metavar="USER")
@click.option("--name", help="Display name.")
@click.option("--type", type=click.Choice([str(one) for one in UserType]), help="Type of user.")
@_flag("may-log-in", "The user can log in.")
@_flag("awaiting-approval", "The user is awaiting approval.")
@_flag("administrator", "The user may activate packages and repair the system.")
@_flag("on-travel", "The user works in a Travel database.")
@click.option("--site", help="Site that the user belongs to.")
@click.option("--group", "groups", multiple=True, help="Group of the user; may be repeated.")
@_REHIRE
@_FORCE
def save_user(
    context: CommandContext,
    user_id: str,
    *,
    rehire: bool,
    force: bool,
    **given: Any,  # noqa: ANN401 - fields of a user
) -> None:
    """Save USER: create the user, or update the given fields.

    A former employee is saved only with `--rehire`.
    """
    known = context.licensing.users.find(user_id) or User(id=user_id)
    fields = {name: value for name, value in given.items() if value not in (None, ())}
    if "type" in fields:
        fields["type"] = UserType(fields["type"])
    user = evolve(known, **fields, retired=False)
    receipt = context.licensing.users.save(user, rehire=rehire, force=force, by=context.by, at=context.at)
    context.show(receipt, lambda: _draw(context, receipt))


@click.command()
@mutation
@click.argument("user")
def rehire(context: CommandContext, user: str) -> None:
    """Rehire USER, a former employee, with the fields of before and without licenses."""
    known = context.licensing.users.find(user)
    if known is None:
        raise refusal([because(ReasonCode.UNKNOWN_USER, user=user)])
    receipt = context.licensing.users.save(evolve(known, retired=False), rehire=True, by=context.by, at=context.at)
    context.show(receipt, lambda: _draw(context, receipt))


@click.command()
@mutation
@click.argument("user")
@_FORCE
def retire(context: CommandContext, user: str, *, force: bool) -> None:
    """Retire USER: a former employee, whose licenses end."""
    receipt = context.licensing.seats.retire(user, force=force, by=context.by, at=context.at)
    context.show(receipt, lambda: _draw(context, receipt))


@click.command()
@list_mutation
@click.argument("file", type=click.File("rb"))
@click.option("--retire-missing", is_flag=True, help="Retire all users who are not in the file.")
@click.option(
    "--expect-losses", type=click.IntRange(min=0), metavar="N", help="Allow exactly N users to lose their login."
)
@_REHIRE
@_FORCE
@click.option("--dry-run", is_flag=True, help="Only show what would be saved. Exits with 1 if it would be refused.")
def sync_users(  # noqa: PLR0913 - an argument for each option
    context: CommandContext,
    file: IO[bytes],
    *,
    retire_missing: bool,
    expect_losses: int | None,
    rehire: bool,
    force: bool,
    dry_run: bool,
) -> None:
    """Save the users of FILE (`-` is standard input) that have changed, all or none.

    Each line is a JSON object with the fields of a user: {"id": "anna", "name": "Anna
    Berg", "may_log_in": true}. Only the id is required. A JSON list and CSV with these
    fields are read as well.
    """
    check_list(file)
    wanted = [_user(line) for line in read_objects(file, "user", known=_KNOWN, needed=("id",))]
    users, at = context.licensing.users, context.at
    if dry_run:
        receipts = users.try_sync(
            wanted, retire_missing, expect_losses=expect_losses, rehire=rehire, force=force, at=at
        )
    else:
        receipts = users.sync(
            wanted, retire_missing, expect_losses=expect_losses, rehire=rehire, force=force, by=context.by, at=at
        )
    context.show(receipts, lambda: _draw_sync(context, receipts, dry_run=dry_run), _table(receipts))


def _table(receipts: Sequence[SaveReceipt]) -> CsvTable:
    rows = ((one.user.id, one.user.name, one.status) for one in receipts)
    return ("id", "name", "status"), lambda: rows


def _draw_sync(context: CommandContext, receipts: Sequence[SaveReceipt], *, dry_run: bool) -> None:
    _draw(context, *receipts)
    if dry_run or not receipts:
        context.output.line(f"  {context.text('dry_run' if receipts else 'nothing_to_save')}")


def _draw(context: CommandContext, *receipts: SaveReceipt) -> None:
    for receipt in receipts:
        text = context.text(_WORDS[receipt.status], user=receipt.user.id)
        context.output.answer(text, granted=receipt.status is not SaveStatus.STILL_RETIRED)


def _user(line: Line) -> User:
    """Return the user of *line*.

    Raises:
        InvalidValueError: The line is not a user; the path names the line.
    """
    fields = {**line.fields}
    kind = fields.pop("type", UserType.INTERNAL)
    try:
        return User(type=UserType(kind), **fields)
    except ValueError as error:
        raise InvalidValueError(f"{line.place}.type", kind, f"must be one of {', '.join(UserType)}") from error
    except InvalidValueError as error:
        raise error.within(line.place) from error
