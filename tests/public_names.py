"""Packages whose names are imported on first use: what their list says."""

from __future__ import annotations

import ast
import pkgutil
from pathlib import Path
from types import ModuleType


def listed(package: ModuleType) -> list[tuple[str, str]]:
    """Return the modules and names of the import statements of *package*, in the order they are written."""
    tree = ast.parse(Path(package.__path__[0], "_public.py").read_text("utf-8"))
    statements = [statement for statement in tree.body if isinstance(statement, ast.ImportFrom)]
    assert len(statements) == len(tree.body) - 1, "only import statements after the docstring"
    assert not [alias for statement in statements for alias in statement.names if alias.asname]
    return [(f"{statement.module}", alias.name) for statement in statements for alias in statement.names]


def modules_of(package: ModuleType) -> set[str]:
    """Return the names of the modules directly in *package*."""
    return {module.name for module in pkgutil.iter_modules(package.__path__)}
