"""Testing: contract tests for your own store, and helpers for tests of your service.

The builders and `Clock` need only the library; `StoreContract` also needs pytest,
and `StoreMachine` hypothesis. Names are resolved on first use, so that pytest can
find the plugin (`superlicense.testing.plugin`) without importing the library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from superlicense.testing.builders import (
        START,
        Clock,
        installation,
        package,
        plan,
        price_list,
        site_license,
        system_license,
        user,
        user_license,
    )
    from superlicense.testing.contract import MakeStore, Reopen, StoreContract
    from superlicense.testing.issuing import Vendor, licensing, vendor
    from superlicense.testing.state_machine import StoreMachine, store_machine

__all__ = [
    "START",
    "Clock",
    "MakeStore",
    "Reopen",
    "StoreContract",
    "StoreMachine",
    "Vendor",
    "installation",
    "licensing",
    "package",
    "plan",
    "price_list",
    "site_license",
    "store_machine",
    "system_license",
    "user",
    "user_license",
    "vendor",
]

_HOMES = {
    "builders": (
        "START",
        "Clock",
        "installation",
        "package",
        "plan",
        "price_list",
        "site_license",
        "system_license",
        "user",
        "user_license",
    ),
    "contract": ("MakeStore", "Reopen", "StoreContract"),
    "state_machine": ("StoreMachine", "store_machine"),
    "issuing": ("Vendor", "licensing", "vendor"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


if not TYPE_CHECKING:
    # Hidden from type checkers, which would accept every misspelled name.
    def __getattr__(name: str) -> object:
        """Resolve a public name on its first use."""
        home = _HOME_OF.get(name)
        if home is None:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        value: object = getattr(import_module(f"{__name__}.{home}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
