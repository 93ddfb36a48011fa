"""The host: what the service that mounts the app says of a request."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from attrs import frozen
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request

from superlicense.errors import InvalidValueError
from superlicense.licensing.clock import Clock
from superlicense.licensing.front import Licensing
from superlicense.problem import language_of
from superlicense.web.visit import ScreenAccess

__all__ = ["Asked", "Host", "Judged"]

Asked = Callable[[Request], "Awaitable[str | None] | str | None"]
Judged = Callable[[str], "Awaitable[ScreenAccess | str | None] | ScreenAccess | str | None"]


@frozen
class Host:
    """What the host says of a request."""

    licensing: Licensing
    who: Asked
    access: Judged
    language: Callable[[Request], Any] | str | None
    clock: Clock

    async def user(self, request: Request) -> str:
        """Return the user who makes *request*.

        Raises:
            HTTPException: 401 for nobody.
            InvalidValueError: The host returns something else than an id.
        """
        user = await _called(self.who, request)
        if user is None or user == "":
            raise HTTPException(401)
        if not isinstance(user, str):
            raise InvalidValueError("who(request)", user, "must be a string or None")
        return user

    async def access_of(self, user: str) -> ScreenAccess:
        """Return what *user* may do.

        Raises:
            HTTPException: 403 for nothing.
            InvalidValueError: The host returns something else than an access.
        """
        given = await _called(self.access, user)
        if given is None:
            raise HTTPException(403)
        try:
            return ScreenAccess(given)
        except ValueError as error:
            raise InvalidValueError("access(user)", given, "must be FULL, READ_ONLY or None") from error

    async def language_of(self, request: Request) -> str:
        """Return the language of the answer to *request*."""
        if isinstance(self.language, str):
            return self.language
        if self.language is not None:
            return str(await _called(self.language, request))
        return language_of(request.headers.get("accept-language"))


async def _called(function: Callable[[Any], Any], argument: object) -> Any:  # noqa: ANN401 - what the host returns
    """Call *function* of the host; one that is not async may wait for a store, so that it gets a thread."""
    result = (
        await function(argument)
        if inspect.iscoroutinefunction(function)
        else await run_in_threadpool(function, argument)
    )
    return await result if inspect.isawaitable(result) else result
