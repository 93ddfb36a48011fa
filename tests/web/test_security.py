"""What a page sends along, and which requests are refused."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import pytest

import superlicense as sl
from superlicense.web.requests import MAX_BODY_BYTES
from superlicense.web.routes import POSTS
from superlicense.web.tokens import Tokens
from tests.for_each import for_each
from tests.installation import Clock
from tests.web.browser import ORIGIN, Browser, field, fields_of
from tests.web.conftest import SECRET

Make = Callable[..., Any]
HOST = "http://crm.example"
START = {"kind": "no_login", "scope": "all_databases", "message": ""}
CSP = "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'"


@for_each("path", ["/", "/nowhere", "/license?name=nothing.here", "/static/licenses.css", "/static/..%2fapp.py"])
def test_every_response_has_the_headers(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers
    assert headers["content-security-policy"] == CSP
    assert headers["cache-control"] == ("max-age=3600" if path.endswith(".css") else "no-store")
    assert headers["x-content-type-options"] == "nosniff"


def test_no_page_has_script_or_style_of_its_own(browser: Browser) -> None:
    for path in ("/", "/meters", "/user?id=anna", "/why?id=root"):
        page = browser.page(path).lower()
        assert "<script" not in page
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick" not in page


@for_each(
    "path",
    [
        "/static/../app.py",
        "/static/..%2f..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static/licenses.css%00.html",
        "/static//etc/passwd",
        "/static/",
        "/templates/base.html",
    ],
)
def test_paths_lead_nowhere_else(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404


@for_each(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": HOST},
        {"Sec-Fetch-Site": ""},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://crm.example"},
        {"Origin": "http://crm.example:8080"},
        {"Origin": "http://crm.example.evil.example"},
        {"Origin": ""},
    ],
    ids=str,
)
def test_a_form_of_another_origin_is_refused(tenant: sl.Licensing, browser: Browser, headers: dict[str, str]) -> None:
    token = field(browser.page("/"), "token")
    response = browser.post("/events/start", {**START, "token": token}, headers)
    assert response.status_code == 403
    assert tenant.notices.running() == ()


@for_each("headers", [ORIGIN, {"Origin": HOST}, {**ORIGIN, "Origin": HOST}], ids=str)
def test_a_form_of_the_same_origin_is_taken(tenant: sl.Licensing, browser: Browser, headers: dict[str, str]) -> None:
    fields = {**fields_of(browser.page("/"), "/events/start"), **START}
    response = browser.post("/events/start", fields, headers)
    assert (response.status_code, response.headers["location"]) == (303, "/")
    (event,) = tenant.notices.running()
    assert event.started_by == "root"
    tenant.notices.end(event.id, by="root")


@for_each("path", ["//evil.example/", "/..", "/../users", "", "x", "/user\x00", "/users/"])
def test_raw_paths_lead_nowhere_else(browser: Browser, path: str) -> None:
    assert browser.raw(path, [])[0] in {404, 307}
    assert b"evil" not in dict(browser.raw(path, [])[1]).get(b"location", b"")


def test_two_origins_are_none(browser: Browser) -> None:
    form = (b"content-type", b"application/x-www-form-urlencoded")
    mine, evil = (b"origin", HOST.encode()), (b"origin", b"http://evil.example")
    assert browser.raw("/events/start", [form, mine, evil], "POST")[0] == 403
    assert (
        browser.raw("/events/start", [form, (b"sec-fetch-site", b"same-origin"), (b"sec-fetch-site", b"none")], "POST")[
            0
        ]
        == 403
    )


@for_each("path", list(POSTS))
@for_each("token", ["", "x", ".", "e30=.e30=", "æ.ø", "a" * 500_000, "e30.!!", "=.="], ids=lambda one: one[:9])
def test_a_forged_token_is_refused(tenant: sl.Licensing, browser: Browser, path: str, token: str) -> None:
    revision = tenant.revision()
    response = browser.post(path, {**START, "token": token, "id": "anna", "event": "x", "document": "e30="})
    assert response.status_code == 403
    assert tenant.revision() == revision


def made(licensing: sl.Licensing, clock: Clock, **given: Any) -> str:  # noqa: ANN401 - arguments of a token
    tokens = Tokens(given.get("secret", SECRET), given.get("installation", licensing.installation.key))
    return tokens.make(given.get("user", "root"), given.get("form", "start-event"), {}, clock())


def test_a_token_of_ours_is_taken_by_every_worker_with_the_secret(
    tenant: sl.Licensing, make: Make, clock: Clock
) -> None:
    worker = Browser(make(tenant))
    assert worker.post("/events/start", {**START, "token": made(tenant, clock)}).status_code == 303


@for_each(
    "given",
    [
        {"secret": b"t" * 32},
        {"user": "anna"},
        {"installation": "serial:1010000022"},
        {"form": "user anna"},
        {"form": "upload"},
    ],
    ids=str,
)
def test_a_foreign_token_is_refused(
    tenant: sl.Licensing, browser: Browser, clock: Clock, given: dict[str, Any]
) -> None:
    response = browser.post("/events/start", {**START, "token": made(tenant, clock, **given)})
    assert response.status_code == 403
    assert tenant.notices.running() == ()


def test_a_token_with_other_rows_is_refused(tenant: sl.Licensing, browser: Browser, clock: Clock) -> None:
    payload, _, mac = made(tenant, clock).partition(".")
    assert payload
    other = urlsafe_b64encode(json.dumps({"at": clock().isoformat(), "rows": {"a": "b"}}).encode()).decode()
    assert browser.post("/events/start", {**START, "token": f"{other}.{mac}"}).status_code == 403


def test_a_stale_page_is_shown_anew_and_nothing_is_done(tenant: sl.Licensing, browser: Browser, clock: Clock) -> None:
    token = field(browser.page("/"), "token")
    clock.forward(hours=13)
    response = browser.post("/events/start", {**START, "token": token})
    assert response.status_code == 409
    assert "too old" in response.text
    assert tenant.notices.running() == ()
    again = browser.post("/events/start", {**START, "token": field(response.text, "token")})
    assert again.status_code == 303


def test_what_is_too_large_is_not_read(tenant: sl.Licensing, browser: Browser) -> None:
    large = b"x" * (MAX_BODY_BYTES + 1)
    assert browser.post("/activate", {}, files={"file": large}).status_code == 413
    form = {"Content-Type": "application/x-www-form-urlencoded", **ORIGIN}

    async def stream() -> Any:  # noqa: ANN401 - an async iterator
        for _ in range(100):
            yield b"x" * 100_000

    refused = browser.ask("POST", "/activate", content=stream(), headers={**form, "Accept": "application/json"})
    assert (refused.status_code, refused.json()["type"]) == (413, "urn:superlicense:problem:too-large")
    assert tenant.packages.waiting() is None
    said = [(b"content-type", form["Content-Type"].encode()), (b"content-length", b"9" * 30)]
    same = (b"sec-fetch-site", b"same-origin")
    assert browser.raw("/activate", [*said, same], "POST")[0] == 413


@for_each(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "application/json"}, b"{}", 415),
        ({"Content-Type": "text/plain"}, b"token=x", 415),
        ({"Content-Type": "multipart/form-data"}, b"x", 400),
        ({"Content-Type": "multipart/form-data; boundary=a"}, b"no boundary", 400),
        ({"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "-1"}, b"", 413),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"\xff=\xff&%ff=%00", 403),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"&".join([b"a=b"] * 30_000), 400),
    ],
    ids=str,
)
def test_what_is_no_form_is_refused(browser: Browser, headers: dict[str, str], body: bytes, status: int) -> None:
    response = browser.ask("POST", "/events/start", content=body, headers={**ORIGIN, **headers})
    assert response.status_code == status


def test_two_files_are_refused(browser: Browser) -> None:
    files = [("file", ("a.json", b"{}")), ("file", ("b.json", b"{}"))]
    assert browser.post("/activate", {"token": "x"}, files=files).status_code == 400


def test_a_form_is_posted_and_a_page_is_got(browser: Browser) -> None:
    for path in POSTS:
        if path not in {"/user", "/activate"}:
            assert browser.get(path).status_code == 405
    assert browser.post("/users", {}).status_code == 405
    assert browser.ask("DELETE", "/user").status_code == 405


def test_nothing_of_a_request_gets_into_a_header(tenant: sl.Licensing, browser: Browser) -> None:
    hostile = "anna\r\nSet-Cookie: a=b"
    tenant.users.save(sl.User(id="x y/z?a=b&c#d"))
    fields = fields_of(browser.page("/user?id=x+y%2Fz%3Fa%3Db%26c%23d"), "/user")
    response = browser.post("/user", fields)
    assert response.headers["location"] == "/user?id=x+y%2Fz%3Fa%3Db%26c%23d"
    assert "set-cookie" not in browser.get("/user").headers
    assert browser.post("/user", {**fields, "id": hostile}).status_code == 403


@for_each(
    ("accept", "json_wanted"),
    [
        ("application/json", True),
        ("application/json, text/html;q=0.9", True),
        ("text/html, application/json;q=0.9", False),
        ("text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("*/*", False),
        ("", False),
        ("application/json;q=x", False),
        ("application/json;q=0", False),
        ("application/json;v=1;q=0.001", True),
        ("application/problem+json", True),
    ],
)
def test_json_is_sent_to_who_prefers_it(browser: Browser, accept: str, json_wanted: bool) -> None:  # noqa: FBT001 - a column
    kind = browser.get("/", Accept=accept).headers["content-type"]
    assert kind.startswith("application/json" if json_wanted else "text/html")


def test_a_problem_is_json_for_programs(browser: Browser) -> None:
    response = browser.get("/license?name=ghost", Accept="application/json")
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, response.json()["code"]) == (404, "unknown_license")
    refused = browser.post("/events/start", START, {"Accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (403, "other_origin")


def test_a_store_that_is_down_is_told(tenant: sl.Licensing, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object, **__: object) -> None:
        raise sl.StoreUnavailableError("secret driver text")

    monkeypatch.setattr(type(tenant.screens), "status", down)
    response = browser.get("/")
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert "secret driver text" not in response.text


def test_a_mistake_is_a_page_with_the_headers_and_without_its_text(
    tenant: sl.Licensing, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret text")

    monkeypatch.setattr(type(tenant.screens), "status", wrong)
    with pytest.raises(ZeroDivisionError):  # for the log of the server
        browser.get("/")
    browser.raises = False
    kinds = ("text/html", "application/json")
    page, data = (browser.get("/", Accept=accept, **{"Accept-Language": "da"}) for accept in kinds)
    for response in (page, data):
        assert response.status_code == 500
        assert response.headers["content-security-policy"] == CSP
        assert response.headers["cache-control"] == "no-store"
        assert "secret text" not in response.text
    assert data.json()["status"] == 500


def test_twelve_variables_make_the_look(browser: Browser) -> None:
    style = browser.page("/static/licenses.css")
    names = re.findall(r"^ *(--[a-z-]+):", style, re.MULTILINE)
    assert len(set(names)) == 12
    assert set(re.findall(r"var\((--[a-z-]+)\)", style)) == set(names)
    dark = style.partition("prefers-color-scheme: dark")[2].partition("}")[0]
    assert {name for name in names if name not in {"--font", "--radius"}} == set(re.findall(r"(--[a-z-]+):", dark))
    # Colors stand in the variables alone, so that a host changes all of them.
    rules = re.sub(r"--[a-z-]+: [^;]+;", "", style)
    assert re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(|hsl", rules) == []
