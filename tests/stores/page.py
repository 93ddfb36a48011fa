"""The store that the page on writing one's own writes, and the tests that it ends with."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from superlicense.ports import Store

PAGE: Final = Path(__file__).parents[2] / "docs" / "how-to" / "write-your-own-store.md"

_BLOCK: Final = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@cache
def namespace() -> dict[str, Any]:
    """Run the blocks of the page."""
    found: dict[str, Any] = {"__name__": "the_page"}
    for block in _BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        exec(compile(block[1], PAGE, "exec"), found)  # noqa: S102 - our own page
    return found


def key_value_store(path: Path) -> Store:
    """Open the store of the page; it is one that processes may share."""
    store: Store = namespace()["KeyValueStore"](path)
    return store
