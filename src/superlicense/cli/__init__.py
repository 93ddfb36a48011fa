"""The command line, `superlicense …`. Needs the extra ``cli``."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

__all__ = ["main"]


def main() -> None:
    """Run the command line.

    Without the extra it says what to install, in one sentence. Where the system
    refuses to read or write it says so, likewise. Both end with exit code 1.
    """
    try:
        from superlicense.cli.commands import commands  # noqa: PLC0415 - the extra may be missing

        commands(prog_name="superlicense")
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in {"click", "rich", "defusedxml"}:
            raise
        sys.exit(f"superlicense: {error.name} is missing; install superlicense[cli]")
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
