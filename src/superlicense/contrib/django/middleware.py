"""Middleware and decorators: views run after the gate has granted what they need."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar
from urllib.parse import urlencode

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.deprecation import MiddlewareMixin

from superlicense.contrib.checks import decide, feature_question, login_question
from superlicense.contrib.django.glue import client, licensing_of, response_to, user_of
from superlicense.errors import SuperlicenseError
from superlicense.model.decision import Access, Decision, Question

__all__ = ["LicenseMiddleware", "license_exempt", "require_feature"]

View = TypeVar("View", bound=Callable[..., Any])


class LicenseMiddleware(MiddlewareMixin):
    """Let only those in whose login the gate grants, and answer errors of the library with problem+json.

    It stands after Django's ``AuthenticationMiddleware``. Who is not logged in is
    sent to ``LOGIN_URL``.
    """

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: object) -> HttpResponse | None:
        """Return the response to who may not enter; `None` to others, with the decision in *request*."""
        if getattr(view, "license_exempt", False) or not getattr(view, "login_required", True):
            return None
        try:
            return _checked(request, login_question(client()))
        except SuperlicenseError as error:
            return response_to(request, error)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the response to an error of the library that a view has raised."""
        return response_to(request, error) if isinstance(error, SuperlicenseError) else None


def license_exempt(view: View) -> View:
    """Mark *view* as one that everybody may call: a login page, a check of health."""
    view.license_exempt = True  # type: ignore[attr-defined]  # a mark, as Django makes them
    return view


def require_feature(feature: str, access: Access | str = Access.VIEW) -> Callable[[View], View]:
    """Return the decorator of a view: the user has *access* to *feature*."""
    question = feature_question(feature, access)

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: object, **kwargs: object) -> object:
            return _checked(request, question) or view(request, *args, **kwargs)

        @wraps(view)
        async def checked_async(request: HttpRequest, *args: object, **kwargs: object) -> object:
            return await sync_to_async(_checked)(request, question) or await view(request, *args, **kwargs)

        return checked_async if iscoroutinefunction(view) else checked  # type: ignore[return-value]  # the same kind

    return decorate


def _checked(request: HttpRequest, question: Question) -> HttpResponse | None:
    """Ask the gate and keep its decision in *request*; return the response to who is not logged in.

    Raises:
        DeniedError: the gate does not grant it.
        StoreError: the store cannot be used.
    """
    user = user_of(request)
    if user is None:
        login = resolve_url(settings.LOGIN_URL)
        return HttpResponseRedirect(f"{login}?{urlencode({'next': request.get_full_path()})}")
    decision: Decision = decide(licensing_of(request), user, question)
    request.license_decision = decision
    return None
