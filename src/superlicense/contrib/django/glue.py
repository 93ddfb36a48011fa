"""Glue: the settings, the user of a request, and the response to an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from superlicense.contrib.checks import problem_response
from superlicense.errors import InvalidValueError, SuperlicenseError
from superlicense.licensing.front import Licensing
from superlicense.model.decision import Client

__all__ = ["client", "licensing_of", "response_to", "user_id_of", "user_of"]

_NAME: Final = "SUPERLICENSE"


def licensing_of(request: HttpRequest | None) -> Licensing:
    """Return the installation of *request*; `None` in commands.

    Raises:
        InvalidValueError: the setting is missing, or is not a `Licensing` or a function that returns one.
    """
    found = _setting("LICENSING", None)
    licensing = found(request) if callable(found) else found
    if not isinstance(licensing, Licensing):
        raise InvalidValueError(f"settings.{_NAME}.LICENSING", licensing, "must be a Licensing")
    return licensing


def client() -> Client | str:
    """Return the client that users log in with."""
    chosen: Client | str = _setting("CLIENT", Client.WEB)
    return chosen


def user_id_of(user: Any) -> str:  # noqa: ANN401 - Django ships no types
    """Return the id of a Django user."""
    make: Callable[[Any], str] = _setting("USER_ID", _username)
    return make(user)


def user_of(request: HttpRequest) -> str | None:
    """Return the id of who is logged in; `None` if nobody is."""
    user = getattr(request, "user", None)
    return user_id_of(user) if user is not None and user.is_authenticated else None


def response_to(request: HttpRequest, error: SuperlicenseError) -> HttpResponse:
    """Return the response to *error*."""
    found = problem_response(
        lambda: licensing_of(request),
        error,
        user=user_of(request),
        accept_language=request.headers.get("Accept-Language"),
        instance=request.path,
    )
    return HttpResponse(found.body, status=found.status, headers=found.headers)


def _username(user: Any) -> str:  # noqa: ANN401 - as above
    return str(user.get_username())


def _setting(name: str, default: object) -> Any:  # noqa: ANN401 - what the host has set
    chosen: Mapping[str, Any] = getattr(settings, _NAME, {})
    value = chosen.get(name, default)
    return import_string(value) if isinstance(value, str) and name != "CLIENT" else value
