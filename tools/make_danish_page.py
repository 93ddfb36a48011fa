"""Write the pages on which a native reader checks the Danish: every message beside its English.

.. code-block:: console

    uv run python -m tools.make_danish_page

A test compares the pages with the catalogs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from tools.compile_messages import read, sources

_FOLDER = Path(__file__).parents[1] / "docs" / "reference"

_HEAD = """\
# Danish messages

Every message of the library in Danish, beside its English, for a reader whose language is Danish. Words in braces are
replaced by names, dates and numbers. Corrections belong in
`src/superlicense/locale/da/LC_MESSAGES/superlicense.po`; [Add a language](../how-to/add-a-language.md) says how to
compile it. The command line's help has [a page of its own](danish-command-line.md). This page is made by
`tools/make_danish_page.py`.
"""

_HELP_HEAD = """\
# Danish of the command line

Help and usage errors of the command line in Danish, beside their English. Corrections belong in
`src/superlicense/locale/da/LC_MESSAGES/usage.po`. This page is made by `tools/make_danish_page.py`.
"""


def pages() -> dict[Path, str]:
    """Return the pages with what they say."""
    return {
        _FOLDER / "danish.md": "\n".join([_HEAD, *_tables()]),
        _FOLDER / "danish-command-line.md": "\n".join([_HELP_HEAD, *_help()]),
    }


def _tables() -> Iterator[str]:
    danish, english = ({key: _forms(found) for key, found in _messages(language)} for language in ("da", "en"))
    for kind, keys in groupby(sorted(english), key=lambda key: key.split(".")[0]):
        yield f"## {kind.replace('_', ' ').capitalize()}\n"
        yield "| key | English | Danish |"
        yield "|---|---|---|"
        for key in keys:
            yield f"| {key.removeprefix(kind + '.')} | {english[key]} | {danish.get(key, '')} |"
        yield ""


def _help() -> Iterator[str]:
    """Yield the table of the command line's help, which is keyed by its English."""
    yield "| English | Danish |"
    yield "|---|---|"
    (source,) = sources("usage")
    for entry in read(source):
        if entry.id:
            english = (entry.id,) if isinstance(entry.id, str) else tuple(entry.id)
            danish = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
            yield f"| {_forms(english)} | {_forms(danish)} |"
    yield ""


def _messages(language: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    source = next(file for file in sources() if file.parts[-3] == language)
    for entry in read(source):
        if entry.id:
            key = entry.id if isinstance(entry.id, str) else entry.id[0]
            forms = entry.string
            yield key, (forms,) if isinstance(forms, str) else tuple(forms or ())


def _forms(forms: tuple[str, ...]) -> str:
    return "<br>".join(form.replace("|", "\\|").replace("\n", " ").replace("\t", " ") for form in forms)


def main() -> int:
    """Write the pages."""
    for page, text in pages().items():
        page.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
