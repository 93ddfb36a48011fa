"""Options, types of arguments and usage errors that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from superlicense.cli.escaping import escaped
from superlicense.cli.help_language import environment_language, localized
from superlicense.errors import InvalidValueError
from superlicense.errors.base import escaped_problem
from superlicense.messages import languages

__all__ = [
    "CSV",
    "EXISTING_FILE",
    "JSON",
    "LANGUAGE",
    "NEW_FILE",
    "SPOKEN",
    "already_exists",
    "file_not_found",
    "instant",
    "invalid_setting",
    "parse_instant",
    "unknown_setting",
]

_SHOWN: Final = 254
EXISTING_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE: Final = click.Path(dir_okay=False, path_type=Path)

CSV: Final = click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _language(*, expose_value: bool) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(
        "--lang",
        "language",
        type=click.Choice(languages()),
        envvar="SUPERLICENSE_LANG",
        default=environment_language,
        show_default="that of the terminal",
        help="Output language.",
        expose_value=expose_value,
    )


LANGUAGE: Final = _language(expose_value=True)
SPOKEN: Final = _language(expose_value=False)
"""``--lang`` of commands that say little: `chosen_language` has it."""


def parse_instant(_ctx: click.Context, _param: click.Parameter, value: str | None) -> datetime | None:
    """Parse an instant like ``2026-11-24T09:00Z`` or ``2026-11-24``; naive if it has no offset.

    Raises:
        click.BadParameter: The value is not an instant.
    """
    try:
        return None if value is None else datetime.fromisoformat(value)
    except ValueError as error:
        text = localized("{value!r} is not an instant like 2026-11-24T09:00Z or 2026-11-24", value=value)
        raise click.BadParameter(text) from error


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
    text = localized("{path} already exists", path=escaped(str(path)))
    return click.UsageError(f"{text}; {cure}" if cure else text)


def file_not_found(path: Path, setting: str = "") -> click.UsageError:
    """Return the error for a file that must exist; *setting* names it."""
    text = localized("file not found: {path}", path=escaped(str(path)))
    return click.UsageError(f"{setting}: {text}" if setting else text)


def unknown_setting(name: str, file: Path | None = None) -> click.UsageError:
    """Return the error for a setting that does not exist, in *file* if it concerns the whole file."""
    text = localized("unknown setting: {name}", name=escaped(name[:_SHOWN]))
    return click.UsageError(text if file is None else f"{file}: {text}")
