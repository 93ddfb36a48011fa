"""Code of documentation pages that is tested elsewhere, such as the store of the page on writing your own."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from superlicense.ports import Store

_DOCS: Final = Path(__file__).parent.parent / "docs"
_BLOCK: Final = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@cache
def defined_by(page: str) -> dict[str, Any]:
    """Run the code blocks of *page*, a path below docs/, and return the names that they define."""
    path = _DOCS / page
    found: dict[str, Any] = {"__name__": path.stem}
    for block in _BLOCK.finditer(path.read_text(encoding="utf-8")):
        exec(compile(block[1], path, "exec"), found)  # noqa: S102 - our own page
    return found


def key_value_store(path: Path) -> Store:
    """Open the store of the page on writing your own store; processes may share it."""
    store: Store = defined_by("how-to/write-your-own-store.md")["FileStore"](path)
    return store
