"""Options, types of arguments and usage errors that several commands share."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from superlicense.cli.escaping import escaped
from superlicense.errors import InvalidValueError
from superlicense.errors.base import escaped_problem
from superlicense.messages import languages
from superlicense.messages.catalogs import catalog_name

__all__ = [
    "EXISTING_FILE",
    "JSON",
    "LANGUAGE",
    "NEW_FILE",
    "already_exists",
    "chosen_language",
    "file_not_found",
    "instant",
    "invalid_setting",
    "parse_instant",
    "unknown_setting",
]

_SHOWN: Final = 254
EXISTING_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE: Final = click.Path(dir_okay=False, path_type=Path)

JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _language_of_the_terminal() -> str:
    """Return the language of the first of ``LC_ALL``, ``LC_MESSAGES`` and ``LANG`` that is set; else English."""
    tag = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "en")
    try:
        return catalog_name(tag)
    except InvalidValueError:
        return "en"


def chosen_language() -> str:
    """Return the language of the running command, also before or without its option ``--lang``."""
    running = click.get_current_context(silent=True)
    given = None if running is None else running.params.get("language")
    tag = given or os.environ.get("SUPERLICENSE_LANG") or _language_of_the_terminal()
    return tag if tag in languages() else "en"


LANGUAGE: Final = click.option(
    "--lang",
    "language",
    type=click.Choice(languages()),
    envvar="SUPERLICENSE_LANG",
    default=_language_of_the_terminal,
    show_default="that of the terminal",
    help="Output language.",
)


def parse_instant(_ctx: click.Context, _param: click.Parameter, value: str | None) -> datetime | None:
    """Parse an instant like ``2026-11-24T09:00Z`` or ``2026-11-24``; naive if it has no offset.

    Raises:
        click.BadParameter: The value is not an instant.
    """
    try:
        return None if value is None else datetime.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is not an instant like 2026-11-24T09:00Z or 2026-11-24") from error


def instant(path: str, value: object) -> datetime:
    """Return the instant that *value*, the field *path* of a file, contains.

    Raises:
        InvalidValueError: The value is not an instant.
    """
    try:
        return datetime.fromisoformat(value)  # type: ignore[arg-type]  # other types raise TypeError
    except (ValueError, TypeError) as error:
        raise InvalidValueError(path, value, "must be like 2026-11-24T09:00:00Z") from error


def invalid_setting(text: str) -> click.UsageError:
    """Return the error for an invalid setting, on one line of at most 500 characters."""
    return click.UsageError(escaped_problem(text))


def already_exists(path: Path, cure: str = "") -> click.UsageError:
    """Return the error for a file that must not exist; *cure* is what to do instead."""
    return click.UsageError(f"{escaped(str(path))} already exists{cure and f'; {cure}'}")


def file_not_found(path: Path, setting: str = "") -> click.UsageError:
    """Return the error for a file that must exist; *setting* names it."""
    return click.UsageError(f"{setting and f'{setting}: '}file not found: {escaped(str(path))}")


def unknown_setting(name: str, file: Path | None = None) -> click.UsageError:
    """Return the error for a setting that does not exist, in *file* if it concerns the whole file."""
    return click.UsageError(f"{'' if file is None else f'{file}: '}unknown setting: {escaped(name[:_SHOWN])}")
