"""The screen in a real browser: what an administrator does, and what every page looks like to axe."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

import superlicense as sl
from superlicense.cli.demo_folder import RENEWAL, open_demo
from superlicense.cli.demo_host import demo_host
from tests.screens.tenant import INSTALLATION, MARKETING, SALES, staffed
from tests.web.chromium import PREFIX, at_root_and_prefix, axe_or_skip, chromium_or_skip, served
from tests.web.conftest import SECRET

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = {
    "status": "/",
    "owner": "/owner?hidden=yes",
    "license": "/license?name=superoffice.ten-sales",
    "users": "/users",
    "user": "/user?id=anna",
    "why": "/why?id=root&subject=web",
    "activate": "/activate",
    "meters": "/meters",
    "statement": "/statement?month=2026-10",
    "journal": "/journal",
    "problem": "/nowhere",
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MANY = 10_000
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    path = chromium_or_skip()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Open]:  # noqa: ANN401 - of playwright
    """Open a page of its own; every request to somewhere else, and every complaint of the browser, fails the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def complain(message: Any) -> None:  # noqa: ANN401 - of playwright
        if "status of" not in message.text:  # the status is asked for by name
            wrong.append(message.text)

    def open_one(url: str, **options: Any) -> Page:  # noqa: ANN401 - of playwright
        context = chromium.new_context(viewport={"width": 1100, "height": 800}, **options)
        contexts.append(context)
        page: Page = context.new_page()
        page.on("request", lambda asked: None if asked.url.startswith(f"{url}/") else wrong.append(asked.url))
        page.on("console", complain)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def tenant() -> sl.Licensing:
    return staffed(sl.Licensing(sl.MemoryStore(), INSTALLATION, trust=None))


@pytest.fixture
def url(tenant: sl.Licensing) -> Iterator[str]:
    with served(at_root_and_prefix(tenant)) as url:
        yield url


def test_from_a_denied_login_to_a_yes(tmp_path: Path, open_page: Open) -> None:
    licensing = open_demo(tmp_path / "demo", "en", datetime.now(UTC))  # noqa: TID251 - on the clock of the machine
    with served(demo_host(licensing, secret=SECRET, language="en")) as url:
        page = open_page(url)
        page.goto(f"{url}/login")
        page.select_option("#user", "signe")
        page.click("button")
        page.click("text=Licenses")
        page.click("nav >> text=Activate")
        page.set_input_files("#file", tmp_path / "demo" / RENEWAL)
        page.click("text=Show what would change")
        expect(page.locator("tr.blocks")).to_have_count(1)
        expect(page.get_by_role("button", name="Activate")).to_be_disabled()
        page.click("text=Show with these changes")
        expect(page.locator("tr.blocks")).to_have_count(0)
        page.get_by_role("button", name="Activate").click()
        expect(page.locator("h1")).to_have_text("SuperOffice")
        assert licensing.gate.holds("birgit", "superoffice.ten-service")
        page.goto(f"{url}/licenses/why?id=emil&subject=web")
        expect(page.locator("h2 .denied")).to_have_text("Denied")
        page.get_by_role("button", name="Carry out").first.click()
        expect(page.locator("h2 .allowed")).to_have_text("Allowed")
        assert licensing.gate.login("emil", sl.Client.WEB).allowed


def test_an_event_is_added_and_ended(tenant: sl.Licensing, url: str, open_page: Open) -> None:
    page = open_page(url)
    page.goto(f"{url}{PREFIX}/")
    page.fill("#message", "We move <b>tonight</b>")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("tbody td").nth(1)).to_have_text("We move <b>tonight</b>")
    page.click("tbody a")
    expect(page.locator("#description p")).to_have_text("We move <b>tonight</b>")
    page.get_by_role("button", name="End: No Login").click()
    expect(page.locator("tbody")).to_have_count(0)
    assert tenant.notices.running() == ()


def test_two_administrators_at_once_overwrite_nothing(tenant: sl.Licensing, url: str, open_page: Open) -> None:
    first, second = open_page(url), open_page(url)
    for page in (first, second):
        page.goto(f"{url}/user?id=bo")
    first.get_by_label("Sales Premium", exact=True).check()
    first.click("text=Save")
    second.get_by_label("Marketing Premium", exact=True).check()
    second.click("text=Save")
    expect(second.locator("[role=alert]")).to_contain_text("Assigned meanwhile: Sales Premium")
    assert tenant.gate.holds("bo", SALES)
    second.get_by_label("Marketing Premium", exact=True).check()
    second.click("text=Save")
    expect(second.locator("[role=alert]")).to_have_count(0)
    assert tenant.gate.holds("bo", MARKETING)


def test_back_and_double_submit_do_no_harm(tenant: sl.Licensing, url: str, open_page: Open) -> None:
    page = open_page(url)
    page.goto(f"{url}/users")
    page.goto(f"{url}/user?id=root")
    page.get_by_label("Sales Premium", exact=True).check()
    page.locator("main form button").dblclick()
    expect(page.get_by_label("Sales Premium", exact=True)).to_be_checked()
    page.reload()
    page.go_back()
    expect(page.locator("h1")).to_be_visible()
    assert len([one for one in tenant.journal.entries(user="root") if one.kind == "assign"]) == 1


def test_by_keyboard_alone(tenant: sl.Licensing, url: str, open_page: Open) -> None:
    page = open_page(url)
    page.goto(f"{url}/user?id=root")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the contents")
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "radio":
            break
    page.keyboard.press("ArrowDown")
    for _ in range(9):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "BUTTON":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_label("Sales Premium", exact=True)).to_be_checked()
    assert tenant.gate.holds("root", SALES)


@pytest.mark.parametrize("language", ["en", "da"])
def test_axe_finds_nothing_on_any_page(tenant: sl.Licensing, url: str, open_page: Open, language: str) -> None:
    tenant.users.sync([sl.User(id=f"user{number}", name=f"Person {number}") for number in range(MANY)])
    tenant.notices.start(sl.EventKind.NO_LOGIN, "<script>alert(1)</script>", by="root")
    axe, shots = axe_or_skip(), os.environ.get("SUPERLICENSE_SHOTS")
    for scheme in ("light", "dark"):
        for prefix, width in (("", 1100), (PREFIX, 550)):  # 550 is 200 % of 1,100
            page = open_page(url, color_scheme=scheme, locale=language, bypass_csp=True)
            page.set_viewport_size({"width": width, "height": 800})
            for name, path in PAGES.items():
                page.goto(f"{url}{prefix}{path}")
                page.evaluate(axe)
                found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
                assert len(found["passes"]) > 5
                assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == [], name
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
                if shots:
                    page.screenshot(path=f"{shots}/{name}-{language}-{scheme}-{width}.png", full_page=True)
