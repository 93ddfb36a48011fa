"""Problem details: an error or a denied decision as an HTTP API returns it (RFC 9457), without a framework.

Rule 1: codes, types and statuses are stable; texts are not. What a class of errors becomes
stands in one table, `_KINDS`.

Rule 2: the caller learns about themselves only. Other people, records and prices are left out
unless the caller may administer; what helps is `Remedy.for_user`, a code and its words.

Rule 3: read-only is a state of an answer, not an error: only what was not granted is a problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from attrs import evolve

from superlicense import errors
from superlicense.errors import DeniedError, InvalidValueError, RefusedError, SuperlicenseError
from superlicense.messages import Localizer, languages
from superlicense.model.decision import Decision
from superlicense.model.plain_data import plain_data
from superlicense.model.reason import Reason, ReasonCode
from superlicense.model.remedy import Remedy

__all__ = ["MEDIA_TYPE", "RETRY_AFTER_SECONDS", "ProblemKind", "headers_of", "kind_of", "language_of", "problem_of"]

MEDIA_TYPE: Final = "application/problem+json"
"""The media type of a problem (RFC 9457, section 3)."""

RETRY_AFTER_SECONDS: Final = 5
"""When a caller should try again while the store cannot be used, in seconds (ADR 53)."""

_TYPE: Final = "urn:superlicense:problem:"


class ProblemKind(StrEnum):
    """The kind of a problem, the last part of its ``type``."""

    DENIED = "denied"  # 403: the gate does not grant what was asked
    REFUSED = "refused"  # 409: a command may not be carried out
    CHANGED_MEANWHILE = "changed_meanwhile"  # 409: another user has changed what the command is based on
    UNKNOWN_LICENSE = "unknown_license"  # 404: no package in force has the license
    INVALID_VALUE = "invalid_value"  # 422: a value is invalid
    MALFORMED = "malformed"  # 400: a document cannot be read
    TOO_LARGE = "too_large"  # 413: a document is too large
    UNTRUSTED = "untrusted"  # 422: a document is readable, and not to be trusted
    SOURCE_FAILED = "source_failed"  # 502: the source of packages failed
    UNAVAILABLE = "unavailable"  # 503: the store cannot be used at present
    FAILED = "failed"  # 500: an operator has to act

    @property
    def status(self) -> int:
        """The HTTP status."""
        return _STATUSES[self]

    @property
    def type(self) -> str:
        """The ``type`` of the problem, a URI that identifies it and does not resolve."""
        return f"{_TYPE}{self.value.replace('_', '-')}"


_STATUSES: Final = {
    ProblemKind.DENIED: 403,
    ProblemKind.REFUSED: 409,
    ProblemKind.CHANGED_MEANWHILE: 409,
    ProblemKind.UNKNOWN_LICENSE: 404,
    ProblemKind.INVALID_VALUE: 422,
    ProblemKind.MALFORMED: 400,
    ProblemKind.TOO_LARGE: 413,
    ProblemKind.UNTRUSTED: 422,
    ProblemKind.SOURCE_FAILED: 502,
    ProblemKind.UNAVAILABLE: 503,
    ProblemKind.FAILED: 500,
}

# The first class that an error belongs to counts; what is in none is FAILED.
_KINDS: Final[tuple[tuple[type[SuperlicenseError], ProblemKind], ...]] = (
    (errors.DeniedError, ProblemKind.DENIED),
    (errors.UnknownLicenseError, ProblemKind.UNKNOWN_LICENSE),
    (errors.RefusedError, ProblemKind.REFUSED),
    (errors.NoTrustRootError, ProblemKind.REFUSED),
    (errors.UnpinnedRootError, ProblemKind.REFUSED),
    (errors.ClockRolledBackError, ProblemKind.REFUSED),
    (errors.PreviewOutdatedError, ProblemKind.CHANGED_MEANWHILE),
    (errors.ConflictError, ProblemKind.CHANGED_MEANWHILE),
    (errors.InvalidValueError, ProblemKind.INVALID_VALUE),
    (errors.UnknownTimeZoneError, ProblemKind.INVALID_VALUE),
    (errors.WriteOutOfOrderError, ProblemKind.INVALID_VALUE),
    (errors.MalformedJsonError, ProblemKind.MALFORMED),
    (errors.MalformedEnvelopeError, ProblemKind.MALFORMED),
    (errors.MalformedPackageError, ProblemKind.MALFORMED),
    (errors.MalformedRootError, ProblemKind.MALFORMED),
    (errors.MalformedPrincipalError, ProblemKind.MALFORMED),
    (errors.MalformedKeyError, ProblemKind.MALFORMED),
    (errors.NotCanonicalError, ProblemKind.MALFORMED),
    (errors.WrongPayloadTypeError, ProblemKind.MALFORMED),
    (errors.TooManyVerificationsError, ProblemKind.MALFORMED),
    (errors.DocumentTooLargeError, ProblemKind.TOO_LARGE),
    (errors.UntrustedKeyError, ProblemKind.UNTRUSTED),
    (errors.OwnerThresholdError, ProblemKind.UNTRUSTED),
    (errors.UnknownOwnerError, ProblemKind.UNTRUSTED),
    (errors.ModuleOutOfScopeError, ProblemKind.UNTRUSTED),
    (errors.RootThresholdError, ProblemKind.UNTRUSTED),
    (errors.RootVersionError, ProblemKind.UNTRUSTED),
    (errors.RootPreviousError, ProblemKind.UNTRUSTED),
    (errors.RootIssuedInFutureError, ProblemKind.UNTRUSTED),
    (errors.RootExpiredError, ProblemKind.UNTRUSTED),
    (errors.PackageSourceError, ProblemKind.SOURCE_FAILED),
    (errors.StoreUnavailableError, ProblemKind.UNAVAILABLE),
    (errors.StoreBusyError, ProblemKind.UNAVAILABLE),
    (errors.StoreFullError, ProblemKind.UNAVAILABLE),
)

# Parameters that may name other people, or records of them.
_PRIVATE: Final = frozenset({"by", "holder", "holders", "people", "place", "price", "record", "user", "users"})
# Reasons that cannot be put into words without these.
_ABOUT_OTHERS: Final = frozenset(
    {
        ReasonCode.IDS_LOOK_ALIKE,
        ReasonCode.LAST_ADMINISTRATOR,
        ReasonCode.TAMPERED,
        ReasonCode.TOO_MANY_LOSSES,
        ReasonCode.TWO_PLANS,
        ReasonCode.USER_IS_ACTIVE,
        ReasonCode.USER_IS_RETIRED,
    }
)


def kind_of(error: SuperlicenseError) -> ProblemKind:
    """Return the kind of problem that *error* is.

    >>> kind_of(InvalidValueError("quantity", 0, "must be at least 1")).status
    422
    """
    return next((kind for family, kind in _KINDS if isinstance(error, family)), ProblemKind.FAILED)


def problem_of(
    what: Decision | SuperlicenseError,
    *,
    words: Localizer | None = None,
    remedies: Iterable[Remedy] = (),
    instance: str | None = None,
    administers: bool = False,
) -> dict[str, Any]:
    """Return *what* as a problem.

    >>> problem = problem_of(InvalidValueError("quantity", 0, "must be at least 1"))
    >>> problem["status"], problem["type"], problem["path"]
    (422, 'urn:superlicense:problem:invalid-value', 'quantity')

    Args:
        what: An error, or a decision that does not grant what was asked.
        words: The texts, those of `Licensing.words`; English with the titles of
            the catalog if `None`.
        remedies: What would help, as `gate.remedies` returns it.
        instance: A URI reference of this occurrence, usually the path of the request.
        administers: Whether the caller may administer, and may see other people,
            parameters and prices.

    Returns:
        A new dict for JSON: ``type``, ``title``, ``status``, ``detail``,
        ``instance`` if given, ``code`` (that of the first reason), ``reasons`` and
        ``remedies`` (each with ``code`` and ``text``), ``path`` of an invalid
        value, and ``retry_after`` in seconds where trying again may help.

    Raises:
        InvalidValueError: *what* is neither, or a decision that grants what was asked.
    """
    texts = Localizer("en") if words is None else words
    error = _error_of(what)
    kind = kind_of(error)
    reasons = error.reasons if isinstance(error, RefusedError) else ()
    problem: dict[str, Any] = {
        "type": kind.type,
        "title": texts.text(kind),
        "status": kind.status,
        "detail": _detail(error, kind, texts, administers=administers),
        "code": str(error.code),
        "reasons": [_reason(reason, texts, administers=administers) for reason in reasons],
        "remedies": _remedies(remedies, texts, administers=administers),
    }
    if instance is not None:
        problem["instance"] = instance
    if kind is ProblemKind.INVALID_VALUE:
        problem["path"] = getattr(error, "path", "")
    if kind is ProblemKind.UNAVAILABLE:
        problem["retry_after"] = RETRY_AFTER_SECONDS
    return problem


def headers_of(problem: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers of the response that carries *problem*.

    >>> headers_of({"status": 503, "retry_after": 5})["Retry-After"]
    '5'
    """
    headers = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store"}
    if "retry_after" in problem:
        headers["Retry-After"] = str(problem["retry_after"])
    return headers


