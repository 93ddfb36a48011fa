"""Warnings of the library, written to standard error while a command runs."""

from __future__ import annotations

import logging
import sys

import click

from superlicense.cli.escaping import escaped

__all__ = ["warn_on_stderr"]


class _EscapedFormatter(logging.Formatter):
    """Formats a record on one line that is safe to print."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name of the standard library
        """Return the line; a traceback below it keeps its lines."""
        return escaped(super().formatMessage(record))


def warn_on_stderr() -> None:
    """Write warnings of the library, such as an unsigned package, to standard error until the command ends."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_EscapedFormatter("superlicense: %(levelname)s: %(message)s"))
    handler.setLevel(logging.WARNING)
    shown = {"superlicense.commands"}  # the command shows its own outcome; every warning is shown once

    def is_new(record: logging.LogRecord) -> bool:
        known = record.name in shown or record.getMessage() in shown
        shown.add(record.getMessage())
        return not known

    handler.addFilter(is_new)
    log = logging.getLogger("superlicense")
    log.addHandler(handler)
    click.get_current_context().call_on_close(lambda: log.removeHandler(handler))
