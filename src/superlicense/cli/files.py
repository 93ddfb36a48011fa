"""Files that commands write: new ones only, whole or not at all.

Rule 1: nothing is overwritten. A command whose output exists already is refused.

Rule 2: a file appears under its name with all of its contents, or not at all.

Rule 3: what is secret can only be read by its owner, from the first byte on.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Final

from superlicense.cli.options import already_exists

__all__ = ["PRIVATE", "write_new"]

PRIVATE: Final = 0o600
_PUBLIC: Final = 0o666  # less what the umask takes


def write_new(path: Path, data: bytes, *, private: bool = False, cure: str = "") -> None:
    """Write *data* to a new file.

    Args:
        path: Where; nothing may be there, not even a broken link.
        data: All of its contents.
        private: Whether only the owner may read and write it.
        cure: What to do instead if it exists, for the message.

    Raises:
        click.UsageError: Something is there already.
        OSError: The file cannot be written; nothing is left of it.
    """
    if os.path.lexists(path):
        raise already_exists(path, cure)
    part = path.with_name(f".{path.name[:200]}.{token_hex(8)}")
    try:
        _write(part, data, PRIVATE if private else _PUBLIC)
        _rename(part, path)
    except FileExistsError as error:
        raise already_exists(path, cure) from error
    except FileNotFoundError as error:
        # The name that was given, not the one of the part.
        raise FileNotFoundError(error.errno, error.strerror, str(path)) from error
    finally:
        with suppress(OSError):
            part.unlink()


def _write(path: Path, data: bytes, mode: int) -> None:
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode), "wb"
    ) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _rename(part: Path, path: Path) -> None:
    """Rename *part* to *path*, which must be free; a plain rename would overwrite it."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links. A file that gets the name in between is lost.
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        part.rename(path)
