"""The command line, `superlicense …`. Needs the extra ``cli``."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

__all__ = ["main"]

# What brings a module that may be missing.
_EXTRAS = {
    "alembic": "cli",
    "click": "cli",
    "defusedxml": "cli",
    "psycopg": "postgres",
    "rich": "cli",
    "sqlalchemy": "cli",
}


def main() -> None:
    """Run the command line.

    Without the extra it says what to install, in one sentence. Where the system
    refuses to read or write it says so, likewise. Both end with exit code 1.
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
        _drop_what_cannot_be_written()
        where = "" if error.filename is None else f": {error.filename}"
        sys.exit(f"superlicense: {error.strerror or error}{where}")


def _drop_what_cannot_be_written() -> None:
    """Keep the interpreter from writing once more, and failing once more, when it ends."""
    stream = sys.__stdout__
    if stream is None:
        return
    try:
        stream.flush()
    except OSError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
