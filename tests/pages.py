"""Pages whose code is tested as well as run: what their blocks define, and the store that one of them writes."""

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
    """Run the blocks of *page*, a path below the docs, and give the names that they define."""
    path = _DOCS / page
    found: dict[str, Any] = {"__name__": path.stem}
    for block in _BLOCK.finditer(path.read_text(encoding="utf-8")):
        exec(compile(block[1], path, "exec"), found)  # noqa: S102 - our own page
    return found


def key_value_store(path: Path) -> Store:
    """Open the store of the page on writing one's own; processes may share it."""
    store: Store = defined_by("how-to/write-your-own-store.md")["KeyValueStore"](path)
    return store
