"""Problems: errors as problem+json, and as the sentences of a page."""

from __future__ import annotations

from typing import Any

from superlicense.errors import (
    InvalidValueError,
    PreviewOutdatedError,
    RefusedError,
    StoreError,
    SuperlicenseError,
    UnknownLicenseError,
)
from superlicense.messages import Localizer

__all__ = ["problem_of", "sentences_of", "status_of"]


def status_of(error: SuperlicenseError) -> int:
    """Return the status of a response that tells *error*."""
    if isinstance(error, UnknownLicenseError):
        return 404
    if isinstance(error, RefusedError | PreviewOutdatedError):
        return 409
    if isinstance(error, StoreError):
        return 503
    if isinstance(error, InvalidValueError):
        return 400
    return 422


def sentences_of(error: SuperlicenseError, words: Localizer) -> tuple[str, ...]:
    """Return *error* as sentences: one for each reason that is not a repetition."""
    reasons = error.reasons if isinstance(error, RefusedError) else ()
    return tuple(one.text for one in words.of_all(reasons)) or (words.text(error),)


def problem_of(status: int, title: str, code: str, alerts: tuple[str, ...]) -> dict[str, Any]:
    """Return a problem as of RFC 9457."""
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": " ".join(alerts) or title,
        "code": code,
    }
