"""What the vendor sells, as data with sources. Nothing here decides anything.

`modules` holds the names of all module licenses, `module_table` what each of
them is; `features` pairs panels with their right to edit; `license_lists` says
what people see on screens; `plans` and `suite` are how licenses are sold.

Each part is loaded when it is first asked for.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

__all__ = ["features", "license_lists", "meters", "module_table", "modules", "plans", "suite"]

if TYPE_CHECKING:
    from superlicense.catalog import features, license_lists, meters, module_table, modules, plans, suite
else:

    def __getattr__(name: str) -> ModuleType:
        """Load the part called *name*."""
        if name not in __all__:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        __import__(f"{__name__}.{name}")
        return globals()[name]

    def __dir__() -> list[str]:
        """Name the parts, loaded or not."""
        return sorted({*globals(), *__all__})
