"""Groups whose commands are imported when they are asked for, so that help costs next to nothing."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

__all__ = ["LazyGroup"]


class LazyGroup(click.Group):
    """A group of commands, told in sections.

    Attributes:
        sections: Title of each section, with its commands: name, module below
            ``superlicense.cli``, and one sentence. A command ``a-b`` is the
            attribute ``a_b`` of its module.
    """

    def __init__(self, *, sections: Mapping[str, Mapping[str, tuple[str, str]]], **settings: Any) -> None:  # noqa: ANN401 - click's own
        """Take what any group takes, and *sections*."""
        super().__init__(**settings)
        self.sections = sections
        self._homes = {name: home for rows in sections.values() for name, (home, _) in rows.items()}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names, in the order of the sections."""
        del ctx
        return list(self._homes)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command *cmd_name*; `None` if there is none."""
        del ctx
        home = self._homes.get(cmd_name)
        if home is None:
            return None
        command: click.Command = getattr(import_module(f"superlicense.cli.{home}"), cmd_name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections, without importing a command."""
        del ctx
        for title, rows in self.sections.items():
            with formatter.section(title):
                formatter.write_dl([(name, sentence) for name, (_, sentence) in rows.items()])
