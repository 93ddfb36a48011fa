"""What to type next where a command fails: the part of a cure that only the command line knows."""

from __future__ import annotations

from shlex import quote
from types import MappingProxyType
from typing import Final

from superlicense.errors import RefusedError, SuperlicenseError
from superlicense.model.reason import Reason, ReasonCode

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
        "unsigned_document": "superlicense change-installation FILE",
    }
)
# Those that repeat what the reason is about.
_WITH_PARAMS: Final = MappingProxyType(
    {
        ReasonCode.TOO_MANY_LOSSES: "superlicense sync-users FILE --retire-missing --expect-losses {losses}",
        ReasonCode.USER_IS_RETIRED: "superlicense rehire {user}",
    }
)


def next_step(error: SuperlicenseError) -> str | None:
    """Return the command to type after *error*; `None` if there is none that surely helps.

    >>> from superlicense.errors import StoreOutdatedError
    >>> next_step(StoreOutdatedError())
    'superlicense init'
    """
    if not isinstance(error, RefusedError):
        return _STEPS.get(error.code)
    return next(filter(None, map(_after, error.reasons)), None)


def _after(reason: Reason) -> str | None:
    """Return the command to type after a refusal for *reason*."""
    given = _WITH_PARAMS.get(reason.code)
    if given is None:
        return _STEPS.get(str(reason.code))
    return given.format(**{name: quote(str(value)) for name, value in reason.params.items()})
