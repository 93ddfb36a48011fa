"""Login backends: who has the right password, and may not log in, does not."""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest

from superlicense.contrib.checks import decide, login_question, problem_response
from superlicense.contrib.django.glue import client, licensing_of, user_id_of
from superlicense.errors import DeniedError

__all__ = ["LicenseBackendMixin"]


class LicenseBackendMixin:
    """What a login backend inherits before Django's, so that the gate has to grant the login.

    A login that is denied fails like a wrong password. Why is in
    ``request.license_problem``, for the page with the form.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:  # noqa: ANN401 - as Django has it
        """Return the user if the backend knows them and the gate grants the login."""
        found = super().authenticate(request, **credentials)  # type: ignore[misc]  # the backend beside it
        return self._granted(request, found)

    async def aauthenticate(
        self,
        request: HttpRequest | None,
        **credentials: Any,  # noqa: ANN401 - as above
    ) -> Any:  # noqa: ANN401 - as above
        """Return what `authenticate` returns; the gate is asked in a thread."""
        found = await super().aauthenticate(request, **credentials)  # type: ignore[misc]  # as above
        return await sync_to_async(self._granted)(request, found)

    def _granted(self, request: HttpRequest | None, user: Any) -> Any:  # noqa: ANN401 - as above
        if user is None:
            return None
        licensing, user_id = licensing_of(request), user_id_of(user)
        try:
            decide(licensing, user_id, login_question(client()))
        except DeniedError as error:
            if request is not None:
                request.license_problem = problem_response(
                    lambda: licensing,
                    error,
                    user=user_id,
                    accept_language=request.headers.get("Accept-Language"),
                    instance=request.path,
                ).problem
            return None
        return user
