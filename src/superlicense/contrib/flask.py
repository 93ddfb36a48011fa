"""Flask: the gate as a decorator of views, and errors as problem+json (extra ``flask``).

Rule 1: a decorated view runs only after the gate has granted what it requires. Async views
are decorated like others.

Rule 2: the decision is in ``flask.g.license_decision``; read-only is its outcome.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar, cast

from attrs import frozen
from flask import Flask, Response, abort, current_app, g, request

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
from superlicense.model.decision import Access, Client, Question

__all__ = ["init_app", "require_administrator", "require_feature", "require_login"]

P = ParamSpec("P")
R = TypeVar("R")

_EXTENSION: Final = "superlicense"
_UNAUTHORIZED: Final = 401


@frozen
class _Glue:
    """What `init_app` was given: the installation, or a function that returns it, and who the user is."""

    licensing: Licensing | Callable[[], Licensing]
    who: Callable[[], Who | None]

    def current(self) -> Licensing:
        return self.licensing if isinstance(self.licensing, Licensing) else self.licensing()


def init_app(app: Flask, licensing: Licensing | Callable[[], Licensing], *, who: Callable[[], Who | None]) -> None:
    """Let *app* ask *licensing*, and answer its errors with problem+json.

    Args:
        app: The application.
        licensing: The installation, or a function that returns that of the current
            request, in a service with many customers.
        who: Returns the user of the current request, or their id; `None` if nobody
            is logged in, which is answered with 401.
    """
    app.extensions[_EXTENSION] = _Glue(licensing, who)
    app.register_error_handler(SuperlicenseError, _problem)


def require_login(client: Client | str = Client.WEB) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return the decorator: the user may log in with *client*, perhaps only to read."""
    return _required(login_question(client))


def require_feature(feature: str, access: Access | str = Access.VIEW) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return the decorator: the user has *access* to *feature*."""
    return _required(feature_question(feature, access))


def require_administrator() -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return the decorator: the user may administer licenses."""
    return _required(ADMINISTER)


def _required(question: Question) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            glue = _glue()
            user = glue.who()
            if user is None:
                abort(_UNAUTHORIZED)
            g.license_user = user
            g.license_decision = decide(glue.current(), user, question)
            # Flask runs an async view to its end in this thread.
            return cast("R", current_app.ensure_sync(view)(*args, **kwargs))

        return checked

    return decorate


def _glue() -> _Glue:
    glue: Any = current_app.extensions.get(_EXTENSION)
    if not isinstance(glue, _Glue):
        raise InvalidValueError("app", current_app.name, "needs superlicense.contrib.flask.init_app()")
    return glue


def _problem(error: SuperlicenseError) -> Response:
    found = problem_response(
        _glue().current,
        error,
        user=g.get("license_user"),
        accept_language=request.headers.get("Accept-Language"),
        instance=request.path,
    )
    return Response(found.body, found.status, found.headers)