def language_of(accept_language: str | None) -> str:
    """Return the first language of an ``Accept-Language`` header that has a catalog; English if there is none.

    >>> language_of("nb, da;q=0.8, en;q=0.7"), language_of(None)
    ('da', 'en')
    """
    ranked = []
    for place, entry in enumerate((accept_language or "")[:_LONGEST_HEADER].split(",")):
        tag, _, weight = entry.partition(";")
        ranked.append((-_thousandths(weight), place, tag.strip().partition("-")[0].casefold()))
    known = set(languages())
    return next((tag for rank, _, tag in sorted(ranked) if rank < 0 and tag in known), "en")


_LONGEST_HEADER: Final = 1_000
_FRACTION_DIGITS: Final = 3


def _thousandths(weight: str) -> int:
    """Return the ``q`` of an entry in thousandths (RFC 9110, section 12.4.2); 0 for what is malformed."""
    name, _, value = weight.strip().partition("=")
    if not name:
        return 1_000
    whole, _, fraction = value.strip().partition(".")
    digits = whole + fraction.ljust(_FRACTION_DIGITS, "0")[:_FRACTION_DIGITS]
    return int(digits) if name.strip() == "q" and whole in {"0", "1"} and digits.isdecimal() else 0


def _error_of(what: object) -> SuperlicenseError:
    if isinstance(what, SuperlicenseError):
        return what
    if isinstance(what, Decision) and not what.allowed:
        return DeniedError(what)
    raise InvalidValueError("what", what, "must be an error, or a decision that does not grant what was asked")


