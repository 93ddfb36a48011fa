"""FastAPI: the gate as a dependency, and errors as problem+json (extra ``fastapi``).

Rule 1: a dependency is a value. Two that ask the same are equal, so a test overrides one with
``app.dependency_overrides[require_login()]``, and FastAPI asks once a request.

Rule 2: the event loop never waits for the store. Checks and responses are made in threads.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Final, cast

from attrs import frozen
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool

from superlicense.contrib.checks import (
    ADMINISTER,
    Who,
    decide,
    feature_question,
    login_question,
    problem_response,
)
from superlicense.errors import InvalidValueError, SuperlicenseError
from superlicense.licensing.front import Licensing
from superlicense.model.decision import Access, Client, Decision, Question

__all__ = ["Requirement", "init_app", "require_administrator", "require_feature", "require_login"]

WhoOfRequest = Callable[[Request], Who | Awaitable[Who | None] | None]
LicensingOfRequest = Callable[[Request], Licensing]

_UNAUTHORIZED: Final = 401


@frozen
class _Glue:
    """What `init_app` was given.

    Attributes:
        licensing: The installation, or a function that returns that of a request.
        who: Returns the user of a request.
    """

    licensing: Licensing | LicensingOfRequest
    who: WhoOfRequest

    def licensing_of(self, request: Request) -> Licensing:
        return self.licensing if isinstance(self.licensing, Licensing) else self.licensing(request)

    async def user_of(self, request: Request) -> Who:
        """Return the user of *request*, which later checks and the response to an error find there.

        Raises:
            HTTPException: 401, nobody is logged in.
        """
        user = getattr(request.state, "superlicense_user", None)
        if user is None:
            found = self.who(request)
            user = await found if inspect.isawaitable(found) else found
            if user is None:
                raise HTTPException(_UNAUTHORIZED)
            request.state.superlicense_user = user
        return user


def init_app(app: FastAPI, licensing: Licensing | LicensingOfRequest, *, who: WhoOfRequest) -> None:
    """Let *app* ask *licensing*, and answer its errors with problem+json.

    Args:
        app: The application.
        licensing: The installation, or a function that returns that of a request,
            in a service with many customers.
        who: Returns the user of a request, or their id; `None` if nobody is logged
            in, which is answered with 401. It may be async.
    """
    app.state.superlicense = _Glue(licensing, who)
    app.add_exception_handler(SuperlicenseError, _problem)


def _glue_of(request: Request) -> _Glue:
    glue = getattr(request.app.state, "superlicense", None)
    if not isinstance(glue, _Glue):
        raise InvalidValueError("app", type(request.app).__name__, "needs superlicense.contrib.fastapi.init_app()")
    return glue


async def _problem(request: Request, error: Exception) -> Response:
    glue = _glue_of(request)

    def respond() -> Response:
        found = problem_response(
            lambda: glue.licensing_of(request),
            cast("SuperlicenseError", error),  # the class that it is registered for
            user=getattr(request.state, "superlicense_user", None),
            accept_language=request.headers.get("accept-language"),
            instance=request.url.path,
        )
        return Response(found.body, found.status, found.headers)

    return await run_in_threadpool(respond)


@frozen
class Requirement:
    """A dependency that asks one question, and returns the decision.

    >>> require_login() == require_login("web"), require_login() == require_login("mobile")
    (True, False)

    Attributes:
        question: What is asked about the user of the request.
    """

    question: Question

    async def __call__(self, request: Request) -> Decision:
        """Return the decision on the user of *request*.

        Raises:
            DeniedError: answered with 403.
            StoreError: the store cannot be used; answered with 503.
            HTTPException: 401, nobody is logged in.
        """
        glue = _glue_of(request)
        user = await glue.user_of(request)
        return await run_in_threadpool(lambda: decide(glue.licensing_of(request), user, self.question))


def require_login(client: Client | str = Client.WEB) -> Requirement:
    """Return the dependency: the user may log in with *client*, perhaps only to read."""
    return Requirement(login_question(client))


def require_feature(feature: str, access: Access | str = Access.VIEW) -> Requirement:
    """Return the dependency: the user has *access* to *feature*."""
    return Requirement(feature_question(feature, access))


def require_administrator() -> Requirement:
    """Return the dependency: the user may administer licenses."""
    return Requirement(ADMINISTER)
