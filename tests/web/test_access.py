"""Who sees a page, in which language, and where it is mounted."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount

import superlicense as sl
from superlicense.errors import InvalidValueError
from superlicense.web import FULL, READ_ONLY, licenses_app
from superlicense.web.routes import PAGES, POSTS
from tests.for_each import for_each
from tests.web.browser import Browser, text_of
from tests.web.conftest import SECRET, who

QUERIES = {
    "/license": "?name=user",
    "/user": "?id=anna",
    "/statement": "?month=2026-10",
    "/statement.csv": "?month=2026-10",
}
JSON = {"Accept": "application/json"}

Make = Callable[..., Any]


@for_each("path", list(PAGES))
def test_every_page_is_shown_to_an_administrator(browser: Browser, path: str) -> None:
    assert browser.get(f"{path}{QUERIES.get(path, '')}").status_code == 200


@for_each("path", list(PAGES))
def test_no_page_is_shown_to_nobody(tenant: sl.Licensing, make: Make, path: str) -> None:
    nobody = Browser(make(tenant), user=None)
    response = nobody.get(f"{path}{QUERIES.get(path, '')}")
    assert (response.status_code, text_of(response.text).count("Nordvik")) == (401, 0)


@for_each("path", list(PAGES))
def test_no_page_is_shown_to_who_does_not_administer(tenant: sl.Licensing, make: Make, path: str) -> None:
    response = Browser(make(tenant), user="anna").get(f"{path}{QUERIES.get(path, '')}")
    assert (response.status_code, text_of(response.text).count("Nordvik")) == (403, 0)


@for_each("path", list(POSTS))
def test_no_form_is_taken_from_nobody_or_from_who_may_only_read(tenant: sl.Licensing, make: Make, path: str) -> None:
    app = make(tenant, access=lambda user: READ_ONLY if user == "anna" else None)
    revision = tenant.revision()
    assert Browser(app, user=None).post(path, {}).status_code == 401
    assert Browser(app, user="anna").post(path, {}).status_code == 403
    assert Browser(app, user="bo").post(path, {}).status_code == 403
    assert tenant.revision() == revision


def test_who_may_only_read_sees_pages_without_forms_that_change(tenant: sl.Licensing, make: Make) -> None:
    tenant.notices.start(sl.EventKind.NO_LOGIN, by="root")
    app = make(tenant, access=lambda user: FULL if user == "root" else READ_ONLY)
    for path in PAGES:
        query = {"/why": "?id=root"}.get(path, QUERIES.get(path, ""))
        pages = [Browser(app, user=user).page(f"{path}{query}") for user in ("root", "anna")]
        buttons = [
            len(re.findall("<button", form))
            for page in pages
            for form in [" ".join(re.findall(r'<form method="post".*?</form>', page, re.DOTALL))]
        ]
        assert buttons[1] == 0, path
        assert bool(buttons[0]) == (path in {"/", "/user", "/why", "/activate", "/activate/waiting"}), path


def test_access_and_who_may_be_async(tenant: sl.Licensing, make: Make) -> None:
    async def known(request: Request) -> str | None:
        return who(request)

    async def access(user: str) -> str | None:
        return FULL if user == "anna" else None

    app = make(tenant, who=known, access=access)
    assert Browser(app, user="anna").get("/").status_code == 200
    assert Browser(app, user="root").get("/").status_code == 403


@for_each(
    "wrong",
    [
        {"who": None},
        {"who": "root"},
        {"secret": b"short"},
        {"secret": "s" * 32},
        {"secret": None},
        {"access": "full"},
        {"language": "tlh"},
        {"language": 1},
        {"templates": 1},
        {"clock": None},
    ],
    ids=str,
)
def test_no_app_is_made_of_wrong_arguments(tenant: sl.Licensing, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidValueError) as refused:
        licenses_app(tenant, **{"who": who, "secret": SECRET, **wrong})
    assert "s" * 32 not in str(refused.value)


def test_an_app_is_made_of_a_licensing() -> None:
    with pytest.raises(InvalidValueError):
        licenses_app("ours", who=who, secret=SECRET)  # type: ignore[arg-type]  # what is refused


def test_who_and_secret_are_required(tenant: sl.Licensing) -> None:
    with pytest.raises(TypeError):
        licenses_app(tenant, secret=SECRET)  # type: ignore[call-arg]  # what is refused
    with pytest.raises(TypeError):
        licenses_app(tenant, who=who)  # type: ignore[call-arg]  # what is refused


@for_each("given", [{"who": lambda _: 7}, {"access": lambda _: "owner"}], ids=str)
def test_what_the_host_says_wrongly_is_an_error_and_no_page(
    tenant: sl.Licensing, make: Make, given: dict[str, Any]
) -> None:
    with pytest.raises(InvalidValueError):
        Browser(make(tenant, **given)).get("/")


@for_each(
    ("accepted", "language"),
    [("da-DK,en;q=0.5", "da"), ("fr, da;q=0.3", "da"), ("fr", "en"), ("", "en"), ("*", "en"), ("x" * 5000, "en")],
    ids=str,
)
def test_the_language_is_the_browsers(browser: Browser, accepted: str, language: str) -> None:
    response = browser.get("/", **{"Accept-Language": accepted})
    assert response.headers["content-language"] == language
    assert f'<html lang="{language}">' in response.text


def test_the_host_may_choose_the_language(tenant: sl.Licensing, make: Make) -> None:
    async def danish(request: Request) -> str:
        assert request.url.path == "/"
        return "da"

    for language in ("da", danish):
        page = Browser(make(tenant, language=language)).page("/", **{"Accept-Language": "en"})
        assert "Systemmeddelelser" in page


def links_of(page: str) -> set[str]:
    return set(re.findall(r'(?:href|action|src)="([^"]*)"', page))


def test_every_address_is_below_the_prefix_that_the_app_is_mounted_at(tenant: sl.Licensing, make: Make) -> None:
    host = Starlette(routes=[Mount("/crm/lic enses", make(tenant)), Mount("/other", make(tenant))])
    followed: set[str] = set()
    for prefix in ("/crm/lic%20enses", "/other"):
        for path in PAGES:
            response = Browser(host, root=prefix).get(f"{path}{QUERIES.get(path, '')}")
            assert response.status_code == 200
            ours = {link for link in links_of(response.text) if not link.startswith(("#", "https://licenses.example"))}
            assert {link for link in ours if not link.startswith(f"{prefix}/")} == set()
            followed |= {link for link in ours if "?" not in link}
    assert len(followed) > 15
    forms = {f"{prefix}{path}" for prefix in ("/crm/lic%20enses", "/other") for path in POSTS}
    for link in followed - forms:
        assert Browser(host).get(link).status_code == 200, link


def test_behind_a_proxy_that_takes_the_prefix_off(tenant: sl.Licensing, make: Make) -> None:
    app = make(tenant)

    async def proxied(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        prefix = "//evil.example/licenses"
        await app({**scope, "root_path": prefix, "path": f"{prefix}{scope['path']}"}, receive, send)

    page = Browser(proxied).page("/")
    assert 'href="/evil.example/licenses/users"' in page
    assert 'href="//' not in page


def test_templates_of_the_host_replace_blocks(tenant: sl.Licensing, make: Make, tmp_path: Any) -> None:  # noqa: ANN401 - a path
    (tmp_path / "base.html").write_text(
        '{% extends "superlicense/base.html" %}{% block footer %}<p>{{ visit.user }} & Co</p>{% endblock %}'
    )
    page = Browser(make(tenant, templates=tmp_path)).page("/")
    assert "<p>root & Co</p></body>" in page.replace("\n", "")
    assert "Database owner" in page
