"""The command line, `superlicense …`. Needs the extra ``cli``."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

__all__ = ["main"]

# The extra that installs a module that may be missing.
_EXTRAS = {
    "alembic": "cli",
    "click": "cli",
    "defusedxml": "cli",
    "jinja2": "web",
    "psycopg": "postgres",
    "rich": "cli",
    "sqlalchemy": "cli",
    "starlette": "web",
    "uvicorn": "web",
}


def main() -> None:
    """Run the command line.

    If the extra is not installed, or if the operating system refuses to read or
    write, one sentence on standard error says so, and the exit code is 1.
    """
    try:
        from superlicense.cli.commands import commands  # noqa: PLC0415 - the extra may be missing

        commands(prog_name="superlicense")
    except ImportError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _EXTRAS:
            raise
        sys.exit(f"superlicense: {missing} is missing; install superlicense[{_EXTRAS[missing]}]")
    except OSError as error:
        _discard_unwritable_output()
        where = "" if error.filename is None else f": {error.filename}"
        sys.exit(f"superlicense: {error.strerror or error}{where}")


def _discard_unwritable_output() -> None:
    """Discard buffered output, so that the interpreter does not fail on it again at exit."""
    stream = sys.__stdout__
    if stream is None:
        return
    try:
        stream.flush()
    except OSError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
