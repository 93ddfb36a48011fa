"""All commands of the command line."""

from __future__ import annotations

import click

from superlicense import __version__
from superlicense.cli.demo import demo

__all__ = ["commands"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def commands() -> None:
    """Licenses and entitlements of a CRM: who may log in, and why not."""


commands.add_command(demo)
