"""Checks: what the web frameworks share, a question to the gate and the response to a "no".

Rule 1: a check returns the decision or raises an error of the family. Read-only is a state
of the decision that it returns.

Rule 2: a response is made even if the store cannot be read; it has fewer words then.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import Any, Final, TypeVar

from attrs import field, frozen

from superlicense.errors import DeniedError, InvalidValueError, SuperlicenseError
from superlicense.licensing.front import Licensing
from superlicense.messages import Localizer
from superlicense.model.decision import Access, Client, Decision, Question, Topic
from superlicense.model.license import LicenseName
from superlicense.model.remedy import Remedy
from superlicense.model.user import User
from superlicense.problem import headers_of, language_of, problem_of

__all__ = [
    "ADMINISTER",
    "ProblemResponse",
    "Who",
    "decide",
    "feature_question",
    "login_question",
    "problem_response",
]

Who = User | str
"""A user, or the id of one."""

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

ADMINISTER: Final = Question(topic=Topic.ADMINISTER)

# What helps is a hint beside the reasons; more than a few are not read.
_REMEDIES: Final = 3
_NOTHING: Final[tuple[Remedy, ...]] = ()


@frozen(kw_only=True)
class ProblemResponse:
    """The response to an error.

    Attributes:
        status: The HTTP status.
        headers: The headers, ``Content-Type`` among them.
        problem: The problem, as `superlicense.problem.problem_of` returns it.
    """

    status: int
    headers: dict[str, str] = field(eq=False)
    problem: dict[str, Any] = field(eq=False)

    @property
    def body(self) -> bytes:
        """The problem as JSON in UTF-8."""
        return json.dumps(self.problem, ensure_ascii=False).encode()


def login_question(client: Client | str) -> Question:
    """Return the question whether a user may log in with *client*.

    Raises:
        InvalidValueError: *client* is not a client.
    """
    return Question(topic=Topic.LOGIN, subject=_member(Client, "client", client))


def feature_question(feature: str, access: Access | str = Access.VIEW) -> Question:
    """Return the question whether a user has *access* to *feature*; all spellings of one name are equal.

    Raises:
        InvalidValueError: *access* is neither VIEW nor EDIT.
    """
    with suppress(InvalidValueError):  # what is not a license name is an unknown feature, and denied
        feature = str(LicenseName.parse(feature))
    return Question(topic=Topic.FEATURE, subject=feature, access=_member(Access, "access", access))


def decide(licensing: Licensing, user: Who, question: Question) -> Decision:
    """Return the decision of the gate on *question*.

    Raises:
        DeniedError: the gate does not grant what was asked.
        StoreError: the store cannot be read, and the last known facts are too old.
    """
    if question.topic is Topic.LOGIN:
        decision = licensing.gate.login(user, Client(question.subject))
    elif question.topic is Topic.FEATURE:
        decision = licensing.gate.feature(user, question.subject, question.access)
    else:
        decision = licensing.gate.administer(user)
    if not decision.allowed:
        raise DeniedError(decision)
    return decision


def problem_response(
    find: Callable[[], Licensing],
    error: SuperlicenseError,
    *,
    user: Who | None = None,
    accept_language: str | None = None,
    instance: str | None = None,
) -> ProblemResponse:
    """Return the response to *error*.

    Args:
        find: Returns the installation that was asked; it may fail as the check did.
        error: The error that a check or a command raised.
        user: The caller; `None` if not known.
        accept_language: The ``Accept-Language`` header of the request.
        instance: The path of the request.
    """
    language = language_of(accept_language)
    administers = user is not None and _or_else(lambda: find().gate.administer(user).allowed, otherwise=False)
    remedies = _or_else(lambda: _remedies(find, user, error), otherwise=_NOTHING)
    words = _or_else(lambda: find().words(language), otherwise=Localizer(language))
    problem = problem_of(error, words=words, remedies=remedies, instance=instance, administers=administers)
    return ProblemResponse(status=problem["status"], headers=headers_of(problem), problem=problem)


def _remedies(find: Callable[[], Licensing], user: Who | None, error: SuperlicenseError) -> tuple[Remedy, ...]:
    if user is None or not isinstance(error, DeniedError):
        return ()
    asked, gate = error.decision.asked, find().gate
    if asked.topic is Topic.LOGIN:
        return gate.remedies(user, Client(asked.subject), limit=_REMEDIES)
    if asked.topic is Topic.FEATURE:
        return gate.remedies(user, asked.subject, asked.access, limit=_REMEDIES)
    return ()


def _or_else(ask: Callable[[], T], *, otherwise: T) -> T:
    """Return what *ask* returns, and *otherwise* if it cannot be known: the response must not fail as its cause did."""
    try:
        return ask()
    except SuperlicenseError:
        return otherwise


def _member(kind: type[E], path: str, value: str) -> E:
    try:
        return kind(value)
    except ValueError:
        raise InvalidValueError(path, value, f"must be one of {', '.join(kind)}") from None
