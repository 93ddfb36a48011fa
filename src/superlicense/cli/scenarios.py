"""Scenario files, run from the shell."""

from __future__ import annotations

import json
from pathlib import Path

import click

from superlicense.cli.escaping import escaped_json, say
from superlicense.cli.options import JSON, SPOKEN
from superlicense.errors import InvalidValueError
from superlicense.scenarios import Report, run

__all__ = ["check"]


@click.command()
@click.argument(
    "scenarios", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="SCENARIOS..."
)
@SPOKEN
@JSON
def check(scenarios: tuple[Path, ...], *, as_json: bool) -> None:
    """Run the scenario files SCENARIOS, and those in folders; exits with 1 if one does not hold."""
    try:
        report = Report(results=tuple(result for path in scenarios for result in run(path).results))
    except InvalidValueError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        click.echo(escaped_json(json.dumps(report.to_dict(), indent=2, ensure_ascii=False)))
    else:
        for line in report.lines():
            say(line)
    click.get_current_context().exit(0 if report.ok else 1)
