"""Testing: the contract for a store of your own, and builders for the tests of your own service.

The builders and `Clock` need only the library, `StoreContract` also pytest, `StoreMachine`
also hypothesis. The names are listed in `superlicense.testing._public` and imported on first
use, so that pytest can find the plugin (`superlicense.testing.plugin`) without loading the library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from superlicense._lazy import lazy_names

if TYPE_CHECKING:
    from superlicense.testing._public import *  # noqa: F403 - the one list of the public names
else:
    # Hidden from type checkers, which would accept every misspelled name.
    __getattr__, __dir__ = lazy_names(__name__)
