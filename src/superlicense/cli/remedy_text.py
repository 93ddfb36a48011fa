"""Remedies in the shell: what would help, and the commands that carry it out."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote
from typing import Any

from superlicense.cli.context import CommandContext
from superlicense.model.change import ActivatePackage, Assign, ChangePlan, EndEvent, SaveUser
from superlicense.model.remedy import InstructionCode, Remedy, Step

__all__ = ["commands_of", "draw_remedies", "remedy_data"]

_SWITCHES = {
    InstructionCode.ALLOW_LOGIN: "--may-log-in",
    InstructionCode.APPROVE: "--no-awaiting-approval",
    InstructionCode.REHIRE: "--rehire",
}


def commands_of(remedy: Remedy) -> tuple[str, ...]:
    """Return the commands that carry *remedy* out; none for what an owner has to issue first."""
    return tuple(command for step in remedy.steps for command in _commands(remedy, step))


def _commands(remedy: Remedy, step: Step) -> Iterator[str]:
    match step:
        case Assign():
            yield f"superlicense assign {quote(step.holder)} {quote(str(step.license))}"
        case ChangePlan():
            yield f"superlicense change-plan {quote(step.holder)} {quote(str(step.license))}"
        case SaveUser():
            switches = (_SWITCHES[one.code] for one in remedy.instructions if one.code in _SWITCHES)
            yield f"superlicense save-user {quote(step.user.id)} {' '.join(switches)}"
        case EndEvent():
            yield f"superlicense end-event {quote(step.event_id)}{' --force' if step.force else ''}"
        case ActivatePackage():
            yield "superlicense activate FILE"
        case _:
            return


def draw_remedies(context: CommandContext, remedies: tuple[Remedy, ...]) -> None:
    """Write each remedy with its instructions and commands; nothing without any."""
    if not remedies:
        return
    context.output.heading(context.text("what_would_help"))
    for number, remedy in enumerate(remedies, start=1):
        for place, instruction in enumerate(remedy.instructions):
            mark = f"{number}. " if not place else "   "
            context.output.line(f"  {mark}{instruction.in_words(context.words)}")
        for command in commands_of(remedy):
            context.output.line(f"       {command}")


def remedy_data(context: CommandContext, remedy: Remedy) -> dict[str, Any]:
    """Return *remedy* as plain data, with its commands."""
    return {**remedy.for_administrator.to_dict(context.words), "commands": list(commands_of(remedy))}
