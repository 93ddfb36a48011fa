"""Command groups that import a command on first use, so that help is fast."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

__all__ = ["LazyGroup"]


class LazyGroup(click.Group):
    """A group of commands whose help has sections.

    Attributes:
        sections: Title of each section, with its commands: name, module below
            ``superlicense.cli``, and short help. A command ``a-b`` is the
            attribute ``a_b`` of its module.
    """

    def __init__(self, *, sections: Mapping[str, Mapping[str, tuple[str, str]]], **settings: Any) -> None:  # noqa: ANN401 - click's own
        """Create the group with *sections* and the settings of `click.Group`."""
        super().__init__(**settings)
        self.sections = sections
        self._homes = {name: home for rows in sections.values() for name, (home, _) in rows.items()}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the command names, in the order of the sections."""
        del ctx
        return list(self._homes)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command *cmd_name*; `None` if it does not exist."""
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
