"""Exit codes, and errors as one sentence each instead of a traceback.

Exit codes: 0 done or yes; 1 no: denied, refused, problems found; 2 usage; 3 an
invalid document or value; 4 the store.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import IntEnum
from functools import wraps
from typing import ParamSpec, TypeVar

from superlicense.cli.escaping import say
from superlicense.cli.help_language import chosen_language
from superlicense.errors import RefusedError, StoreError, SuperlicenseError
from superlicense.messages import message

__all__ = ["ExitCode", "code_of", "exits_with_code"]

P = ParamSpec("P")
R = TypeVar("R")


class ExitCode(IntEnum):
    """Exit codes of the program. Part of the interface: a code never changes its meaning."""

    DONE = 0  # done, or yes
    NO = 1  # denied, refused, problems found; also a full disk, a missing extra
    USAGE = 2  # the command line or the configuration
    INVALID = 3  # an invalid document or value
    STORE = 4  # the store cannot be read or written


def code_of(error: SuperlicenseError) -> ExitCode:
    """Return the exit code for *error*."""
    if isinstance(error, RefusedError):
        return ExitCode.NO
    return ExitCode.STORE if isinstance(error, StoreError) else ExitCode.INVALID


def exits_with_code(command: Callable[P, R]) -> Callable[P, R]:
    """Return *command* with errors of the library printed as one sentence and turned into exit codes."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except SuperlicenseError as error:
            say(f"superlicense: {error.code}: {_text(error, chosen_language())}", err=True)
            sys.exit(code_of(error))

    return run


def _text(error: SuperlicenseError, language: str) -> str:
    """Return *error* in *language*; in English without the cures, which are for those who receive documents."""
    return str(error) if language == "en" else message(error, language)
