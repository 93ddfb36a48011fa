"""Packages whose names are resolved on first use: what type checkers see of them, and where the names live."""

from __future__ import annotations

import ast
import inspect
from types import ModuleType


def seen_by_type_checkers(package: ModuleType) -> set[tuple[str, str]]:
    """Give the imports under ``TYPE_CHECKING``: modules and names."""
    tree = ast.parse(inspect.getsource(package))
    block = next(node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    return {
        (f"{statement.module}", alias.name)
        for statement in block.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }


def resolved_on_first_use(package: ModuleType) -> set[tuple[str, str]]:
    """Give the modules and names that the package looks up."""
    homes = vars(package)["_HOMES"]
    return {(f"{package.__name__}.{home}", name) for home, names in homes.items() for name in names}
