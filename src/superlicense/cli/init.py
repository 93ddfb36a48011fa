"""Begin: a store, and the file that names the installation."""

from __future__ import annotations

import re
from pathlib import Path

import click
from click.core import ParameterSource

from superlicense.cli.context import INSTALLATION_OPTIONS
from superlicense.cli.exit_codes import exits_with_code
from superlicense.cli.json_output import print_json
from superlicense.cli.settings import CONFIG_FILE, find_config, read_settings, write_config

__all__ = ["init"]

_NO_PATH = re.compile(r".*://.*|[0-9a-f]{64}", re.ASCII)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@exits_with_code
def init(*, config: Path | None, as_json: bool, **given: str | None) -> None:
    """Make a store, and the file that names the installation.

    The file says what the options say; without any there is none. Where there is
    one already, only the store is made, or brought up to date, so that it may be
    called again. What the environment says, a password for one, is not written.
    """
    from superlicense.cli.stores import create_store, store_url  # noqa: PLC0415 - SQLAlchemy costs 0.3 s

    path = config or Path(CONFIG_FILE)
    known = path.is_file()
    typed = {name: _seen_from(path, name, value) for name, value in given.items() if _is_typed(name)}
    if known and typed:
        raise click.UsageError(f"{path} exists already; change it there")
    settings = read_settings(given, find_config(config) if known else None)
    create_store(settings).engine.dispose()
    if typed:
        write_config(path, typed)
    store = store_url(settings).render_as_string(hide_password=True)
    config_file = str(path) if known or typed else None
    if as_json:
        print_json({"config": config_file, "store": store, "installation": settings.installation})
        return
    click.echo("\n".join(filter(None, (config_file, store))))


for option in reversed(INSTALLATION_OPTIONS):
    init = option(init)


def _is_typed(name: str) -> bool:
    """Say whether the option *name* was on the command line."""
    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE


def _seen_from(config: Path, name: str, value: str | None) -> str | None:
    """Give a path that was given here as the file says it."""
    if not value or name not in {"store", "trust", "seal_key"} or _NO_PATH.fullmatch(value) or config.parent == Path():
        return value
    return str(Path(value).resolve())
