"""Compile the message catalogs: each `superlicense.po` and `usage.po` to the `.mo` next to it.

.. code-block:: console

    uv run python tools/compile_messages.py

The output depends on the `.po` only: no dates, names or versions of tools.
"""

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
    """The entries of a catalog under a minimal header."""

    def __init__(self, source: Catalog) -> None:
        """Copy the entries of *source*."""
        super().__init__(charset="utf-8")
        self.source = source
        for entry in source:
            if entry.id:
                self[entry.id] = entry

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """Return the language, the charset and the plural forms."""
        return [
            ("Language", str(self.source.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", f"{self.source.plural_forms}\n"),
        ]

    @mime_headers.setter
    def mime_headers(self, value: Iterable[tuple[str, str]]) -> None:
        """Raise: the headers are those of the source."""
        raise AttributeError(f"the header of {self.source.locale_identifier} is read-only: {value!r}")


def sources(name: str = "superlicense") -> list[Path]:
    """Return the catalogs called *name* of all languages; ``usage`` has the help of the command line."""
    return sorted(LOCALE.glob(f"*/LC_MESSAGES/{name}.po"))


def read(source: Path) -> Catalog:
    """Return the catalog in *source*.

    Raises:
        PoFileError: *source* is not a catalog.
    """
    with source.open("rb") as file:
        return read_po(file, abort_invalid=True)


def compiled(source: Path) -> bytes:
    """Return the bytes of the `.mo` that belongs to *source*."""
    target = BytesIO()
    write_mo(target, PlainCatalog(read(source)))
    return target.getvalue()


def main() -> None:
    """Compile all catalogs."""
    for source in (*sources(), *sources("usage")):
        target = source.with_suffix(".mo")
        target.write_bytes(compiled(source))
        sys.stdout.write(f"{target.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
