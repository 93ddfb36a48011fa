"""The pages of the site."""

from typing import Any

from django.contrib.auth import authenticate, login
from django.http import HttpRequest, JsonResponse
from django.urls import path

import superlicense as sl
from docs.examples.django_site import licenses
from superlicense.contrib.django import license_exempt, require_feature


def home(request: HttpRequest) -> JsonResponse:
    """Show the first page."""
    visit: sl.Decision = request.license_decision  # licensing
    return JsonResponse(
        {
            "page": "home",
            # After the grace period of a package, visitors enter and read, and this hides the buttons.
            "read_only": visit.outcome is sl.Outcome.READ_ONLY,
            # While the store is down, the last known facts are used, and this says so.
            "notes": [sl.message(warning) for warning in visit.warnings],
        }
    )


@require_feature("quote", sl.Access.EDIT)  # licensing
async def save_quote(request: HttpRequest) -> JsonResponse:
    """Save a quote; the view is async."""
    del request
    return JsonResponse({"saved": "quote"})


@license_exempt  # licensing
def log_in(request: HttpRequest) -> JsonResponse:
    """Log in with a password, and say why not."""
    user = authenticate(request, username=request.POST.get("username"), password=request.POST.get("password"))
    if user is None:
        problem: dict[str, Any] = getattr(request, "license_problem", {"title": "Wrong name or password"})  # licensing
        return JsonResponse(problem, status=403)
    login(request, user)
    return JsonResponse({"page": "home"})


@license_exempt  # licensing
def why(request: HttpRequest) -> JsonResponse:
    """Show what a frontend gets to know about a login, granted or not."""
    user = request.user.get_username()
    return JsonResponse(licenses.licensing_of(request).gate.login(user, sl.Client.WEB).to_dict(sl.message))


@license_exempt  # licensing
def ready(request: HttpRequest) -> JsonResponse:
    """Show whether questions are answered."""
    health = licenses.licensing_of(request).health()
    return JsonResponse(health.to_dict(), status=200 if health.ready else 503)


urlpatterns = [
    path("", home),
    path("login", log_in),
    path("quotes", save_quote),
    path("ready", ready),
    path("why", why),
]
