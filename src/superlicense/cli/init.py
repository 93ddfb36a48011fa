"""Set up a store and the settings file."""

from __future__ import annotations

import re
from pathlib import Path

import click
from click.core import ParameterSource

from superlicense.cli.context import INSTALLATION_OPTIONS
from superlicense.cli.escaping import say
from superlicense.cli.exit_codes import exits_with_code
from superlicense.cli.help_language import localized
from superlicense.cli.json_output import print_json
from superlicense.cli.options import JSON, SPOKEN, already_exists
from superlicense.cli.settings import CONFIG_FILE, find_config, read_settings, write_config

__all__ = ["init"]

STORE_VARIABLE = "SUPERLICENSE_STORE"
_NO_PATH = re.compile(r".*://.*|[0-9a-f]{64}", re.ASCII)


@click.command()
@SPOKEN
@JSON
@exits_with_code
def init(*, config: Path | None, as_json: bool, **given: str | None) -> None:
    """Create a store and the settings file.

    The file contains the given options; without options it is not written. If it
    exists already, only the store is created or migrated, so the command may be
    repeated. Values from the environment, and the password of a database, are not
    written. Only you can read a new settings file and a new SQLite database.
    """
    from superlicense.cli.stores import create_store, new_database, shown_url, store_url  # noqa: PLC0415 - SQLAlchemy costs 0.3 s

    path = config or Path(CONFIG_FILE)
    known = path.is_file()
    typed = {name: _relative_to_config(path, name, value) for name, value in given.items() if _is_typed(name)}
    if known and typed:
        raise already_exists(path, localized("edit it instead"))
    settings = read_settings(given, find_config(config) if known else None)
    with new_database(settings):
        create_store(settings).engine.dispose()
    if typed:
        write_config(path, _without_password(typed))
    store = shown_url(store_url(settings))
    config_file = str(path) if known or typed else None
    if as_json:
        print_json({"config": config_file, "store": store, "installation": settings.installation})
        return
    for line in filter(None, (config_file, store)):
        say(line)


for option in reversed(INSTALLATION_OPTIONS):
    init = option(init)


def _is_typed(name: str) -> bool:
    """Return whether the option *name* was on the command line."""
    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE


def _without_password(typed: dict[str, str | None]) -> dict[str, str | None]:
    """Return *typed* with the URL of the store without its password, and say how to pass it."""
    from superlicense.cli.stores import without_password  # noqa: PLC0415 - SQLAlchemy costs 0.3 s

    store = typed.get("store")
    kept = None if store is None else without_password(store)
    if kept == store:
        return typed
    text = localized("the password of the store is not written; pass it by {name} or ~/.pgpass", name=STORE_VARIABLE)
    say(f"superlicense: {text}", err=True)
    return {**typed, "store": kept}


def _relative_to_config(config: Path, name: str, value: str | None) -> str | None:
    """Return *value* as it is written to *config*: paths relative to the current folder become absolute."""
    if not value or name not in {"store", "trust", "seal_key"} or _NO_PATH.fullmatch(value) or config.parent == Path():
        return value
    return str(Path(value).resolve())
