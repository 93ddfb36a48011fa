"""The screen in a real browser: what an administrator does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import superlicense as sl
from superlicense.cli.demo_folder import RENEWAL, open_demo
from superlicense.cli.demo_host import demo_host
from tests.screens.tenant import INSTALLATION, MARKETING, SALES, staffed
from tests.web.chromium import PREFIX, OpenPage, at_root_and_prefix, launched, pages_of, served
from tests.web.conftest import SECRET

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    with pages_of(chromium) as opened:
        yield opened


@pytest.fixture
def tenant() -> sl.Licensing:
    return staffed(sl.Licensing(sl.MemoryStore(), INSTALLATION, trust=None))


@pytest.fixture
def url(tenant: sl.Licensing) -> Iterator[str]:
    with served(at_root_and_prefix(tenant)) as url:
        yield url


def test_from_a_denied_login_to_a_yes(tmp_path: Path, open_page: OpenPage) -> None:
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


def test_a_release_frees_a_seat_for_who_could_not_log_in(tmp_path: Path, open_page: OpenPage) -> None:
    licensing = open_demo(tmp_path / "demo", "en", datetime.now(UTC))  # noqa: TID251 - on the clock of the machine
    with served(demo_host(licensing, secret=SECRET, language="en")) as url:
        page = open_page(url)
        page.goto(f"{url}/login")
        page.select_option("#user", "emil")
        page.click("main button")
        expect(page.locator("[role=alert]")).to_contain_text("has no user plan")
        page.select_option("#user", "signe")
        page.click("main button")
        page.goto(f"{url}/licenses/activate")
        page.set_input_files("#file", tmp_path / "demo" / RENEWAL)
        page.click("text=Show what would change")
        page.get_by_label("Birgit Holm: Sales Premium").uncheck()
        page.get_by_label("Release Sales Premium from Anders Krogh").check()
        page.click("text=Show with these changes")
        expect(page.locator("tr.blocks")).to_have_count(0)
        expect(page.get_by_label("Anders Krogh")).to_be_checked()
        page.get_by_role("button", name="Activate").click()
        expect(page.locator("h1")).to_have_text("SuperOffice")
        page.click("nav >> text=Users")
        page.fill("#q", "birgit")
        page.get_by_role("button", name="Search").click()
        page.click("tbody a")
        page.get_by_label("No plan").check()
        page.click("text=Save")
        expect(page.get_by_label("Sales Premium", exact=True)).not_to_be_checked()
        page.goto(f"{url}/licenses/user?id=emil")
        page.get_by_label("Sales Premium", exact=True).check()
        page.click("text=Save")
        expect(page.get_by_label("Sales Premium", exact=True)).to_be_checked()
        page.context.clear_cookies()
        page.goto(f"{url}/login")
        page.select_option("#user", "emil")
        page.click("main button")
        expect(page.locator("h1")).to_have_text("Emil Vang")
        expect(page.locator(".state")).to_have_text("Allowed")


def test_a_month_of_usage_with_its_chart(tmp_path: Path, open_page: OpenPage) -> None:
    licensing = open_demo(tmp_path / "demo", "en", datetime.now(UTC))  # noqa: TID251 - on the clock of the machine
    with served(demo_host(licensing, secret=SECRET, language="en")) as url:
        page = open_page(url)
        page.goto(f"{url}/login")
        page.select_option("#user", "signe")
        page.click("main button")
        page.goto(f"{url}/licenses/meters")
        card = page.locator(".card").filter(has_text="Chat sessions")
        expect(card.locator("svg .bar")).to_have_count(12)
        expect(card.locator("svg .threshold")).to_have_count(1)
        table = card.locator("table")
        expect(table).to_be_hidden()
        card.locator("summary").click()
        expect(table).to_be_visible()
        expect(table.locator("tbody tr")).to_have_count(12)
        page.click("text=Statement")
        expect(page.locator("tbody tr")).to_have_count(len(sl.catalog.meters.STANDARD))
        with page.expect_download() as waited:
            page.click("text=Download as CSV")
        assert waited.value.suggested_filename.startswith("statement-")


def test_an_event_is_added_and_ended(tenant: sl.Licensing, url: str, open_page: OpenPage) -> None:
    page = open_page(url, java_script_enabled=False)
    page.goto(f"{url}{PREFIX}/")
    page.fill("#message", "We move <b>tonight</b>")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("tbody td").nth(1)).to_have_text("We move <b>tonight</b>")
    page.click("tbody a")
    expect(page.locator("#description p")).to_have_text("We move <b>tonight</b>")
    page.get_by_role("button", name="End: No Login").click()
    expect(page.locator("tbody")).to_have_count(0)
    assert tenant.notices.running() == ()


def test_two_administrators_at_once_overwrite_nothing(tenant: sl.Licensing, url: str, open_page: OpenPage) -> None:
    first, second = open_page(url), open_page(url)
    for page in (first, second):
        page.goto(f"{url}/user?id=bo")
    tenant.users.save(sl.User(id="gorm", name="Unrelated"), by="hr")  # stops nobody
    first.get_by_label("Sales Premium", exact=True).check()
    first.click("text=Save")
    expect(first.locator("[role=alert]")).to_have_count(0)
    second.get_by_label("Marketing Premium", exact=True).check()
    second.click("text=Save")
    expect(second.locator("[role=alert]")).to_contain_text("Assigned meanwhile: Sales Premium")
    assert tenant.gate.holds("bo", SALES)
    second.get_by_label("Marketing Premium", exact=True).check()
    second.click("text=Save")
    expect(second.locator("[role=alert]")).to_have_count(0)
    assert tenant.gate.holds("bo", MARKETING)


def test_back_and_double_submit_do_no_harm(tenant: sl.Licensing, url: str, open_page: OpenPage) -> None:
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


def test_by_keyboard_alone(tenant: sl.Licensing, url: str, open_page: OpenPage) -> None:
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
