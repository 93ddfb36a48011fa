"""A browser of few words: it asks an ASGI app, follows nothing, and fills in the forms it was shown."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any

import httpx

__all__ = ["ORIGIN", "Browser", "field", "fields_of", "text_of"]

Raw = tuple[int, list[tuple[bytes, bytes]]]
ORIGIN = {"Sec-Fetch-Site": "same-origin"}


class Browser:
    """Asks *app* as one user."""

    raises = True  # whether an error of the app is raised here, after it was answered

    def __init__(self, app: Any, user: str | None = "root", root: str = "") -> None:  # noqa: ANN401 - an ASGI app
        self.app = app
        self.headers = {} if user is None else {"X-User": user}
        self.root = root

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.ask("GET", path, headers=headers)

    def json(self, path: str) -> Any:  # noqa: ANN401 - JSON
        response = self.get(path, Accept="application/json")
        assert response.status_code == 200, response.text
        return response.json()

    def page(self, path: str, **headers: str) -> str:
        response = self.get(path, **headers)
        assert response.status_code == 200, response.text
        return response.text

    def post(
        self,
        path: str,
        data: Mapping[str, str | Sequence[str]],
        headers: Mapping[str, str] | None = None,
        **options: Any,  # noqa: ANN401 - of httpx
    ) -> httpx.Response:
        return self.ask("POST", path, data=data, headers=ORIGIN if headers is None else dict(headers), **options)

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - of httpx
        async def run() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=self.raises)
            async with httpx.AsyncClient(transport=transport, base_url="http://crm.example") as client:
                headers = {**self.headers, **options.pop("headers", {})}
                return await client.request(method, f"{self.root}{path}", headers=headers, **options)

        return asyncio.run(run())

    def raw(self, path: str, headers: list[tuple[bytes, bytes]], method: str = "GET") -> Raw:
        """Ask for *path* as it is, which no client would."""
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:  # noqa: ANN401 - ASGI
            sent.append(message)

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", b"crm.example"), (b"x-user", b"root"), *headers],
            "server": ("crm.example", 80),
            "client": ("127.0.0.1", 1),
        }
        asyncio.run(self.app(scope, receive, send))
        return sent[0]["status"], sent[0]["headers"]


def fields_of(html: str, action: str) -> dict[str, list[str]]:
    """Give the fields of the form with *action* as a browser would submit them, without its buttons."""
    (form,) = re.findall(rf'<form method="post" action="{re.escape(action)}".*?</form>', html, re.DOTALL)[:1]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        kind = _attribute(tag, "type") or "text"
        name = _attribute(tag, "name")
        if name is None or kind == "file" or " disabled" in tag:
            continue
        if kind in {"checkbox", "radio"} and " checked" not in tag:
            continue
        found.setdefault(name, []).append(_attribute(tag, "value") or "")
    return found


def field(html: str, name: str) -> str:
    """Give the value of the first field *name*."""
    (tag,) = re.findall(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', html)[:1]
    return _attribute(tag, "value") or ""


def text_of(html: str) -> str:
    """Give what is read of a page."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def _attribute(tag: str, name: str) -> str | None:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return None if found is None else unescape(found[1])
