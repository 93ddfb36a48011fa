"""All commands of the command line."""

from __future__ import annotations

import click

from superlicense import __version__
from superlicense.cli.demo import demo
from superlicense.cli.signing import inspect, issue, keygen, root, verify

__all__ = ["commands"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def commands() -> None:
    """Licenses and entitlements of a CRM: who may log in, and why not."""


for command in (demo, keygen, root, issue, inspect, verify):
    commands.add_command(command)
