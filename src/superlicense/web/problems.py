"""Problems: errors as the sentences of a page, and what has no error as problem+json."""

from __future__ import annotations

from typing import Any, Final

from superlicense.errors import RefusedError, SuperlicenseError
from superlicense.messages import Localizer
from superlicense.problem import ProblemKind, kind_of

__all__ = ["plain_problem", "sentences_of", "status_of"]


_KINDS: Final = (ProblemKind.CHANGED_MEANWHILE, ProblemKind.TOO_LARGE)


def status_of(error: SuperlicenseError) -> int:
    """Return the status of a response that tells *error*."""
    return kind_of(error).status


def sentences_of(error: SuperlicenseError, words: Localizer) -> tuple[str, ...]:
    """Return *error* as sentences: one for each reason that is not a repetition."""
    reasons = error.reasons if isinstance(error, RefusedError) else ()
    return tuple(one.text for one in words.of_all(reasons)) or (words.text(error),)


def plain_problem(status: int, title: str, code: str, alerts: tuple[str, ...]) -> dict[str, Any]:
    """Return a problem that is not an error of the library, as of RFC 9457."""
    name = code.removeprefix("web_")
    return {
        "type": next((kind.type for kind in _KINDS if kind == name), "about:blank"),
        "title": title,
        "status": status,
        "detail": " ".join(alerts) or title,
        "code": name,
    }
