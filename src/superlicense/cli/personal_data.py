"""Personal data: forget a former employee, export what is stored about a person."""

from __future__ import annotations

import json
from pathlib import Path

import click

from superlicense.cli.context import CommandContext, mutation, query
from superlicense.cli.escaping import escaped_json, say
from superlicense.cli.files import write_new
from superlicense.cli.help_language import localized
from superlicense.cli.options import NEW_FILE
from superlicense.errors import refusal
from superlicense.model.reason import ReasonCode, because
from superlicense.model.user import ForgetReceipt

__all__ = ["export_user", "forget"]


@click.command()
@mutation
@click.argument("user")
def forget(context: CommandContext, user: str) -> None:
    """Forget USER, a former employee: blank the name and every comment on their licenses.

    The id, the licenses and the times stay. What cannot be blanked is named: the
    events whose texts contain the name.
    """
    receipt = context.licensing.users.forget(user, by=context.by, at=context.at)
    context.show(receipt, lambda: _draw(context, receipt))


def _draw(context: CommandContext, receipt: ForgetReceipt) -> None:
    context.output.answer(context.text("user_forgotten", user=receipt.user), granted=True)
    if receipt.mentions:
        context.output.line(f"    {context.text('still_mentioned', events=', '.join(receipt.mentions))}")


@click.command()
@query
@click.argument("user")
@click.option("--out", type=NEW_FILE, help="New file that only you can read. [default: standard output]")
def export_user(context: CommandContext, user: str, out: Path | None) -> None:
    """Export everything that is stored about USER as JSON.

    That is every row there ever was, every journal entry about them, and the events
    whose texts contain a name of theirs.
    """
    context.refuse_at(localized("an export, which contains everything"))
    found = context.licensing.users.export(user)
    if not found["users"] and not found["assignments"]:
        raise refusal([because(ReasonCode.UNKNOWN_USER, user=user)])
    text = json.dumps(found, ensure_ascii=out is not None, indent=None if context.as_json else 2)
    if out is None:
        click.echo(escaped_json(text))
        return
    write_new(out, f"{text}\n".encode(), private=True)
    say(localized("wrote {file}", file=out), err=True)