def _detail(error: SuperlicenseError, kind: ProblemKind, words: Localizer, *, administers: bool) -> str:
    if administers:
        return words.text(error)
    if isinstance(error, RefusedError):
        shown = [evolve(reason, params=_public(reason)) for reason in error.reasons if _is_public(reason)]
        found = [text.text for text in words.of_all(shown)]
        if len(shown) < len(error.reasons):
            found.append(words.text("details_for_administrators"))
        return " ".join(found)
    return words.text(kind) if kind is ProblemKind.FAILED else words.text(error)


def _reason(reason: Reason, words: Localizer, *, administers: bool) -> dict[str, Any]:
    if administers:
        return {"code": str(reason.code), "text": words.text(reason), "params": plain_data(reason.params)}
    if not _is_public(reason):
        return {"code": str(reason.code), "text": words.text("details_for_administrators")}
    return {"code": str(reason.code), "text": words.text(evolve(reason, params=_public(reason)))}


def _is_public(reason: Reason) -> bool:
    return reason.code not in _ABOUT_OTHERS


def _public(reason: Reason) -> dict[str, Any]:
    return {name: value for name, value in reason.params.items() if name not in _PRIVATE}


def _remedies(remedies: Iterable[Remedy], words: Localizer, *, administers: bool) -> list[dict[str, Any]]:
    """Return *remedies* in their order; for the person themselves, each code once."""
    if administers:
        return [_for_administrator(remedy, words) for remedy in remedies]
    codes = dict.fromkeys(remedy.for_user.code for remedy in remedies)
    return [{"code": str(code), "text": words.text(code)} for code in codes]


def _for_administrator(remedy: Remedy, words: Localizer) -> dict[str, Any]:
    mine = {"code": str(remedy.for_user.code), "text": words.text(remedy.for_user.code)}
    return {**mine, **remedy.for_administrator.to_dict(words)}
