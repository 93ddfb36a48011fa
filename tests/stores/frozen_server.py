"""A PostgreSQL server that is frozen, as a virtual machine that is moved: it answers nothing, and closes nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def frozen(data: Path) -> Iterator[None]:
    """Freeze the server of the folder *data* with all of its processes, for the block."""
    processes = _processes(data)
    try:
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        yield
    finally:
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)


def _processes(data: Path) -> list[int]:
    """Return the first process of the server, and those that it has started."""
    first = int((data / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])
    others = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The name of the program stands in brackets, and may have any characters.
            parent = int(stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
            if parent == first:
                others.append(int(stat.parent.name))
    return [first, *others]
