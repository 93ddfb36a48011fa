"""What the vendor sells, as data with sources, without any rules.

`modules` contains the names of all module licenses and `module_table` their
properties; `features` maps each feature to its user license; `license_lists`
contains the lists of licenses shown on screens; `plans` and `suite` describe how
licenses are sold.

Each module is loaded on first access.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

__all__ = ["features", "license_lists", "meters", "module_table", "modules", "plans", "suite"]

if TYPE_CHECKING:
    from superlicense.catalog import features, license_lists, meters, module_table, modules, plans, suite
else:

    def __getattr__(name: str) -> ModuleType:
        """Load the module *name*."""
        if name not in __all__:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        __import__(f"{__name__}.{name}")
        return globals()[name]

    def __dir__() -> list[str]:
        """Return the names of all modules, loaded or not."""
        return sorted({*globals(), *__all__})
