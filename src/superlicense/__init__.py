"""superlicense: licenses and entitlements for CRM services.

Import it as ``sl``. The public names are listed in `superlicense._public` and
imported on first use (PEP 562), so importing the library costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from superlicense._lazy import lazy_names

__version__ = "0.2.0"

if TYPE_CHECKING:
    from superlicense._public import *  # noqa: F403 - the one list of the public names
else:
    # Hidden from type checkers, which would accept every misspelled name.
    __getattr__, __dir__ = lazy_names(__name__, defined_here=("__version__",))
