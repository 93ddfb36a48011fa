"""Public names that are imported on first use (PEP 562), from a single list.

The list is a module of plain ``from … import …`` statements, ``_public``. Type
checkers follow them. `lazy_names` runs them with a stand-in for ``__import__``
that imports nothing and records which module each name comes from (ADR 36).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from types import SimpleNamespace


def lazy_names(
    package: str, *, defined_here: Sequence[str] = ()
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return the ``__getattr__`` and ``__dir__`` of *package*; its list is ``_public`` in the package itself.

    Args:
        package: The package that exports the names.
        defined_here: Public names that the package defines itself, such as ``__version__``.
    """

    @cache
    def homes() -> dict[str, str]:
        return _homes(package)

    def get_name(name: str) -> object:
        """Import a public name on its first use."""
        if name == "__all__":
            return list_names()
        home = homes().get(name)
        if home is None:
            message = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(message)
        value: object = import_module(f"{package}.{name}") if home == package else getattr(import_module(home), name)
        setattr(import_module(package), name, value)
        return value

    def list_names() -> list[str]:
        """Return the public names in alphabetical order."""
        return sorted([*homes(), *defined_here])

    return get_name, list_names


def _homes(package: str) -> dict[str, str]:
    """Return the module of each name that the list of *package* imports."""
    homes: dict[str, str] = {}

    def record(home: str, _globals: object, _locals: object, names: Sequence[str], _level: int) -> SimpleNamespace:
        homes.update(dict.fromkeys(names, home))
        return SimpleNamespace(**dict.fromkeys(names))

    list_module = f"{package}._public"
    # Not `find_spec`: import hooks, like that of pytest, put loaders in between that have no code to show.
    spec = PathFinder.find_spec(list_module, import_module(package).__path__)
    get_code = getattr(spec.loader if spec else None, "get_code", None)
    if get_code is None:
        # A program compiled to machine code has no bytecode either: import the list, and with it everything.
        return {name: list_module for name in vars(import_module(list_module)) if not name.startswith("_")}
    exec(get_code(list_module), {"__builtins__": {"__import__": record}})  # noqa: S102 - our own module
    return homes
