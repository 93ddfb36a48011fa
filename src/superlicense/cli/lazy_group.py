"""Command groups that import a command on first use, so that help is fast."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from importlib import import_module
from typing import Any

import click

from superlicense.cli.help_language import help_in, language_of, localized

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
        self._homes = {name: row for rows in sections.values() for name, row in rows.items()}

    def main(self, args: Sequence[str] | None = None, *given: Any, **settings: Any) -> Any:  # noqa: ANN401 - click's own
        """Run the command line *args*, with help and usage errors in the language that it asks for."""
        words = sys.argv[1:] if args is None else list(args)
        with help_in(language_of(words)):
            return super().main(words, *given, **settings)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse *args* with the common options before the command moved behind its name."""
        return super().parse_args(ctx, _behind_the_command(args, self.common))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the command names, in the order of the sections."""
        del ctx
        return list(self._homes)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command *cmd_name*, with its help in the language asked for, or `None`."""
        del ctx
        home, short = self._homes.get(cmd_name, ("", ""))
        if not home:
            return None
        command: click.Command = getattr(import_module(f"superlicense.cli.{home}"), cmd_name.replace("-", "_"))
        return command if localized(short) == short else _translated(command, localized(short))

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the options of the group itself, with their help in the language asked for."""
        return [_option(one) if isinstance(one, click.Option) else one for one in super().get_params(ctx)]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the program is for, in the language asked for."""
        shown = copy(self)
        shown.help = localized(self.help or "")
        super(LazyGroup, shown).format_help_text(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections, without importing a command."""
        del ctx
        for title, rows in self.sections.items():
            with formatter.section(localized(title)):
                formatter.write_dl([(name, localized(sentence)) for name, (_, sentence) in rows.items()])
        with formatter.section(localized("Options of commands, before or after the command")):
            formatter.write_dl([(name, localized(sentence)) for name, sentence in self.common.items()])


def _translated(command: click.Command, short: str) -> click.Command:
    """Return *command* with its options in the language of the command line, and *short* in place of its first line."""
    shown = copy(command)
    shown.help = "\n\n".join([short, *(command.help or "").split("\n\n")[1:]])
    shown.params = [_option(one) if isinstance(one, click.Option) else one for one in command.params]
    return shown


def _option(option: click.Option) -> click.Option:
    shown = copy(option)
    shown.help = localized(option.help or "")
    if isinstance(option.show_default, str):
        shown.show_default = localized(option.show_default)
    return shown


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
