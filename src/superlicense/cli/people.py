"""Users: save one, bring all in line with a directory, retire."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import click
from attrs import evolve, fields_dict

from superlicense.cli.desk import Desk, writes
from superlicense.errors import InvalidValueError
from superlicense.model.user import User, UserType

__all__ = ["retire", "save_user", "sync_users"]


def _flag(name: str, sentence: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(f"--{name}/--no-{name}", default=None, help=sentence)


@click.command()
@writes
@click.argument("user_id", metavar="USER")
@click.option("--name", help="Display name.")
@click.option("--type", type=click.Choice([str(one) for one in UserType]), help="What kind of user.")
@_flag("may-log-in", "Login is switched on.")
@_flag("awaiting-approval", "Nobody has approved the user yet.")
@_flag("administrator", "May activate packages and repair.")
@_flag("on-travel", "Works in a Travel database.")
@click.option("--site", help="Database that the user belongs to.")
@click.option("--group", "groups", multiple=True, help="A group; may be given several times.")
def save_user(desk: Desk, user_id: str, **given: Any) -> None:  # noqa: ANN401 - fields of a user
    """Save USER: a new one, or what is given of one who is there."""
    known = desk.licensing.users.find(user_id) or User(id=user_id)
    fields = {name: value for name, value in given.items() if value not in (None, ())}
    if "type" in fields:
        fields["type"] = UserType(fields["type"])
    saved = desk.licensing.users.save(evolve(known, **fields), by=desk.by, at=desk.at)
    desk.tell(saved, lambda: desk.paper.answer(desk.say("saved", user=saved.id), granted=True))


@click.command()
@writes
@click.argument("user")
def retire(desk: Desk, user: str) -> None:
    """Make USER a former employee: every license ends."""
    desk.licensing.seats.retire(user, by=desk.by, at=desk.at)
    desk.tell({"user": user}, lambda: desk.paper.answer(desk.say("retired", user=user), granted=True))


@click.command()
@writes
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--retire-missing", is_flag=True, help="Retire everybody who is not in the file.")
def sync_users(desk: Desk, file: Iterator[str], *, retire_missing: bool) -> None:
    """Save those users of FILE (`-` is standard input) that differ, all or none.

    A line is a JSON object with the fields of a user: {"id": "anna", "name": "Anna
    Berg", "may_log_in": true}. Only the id is required.
    """
    wanted = list(_users(file))
    saved = desk.licensing.users.sync(wanted, retire_missing, by=desk.by, at=desk.at)
    desk.tell(saved, lambda: _draw(desk, saved))


def _draw(desk: Desk, saved: tuple[User, ...]) -> None:
    for user in saved:
        desk.paper.answer(desk.say("retired" if user.retired else "saved", user=user.id), granted=True)


def _users(lines: Iterator[str]) -> Iterator[User]:
    """Read a user from each line that is not empty.

    Raises:
        InvalidValueError: a line is no user; with its number.
    """
    known = fields_dict(User)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            fields = dict(json.loads(line))
            kind = UserType(fields.pop("type", UserType.INTERNAL))
        except (ValueError, TypeError) as error:
            raise InvalidValueError(place, line.strip(), "must be a JSON object with the fields of a user") from error
        for name in fields:
            if name not in known:
                raise InvalidValueError(place, name, "is no field of a user")
        if "id" not in fields:
            raise InvalidValueError(f"{place}.id", None, "is missing")
        try:
            yield User(type=kind, **fields)
        except InvalidValueError as error:
            raise error.within(place) from error
