"""Chromium, as Debian ships it, and a server for it on this machine."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from starlette.applications import Starlette
from starlette.routing import Mount

import superlicense as sl
from superlicense.web import licenses_app
from tests.web.conftest import SECRET

REQUIRED = bool(os.environ.get("SUPERLICENSE_REQUIRE_BROWSER"))
PREFIX = "/crm/licenses"
PATIENCE = 30  # seconds
OpenPage = Callable[..., Page]


@contextmanager
def launched() -> Iterator[Browser]:
    """Start Chromium."""
    path = chromium_or_skip()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def pages_of(browser: Browser) -> Iterator[OpenPage]:
    """Open pages, each in a context of its own.

    Every request to somewhere else, and every complaint of the browser, fails the test.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        if "status of" not in message.text:  # the status is asked for by name
            wrong.append(message.text)

    def open_one(url: str, width: int = 1100, **options: Any) -> Page:  # noqa: ANN401 - of playwright
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda asked: None if asked.url.startswith(f"{url}/") else wrong.append(asked.url))
        page.on("console", complain)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert wrong == []


def chromium_or_skip() -> str:
    """Give the path of Chromium; skip where there is none, unless it is required."""
    path = which("chromium")
    if path is None and not REQUIRED:
        pytest.skip("needs Chromium")
    assert path is not None
    return path


def axe_or_skip() -> str:
    """Give the source of axe-core, which `SUPERLICENSE_AXE` names; skip where it is not set, unless it is required."""
    path = os.environ.get("SUPERLICENSE_AXE")
    if path is None and not REQUIRED:
        pytest.skip("needs SUPERLICENSE_AXE, the path of axe.min.js")
    assert path is not None
    return Path(path).read_text(encoding="utf-8")


@contextmanager
def served(app: Any) -> Iterator[str]:  # noqa: ANN401 - an ASGI app
    """Serve *app* on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until = time.monotonic() + PATIENCE
        while not server.started:
            assert time.monotonic() < until
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


def at_root_and_prefix(licensing: sl.Licensing) -> Starlette:
    """Mount the screen of *licensing*, whose administrator is root, twice."""

    def app() -> Starlette:
        return licenses_app(licensing, who=lambda _: "root", secret=SECRET)

    return Starlette(routes=[Mount(PREFIX, app()), Mount("/", app())])
