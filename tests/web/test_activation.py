"""A package is uploaded, shown, and activated as it was shown."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

import superlicense as sl
from tests.installation import SALES, SERVICE, price_list
from tests.licensing.vendor import STRANGER_KEY, issued
from tests.web.browser import Browser, field, fields_of, text_of

Make = Callable[..., Any]


@pytest.fixture
def browser(trusting: sl.Licensing, make: Make) -> Browser:
    return Browser(make(trusting))


def upload(browser: Browser, document: bytes, **headers: str) -> Any:  # noqa: ANN401 - a response
    token = field(browser.page("/activate"), "token")
    given = {"Sec-Fetch-Site": "same-origin", **headers}
    return browser.post("/activate", {"token": token}, given, files={"file": ("package.json", document)})


def decide(browser: Browser, page: str, action: str = "activate", **changed: Any) -> Any:  # noqa: ANN401 - a response
    fields = {**fields_of(page, "/activate/package"), "action": action, **changed}
    return browser.post("/activate/package", fields)


def staff(licensing: sl.Licensing, *users: str, plan: str = SALES) -> None:
    licensing.packages.offer(issued(1, seats=3), by="nightly")
    for user in users:
        licensing.users.save(sl.User(id=user, name=user.title(), may_log_in=True))
        licensing.seats.assign(user, plan, by="root")


def test_a_package_is_uploaded_and_activated(trusting: sl.Licensing, browser: Browser) -> None:
    shown = upload(browser, issued(1, seats=3))
    assert shown.status_code == 200
    assert trusting.packages.current() is None
    response = decide(browser, shown.text)
    assert (response.status_code, response.headers["location"]) == (303, "/owner?owner=superoffice")
    assert trusting.packages.current() is not None
    assert trusting.journal.entries()[-1].by == "root"


def test_a_byte_order_mark_does_no_harm(browser: Browser) -> None:
    assert upload(browser, b"\xef\xbb\xbf" + issued(1)).status_code == 200


def test_a_form_that_is_sent_twice_activates_once(trusting: sl.Licensing, browser: Browser) -> None:
    page = upload(browser, issued(1)).text
    assert decide(browser, page).status_code == 303
    revision = trusting.revision()
    assert decide(browser, page).status_code in {303, 409}
    assert trusting.revision() == revision


def test_red_rows_a_proposed_move_and_then_activate(trusting: sl.Licensing, browser: Browser) -> None:
    staff(trusting, "anna", "bo")
    without_sales = [row for row in price_list() if row.name.module != SALES]
    shown = upload(browser, issued(2, licenses=without_sales)).text
    assert 'class="blocks"' in shown
    assert "Blocks the activation" in shown
    assert 'value="activate" disabled' in shown.replace("\n", "")
    assert decide(browser, shown, step=[]).status_code == 409
    moved = decide(browser, shown, "preview")
    assert moved.status_code == 200
    assert "Blocks the activation" not in moved.text
    assert decide(browser, moved.text).status_code == 303
    assert trusting.gate.holds("anna", SERVICE)


def test_a_release_frees_what_blocks(trusting: sl.Licensing, browser: Browser) -> None:
    staff(trusting, "anna", "bo")
    rows = [row for row in price_list() if row.name.module != "visible-for"]
    trusting.seats.assign("anna", "visible-for", by="root")
    shown = upload(browser, issued(2, licenses=rows)).text
    assert "Release Confidential activities from Anna" in shown
    released = decide(browser, shown, "preview", step=['["anna", "superoffice.visible-for"]'])
    assert decide(browser, released.text).status_code == 303
    assert not trusting.gate.holds("anna", "visible-for")


def test_what_was_not_shown_is_not_activated(trusting: sl.Licensing, browser: Browser) -> None:
    staff(trusting, "anna", "bo")
    shown = upload(browser, issued(2, licenses=[row for row in price_list() if row.name.module != SALES])).text
    moved = decide(browser, shown, "preview").text
    trusting.users.save(sl.User(id="cy", may_log_in=True))
    trusting.seats.assign("cy", SALES, by="other")
    response = decide(browser, moved)
    assert response.status_code == 409
    assert trusting.packages.current() is not None
    assert trusting.gate.holds("anna", SALES)


def test_a_changed_consequence_is_shown_first(trusting: sl.Licensing, browser: Browser) -> None:
    staff(trusting, "anna")
    shown = upload(browser, issued(2, seats=2)).text
    other = upload(browser, issued(3, seats=2)).text
    document = field(other, "document")
    response = decide(browser, shown, document=document)
    assert response.status_code == 409
    assert "The consequences are not those that were shown" in response.text
    assert decide(browser, response.text).status_code == 303


def test_a_preview_that_is_outdated_in_the_transaction_is_a_conflict(
    trusting: sl.Licensing, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = upload(browser, issued(1)).text

    def outdated(_: object, preview: sl.ActivationPreview, **__: object) -> None:
        raise sl.PreviewOutdatedError(preview)

    monkeypatch.setattr(type(trusting.packages), "activate", outdated)
    assert decide(browser, page).status_code == 409


def test_a_waiting_package_is_activated(trusting: sl.Licensing, browser: Browser) -> None:
    staff(trusting, "anna", "bo")
    trusting.packages.offer(issued(2, licenses=[row for row in price_list() if row.name.module != SALES]), by="nightly")
    assert "/activate/waiting?owner=superoffice" in browser.page("/activate")
    assert "/activate/waiting?owner=superoffice" in browser.page("/owner")
    moved = decide(browser, browser.page("/activate/waiting?owner=superoffice"), "preview").text
    assert decide(browser, moved).status_code == 303
    assert trusting.packages.waiting() is None


HOSTILE = {
    "empty": b"",
    "no JSON": b"\x00\xff",
    "HTML": b"<script>alert(1)</script>",
    "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "a deep list": b"[" * 100_000,
    "a large number": b'{"payload": ' + b"9" * 50_000 + b"}",
    "of a stranger": issued(1, STRANGER_KEY),
    "of another customer": issued(1, serial_number="1010000022", company="<script>alert(1)</script>"),
    "cut": issued(1)[:-20],
}


def test_hostile_uploads_are_refused_and_nothing_changes(trusting: sl.Licensing, browser: Browser) -> None:
    revision = trusting.revision()
    for name, document in HOSTILE.items():
        response = upload(browser, document)
        assert 400 <= response.status_code < 500, name
        assert "<script>" not in response.text, name
        assert "Nothing was changed." in text_of(response.text), name
        told = upload(browser, document, Accept="application/json").json()
        assert told["code"], name
    assert trusting.revision() == revision


def test_a_hostile_dialog_is_refused(trusting: sl.Licensing, browser: Browser) -> None:
    page = upload(browser, issued(1)).text
    for changed in (
        {"document": "!"},
        {"document": b64encode(b"{}").decode()},
        {"step": ["[]"]},
        {"step": ["{"]},
        {"step": ["[" * 10_000]},
        {"step": ['["anna", 1]']},
        {"step": ['["anna", "x y/z", "\\u0000"]']},
    ):
        response = decide(browser, page, **changed)
        assert 400 <= response.status_code < 500, changed
    assert trusting.packages.current() is None


def test_the_dialog_is_json_for_programs(trusting: sl.Licensing, browser: Browser) -> None:
    document = issued(1)
    told = upload(browser, document, Accept="application/json").json()
    preview = trusting.packages.preview(document)
    assert told == trusting.screens.activation(preview).to_dict()
