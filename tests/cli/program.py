"""The program as people start it, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from attrs import frozen

PATIENCE = 30  # seconds, on a busy machine; alone it takes less than one

# What decides about styles, widths and encodings must not come from whoever runs the tests.
_DECIDES = {"COLORTERM", "COLUMNS", "FORCE_COLOR", "LC_ALL", "NO_COLOR", "PYTHONIOENCODING", "PYTHONUTF8"}

BY_MODULE = (sys.executable, "-m", "superlicense.cli")
INSTALLED = Path(sys.executable).with_name("superlicense")


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _DECIDES}
    return {**kept, "PYTHONUTF8": "1", "TERM": "xterm-256color", **variables}


def start(
    *arguments: str,
    stdout: int = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
    variables: Mapping[str, str] = MappingProxyType({}),
    program: Sequence[str] = BY_MODULE,
) -> subprocess.Popen[bytes]:
    """Start the program; its output goes where the descriptors say."""
    return subprocess.Popen(  # noqa: S603 - our own program
        [*program, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        env=environment(variables),
    )


@frozen
class Done:
    code: int
    stdout: bytes
    stderr: bytes


def run(
    *arguments: str,
    stdout: int = subprocess.PIPE,
    variables: Mapping[str, str] = MappingProxyType({}),
    program: Sequence[str] = BY_MODULE,
) -> Done:
    """Run the program to its end."""
    with start(*arguments, stdout=stdout, variables=variables, program=program) as process:
        try:
            written, said = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return Done(process.returncode, written or b"", said)
