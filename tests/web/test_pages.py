"""What pages show: the screens, as they are, with everything that hosts and issuers supply as text."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from attrs import evolve

import superlicense as sl
from superlicense.catalog.meters import STANDARD
from superlicense.web.pages.meters import cell
from superlicense.web.rendering import visible
from tests.installation import Clock, open_licensing
from tests.screens.tenant import INSTALLATION, staffed
from tests.web.browser import Browser, text_of

Make = Callable[..., Any]


def test_json_is_the_screen(tenant: sl.Licensing, browser: Browser) -> None:
    screens = tenant.screens
    assert browser.json("/") == screens.status("root").to_dict()
    assert browser.json("/owner") == screens.owner().to_dict()
    assert browser.json("/owner?owner=SuperOffice&hidden=yes") == screens.owner(hidden=True).to_dict()
    assert browser.json("/license?name=user") == screens.license("user").to_dict()
    assert browser.json("/users") == screens.user_licenses().to_dict()
    assert browser.json("/users?license=ten-sales") == screens.user_licenses("ten-sales").to_dict()
    assert browser.json("/user?id=anna") == screens.user("anna").to_dict()
    assert browser.json("/meters?month=2026-10") == screens.metered_services("2026-10").to_dict()
    assert browser.json("/statement?month=2026-10") == tenant.meters.statement("2026-10").to_dict()
    entries = browser.json("/journal")["entries"]
    assert [entry["number"] for entry in entries] == sorted((entry["number"] for entry in entries), reverse=True)
    assert browser.json("/activate") == {"waiting": []}
    answer = browser.json("/why?id=root&subject=quote&access=edit")
    assert answer["decision"]["outcome"] == "read_only"
    assert answer["decision"]["reasons"][0]["text"]
    assert answer["remedies"]


def test_json_has_the_words_of_the_language(tenant: sl.Licensing, browser: Browser) -> None:
    danish = browser.get("/", Accept="application/json", **{"Accept-Language": "da"}).json()
    assert danish == tenant.screens.status("root", language="da").to_dict()


def test_what_cannot_be_seen_is_shown_as_an_escape(tenant: sl.Licensing, browser: Browser) -> None:
    tenant.users.save(sl.User(id="bidi", name="A\u202eB", may_log_in=True))
    page = browser.page("/user?id=bidi")
    assert "\u202e" not in page
    assert "A\\u202eB" in page
    assert visible("a\x1b\nb\u00a0c") == "a\\x1b\nb\u00a0c"
    assert visible(7) == 7


def test_users_are_searched_filtered_and_paged(tenant: sl.Licensing, browser: Browser) -> None:
    tenant.users.sync([sl.User(id=f"user{number:03}", name=f"Person {number}") for number in range(120)])
    first, last = browser.page("/users"), browser.page("/users?page=3")
    assert "Users found: 126" in first
    assert "Page 1 of 3" in first
    assert first.count('href="/user?id=') == 50
    assert last.count('href="/user?id=') == 26
    assert "/users?page=2" in first
    assert 'rel="prev" href="/users?page=2"' in last
    assert 'rel="next"' not in last
    assert browser.page("/users?page=99") == last
    assert browser.page("/users?page=0") == browser.page("/users?page=x") == first
    assert "Users found: 1<" in browser.page("/users?q=person+117")
    assert "Users found: 2<" in browser.page("/users?q=Sales+Premium+%2B")
    assert "Users found: 6<" in browser.page("/users?login=yes")
    assert "Users found: 1<" in browser.page("/users?license=superoffice.ten-sales&q=ANNA&hidden=yes&login=yes")


def test_a_license_names_its_holders(browser: Browser) -> None:
    page = browser.page("/license?name=superoffice.ten-sales")
    assert '<a href="/user?id=anna"><bdi>Anna Nordvik</bdi></a>' in page
    site = text_of(browser.page("/license?name=superoffice.quote"))
    assert "Held by" not in site


def test_a_box_says_why_it_is_closed(tenant: sl.Licensing, browser: Browser) -> None:
    page = browser.page("/user?id=root")
    (box,) = re.findall(r'<input type="checkbox"[^>]*>', page)
    assert " disabled" in box
    (described,) = re.findall(r'aria-describedby="([^"]*)"', box)
    assert f'id="{described}"' in page
    assert "This user is not saved here." in browser.page("/user?id=stranger")
    assert tenant.users.find("stranger") is None


def test_the_tree_of_conditions_says_met_and_not_met(browser: Browser) -> None:
    page = browser.page("/why?id=erik&subject=service")
    assert '<span class="met">Met</span>' in page
    assert '<span class="unmet">Not met</span>' in page
    danish = text_of(browser.page("/why?id=erik&subject=service", **{"Accept-Language": "da"}))
    assert "Ikke opfyldt" in danish
    assert "web_" not in danish
    unknown = text_of(browser.page("/why?id=erik&subject=no-such-feature&access=edit"))
    assert "Nothing that can be done here would help." in unknown


@pytest.fixture
def metered(clock: Clock) -> sl.Licensing:
    """An installation that has used more e-mails than are included."""
    (mailings,) = [meter for meter in STANDARD if meter.code == "mailings"]
    licensing = staffed(open_licensing(installation=INSTALLATION, clock=clock, meters=[evolve(mailings, included=100)]))
    events = [
        sl.UsageEvent(
            source="app", id=str(number), meter="mailings", quantity=1000 + number, at=clock() - timedelta(days=1)
        )
        for number in range(2)
    ]
    clock.forward(days=2)
    licensing.meters.record([evolve(event, at=clock() - timedelta(hours=1)) for event in events])
    return licensing


def test_a_chart_has_twelve_bars_a_dashed_line_and_a_table(metered: sl.Licensing, make: Make) -> None:
    page = Browser(make(metered)).page("/meters")
    (svg,) = re.findall(r'<svg class="chart".*?</svg>', page, re.DOTALL)
    assert svg.count('class="bar"') == 12
    assert svg.count('class="over"') == 1
    assert svg.count('<polyline class="threshold"') == 1
    assert "November 2026: 2,001 of 100" in svg
    assert len(re.findall(r'<th scope="row">[A-Z][a-z]+ 2026<', page)) == 11
    assert "1,901" in text_of(page)
    assert 'rel="next"' not in page
    assert 'rel="next"' in Browser(make(metered)).page("/meters?month=2026-10")
    assert Browser(make(metered)).get("/meters?month=0001-01").status_code == 422


def test_a_statement_is_a_page_and_a_table_of_a_spreadsheet(metered: sl.Licensing, make: Make) -> None:
    browser = Browser(make(metered))
    assert "Draft: the month is not closed." in browser.page("/statement?month=2026-11")
    response = browser.get("/statement.csv?month=2026-11")
    assert response.headers["content-disposition"] == 'attachment; filename="statement-2026-11.csv"'
    header, line = csv.reader(StringIO(response.text))
    assert dict(zip(header, line, strict=True))["used"] == "2001"
    assert browser.get("/statement").status_code == 422


def test_no_cell_is_a_formula() -> None:
    assert [cell(value) for value in ("=1+1", "@a", "\t=", "-x", "+x", "a=b", -5)] == [
        "'=1+1",
        "'@a",
        "'\t=",
        "'-x",
        "'+x",
        "a=b",
        "-5",
    ]


def test_the_journal_is_paged_newest_first(tenant: sl.Licensing, browser: Browser) -> None:
    tenant.users.sync([sl.User(id=f"user{number:03}") for number in range(130)])
    for number in range(60):
        tenant.users.save(sl.User(id=f"user{number:03}", name="Renamed"), by="hr")
    numbers: list[int] = []
    path: str | None = "/journal"
    while path:
        entries = browser.json(path)["entries"]
        numbers += [entry["number"] for entry in entries]
        found = re.findall(r'rel="next" href="([^"]*)"', browser.page(path))
        path = found[0].replace("&amp;", "&") if found else None
    assert numbers == list(range(len(tenant.journal.entries()), 0, -1))
    about = browser.json("/journal?id=user001")["entries"]
    assert len(about) == 2
    assert browser.get("/journal?before=-1").status_code == 422


def test_labels_are_those_of_the_seed_page(browser: Browser) -> None:
    danish = {"Accept-Language": "da"}
    status, owner = text_of(browser.page("/", **danish)), text_of(browser.page("/owner", **danish))
    assert "Systemmeddelelser" in status
    assert "Forbrugstjenester" in status
    assert "Ejeroplysninger" in owner
