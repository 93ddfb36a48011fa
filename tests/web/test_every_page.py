"""Every page in a real browser: in both languages, light and dark, at the root and under a prefix, with many users.

axe finds nothing, nothing is wider than the window, and every request goes to the app itself. With
``SUPERLICENSE_SHOTS=folder`` a screenshot of every page is kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from attrs import frozen
from playwright.sync_api import Browser, Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount

import superlicense as sl
from superlicense.cli.demo_host import demo_host
from superlicense.web import READ_ONLY, licenses_app
from superlicense.web.routes import PAGES
from tests.installation import Clock
from tests.web.chromium import PREFIX, OpenPage, axe_or_skip, launched, pages_of, served
from tests.web.conftest import SECRET
from tests.web.crowd import crowded, fresh

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
NARROW = 320  # CSS pixels, the width at which WCAG 1.4.10 still wants one column


@frozen
class Visited:
    """A page, and how it is reached.

    Attributes:
        name: What the screenshot is called.
        path: Where it begins.
        act: What is done there; nothing if `None`.
        user: Who asks.
        place: Which app: the large installation, the empty one, or the demo's own pages.
    """

    name: str
    path: str
    act: Callable[[Page], None] | None = None
    user: str = "root"
    place: str = "large"


def press(selector: str) -> Callable[[Page], None]:
    return lambda page: page.click(selector)


def start_again(page: Page) -> None:
    page.select_option("#kind", "no_travel")
    page.click("form.fields button")
    page.wait_for_selector("[role=alert]")


def preview(page: Page) -> None:
    page.locator("button[value=preview]").click()
    page.wait_for_selector("button[value=activate]:not([disabled])")


def log_in(user: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.select_option("#user", user)
        page.click("main button")

    return act


def upload_nonsense(page: Page) -> None:
    page.set_input_files("#file", {"name": "package.json", "mimeType": "application/json", "buffer": b"{}"})
    page.click("main button")


EVERY = [
    Visited("status", "/"),
    Visited("status-description", "/", press("tbody th a")),
    Visited("status-conflict", "/", start_again),
    Visited("owner", "/owner"),
    Visited("owner-hidden", "/owner?hidden=yes"),
    Visited("owner-partner", "/owner?owner=nordvik"),
    Visited("license", "/license?name=superoffice.ten-sales"),
    Visited("license-long", "/license?name=nordvik.route-planner"),
    Visited("users", "/users"),
    Visited("users-last", "/users?page=999"),
    Visited("users-none", "/users?q=nobody+is+called+this&login=yes&hidden=yes"),
    Visited("user", "/user?id=person00001"),
    Visited("user-denied", "/user?id=person00004"),
    Visited("user-long", "/users?q=r%C3%B8d", press("tbody a")),
    Visited("user-unknown", "/user?id=ghost"),
    Visited("user-read", "/user?id=person00001", user="reader"),
    Visited("why", "/why"),
    Visited("why-denied", "/why?id=person00004&subject=web"),
    Visited("why-allowed", "/why?id=person00001&subject=web"),
    Visited("activate", "/activate"),
    Visited("activate-refused", "/activate", upload_nonsense),
    Visited("dialog", "/activate/waiting?owner=superoffice"),
    Visited("dialog-moved", "/activate/waiting?owner=superoffice", preview),
    Visited("meters", "/meters?month=2026-11"),
    Visited("statement", "/statement?month=2026-10"),
    Visited("journal", "/journal"),
    Visited("journal-user", "/journal?id=person00001"),
    Visited("missing", "/nowhere"),
    Visited("stranger", "/", user="person00001"),
    Visited("nobody", "/", user=""),
    Visited("empty-status", "/", place="empty"),
    Visited("empty-owner", "/owner", place="empty"),
    Visited("empty-users", "/users", place="empty"),
    Visited("empty-why", "/why?id=root&subject=web", place="empty"),
    Visited("empty-meters", "/meters", place="empty"),
    Visited("empty-journal", "/journal?id=nobody", place="empty"),
    Visited("demo-login", "/login", place="demo"),
    Visited("demo-denied", "/login", log_in("person00004"), place="demo"),
    Visited("demo-home", "/login", log_in("person00000"), place="demo"),
]


def test_every_page_is_among_them() -> None:
    reached = {one.path.partition("?")[0] for one in EVERY if one.place == "large"}
    assert set(PAGES) - reached == {"/statement.csv"}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    with pages_of(chromium) as opened:
        yield opened


@pytest.fixture(scope="module")
def addresses() -> Iterator[dict[str, str]]:
    """The address of each place; at the root and, for those that are mounted, under a prefix."""
    clock = Clock()

    def who(request: Request) -> str | None:
        return request.headers.get("x-user")

    def access(user: str) -> Any:  # noqa: ANN401 - of the app
        return READ_ONLY if user == "reader" else "full" if user == "root" else None

    def mounted(licensing: sl.Licensing) -> Starlette:
        def app() -> Starlette:
            return licenses_app(licensing, who=who, secret=SECRET, access=access, clock=clock)

        return Starlette(routes=[Mount(PREFIX, app()), Mount("/", app())])

    large = crowded(clock)
    with ExitStack() as stack:
        apps = {"large": mounted(large), "empty": mounted(fresh(clock)), "demo": demo_host(large, secret=SECRET)}
        yield {place: stack.enter_context(served(app)) for place, app in apps.items()}


def findings(page: Page, scheme: str) -> dict[str, list[str]]:
    """Give what axe finds on *page* in *scheme*, each rule with some of the elements."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    result = page.evaluate(AXE, RULES)
    assert len(result["passes"]) > 5
    return {
        f"{scheme}: {violation['id']}": [node["html"][:200] for node in violation["nodes"][:3]]
        for violation in result["violations"]
    }


def overflow(page: Page) -> dict[str, list[str]]:
    """Give by how much *page* is wider than its window, as it is and where the window is narrow."""
    assert page.viewport_size is not None
    width, found = page.viewport_size["width"], {}
    for one in (NARROW, width):
        page.set_viewport_size({"width": one, "height": 800})
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wider > 0:
            found[f"wider than {one} px"] = [f"by {wider} px"]
    return found


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("where", [("", 1100), (PREFIX, 550)], ids=["root", "prefix"])  # 550 is 200 % of 1,100
def test_axe_finds_nothing_on_any_page(
    addresses: dict[str, str], open_page: OpenPage, language: str, where: tuple[str, int]
) -> None:
    axe, shots, (prefix, width) = axe_or_skip(), os.environ.get("SUPERLICENSE_SHOTS"), where
    pages = {place: open_page(url, width=width, locale=language, bypass_csp=True) for place, url in addresses.items()}
    found: dict[str, dict[str, list[str]]] = {}
    for one in EVERY:
        page = pages[one.place]
        page.context.clear_cookies()
        page.set_extra_http_headers({"X-User": one.user} if one.user else {})
        page.goto(f"{addresses[one.place]}{'' if one.place == 'demo' else prefix}{one.path}")
        if one.act is not None:
            one.act(page)
        page.evaluate(axe)
        wrong = overflow(page)
        for scheme in ("light", "dark"):
            wrong |= findings(page, scheme)
            if shots:
                page.screenshot(path=f"{shots}/{one.name}-{language}-{scheme}-{width}.png", full_page=True)
        if wrong:
            found[one.name] = wrong
    assert found == {}
