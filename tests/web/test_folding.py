"""Many people on one page: those to whom the same happens share a line and a box."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

import superlicense as sl
from tests.for_each import for_each
from tests.installation import SALES, SERVICE, price_list
from tests.licensing.vendor import issued
from tests.web.browser import Browser, fields_of, text_of
from tests.web.test_activation import decide, upload

Make = Callable[..., Any]
SEATS = 500
WITHOUT_SALES = [evolve(row, quantity=SEATS) for row in price_list(SEATS) if row.name.module != SALES]


@pytest.fixture
def browser(trusting: sl.Licensing, make: Make) -> Browser:
    return Browser(make(trusting))


def staff(licensing: sl.Licensing, number: int, name: str = "Person {}") -> list[str]:
    licensing.packages.offer(issued(1, licenses=tuple(price_list(SEATS))), by="vendor")
    ids = [f"person{place:03}" for place in range(number)]
    licensing.users.sync([sl.User(id=one, name=name.format(one), may_log_in=True) for one in ids])
    for one in ids:
        licensing.seats.assign(one, SALES, by="root")
    return ids


def dialog(browser: Browser) -> str:
    response = upload(browser, issued(2, licenses=tuple(WITHOUT_SALES)))
    assert response.status_code == 200
    page: str = response.text
    return page


def boxes(page: str) -> list[str]:
    return re.findall(r'<input type="checkbox" name="step"[^>]*>', page)


def test_a_few_people_get_a_box_each(trusting: sl.Licensing, browser: Browser) -> None:
    staff(trusting, 3)
    page = dialog(browser)
    assert sum(" checked" in box for box in boxes(page)) == 3
    told = text_of(page)
    assert "Person person000 : Sales Premium → Service Essentials" in told


def test_many_people_share_a_box_which_moves_them_all(trusting: sl.Licensing, browser: Browser) -> None:
    ids = staff(trusting, 25)
    page = dialog(browser)
    (chosen,) = [json.loads(one) for one in fields_of(page, "/activate/package")["step"]]
    assert chosen == {"holders": ids, "old": f"superoffice.{SALES}", "new": f"superoffice.{SERVICE}"}
    assert "and 5 more" in text_of(page)
    assert "Person person019" in page
    assert "Person person020" not in page
    moved = decide(browser, page, "preview")
    assert fields_of(moved.text, "/activate/package")["step"] == fields_of(page, "/activate/package")["step"]
    assert decide(browser, moved.text).status_code == 303
    assert {one for one in ids if trusting.gate.holds(one, SERVICE)} == set(ids)


def test_a_page_is_no_larger_for_more_people(trusting: sl.Licensing, browser: Browser) -> None:
    staff(trusting, 60)
    few = dialog(browser)
    staff(trusting, 240)
    many = dialog(browser)
    assert len(boxes(many)) == len(boxes(few))
    assert many.count("<bdi>") == few.count("<bdi>")
    assert "They are shown after a release of these." in many


def test_those_who_are_left_out_are_shown_after_a_release(trusting: sl.Licensing, browser: Browser) -> None:
    ids = staff(trusting, 25)
    page = dialog(browser)
    released = [json.dumps([one, f"superoffice.{SALES}"]) for one in ids[:20]]
    after = decide(browser, page, "preview", step=released)
    assert after.status_code == 200
    assert "Release Sales Premium from Person person024" in text_of(after.text)
    rest = json.dumps({"holders": ids[20:], "old": f"superoffice.{SALES}", "new": ""})
    everybody = decide(browser, after.text, "preview", step=[*released, rest])
    (chosen,) = fields_of(everybody.text, "/activate/package")["step"]
    assert json.loads(chosen) == {"holders": ids, "old": f"superoffice.{SALES}", "new": ""}
    assert decide(browser, everybody.text).status_code == 303
    assert trusting.seats.usage(SERVICE).in_use == 0


def test_people_of_the_same_name_are_told_apart(trusting: sl.Licensing, browser: Browser) -> None:
    staff(trusting, 2, name="Anna Berg")
    page = text_of(dialog(browser))
    assert "Release Sales Premium from Anna Berg (person000)" in page
    assert "Release Sales Premium from Anna Berg (person001)" in page


@for_each(
    "step",
    [
        {"holders": [1], "old": "superoffice.ten-sales", "new": ""},
        {"holders": "anna", "old": "superoffice.ten-sales", "new": ""},
        {"holders": ["anna"], "old": "superoffice.ten-sales"},
        {"holders": ["anna"], "old": "x y/z", "new": ""},
        {"holders": ["\u0000"], "old": "superoffice.ten-sales", "new": ""},
        "[" * 100_000,
        7,
    ],
    ids=str,
)
def test_a_hostile_box_is_refused(trusting: sl.Licensing, browser: Browser, step: object) -> None:
    staff(trusting, 2)
    revision = trusting.revision()
    value = step if isinstance(step, str) else json.dumps(step)
    assert 400 <= decide(browser, dialog(browser), step=[value]).status_code < 500
    assert trusting.revision() == revision


def test_a_license_names_the_first_holders_and_links_to_the_rest(trusting: sl.Licensing, browser: Browser) -> None:
    staff(trusting, 60)
    page = browser.page(f"/license?name={SALES}")
    assert page.count('href="/user?id=') == 50
    assert 'href="/users?license=superoffice.ten-sales">All 60 users of this license' in page
    assert "Users found: 60" in browser.page("/users?license=superoffice.ten-sales")
