"""Code of documentation pages that is tested elsewhere, such as the store of the page on writing your own."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from superlicense.ports import Store

_DOCS: Final = Path(__file__).parent.parent / "docs"
_BLOCK: Final = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# The page itself is run as a test; what it tries out need not happen again in every process that wants its code.
_DEFINITIONS: Final = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)


def _defines(statement: ast.stmt) -> bool:
    """Return whether *statement* is an import, a function, a class or a constant."""
    if isinstance(statement, ast.Assign):
        return all(isinstance(target, ast.Name) and target.id.isupper() for target in statement.targets)
    return isinstance(statement, _DEFINITIONS)


@cache
def defined_by(page: str) -> dict[str, Any]:
    """Run the imports, functions, classes and constants of *page*, a path below docs/, and return their names."""
    path = _DOCS / page
    found: dict[str, Any] = {"__name__": path.stem}
    for block in _BLOCK.finditer(path.read_text(encoding="utf-8")):
        block_code = ast.parse(block[1], path)
        block_code.body = [one for one in block_code.body if _defines(one)]
        exec(compile(block_code, path, "exec"), found)  # noqa: S102 - our own page
    return found


def key_value_store(path: Path) -> Store:
    """Open the store of the page on writing your own store; processes may share it."""
    store: Store = defined_by("how-to/write-your-own-store.md")["FileStore"](path)
    return store
