"""What to type next where a command fails: the part of a cure that only the command line knows."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from superlicense.errors import RefusedError, SuperlicenseError

__all__ = ["next_step"]

_INIT: Final = "superlicense init"
_VERIFY: Final = "superlicense verify-store"
_ROOT: Final = "superlicense install-root FILE"
# By the code of an error, or of a reason to refuse.
_STEPS: Final = MappingProxyType(
    {
        "no_store": _INIT,
        "store_outdated": _INIT,
        "store_tampered": _VERIFY,
        "root_expired": _ROOT,
        "root_version": _ROOT,
        "unknown_event": "superlicense events",
        "unknown_license": "superlicense licenses --hidden",
        "unknown_user": "superlicense users",
    }
)


def next_step(error: SuperlicenseError) -> str | None:
    """Return the command to type after *error*; `None` if there is none that surely helps.

    >>> from superlicense.errors import StoreOutdatedError
    >>> next_step(StoreOutdatedError())
    'superlicense init'
    """
    codes = [str(reason.code) for reason in error.reasons] if isinstance(error, RefusedError) else [error.code]
    return next((_STEPS[code] for code in codes if code in _STEPS), None)
