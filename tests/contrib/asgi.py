"""A client of ASGI applications, one event loop a request."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx


def request(app: Any, method: str, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:  # noqa: ANN401
    """Return the response of *app*; an exception that it raises is raised."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            return await client.request(method, path, headers=headers)

    return asyncio.run(send())


class Client:
    """A client of one application."""

    def __init__(self, app: Any) -> None:  # noqa: ANN401 - any ASGI application
        self._app = app

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return request(self._app, "GET", path, headers)

    def post(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return request(self._app, "POST", path, headers)
