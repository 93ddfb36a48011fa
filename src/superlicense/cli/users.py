"""Users: save, synchronize with a directory, retire."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any, Final

import click
from attrs import evolve, fields_dict

from superlicense.cli.context import CommandContext, mutation
from superlicense.cli.jsonl import Line, read_objects
from superlicense.errors import InvalidValueError
from superlicense.model.user import User, UserType

__all__ = ["retire", "save_user", "sync_users"]

_KNOWN: Final = fields_dict(User)


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
def save_user(context: CommandContext, user_id: str, **given: Any) -> None:  # noqa: ANN401 - fields of a user
    """Save USER: create the user, or update the given fields."""
    known = context.licensing.users.find(user_id) or User(id=user_id)
    fields = {name: value for name, value in given.items() if value not in (None, ())}
    if "type" in fields:
        fields["type"] = UserType(fields["type"])
    saved = context.licensing.users.save(evolve(known, **fields), by=context.by, at=context.at)
    context.done("saved", saved, user=saved.id)


@click.command()
@mutation
@click.argument("user")
def retire(context: CommandContext, user: str) -> None:
    """Retire USER: a former employee, whose licenses end."""
    context.licensing.seats.retire(user, by=context.by, at=context.at)
    context.done("retired", {"user": user}, user=user)


@click.command()
@mutation
@click.argument("file", type=click.File("rb"))
@click.option("--retire-missing", is_flag=True, help="Retire all users who are not in the file.")
def sync_users(context: CommandContext, file: IO[bytes], *, retire_missing: bool) -> None:
    """Save the users of FILE (`-` is standard input) that have changed, all or none.

    Each line is a JSON object with the fields of a user: {"id": "anna", "name": "Anna
    Berg", "may_log_in": true}. Only the id is required.
    """
    wanted = [_user(line) for line in read_objects(file, "user", known=_KNOWN, needed=("id",))]
    saved = context.licensing.users.sync(wanted, retire_missing, by=context.by, at=context.at)
    context.show(saved, lambda: _draw(context, saved))


def _draw(context: CommandContext, saved: tuple[User, ...]) -> None:
    for user in saved:
        context.output.answer(context.text("retired" if user.retired else "saved", user=user.id), granted=True)


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
