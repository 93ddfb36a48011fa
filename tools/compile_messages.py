"""Compile the message catalogs: each `superlicense.po` into the `superlicense.mo` beside it.

.. code-block:: console

    .venv/bin/uv run python tools/compile_messages.py

What is written depends on nothing but the `.po`: no date, no name, no version of a tool.
"""
# ruff: noqa: INP001  # a command, run by its path

from __future__ import annotations

import sys
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "src" / "superlicense" / "locale"


class PlainCatalog(Catalog):
    """The entries of a catalog under a header that says only what readers need."""

    def __init__(self, source: Catalog) -> None:
        """Copy the entries of *source*."""
        super().__init__(charset="utf-8")
        self.source = source
        for entry in source:
            if entry.id:
                self[entry.id] = entry

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """Give the language, the charset and the plural forms."""
        return [
            ("Language", str(self.source.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", f"{self.source.plural_forms}\n"),
        ]

    @mime_headers.setter
    def mime_headers(self, value: Iterable[tuple[str, str]]) -> None:
        """Refuse other headers than those of the source."""
        raise AttributeError(f"the header of {self.source.locale_identifier} is read-only: {value!r}")


def sources() -> list[Path]:
    """List the catalogs of all languages."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/superlicense.po"))


def read(source: Path) -> Catalog:
    """Read a catalog.

    Raises:
        PoFileError: *source* is no catalog.
    """
    with source.open("rb") as file:
        return read_po(file, abort_invalid=True)


def compiled(source: Path) -> bytes:
    """Give the bytes of the `.mo` that belongs to *source*."""
    target = BytesIO()
    write_mo(target, PlainCatalog(read(source)))
    return target.getvalue()


def main() -> None:
    """Compile all catalogs."""
    for source in sources():
        target = source.with_suffix(".mo")
        target.write_bytes(compiled(source))
        sys.stdout.write(f"{target.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
