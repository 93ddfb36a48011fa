"""Command groups that import a command on first use, so that help is fast."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
        common: Options of commands that may stand before the command as well,
            with their short help; the name of a flag has no metavariable behind it.
    """

    def __init__(
        self,
        *,
        sections: Mapping[str, Mapping[str, tuple[str, str]]],
        common: Mapping[str, str],
        **settings: Any,  # noqa: ANN401 - click's own
    ) -> None:
        """Create the group with *sections*, *common* options and the settings of `click.Group`."""
        super().__init__(**settings)
        self.sections = sections
        self.common = common
        self._homes = {name: home for rows in sections.values() for name, (home, _) in rows.items()}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse *args* with the common options before the command moved behind its name."""
        return super().parse_args(ctx, _behind_the_command(args, self.common))

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
        with formatter.section("Options of commands, before or after the command"):
            formatter.write_dl(list(self.common.items()))


def _behind_the_command(args: Sequence[str], common: Collection[str]) -> list[str]:
    """Return *args* with the options before the first word moved behind it.

    Without a command there is nothing that they apply to. An option that is not in
    *common* ends them: it is one of the group, or wrong.

    >>> _behind_the_command(["--json", "--lang", "da", "users", "--hidden"], ["--json", "--lang LANGUAGE"])
    ['users', '--json', '--lang', 'da', '--hidden']
    """
    takes_value = {name: bool(metavar) for name, _, metavar in (option.partition(" ") for option in common)}
    place = 0
    while place < len(args) and args[place].startswith("--"):
        name, given, _ = args[place].partition("=")
        if name not in takes_value:
            break
        place += 2 if takes_value[name] and not given else 1
    if place >= len(args) or args[place].startswith("-"):
        return list(args[place:])
    return [args[place], *args[:place], *args[place + 1 :]]
