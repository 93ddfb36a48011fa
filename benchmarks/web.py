"""Pages: ten thousand users and a hundred licenses, each page at its read model and at the same page as JSON.

A page is asked for as a server asks: the whole ASGI app, with its threads, without a
network. The CPU time of all threads counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import superlicense as sl
from benchmarks.bench import Bench
from benchmarks.measuring import ratio
from benchmarks.screens import PAIRS, of_a_hundred_licenses
from superlicense.web import FULL, licenses_app

USER = "user-0000001"
Ask = Callable[[Sequence[str]], object]


def _entries(licensing: sl.Licensing) -> list[dict[str, Any]]:
    """Return the entries of the page in words, as screens are."""
    words = licensing.words("en")
    found = licensing.journal.entries(after=licensing.journal.newest() - 50)
    return [entry.to_dict(words) for entry in found]


MODELS: dict[str, Callable[[sl.Licensing], object]] = {
    "/": lambda licensing: licensing.screens.status(USER),
    "/owner?hidden=yes": lambda licensing: licensing.screens.owner(hidden=True),
    "/license?name=user": lambda licensing: licensing.screens.license("user"),
    "/users": lambda licensing: licensing.screens.user_licenses(page=1),
    "/users?q=99": lambda licensing: licensing.screens.user_licenses(page=1, search="99"),
    f"/user?id={USER}": lambda licensing: licensing.screens.user(USER),
    "/meters": lambda licensing: licensing.screens.metered_services(),
    "/journal": _entries,
}


def asking(app: Any, path: str, accept: str) -> Ask:  # noqa: ANN401 - an ASGI app
    """Return what asks *app* for *path*, and makes sure that it answers."""
    address, _, query = path.partition("?")
    loop = asyncio.new_event_loop()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": address,
        "raw_path": address.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"crm.example"), (b"accept", accept.encode())],
        "server": ("crm.example", 80),
        "client": ("127.0.0.1", 1),
    }

    def ask(_users: Sequence[str]) -> None:
        statuses: list[int] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if "status" in message:
                statuses.append(message["status"])

        loop.run_until_complete(app(dict(scope), receive, send))
        assert statuses == [200]

    return ask


def measure(bench: Bench) -> None:
    """Measure every page that is made of a screen."""
    company = of_a_hundred_licenses()
    app = licenses_app(company.licensing, who=lambda _: USER, secret=bytes(32), access=lambda _: FULL)
    slices = [company.user_ids] * (1 + PAIRS)
    for path, model in MODELS.items():

        def read(_users: Sequence[str], model: Callable[[sl.Licensing], object] = model) -> object:
            return model(company.licensing)

        page = asking(app, path, "text/html")
        bench.figures.at_most(f"page {path} ÷ its read model", ratio(page, read, slices), 3)
        data = asking(app, path, "application/json")
        bench.figures.at_most(f"page {path} ÷ the same as JSON", ratio(page, data, slices), 3)
