"""The command line, `superlicense …`. Needs the extra ``cli``."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line.

    Without the extra it says what to install, in one sentence.
    """
    try:
        from superlicense.cli.commands import commands  # noqa: PLC0415 - the extra may be missing
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"click", "rich", "defusedxml"}:
            raise
        sys.exit(f"superlicense: {error.name} is missing; install superlicense[cli]")
    commands(prog_name="superlicense")
