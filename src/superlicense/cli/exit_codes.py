"""Exit codes, and how errors are told: in one sentence each, never as a traceback.

Exit codes: 0 done or yes; 1 no: denied, refused, not intact; 2 usage; 3 a document
or a value that is not what it should be; 4 the store.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import IntEnum
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from superlicense.errors import RefusedError, StoreError, SuperlicenseError

__all__ = ["ExitCode", "code_of", "exits_with_code"]

P = ParamSpec("P")
R = TypeVar("R")


class ExitCode(IntEnum):
    """What the program says to the shell. Part of the interface: a code never changes its meaning."""

    DONE = 0  # done, or yes
    NO = 1  # denied, refused, found not intact; also what the system refuses: a full disk, a missing extra
    USAGE = 2  # the command line or the configuration
    INVALID = 3  # a document or a value that is not what it should be
    STORE = 4  # the store cannot be read or written


def code_of(error: SuperlicenseError) -> ExitCode:
    """Give the exit code that *error* ends the program with."""
    if isinstance(error, RefusedError):
        return ExitCode.NO
    return ExitCode.STORE if isinstance(error, StoreError) else ExitCode.INVALID


def exits_with_code(command: Callable[P, R]) -> Callable[P, R]:
    """Tell errors of the family in one sentence, with the exit code that they have."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except SuperlicenseError as error:
            click.echo(f"superlicense: {error.code}: {error}", err=True)
            sys.exit(code_of(error))

    return run
