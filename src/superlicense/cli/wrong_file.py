"""Files that are something else than a command takes: recognized, and named with the command that takes them."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import IO, Final

from superlicense.cli.help_language import chosen_language
from superlicense.codec.file_bytes import bytes_of_file
from superlicense.errors import SuperlicenseError
from superlicense.interop.superoffice.recognizing import Kind, recognize
from superlicense.messages import message

__all__ = ["WrongFileError", "check_list", "other_kind", "read_file"]

_LARGEST_DOCUMENT: Final = 2**20

# The message that names what takes a file.
_CURES: Final = MappingProxyType(
    {
        Kind.SIGNED_PACKAGE: "cure_activate",
        Kind.TRUST_ROOT: "cure_install_root",
        Kind.PACKAGE_PAYLOAD: "cure_issue",
        Kind.ROOT_PAYLOAD: "cure_root",
        Kind.PACKAGE_XML: "cure_unsigned",
        Kind.PACKAGE_JSON: "cure_unsigned",
        Kind.PRINCIPAL: "cure_library",
        Kind.GRANTED_LICENSES: "cure_library",
        Kind.USER_LICENSES: "cure_library",
    }
)


class WrongFileError(SuperlicenseError):
    """A file of another kind than the command takes.

    Attributes:
        found: What it is.
    """

    code = "wrong_file"

    def __init__(self, file: str, found: Kind, language: str | None = None) -> None:
        """Initialize from the name of the *file* and what was *found* in it; in the language of the command."""
        language = language or chosen_language()
        cure = message(f"cli_{_CURES[found]}", language)
        super().__init__(message("cli_wrong_file", language, file=file, found=found, cure=cure))
        self.found = found


def other_kind(path: Path, data: bytes) -> str:
    """Return what *data* is and the command that takes it; empty for a trust root and an unknown kind."""
    found = recognize(data)
    return "" if found in (Kind.UNKNOWN, Kind.TRUST_ROOT) else str(WrongFileError(path.name, found))


def read_file(path: Path, *kinds: Kind) -> bytes:
    """Return the contents of *path* without a byte order mark.

    Args:
        path: The file.
        kinds: What the command takes. A file that is none of the known kinds is
            left to the command, which says what is wrong with it.

    Raises:
        WrongFileError: It is of another kind.
    """
    data = path.read_bytes()
    found = recognize(data)
    if found not in (Kind.UNKNOWN, *kinds):
        raise WrongFileError(path.name, found)
    return bytes_of_file(data)


def check_list(file: IO[bytes]) -> None:
    """Check that *file*, which is to contain a list, is not a document; a pipe is left to the command.

    Raises:
        WrongFileError: It is one.
    """
    if not file.seekable():
        return
    start = file.tell()
    data = file.read(_LARGEST_DOCUMENT)
    file.seek(start)
    found = recognize(data)
    if found is not Kind.UNKNOWN:
        raise WrongFileError(Path(str(file.name)).name, found)
